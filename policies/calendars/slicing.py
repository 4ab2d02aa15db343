"""From a calendar to the slice that travels with a case: its special days in a row, its zone as plain offsets."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from complaints.workcalendar import DAY, Shift, SpecialDays, ZoneOffset
from policies.calendars.document import Closed, Weekday, Worked

Week = Mapping[Weekday, tuple[Shift, ...]]


def special_days(entries: Mapping[date, Closed | Worked], week: Week, first: date, last: date) -> list[SpecialDays]:
    """The special days of a slice; neighbours that are alike become one entry."""
    found: list[SpecialDays] = []
    for day in sorted(day for day in entries if first <= day <= last):
        each = SpecialDays(first=day, zh=entries[day].zh, en=entries[day].en, shifts=hours(entries[day], week))
        if found and _goes_on(found[-1], each):
            before = found.pop()
            each = SpecialDays(first=before.first, days=before.days + 1, zh=each.zh, en=each.en, shifts=each.shifts)
        found.append(each)
    return found


def hours(entry: Closed | Worked, week: Week) -> tuple[Shift, ...]:
    """The shifts of a special day; where the weekday it is like is a day off here, those of the week's first day."""
    if isinstance(entry, Closed):
        return ()
    if entry.shifts is not None:
        return entry.shifts
    return week[entry.like] or next(shifts for shifts in week.values() if shifts)


def offsets(zone: str, first: date, last: date) -> tuple[ZoneOffset, ...]:
    """The zone's offsets from UTC over these days, each with the second from which it holds."""
    place = ZoneInfo(zone)
    at = datetime.combine(first, time.min, UTC) - DAY
    found = [ZoneOffset(since=at, offset=_offset(at, place))]
    for before, after in pairwise(at + DAY * more for more in range((last - first).days + 4)):
        found += _changes(before, after, place)
    return tuple(found)


def _changes(before: datetime, after: datetime, place: ZoneInfo) -> Iterator[ZoneOffset]:
    """The change between two instants, halved down to the second; a zone changes at most once a day."""
    old, new = _offset(before, place), _offset(after, place)
    if old == new:
        return
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(middle, place) == old else (before, middle)
    yield ZoneOffset(since=after, offset=new)


def _offset(at: datetime, place: ZoneInfo) -> timedelta:
    return at.astimezone(place).utcoffset() or timedelta(0)


def _goes_on(before: SpecialDays, each: SpecialDays) -> bool:
    alike = (before.zh, before.en, before.shifts) == (each.zh, each.en, each.shifts)
    return alike and before.first + DAY * before.days == each.first
