"""Every minute of 2024 to 2026: the arithmetic against a reference that looks at each minute by itself."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest

from complaints.vocabulary import Unit
from complaints.workcalendar import WorkCalendar
from complaints.worktime import between, due
from policies import calendars
from tests.rules.worktime_reference import MINUTE, Reference

BEFORE, FIRST, LAST, AFTER = (datetime(y, m, 1, tzinfo=UTC) for y, m in ((2023, 12), (2024, 1), (2027, 1), (2027, 6)))
SEED = 20260520
A_FEW = 4099
"""Spans drawn for the minutes, in turn; a prime, so that they keep no step with hours, days or weeks."""

Both = tuple[Reference, WorkCalendar]


@pytest.fixture(scope="module", params=calendars.shipped())
def both(request: pytest.FixtureRequest) -> Both:
    key: str = request.param
    slice_ = calendars.load(key).between(date(2023, 12, 1), date(2027, 6, 1))
    return Reference(calendars.HERE / f"{key}.toml", BEFORE, AFTER), slice_


def minutes(reference: Reference) -> range:
    return range((FIRST - reference.start) // MINUTE, (LAST - reference.start) // MINUTE)


def drawn(most: int) -> list[int]:
    draw = random.Random(SEED)
    return [draw.randint(0, most) for _ in range(A_FEW)]


def test_the_same_minutes_are_worked(both: Both) -> None:
    """Failures #9, #34, #40, #48, #60: make-up days, lunch and several shifts a day, whatever the weekday."""
    reference, calendar = both
    marked = bytearray(reference.length)
    for begins, ends, _ in takewhile(lambda each: each.end <= AFTER, calendar.stretches(BEFORE)):
        first, last = max(begins, BEFORE) - BEFORE, ends - BEFORE
        marked[first // MINUTE : last // MINUTE] = b"\x01" * ((last - first) // MINUTE)
    every = minutes(reference)
    assert marked[every.start : every.stop] == reference.is_worked[every.start : every.stop]
    assert len(every) == 1_578_240


def test_working_time_from_every_minute_is_over_when_the_reference_says(both: Both) -> None:
    """Failures #5, #32, #39: from any start, on a holiday too, by any calendar."""
    reference, calendar = both
    start, unit, spans = reference.start, Unit.WORKING_TIME, drawn(10 * 60)
    lengths = [span * MINUTE for span in spans]
    wrong = [
        minute
        for minute in minutes(reference)
        if due(start + minute * MINUTE, lengths[minute % A_FEW], unit, calendar)
        != start + reference.due(minute, spans[minute % A_FEW]) * MINUTE
    ]
    assert wrong == []


def test_working_days_from_every_minute_are_over_when_the_reference_says(both: Both) -> None:
    """Failures #9, #60: over holidays and make-up days; from every worked minute and every 7th other."""
    reference, calendar = both
    start, unit, numbers = reference.start, Unit.WORKING_DAY, drawn(3)
    days = [timedelta(days=number) for number in numbers]
    wrong = [
        minute
        for minute in minutes(reference)
        if (minute % 7 == 0 or (calendar.special and reference.is_worked[minute]))
        and due(start + minute * MINUTE, days[minute % A_FEW], unit, calendar)
        != start + reference.due_days(minute, numbers[minute % A_FEW]) * MINUTE
    ]
    assert wrong == []


def test_long_spans_and_the_time_between_are_what_the_reference_says(both: Both) -> None:
    """Weeks at a time from every 97th minute, so that each minute of the day begins some."""
    reference, calendar = both
    spans = drawn(10 * 8 * 60)
    for minute in minutes(reference)[::97]:
        last = reference.due(minute, spans[minute % A_FEW])
        begun, over = (reference.start + each * MINUTE for each in (minute, last))
        assert due(begun, spans[minute % A_FEW] * MINUTE, Unit.WORKING_TIME, calendar) == over
        assert between(begun, over, calendar) == reference.between(minute, last) * MINUTE
