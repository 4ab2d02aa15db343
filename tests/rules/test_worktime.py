"""Working time by table and by law: when spans are over, what lies between, and how due times explain themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from complaints.account import told
from complaints.errors import BadValue
from complaints.reckoning import Step, explain
from complaints.vocabulary import CalendarState, Unit, Why
from complaints.workcalendar import Shift, SpecialDays, WorkCalendar, ZoneOffset
from complaints.worktime import between, due, elapsed, prolonged, share
from policies import calendars
from policies.calendars.slicing import offsets

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
CN = calendars.load("cn").between(date(2023, 1, 1), date(2027, 3, 31))
ALWAYS = calendars.load("always").between(date(2023, 1, 1), date(2027, 3, 31))
TIME, DAYS, NATURAL = Unit.WORKING_TIME, Unit.WORKING_DAY, Unit.NATURAL
WHOLE_DAY = (Shift(0, 24 * 60),)
OFFICE = (Shift(9 * 60, 12 * 60), Shift(13 * 60, 18 * 60))


def made(**changes: Any) -> WorkCalendar:
    given_ = {
        "key": "test",
        "version": "1",
        "state": CalendarState.COMPANY,
        "first": date(2026, 1, 1),
        "last": date(2026, 12, 31),
        "week": (OFFICE,) * 5 + ((), ()),
        "offsets": (ZoneOffset(since=datetime(2026, 1, 1, tzinfo=UTC), offset=timedelta(hours=8)),),
    }
    return WorkCalendar(**{**given_, **changes})


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("start", "span", "unit", "over"),
    [
        # within a day, over lunch (#34), over night, over a weekend (#8, #48)
        ("2026-05-20 09:00", hours(2), TIME, "2026-05-20 11:00"),
        ("2026-05-20 11:00", hours(2), TIME, "2026-05-20 14:00"),
        ("2026-05-20 17:00", hours(2), TIME, "2026-05-21 10:00"),
        ("2026-05-22 17:00", hours(2), TIME, "2026-05-25 10:00"),
        # what is over is over as soon as it can be
        ("2026-05-20 09:00", hours(3), TIME, "2026-05-20 12:00"),
        ("2026-05-20 09:00", hours(8), TIME, "2026-05-20 18:00"),
        # what begins outside of working time begins with the next shift (#32)
        ("2026-05-20 12:30", hours(1), TIME, "2026-05-20 14:00"),
        ("2026-05-20 21:00", hours(1), TIME, "2026-05-21 10:00"),
        ("2026-05-23 15:00", hours(1), TIME, "2026-05-25 10:00"),
        ("2026-05-01 10:00", hours(1), TIME, "2026-05-06 10:00"),
        ("2026-05-20 12:30", hours(0), TIME, "2026-05-20 13:00"),
        ("2026-05-20 18:00", hours(0), TIME, "2026-05-20 18:00"),
        # holidays and make-up days, 调休 (#9, #60)
        ("2026-09-30 17:00", hours(2), TIME, "2026-10-08 10:00"),
        ("2026-10-09 17:00", hours(2), TIME, "2026-10-10 10:00"),
        ("2026-02-13 17:00", hours(10), TIME, "2026-02-24 10:00"),
        # sub-minute precision
        ("2026-05-20 11:59:59.500000", timedelta(seconds=1), TIME, "2026-05-20 13:00:00.500000"),
        # days: the same time of day on the n-th next working day
        ("2026-05-20 15:00", days(3), DAYS, "2026-05-25 15:00"),
        ("2026-09-30 15:00", days(3), DAYS, "2026-10-10 15:00"),
        ("2026-05-22 19:00", days(1), DAYS, "2026-05-26 09:00"),
        ("2026-05-23 11:00", days(1), DAYS, "2026-05-26 09:00"),
        ("2026-05-20 12:10", days(1), DAYS, "2026-05-21 13:00"),
        ("2026-05-20 18:00", days(1), DAYS, "2026-05-21 18:00"),
        ("2026-05-23 11:00", days(0), DAYS, "2026-05-25 09:00"),
        ("2026-05-20 09:00", days(1.5), DAYS, "2026-05-21 14:00"),
        # natural time knows no calendar
        ("2026-09-30 17:00", days(3), NATURAL, "2026-10-03 17:00"),
    ],
)
def test_a_span_in_china_is_over_when_people_would_say(start: str, span: timedelta, unit: Unit, over: str) -> None:
    assert due(at(start), span, unit, CN) == at(over)


def test_round_the_clock_working_time_is_natural_time() -> None:
    """Failure #5: what works with a 7×24 calendar only."""
    start = at("2026-09-30 23:59:30")
    for unit in Unit:
        assert due(start, days(3), unit, ALWAYS) == start + days(3)


