"""When a company works: a slice of a calendar as a frozen value that travels with a case, with its zone's offsets.

The theory. A calendar speaks of the clock on the wall: shifts of a week, and special days that are closed or worked
(调休) instead. An instant is **worked** when the wall clock at that instant shows a time within a shift of that day.
Nothing else is defined, so a night on which clocks are put forward or back needs no rule of its own: a shift is as
much shorter or longer as the night is. Several shifts a day leave room for lunch; a shift may end at 24:00, and a
night shift is two, one on either side of midnight.

A slice never runs out: outside of its days, and from the first day nobody has announced yet, the plain week goes on,
and such days are **provisional**. What can't be reckoned with is refused when it is made: a running case never fails.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from complaints.errors import BadValue
from complaints.vocabulary import CalendarState

DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


class Shift(NamedTuple):
    """Working time on one day's wall clock, in minutes from midnight; it may end at 24:00."""

    start: int
    end: int


class Stretch(NamedTuple):
    """One shift as it really passes, from instant to instant, and the day on whose wall it stands."""

    start: datetime
    end: datetime
    day: date


@dataclass(frozen=True, kw_only=True)
class ZoneOffset:
    """From `since` on, clocks on the wall stand `offset` ahead of UTC."""

    since: datetime
    offset: timedelta


@dataclass(frozen=True, kw_only=True)
class SpecialDays:
    """Days in a row that aren't as their weekday is: closed, or worked with these shifts; named in both languages."""

    first: date
    days: int = 1
    zh: str = ""
    en: str = ""
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """A calendar at one version from `first` to `last`; `week` begins on Monday."""

    key: str
    version: str
    state: CalendarState
    first: date
    last: date
    week: tuple[tuple[Shift, ...], ...]
    special: tuple[SpecialDays, ...] = ()
    provisional_from: date | None = None
    offsets: tuple[ZoneOffset, ...]

    def __post_init__(self) -> None:
        check(self)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a day."""
        special = self.special_on(day)
        return self.week[day.weekday()] if special is None else special.shifts

    def special_on(self, day: date) -> SpecialDays | None:
        """The special days a day belongs to; None where it is as its weekday is."""
        return self._special.get(day)

    def is_provisional(self, day: date) -> bool:
        """Whether nobody has said yet what this day will be."""
        announced = self.provisional_from is None or day < self.provisional_from
        return not (announced and self.first <= day <= self.last)

    def wall(self, at: datetime) -> datetime:
        """What the clock on the wall shows at an instant, as a time without zone."""
        at = at.astimezone(UTC)
        offset = next(era.offset for era in reversed(self._eras) if era.begins <= at)
        return (at + offset).replace(tzinfo=None)

    def instant(self, wall: datetime) -> datetime:
        """The first instant at which the clock on the wall shows at least this time."""
        shown = wall.replace(tzinfo=UTC)
        return next(max(era.begins, shown - era.offset) for era in self._eras if shown - era.offset < era.ends)

    def stretches(self, since: datetime) -> Iterator[Stretch]:
        """Working time from an instant on, without end; the first stretch may have ended at that very instant."""
        for era in self._eras:
            if era.ends < since:
                continue
            day = (max(era.begins, since) + era.offset - timedelta.resolution).toordinal()
            yield from (each for each in self._in(era, day) if each.end >= since)
            while day < era.last_day:
                day += 1
                yield from self._in(era, day)

    def stretches_on(self, day: date) -> tuple[Stretch, ...]:
        """The working time of one day; none on a day off."""
        ordinal = day.toordinal()
        first, *later = self._eras
        return sum((self._in(era, ordinal) for era in later), self._in(first, ordinal))

    def _in(self, era: "Era", ordinal: int) -> tuple[Stretch, ...]:
        """A day's shifts as far as they pass in an era; worked out once, as the same few days are asked for often."""
        known = era.known.get(ordinal)
        if known is None:
            day = date.fromordinal(ordinal)
            midnight = datetime.combine(day, time.min, UTC) - era.offset
            whole = ((midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in self.shifts_on(day))
            cut = ((max(start, era.begins), min(end, era.ends)) for start, end in whole)
            known = era.known[ordinal] = tuple(Stretch(a, b, day) for a, b in cut if a < b)
        return known

    @cached_property
    def _eras(self) -> tuple["Era", ...]:
        """The first offset held always, the last will hold for ever."""
        begins = [BEGINNING, *(each.since.astimezone(UTC) for each in self.offsets[1:])]
        eras = zip(begins, [*begins[1:], END], self.offsets, strict=True)
        return tuple(Era(begun, ends, each.offset) for begun, ends, each in eras)

    @cached_property
    def _special(self) -> dict[date, SpecialDays]:
        return {each.first + DAY * more: each for each in self.special for more in range(each.days)}


class Era:
    """While the zone's clocks stand at one offset from UTC; `known` holds what days in it were asked for."""

    def __init__(self, begins: datetime, ends: datetime, offset: timedelta) -> None:
        self.begins, self.ends, self.offset = begins, ends, offset
        self.last_day = date.max.toordinal() if ends == END else (ends + offset).toordinal()
        self.known: dict[int, tuple[Stretch, ...]] = {}


def check(calendar: WorkCalendar) -> None:
    """Refuse a calendar nobody could reckon with, by the field that is wrong."""
    if len(calendar.week) != 7:
        raise BadValue("week", "must have seven days, Monday first")
    if not any(calendar.week):
        raise BadValue("week", "needs working time on some day")
    for day in calendar.week:
        check_shifts("week", day)
    for each in calendar.special:
        check_shifts("special", each.shifts)
    lengths = [each.days for each in calendar.special]
    if min(lengths, default=1) < 1 or sum(lengths) != len(calendar._special):
        raise BadValue("special", "must name each day once, and at least one day each")
    if calendar.first > calendar.last:
        raise BadValue("last", "must not lie before first")
    since = [each.since for each in calendar.offsets]
    if not since or any(each.utcoffset() is None for each in since) or since != sorted(set(since)):
        raise BadValue("offsets", "needs instants with their zone that rise, at least one")


def check_shifts(field: str, shifts: Iterable[Shift]) -> None:
    """Refuse shifts that go over midnight, last no time or overlap."""
    before = 0
    for start, end in shifts:
        if not 0 <= start < end <= DAY_MINUTES:
            raise BadValue(field, "a shift begins before it ends, within one day; a night shift is two")
        if start < before:
            raise BadValue(field, "shifts must come one after another without overlap")
        before = end
