"""A calendar's year as a picture of letters: every month with its days off, holidays and make-up days."""

from calendar import Calendar as Weeks
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from complaints.workcalendar import DAY, SpecialDays, WorkCalendar
from policies.calendars import Calendar
from policies.calendars.document import WEEKDAYS, write_shift

WORKED, OFF, HOLIDAY, MAKE_UP, SPECIAL, OPEN = " ", "·", "*", "+", "~", "?"
LEGEND = (
    f"{OFF} day off 休息   {HOLIDAY} holiday 放假   {MAKE_UP} make-up working day 调休上班",
    f"{SPECIAL} special hours 特殊时间   {OPEN} working day, provisional 暂定",
)
WEEKS_A_MONTH = 6
GAP = "    "


def picture(calendar: Calendar, year: int) -> str:
    """The whole picture."""
    slice_ = calendar.between(date(year, 1, 1), date(year, 12, 31))
    return "\n".join([*_head(calendar, slice_, year), "", *_months(slice_, year), *_special(slice_), ""])


def mark(slice_: WorkCalendar, day: date) -> str:
    """The sign of one day."""
    special, usual = slice_.special_on(day), slice_.week[day.weekday()]
    if not slice_.shifts_on(day):
        return OFF if special is None else HOLIDAY
    if special is None:
        return OPEN if slice_.is_provisional(day) else WORKED
    return SPECIAL if usual else MAKE_UP


def _head(calendar: Calendar, slice_: WorkCalendar, year: int) -> Iterator[str]:
    days = [day for day in _days(year) if slice_.shifts_on(day)]
    open_days = sum(slice_.is_provisional(day) for day in days)
    yield f"{calendar.key} {year} · {calendar.title.zh} {calendar.title.en}"
    yield f"{calendar.state} {calendar.state.zh}, version {calendar.version}, zone {calendar.zone}"
    if len(calendar.chain()) > 1:
        yield f"extends {', '.join(calendar.chain()[1:])}"
    for shifts, names in groupby(WEEKDAYS, key=lambda name: calendar.week[name]):
        named = [name[:2].title() for name in names]
        hours = ", ".join(map(write_shift, shifts)) or "off"
        yield f"{named[0]}–{named[-1]} {hours}" if len(named) > 1 else f"{named[0]} {hours}"
    yield f"{len(days)} working days 个工作日" + (f", {open_days} of them provisional 其中暂定" if open_days else "")
    yield from LEGEND


def _months(slice_: WorkCalendar, year: int) -> Iterator[str]:
    """Three months side by side."""
    for first in range(1, 13, 3):
        blocks = [_month(slice_, year, month) for month in range(first, first + 3)]
        yield from (GAP.join(lines).rstrip() for lines in zip(*blocks, strict=True))


def _month(slice_: WorkCalendar, year: int, month: int) -> list[str]:
    weeks = Weeks().monthdatescalendar(year, month)
    rows = ["".join(_cell(slice_, day, month) for day in week) for week in weeks]
    blank = " " * 28
    names = "".join(f" {name[:2].title()} " for name in WEEKDAYS)
    return [f" {year}-{month:02}".ljust(28), names, *rows, *[blank] * (WEEKS_A_MONTH - len(rows))]


def _cell(slice_: WorkCalendar, day: date, month: int) -> str:
    return f" {day.day:2}{mark(slice_, day)}" if day.month == month else " " * 4


def _special(slice_: WorkCalendar) -> Iterator[str]:
    for each in slice_.special:
        last = each.first + DAY * (each.days - 1)
        span = f"{each.first}" if each.days == 1 else f"{each.first} – {last}"
        yield f"{mark(slice_, each.first)} {span:<24}{each.zh} {each.en}{_hours(each)}"


def _hours(each: SpecialDays) -> str:
    return f" ({', '.join(map(write_shift, each.shifts))})" if each.shifts else ""


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + DAY * more for more in range((date(year + 1, 1, 1) - first).days))