def test_the_same_instant_is_due_at_the_same_instant_wherever_it_is_written() -> None:
    """Failure #33: agents in other zones."""
    start = at("2026-05-20 17:00")
    assert due(start.astimezone(NEW_YORK), hours(2), TIME, CN) == due(start, hours(2), TIME, CN)
    assert due(start.astimezone(NEW_YORK), days(2), NATURAL, CN).utcoffset() == timedelta(0)


def test_a_pause_counts_in_the_unit_of_its_clock() -> None:
    """Failures #8, #32, #33: a pause over a weekend prolongs a clock of working time by the hours worked in it."""
    start, paused, resumed = at("2026-05-22 16:00"), at("2026-05-22 17:00"), at("2026-05-25 10:00")
    for unit, stood, over in (
        (TIME, hours(2), "2026-05-25 14:00"),
        (DAYS, hours(2), "2026-05-25 18:00"),
        (NATURAL, hours(65), "2026-05-25 13:00"),
    ):
        span = days(1) if unit is DAYS else hours(4)
        assert elapsed(paused, resumed, unit, CN) == stood
        assert prolonged(due(start, span, unit, CN), stood, unit, CN) == at(over)


def test_a_warning_falls_into_working_time_too() -> None:
    """Failure #6: one hour before landed at midnight."""
    start, due_at = at("2026-05-22 14:00"), at("2026-05-25 14:00")
    assert share(start, due_at, 0.5, TIME, CN) == at("2026-05-22 18:00")
    assert share(start, due_at, 0.75, TIME, CN) == at("2026-05-25 11:00")
    assert share(start, due_at, 0.75, DAYS, CN) == at("2026-05-25 11:00")
    assert share(start, due_at, 0.5, NATURAL, CN) == at("2026-05-24 02:00")


def test_where_the_day_of_arrival_is_shorter_days_are_met_at_the_end_of_the_shift_before() -> None:
    """A half day before a holiday, and one that begins late; nobody works at 15:00 or at 9:30 then."""
    half = SpecialDays(first=date(2026, 5, 21), zh="半天", en="Half day", shifts=(Shift(10 * 60, 12 * 60),))
    calendar = made(special=(half,))
    assert due(at("2026-05-20 15:00"), days(1), DAYS, calendar) == at("2026-05-21 12:00")
    assert due(at("2026-05-20 09:30"), days(1), DAYS, calendar) == at("2026-05-21 10:00")


def test_a_night_shift_is_two_and_goes_on_over_midnight() -> None:
    week = ((Shift(0, 6 * 60), Shift(22 * 60, 24 * 60)),) * 5 + ((), ())
    calendar = made(week=week)
    assert due(at("2026-05-20 23:00"), hours(3), TIME, calendar) == at("2026-05-21 02:00")
    assert due(at("2026-05-22 23:00"), hours(3), TIME, calendar) == at("2026-05-25 02:00")
    assert due(at("2026-05-21 00:00"), days(1), DAYS, calendar) == at("2026-05-22 00:00")


@pytest.mark.parametrize(("weekday", "first"), [(weekday, 4 + weekday) for weekday in range(7)])
def test_a_week_of_one_working_day_is_enough(weekday: int, first: int) -> None:
    """Failure #48: wrong unless Monday and Thursday were set."""
    calendar = made(week=tuple(OFFICE if day == weekday else () for day in range(7)))
    assert due(at("2026-05-03 23:00"), hours(9), TIME, calendar) == at(f"2026-05-{first + 7:02} 10:00")


def new_york(week: tuple[tuple[Shift, ...], ...]) -> WorkCalendar:
    return made(week=week, offsets=offsets("America/New_York", date(2026, 1, 1), date(2026, 12, 31)))


