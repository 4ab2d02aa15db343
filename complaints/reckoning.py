"""How a due time came about: step by step, what of the time between counted, and why the rest did not.

The steps lie end to end from the start to the due time, and what they count adds up to the span. They say instants and
reasons; `account.py` tells them to people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from complaints.vocabulary import Unit, Why
from complaints.workcalendar import DAY, WorkCalendar
from complaints.worktime import NOTHING, at_same_time, due, needed, opening, time_of_day, working_days

NAMED = (Why.HOLIDAY, Why.MAKE_UP, Why.SPECIAL)
"""The reasons that are told with the special days' name."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: from, to, how much of it counted, why; the special days' name; whether a day of it is provisional."""

    start: datetime
    end: datetime
    counted: timedelta
    why: Why
    zh: str = ""
    en: str = ""
    provisional: bool = False


def explain(start: datetime, span: timedelta, unit: Unit, calendar: WorkCalendar | None) -> tuple[Step, ...]:
    """The steps from a start to `due(start, span, unit, calendar)`, at which the last one ends."""
    start = start.astimezone(UTC)
    end = due(start, span, unit, calendar)
    match unit:
        case Unit.NATURAL:
            steps: Iterable[Step] = [Step(start=start, end=end, counted=span, why=Why.NATURAL)]
        case Unit.WORKING_TIME:
            steps = _worked(start, end, needed(calendar))
        case Unit.WORKING_DAY:
            steps = _days(start, end, span, needed(calendar))
    return tuple(_joined(steps))


def _worked(start: datetime, end: datetime, calendar: WorkCalendar) -> Iterator[Step]:
    """Shift by shift, with what lies between."""
    at = start
    for stretch in calendar.stretches(start):
        if at >= end:
            break
        begins, ends = max(stretch.start, start), min(stretch.end, end)
        yield from _idle(at, begins, calendar)
        if begins < ends:
            yield _step(begins, ends, ends - begins, stretch.day, calendar)
        at = max(at, ends)


def _days(start: datetime, end: datetime, span: timedelta, calendar: WorkCalendar) -> Iterator[Step]:
    """Day by day, each counted when it has come round to the same time of day."""
    at, stretch = opening(start, calendar)
    yield from _idle(start, at, calendar)
    day, clock = stretch.day, time_of_day(at, stretch.day, calendar)
    number, rest = divmod(span, DAY)
    for left in range(number, -1, -1):
        counted = DAY if left else rest
        if not counted:
            break
        following = working_days(day, 1, calendar)
        until = at_same_time(clock, following, calendar) if left else end
        morning = calendar.instant(_midnight(following))
        if following - day > DAY and morning < until:
            yield from _off(at, morning, day + DAY, following, calendar)
            at = morning
        day = following if morning < until else day
        yield _step(at, until, counted, day, calendar, Why.WORKING_DAY)
        at = until


def _off(start: datetime, end: datetime, first: date, after: date, calendar: WorkCalendar) -> Iterator[Step]:
    """The days off before the next working day; the evening before belongs to the first of them."""
    days = [first + DAY * more for more in range((after - first).days)]
    edges = [start, *(calendar.instant(_midnight(day)) for day in days[1:]), end]
    for day, begins, ends in zip(days, edges, edges[1:], strict=False):
        yield _step(begins, ends, NOTHING, day, calendar)


def _idle(start: datetime, end: datetime, calendar: WorkCalendar) -> Iterator[Step]:
    """What lies outside of the shifts, day by day."""
    while start < end:
        day = calendar.wall(start).date()
        midnight = min(end, calendar.instant(_midnight(day + DAY)))
        yield _step(start, midnight, NOTHING, day, calendar)
        start = midnight


def _step(
    start: datetime, end: datetime, counted: timedelta, day: date, calendar: WorkCalendar, usual: Why = Why.SHIFT
) -> Step:
    """One step on one day, with the reason the calendar gives."""
    why = _counting(day, calendar, usual) if counted else _idling(start, end, day, calendar)
    special = calendar.special_on(day) if why in NAMED else None
    return Step(
        start=start,
        end=end,
        counted=counted,
        why=why,
        zh=special.zh if special else "",
        en=special.en if special else "",
        provisional=calendar.is_provisional(day),
    )


def _counting(day: date, calendar: WorkCalendar, usual: Why) -> Why:
    if calendar.special_on(day) is None:
        return usual
    return Why.SPECIAL if calendar.week[day.weekday()] else Why.MAKE_UP


def _idling(start: datetime, end: datetime, day: date, calendar: WorkCalendar) -> Why:
    passing = calendar.stretches_on(day)
    if not passing:
        return Why.DAY_OFF if calendar.special_on(day) is None else Why.HOLIDAY
    return Why.BREAK if passing[0].start < end and start < passing[-1].end else Why.OFF_HOURS


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """Neighbours that say the same as one; the night before and after a day off belongs to it."""
    last: Step | None = None
    for step in steps:
        joined = last and _both(last, step)
        if last and not joined:
            yield last
        last = joined or step
    if last:
        yield last


def _both(first: Step, second: Step) -> Step | None:
    """Two steps as one, under the name of the weightier; None where they must be told apart."""
    same = (first.why, first.zh, first.en) == (second.why, second.zh, second.en)
    if first.counted or second.counted:
        joined = same and first.why is Why.SHIFT
    else:
        joined = same or Why.OFF_HOURS in (first.why, second.why)
    if not joined:
        return None
    return replace(
        second if first.why is Why.OFF_HOURS else first,
        start=first.start,
        end=second.end,
        counted=first.counted + second.counted,
        provisional=first.provisional or second.provisional,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())
