"""What a calendar file may get wrong beyond its shape, each named by its path."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from complaints.errors import BadValue, ComplaintError
from complaints.vocabulary import CalendarState
from complaints.workcalendar import Shift, check_shifts
from policies.calendars.document import LONGEST_RUN, WEEKDAYS, CalendarDocument, DaysSection


class CalendarMistake(ComplaintError):
    """A calendar file with mistakes; `mistakes` names each by its path in the file."""

    def __init__(self, key: str, mistakes: tuple[str, ...]) -> None:
        super().__init__(f"calendar {key}: " + "; ".join(mistakes))
        self.key = key
        self.mistakes = mistakes


def mistakes(document: CalendarDocument) -> Iterator[str]:
    """Every mistake, as `path: what is wrong`."""
    yield from _head(document)
    yield from _week(document)
    yield from _closed(document)
    yield from _worked(document)
    yield from _twice(document)


def _head(document: CalendarDocument) -> Iterator[str]:
    head = document.calendar
    if head.extends is None and head.zone is None:
        yield "calendar.zone: missing, as no other calendar is extended"
    if head.zone is not None and not _is_zone(head.zone):
        yield f"calendar.zone: no such time zone: {head.zone}"
    if head.extends == head.key:
        yield "calendar.extends: a calendar can't extend itself"
    if head.state is CalendarState.OFFICIAL and document.days != DaysSection() and not head.notices:
        yield "calendar.notices: missing: whose notice makes these days official?"
    if head.known_from and head.provisional_from and head.known_from >= head.provisional_from:
        yield "calendar.provisional_from: must lie after known_from"


def _week(document: CalendarDocument) -> Iterator[str]:
    if document.week is None:
        if document.calendar.extends is None:
            yield "week: missing, as no other calendar is extended"
        return
    for name in WEEKDAYS:
        if name not in document.week:
            yield f"week.{name}: missing; [] is a day off"
    for name, shifts in document.week.items():
        yield from _shifts(f"week.{name}", shifts)
    if not any(document.week.values()):
        yield "week: needs working time on some day"


def _closed(document: CalendarDocument) -> Iterator[str]:
    for place, each in enumerate(document.days.closed):
        if each.last < each.first:
            yield f"days.closed.{place}.to: must not lie before from"
        elif (each.last - each.first).days >= LONGEST_RUN:
            yield f"days.closed.{place}.to: at most {LONGEST_RUN} days in one entry"


def _worked(document: CalendarDocument) -> Iterator[str]:
    for place, each in enumerate(document.days.worked):
        path = f"days.worked.{place}"
        if each.shifts is not None:
            yield from _shifts(f"{path}.shifts", each.shifts)
        if each.shifts == ():
            yield f"{path}.shifts: has no working time; a day off stands under days.closed"


def _twice(document: CalendarDocument) -> Iterator[str]:
    """Which of two entries holds would be a guess."""
    named: Counter[date] = Counter(each.day for each in document.days.worked)
    for run in document.days.closed:
        if (run.last - run.first).days < LONGEST_RUN:
            named.update(run.days())
    for day in sorted(day for day, times in named.items() if times > 1):
        yield f"days: {day} is named twice"


def _shifts(path: str, shifts: tuple[Shift, ...]) -> Iterator[str]:
    try:
        check_shifts(path, shifts)
    except BadValue as mistake:
        yield str(mistake)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # what isn't there, is a folder, or leads out of the database
        return False
    return True