def test_a_night_on_which_clocks_change_is_as_long_as_it_is() -> None:
    """Forward on 2026-03-08, back on 2026-11-01, both at two in the morning."""
    round_the_clock = new_york((WHOLE_DAY,) * 7)
    for day, length in (("2026-03-07", 24), ("2026-03-08", 23), ("2026-11-01", 25)):
        start = at(f"{day} 00:00", NEW_YORK)
        end = datetime.combine(start.date() + days(1), datetime.min.time(), NEW_YORK)
        assert between(start, end, round_the_clock) == hours(length)
    nights = new_york(((Shift(60, 150),),) * 7)  # 01:00 to 02:30
    assert due(at("2026-03-08 01:30", NEW_YORK), hours(1), TIME, nights) == at("2026-03-09 01:30", NEW_YORK)
    twice = due(at("2026-10-31 12:00", NEW_YORK), hours(1.5), TIME, nights)
    assert twice.astimezone(NEW_YORK).isoformat() == "2026-11-01T01:30:00-05:00", "from one to two was worked before"


def test_days_keep_the_time_on_the_wall_when_clocks_change() -> None:
    office = new_york((OFFICE,) * 7)
    assert due(at("2026-03-07 15:00", NEW_YORK), days(1), DAYS, office) == at("2026-03-08 15:00", NEW_YORK)
    assert due(at("2026-10-31 15:00", NEW_YORK), days(1), DAYS, office) == at("2026-11-01 15:00", NEW_YORK)
    nights = new_york((WHOLE_DAY,) * 7)
    gap = due(at("2026-03-07 02:30", NEW_YORK), days(1), DAYS, nights)
    assert gap == at("2026-03-08 03:00", NEW_YORK), "half past two never came; three did at once"


