"""Clocks in working time: due times, warnings, waits and the ladder are all counted in the clock's own unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints import commands as c
from complaints.deadlines import Clock, running
from complaints.errors import BadValue
from complaints.explanation import explained
from complaints.policy import Rules
from complaints.vocabulary import Grade, TellingWay, Unit
from complaints.worktime import due
from policies import calendars
from tests import builders as b

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """An instant on the clocks of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def rules(opened_at: datetime, **units: Unit) -> Rules:
    """The SOP's rules with some limits in another unit, on the calendar of China."""
    usual = b.rules(opened_at)
    limits = tuple(replace(each, unit=units.get(each.name, each.unit)) for each in usual.limits)
    return replace(usual, limits=limits, calendar=calendars.load("cn").slice(opened_at))


def desk(opened_at: datetime, **units: Unit) -> b.Desk:
    return b.Desk(opened_at, rules_=rules(opened_at, **units))


def clock(desk: b.Desk, limit: str) -> Clock:
    return next(each for each in running(desk.case, desk.rules) if each.limit.name == limit)


@pytest.mark.clause("SVC-4.1")
def test_three_working_days_step_over_a_holiday() -> None:
    """Confirmed on Tuesday 28 April 2026: Labour Day is 1 to 5 May, and Saturday 9 May is worked."""
    confirmed = desk(at("2026-04-28 10:00")).revisiting()
    confirmed.rules = rules(confirmed.at, revisit=Unit.WORKING_DAY)
    limits = tuple(
        replace(each, within=timedelta(days=3)) if each.name == "revisit" else each for each in confirmed.rules.limits
    )
    confirmed.rules = replace(confirmed.rules, limits=limits)
    assert clock(confirmed, "revisit").due_at == at("2026-05-06 10:00")


@pytest.mark.clause("SOP-1.2")
def test_working_hours_stop_at_lunch_over_night_and_at_the_weekend() -> None:
    late_on_friday = desk(at("2026-05-22 17:30"), registration=Unit.WORKING_TIME)
    assert clock(late_on_friday, "registration").due_at == at("2026-05-25 10:30")


@pytest.mark.clause("SVC-5.1")
def test_a_warning_is_as_much_of_the_working_time_as_of_the_limit() -> None:
    """Half of two hours that began at 17:30 on a Friday is half past nine on Monday, and no warning falls between."""
    friday = desk(at("2026-05-22 17:30"), registration=Unit.WORKING_TIME)
    friday.responded()
    friday.wait(days=2, hours=16, minutes=1)
    warned = [each for each in friday.entries_of("limit_warned") if each.fact.limit == "registration"]
    assert [(each.fact.share, each.taken_at) for each in warned] == [(0.5, at("2026-05-25 09:30"))]


@pytest.mark.clause("SVC-5.1")
def test_the_ladder_of_a_working_clock_sleeps_at_night() -> None:
    """Missed at 17:45; half an hour of working time later is a quarter past nine next morning."""
    tuesday = desk(at("2026-05-19 16:45"), registration=Unit.WORKING_TIME).responded()
    limits = tuple(
        replace(each, within=timedelta(hours=1)) if each.name == "registration" else each
        for each in tuesday.rules.limits
    )
    tuesday.rules = replace(tuesday.rules, limits=limits)
    tuesday.wait(hours=24)
    steps = [each for each in tuesday.entries_of("escalated") if each.fact.limit == "registration"]
    assert [(each.fact.level, each.taken_at) for each in steps] == [
        (1, at("2026-05-19 17:45")),
        (2, at("2026-05-20 09:15")),
        (3, at("2026-05-20 10:45")),
    ]


@pytest.mark.clause("APP-2.1")
def test_a_wait_over_the_night_prolongs_a_working_clock_by_no_night() -> None:
    """Asked at 17:00, answered at 10:00 next morning: two working hours, not seventeen."""
    waiting = desk(at("2026-05-19 16:00"), start_handling=Unit.WORKING_TIME).registered(grade=Grade.IMPORTANT)
    before = clock(waiting, "start_handling").due_at
    waiting.at = at("2026-05-19 17:00")
    asked = c.RequestInformation(words=b.words("请提供照片", "call-1"), way=TellingWay.CALL)
    waiting.do(asked, b.AGENT)
    waiting.at = at("2026-05-20 10:00")
    waiting.do(c.ProvideInformation(words=b.words("照片已发")), b.CUSTOMER)
    assert before == at("2026-05-20 11:00")
    after = clock(waiting, "start_handling")
    assert after.due_at == at("2026-05-20 14:00")
    account = explained(after, waiting.case, waiting.rules)
    assert account.steps[-1].end == after.due_at
    assert sum((step.counted for step in account.steps), timedelta(0)) == timedelta(hours=4 + 2)
    assert [wait.counted for wait in account.waits] == [timedelta(hours=2)]


def test_a_limit_counted_in_working_time_needs_a_calendar() -> None:
    """The loader never makes such rules; the arithmetic says so rather than guess."""
    with pytest.raises(BadValue, match="calendar"):
        due(b.NOON, timedelta(hours=1), Unit.WORKING_TIME, None)
