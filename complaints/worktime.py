"""Arithmetic in working time: when a span is over, and how much of it has passed. Pure; the calendar comes in.

Three units. **Natural** time is what every clock shows. **Working time** runs only within shifts. A number of
**working days** is met at the same time of day on the n-th next working day, as when somebody says "three working
days": Friday 15:00 and three days is Wednesday 15:00.

Four rules make them one arithmetic:

- What begins outside of working time begins with the next shift. The end of a shift still belongs to it.
- What is over is over as soon as it can be: eight hours from nine are over at the end of the day, not next morning.
- Where the day of arrival has no shift at that time of day, working days are met at the end of the shift before,
  or with the day's first shift if there is none before. Part of a day is that part of the working time to the next.
- Pauses and warnings count as the clock does. A clock of working days counts both in the working time between, so a
  weekend prolongs nothing and no warning falls into the night.
"""

from datetime import UTC, date, datetime, timedelta

from complaints.errors import BadValue
from complaints.vocabulary import Unit
from complaints.workcalendar import DAY, Stretch, WorkCalendar

NOTHING = timedelta(0)


def due(start: datetime, span: timedelta, unit: Unit, calendar: WorkCalendar | None) -> datetime:
    """The instant at which a span that began at `start` is over, in UTC.

    `timedelta(days=3)` is three working days in that unit, and 72 hours in the two others. Natural time needs no
    calendar; raises BadValue where working time has none.
    """
    if span < NOTHING:
        raise BadValue("span", "must not be negative")
    start = start.astimezone(UTC)
    match unit:
        case Unit.NATURAL:
            return start + span
        case Unit.WORKING_TIME:
            return worked(start, span, needed(calendar))
        case Unit.WORKING_DAY:
            return _days_on(start, span, needed(calendar))


def needed(calendar: WorkCalendar | None) -> WorkCalendar:
    """The calendar without which working time can't be counted."""
    if calendar is None:
        raise BadValue("calendar", "working time needs a calendar")
    return calendar


def elapsed(start: datetime, end: datetime, unit: Unit, calendar: WorkCalendar | None) -> timedelta:
    """How much counts between two instants: what is left of a clock, or how long a pause was, in the clock's unit."""
    return end - start if unit is Unit.NATURAL else between(start, end, needed(calendar))


def prolonged(due_at: datetime, paused: timedelta, unit: Unit, calendar: WorkCalendar | None) -> datetime:
    """When a clock is due that stood for so long; `paused` is what `elapsed` said of its pauses.

    The ladder climbs by it too: what a clock of working days owes afterwards is counted in working time.
    """
    return due(due_at, paused, Unit.NATURAL if unit is Unit.NATURAL else Unit.WORKING_TIME, calendar)


def share(start: datetime, due_at: datetime, fraction: float, unit: Unit, calendar: WorkCalendar | None) -> datetime:
    """The instant at which a fraction of the way to the due time has passed: when to warn."""
    start, due_at = start.astimezone(UTC), due_at.astimezone(UTC)
    if unit is Unit.NATURAL:
        return start + (due_at - start) * fraction
    calendar = needed(calendar)
    return min(due_at, worked(start, between(start, due_at, calendar) * fraction, calendar))


def between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """The working time between two instants; negative where the end lies before the start."""
    if end < start:
        return -between(end, start, calendar)
    start, end, total = start.astimezone(UTC), end.astimezone(UTC), NOTHING
    for begins, ends, _ in calendar.stretches(start):
        if begins >= end:
            break
        total += min(ends, end) - max(begins, start)
    return total


def worked(start: datetime, span: timedelta, calendar: WorkCalendar) -> datetime:
    """The first instant, in a shift, by which so much working time has passed."""
    for begins, ends, _ in calendar.stretches(start):
        at = max(start, begins) + span
        if at <= ends:
            return at
        span = at - ends
    raise AssertionError("a week without working time was refused when the calendar was made")


def opening(start: datetime, calendar: WorkCalendar) -> tuple[datetime, Stretch]:
    """When what comes at an instant is begun: then, or with the next shift; and that shift."""
    stretch = next(calendar.stretches(start))
    return max(start, stretch.start), stretch


def working_days(day: date, number: int, calendar: WorkCalendar) -> date:
    """The n-th working day after a day."""
    while number:
        day += DAY
        number -= bool(calendar.stretches_on(day))
    return day


def at_same_time(time_of_day: timedelta, day: date, calendar: WorkCalendar) -> datetime:
    """That time of day on a working day; where no shift has it, the end of the one before, or the first one's start."""
    wanted = calendar.instant(datetime.combine(day, datetime.min.time()) + time_of_day)
    begun = [each for each in calendar.stretches_on(day) if each.start <= wanted]
    return min(wanted, begun[-1].end) if begun else calendar.stretches_on(day)[0].start


def time_of_day(at: datetime, day: date, calendar: WorkCalendar) -> timedelta:
    """How far the clock on the wall has come since that day's midnight; 24 hours at the end of the day."""
    return calendar.wall(at) - datetime.combine(day, datetime.min.time())


def _days_on(start: datetime, span: timedelta, calendar: WorkCalendar) -> datetime:
    begun, stretch = opening(start, calendar)
    number, rest = divmod(span, DAY)
    clock = time_of_day(begun, stretch.day, calendar)
    if number == 0 and not rest:
        return begun
    day = working_days(stretch.day, number, calendar)
    at = at_same_time(clock, day, calendar) if number else begun
    if not rest:
        return at
    following = at_same_time(clock, working_days(day, 1, calendar), calendar)
    return worked(at, between(at, following, calendar) * (rest / DAY), calendar)