def test_beyond_its_end_a_slice_goes_on_by_the_week_and_says_that_it_is_provisional() -> None:
    calendar = made(last=date(2026, 5, 22))
    assert due(at("2026-05-22 17:00"), hours(2), TIME, calendar) == at("2026-05-25 10:00")
    *announced, last = explain(at("2026-05-22 17:00"), hours(2), TIME, calendar)
    assert last.provisional
    assert not announced[0].provisional
    assert due(at("2029-05-22 17:00"), days(30), DAYS, calendar) > at("2029-07-01 00:00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"week": ((),) * 7}, "week"),  # failure #20: an empty calendar
        ({"week": (OFFICE,) * 6}, "week"),
        ({"week": ((Shift(540, 480),),) * 7}, "week"),
        ({"week": ((Shift(1320, 1800),),) * 7}, "week"),
        ({"week": ((Shift(540, 720), Shift(700, 800)),) * 7}, "week"),
        ({"special": (SpecialDays(first=date(2026, 5, 1), days=0),)}, "special"),
        ({"special": (SpecialDays(first=date(2026, 5, 1), days=2), SpecialDays(first=date(2026, 5, 2)))}, "special"),
        ({"special": (SpecialDays(first=date(2026, 5, 1), shifts=(Shift(5, 5),)),)}, "special"),
        ({"first": date(2027, 1, 1)}, "last"),
        ({"offsets": ()}, "offsets"),
        ({"offsets": (ZoneOffset(since=datetime(2026, 1, 1), offset=hours(8)),)}, "offsets"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_reckoned_with_is_refused_by_its_field_when_made(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadValue) as refused:
        made(**changes)
    assert refused.value.field == field


def test_a_negative_span_is_refused() -> None:
    with pytest.raises(BadValue, match="span"):
        due(at("2026-05-20 09:00"), -hours(1), TIME, CN)


def test_a_slice_is_the_same_after_a_journey_as_json_and_small() -> None:
    """At most 2 KB of the 8 KB that compiled rules may have, whatever the year."""
    adapter = TypeAdapter(WorkCalendar)
    for key in calendars.shipped():
        for month in range(4 * 12):
            opened = datetime(2023 + month // 12, month % 12 + 1, 15, tzinfo=UTC)
            slice_ = calendars.load(key).slice(opened)
            due(opened, hours(40), TIME, slice_)
            written = adapter.dump_json(slice_)
            assert len(written) <= 2048
            assert adapter.validate_json(written) == slice_


def test_a_due_time_explains_itself_step_by_step() -> None:
    """Failure #19: a holiday feed had added unexpected holidays, and nobody could see it."""
    steps = explain(at("2026-10-09 11:00"), hours(9), TIME, CN)
    assert [(step.why, step.en, step.counted) for step in steps] == [
        (Why.SHIFT, "", hours(1)),
        (Why.BREAK, "", hours(0)),
        (Why.SHIFT, "", hours(5)),
        (Why.OFF_HOURS, "", hours(0)),
        (Why.MAKE_UP, "National Day", hours(3)),
    ]
    weekend_then_year = explain(at("2026-12-31 17:00"), days(1), DAYS, CN)
    assert [(step.why, step.provisional) for step in weekend_then_year] == [(Why.WORKING_DAY, True)]
    holiday = explain(at("2026-09-30 17:30"), days(1), DAYS, CN)
    assert [told(step, CN, "en") for step in holiday] == [
        "2026-09-30 17:30 to 2026-10-08 00:00  National Day holiday, doesn't count",
        "2026-10-08 00:00 to 2026-10-08 17:30  working day, counts 1 day",
    ]
    assert told(steps[4], CN, "zh") == "2026-10-10 09:00 至 2026-10-10 12:00  国庆节 调休上班, 计 3:00"
    assert told(weekend_then_year[0], CN, "zh").endswith("计 1 天(暂定,尚未公布)")


CALENDARS = [
    CN,
    ALWAYS,
    made(),
    new_york((OFFICE,) * 5 + ((Shift(0, 90), Shift(22 * 60, 24 * 60)),) * 2),
    made(week=((Shift(0, 1),),) + ((),) * 5 + ((Shift(1439, 1440),),)),
]
INSTANTS = st.datetimes(datetime(2026, 1, 2), datetime(2026, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(0), timedelta(hours=60))
UNITS = st.sampled_from(Unit)
AMONG = st.sampled_from(CALENDARS)
law = settings(deadline=None, max_examples=200)


@law
@given(INSTANTS, SPANS, SPANS, AMONG)
def test_working_time_adds_up(start: datetime, first: timedelta, second: timedelta, calendar: WorkCalendar) -> None:
    over = due(due(start, first, TIME, calendar), second, TIME, calendar)
    assert over == due(start, first + second, TIME, calendar)


@law
@given(INSTANTS, st.integers(0, 20), st.integers(0, 20), st.sampled_from([CN, ALWAYS, made()]))
def test_working_days_add_up_where_all_days_have_the_same_shifts(
    start: datetime, first: int, second: int, calendar: WorkCalendar
) -> None:
    over = due(due(start, days(first), DAYS, calendar), days(second), DAYS, calendar)
    assert over == due(start, days(first + second), DAYS, calendar)


@law
@given(INSTANTS, SPANS, AMONG)
def test_the_time_between_a_start_and_its_end_is_the_span(
    start: datetime, span: timedelta, calendar: WorkCalendar
) -> None:
    over = due(start, span, TIME, calendar)
    assert between(start, over, calendar) == span
    assert between(over, start, calendar) == -span


@law
@given(INSTANTS, SPANS, SPANS, UNITS, st.sampled_from([CN, ALWAYS, made()]))
def test_later_starts_and_longer_spans_are_never_over_sooner(
    start: datetime, more: timedelta, span: timedelta, unit: Unit, calendar: WorkCalendar
) -> None:
    over = due(start, span, unit, calendar)
    assert over >= start
    assert due(start + more, span, unit, calendar) >= over
    assert due(start, span + more, unit, calendar) >= over


@law
@given(INSTANTS, SPANS, st.sampled_from([TIME, DAYS]), AMONG)
def test_what_is_due_in_working_time_is_due_within_a_shift(
    start: datetime, span: timedelta, unit: Unit, calendar: WorkCalendar
) -> None:
    over = due(start, span, unit, calendar)
    assert next(calendar.stretches(over)).start <= over


@law
@given(INSTANTS, SPANS, st.floats(0, 1), UNITS, AMONG)
def test_a_share_of_the_way_lies_on_it_and_in_the_same_unit(
    start: datetime, span: timedelta, fraction: float, unit: Unit, calendar: WorkCalendar
) -> None:
    over = due(start, span, unit, calendar)
    reached = share(start, over, fraction, unit, calendar)
    assert start <= reached <= over
    gone, whole = elapsed(start, reached, unit, calendar), elapsed(start, over, unit, calendar)
    assert abs(gone - whole * fraction) <= timedelta(microseconds=1)
    assert unit is NATURAL or next(calendar.stretches(reached)).start <= reached


@law
@given(INSTANTS, SPANS, UNITS, AMONG)
def test_an_explanation_lies_end_to_end_and_counts_the_span(
    start: datetime, span: timedelta, unit: Unit, calendar: WorkCalendar
) -> None:
    steps: tuple[Step, ...] = explain(start, span, unit, calendar)
    edges = [start, *(step.end for step in steps)]
    assert [step.start for step in steps] == edges[:-1]
    assert edges[-1] == due(start, span, unit, calendar)
    assert sum((step.counted for step in steps), timedelta(0)) == span
    assert all(step.start <= step.end for step in steps)
