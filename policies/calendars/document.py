"""The shape of a calendar file: hours of a week, days that are otherwise, and whose word it is."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from complaints.vocabulary import CalendarState
from complaints.workcalendar import DAY, Shift
from policies.document import Section, Words

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LONGEST_RUN = 366
"""Days one entry may name."""

_SHIFT = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)")


def parse_shift(value: object) -> Shift:
    """A shift from its text; ValueError says what it should look like."""
    found = _SHIFT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a shift is two times of day: 09:00-12:00; the last one of a day may be 24:00")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    return Shift(hour * 60 + minute, until_hour * 60 + until_minute)


def write_shift(shift: Shift) -> str:
    """A shift as files write it."""
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in shift)


ShiftText = Annotated[Shift, BeforeValidator(parse_shift), PlainSerializer(write_shift, return_type=str)]
Shifts = tuple[ShiftText, ...]


class Notice(Section):
    """Where an official calendar comes from."""

    year: int
    title: str
    address: str


class CalendarHead(Section):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(min_length=1, max_length=40)]
    title: Words
    zone: str | None = None
    state: CalendarState
    extends: str | None = None
    known_from: date | None = None
    provisional_from: date | None = None
    notices: tuple[Notice, ...] = ()


class Closed(Words):
    """Days in a row on which nobody works."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    def days(self) -> Iterator[date]:
        return days(self.first, self.last)


class Worked(Words):
    """A day that is worked though its weekday isn't, or with other hours than its weekday's."""

    day: date
    like: Weekday = "monday"
    shifts: Shifts | None = None


class DaysSection(Section):
    closed: tuple[Closed, ...] = ()
    worked: tuple[Worked, ...] = ()


class CalendarDocument(Section):
    """A whole calendar file."""

    calendar: CalendarHead
    week: dict[Weekday, Shifts] | None = None
    days: DaysSection = DaysSection()

    def body(self) -> dict[str, Any]:
        """What the file says, as JSON that reads back to the same."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + DAY * more for more in range((last - first).days + 1))
