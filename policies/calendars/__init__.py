"""Working calendars as data: one TOML file each, versioned by content; a company's may extend another one.

A calendar is read whole or refused with every mistake by its path. What it extends is kept with it, so a stored
version says the same for ever, and is made anew when the calendar below it gets a new version.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Optional
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from complaints.vocabulary import CalendarState
from complaints.workcalendar import DAY, Shift, WorkCalendar
from policies.calendars.document import WEEKDAYS, CalendarDocument, Closed, Weekday, Worked
from policies.calendars.mistakes import CalendarMistake as CalendarMistake  # what reading raises is found beside it
from policies.calendars.mistakes import mistakes
from policies.calendars.slicing import offsets, special_days
from policies.document import Words

HERE = Path(__file__).parent
AHEAD = timedelta(days=400)
"""How far ahead a slice reaches; beyond it the plain week goes on as provisional."""


@dataclass(frozen=True)
class Calendar:
    """One calendar at one version, with the one it extends."""

    document: CalendarDocument
    base: Optional["Calendar"] = None

    @property
    def key(self) -> str:
        return self.document.calendar.key

    @property
    def title(self) -> Words:
        return self.document.calendar.title

    @property
    def state(self) -> CalendarState:
        return self.document.calendar.state

    @property
    def zone(self) -> str:
        """The time zone whose clocks the shifts are read on."""
        return self._own_or_base("zone")  # type: ignore[no-any-return]  # mistakes.py saw that one of them has it

    @property
    def week(self) -> Mapping[Weekday, tuple[Shift, ...]]:
        """The shifts of each weekday, Monday first."""
        own = self.document.week
        if own is None:
            return self.base.week if self.base else {}
        return {name: own[name] for name in WEEKDAYS}

    @property
    def entries(self) -> dict[date, Closed | Worked]:
        """What is said of single days; the company's own word goes before the extended calendar's."""
        own = {day: run for run in self.document.days.closed for day in run.days()}
        worked = {each.day: each for each in self.document.days.worked}
        return {**(self.base.entries if self.base else {}), **own, **worked}

    @property
    def version(self) -> str:
        """The author's version and a digest of all that is reckoned with, so that no change goes unnoticed."""
        content = [self.zone, self._own_or_base("known_from"), self._own_or_base("provisional_from")]
        said = json.dumps([content, self.body()], default=str, sort_keys=True, ensure_ascii=False)
        return f"{self.document.calendar.version}-{sha256(said.encode()).hexdigest()[:8]}"

    def chain(self) -> tuple[str, ...]:
        """The keys of this calendar and of those it extends."""
        return (self.key, *(self.base.chain() if self.base else ()))

    def body(self) -> dict[str, Any]:
        """All of it as JSON, with what it extends; `restored` reads it."""
        return {"own": self.document.body(), "base": self.base.body() if self.base else None}

    def slice(self, opened_at: datetime, arrived_at: datetime | None = None) -> WorkCalendar:
        """What travels with a case opened then: from its arrival to 400 days after its opening."""
        place = ZoneInfo(self.zone)
        begun = min(opened_at, arrived_at or opened_at).astimezone(place).date() - DAY
        return self.between(begun, (opened_at.astimezone(place) + AHEAD).date())

    def between(self, first: date, last: date) -> WorkCalendar:
        """The calendar from the first to the last of these days."""
        known: date = self._own_or_base("known_from") or first
        provisional: date | None = self._own_or_base("provisional_from")
        first = min(max(first, known), last)
        return WorkCalendar(
            key=self.key,
            version=self.version,
            state=self.state,
            first=first,
            last=last,
            week=tuple(self.week.values()),
            special=tuple(special_days(self.entries, self.week, first, last)),
            provisional_from=provisional if provisional and provisional <= last else None,
            offsets=offsets(self.zone, first, last),
        )

    def _own_or_base(self, name: str) -> Any:
        own = getattr(self.document.calendar, name)
        return self.base._own_or_base(name) if own is None and self.base else own


def shipped() -> tuple[str, ...]:
    """The keys of all shipped calendars."""
    return tuple(sorted(path.stem for path in HERE.glob("*.toml")))


@cache
def load(key: str) -> Calendar:
    """A shipped calendar; KeyError where there is none, CalendarMistake where it has mistakes."""
    if key not in shipped():
        raise KeyError(key)
    return read(key, (HERE / f"{key}.toml").read_text("utf-8"))


def read(name: str, text: str, bases: Mapping[str, Calendar] | None = None) -> Calendar:
    """A calendar from its text; raises CalendarMistake with every mistake by its path."""
    try:
        document = CalendarDocument.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CalendarMistake(name, (f"not TOML: {error}",)) from None
    except RecursionError:
        raise CalendarMistake(name, ("not TOML: nested too deeply",)) from None
    except ValidationError as error:
        raise CalendarMistake(name, tuple(_by_path(each) for each in error.errors())) from None
    found = list(mistakes(document))
    extends = document.calendar.extends
    base = (bases or {}).get(extends) if extends else None
    if extends and base is None:
        found.append(f"calendar.extends: no such calendar: {extends}; there are {', '.join(bases or ()) or 'none'}")
    if base and document.calendar.key in base.chain():
        found.append(f"calendar.extends: {extends} itself extends {document.calendar.key}")
    if found:
        raise CalendarMistake(document.calendar.key, tuple(found))
    return Calendar(document, base)


def restored(body: Mapping[str, Any]) -> Calendar:
    """A calendar from what `Calendar.body` gave."""
    base = body.get("base")
    return Calendar(CalendarDocument.model_validate(body["own"]), restored(base) if base else None)


def _by_path(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"]) + f": {error['msg']}"
