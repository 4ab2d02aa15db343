"""When a limit of a policy is due, asked from outside of any case: the instant, and how it came about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import policies
from complaints.errors import BadValue
from complaints.policy import Limit, Rules
from complaints.reckoning import Step, explain
from complaints.vocabulary import Grade, Term, Unit
from complaints.workcalendar import WorkCalendar
from complaints.worktime import due
from policies import calendars
from policies.calendars import Calendar

AnyTerm = TypeVar("AnyTerm", bound=Term)

YEARS = range(1970, 2201)
"""Of which years a question may be; a calendar says nothing of others."""

ROUND_THE_CLOCK = "always"
"""The calendar of a policy that names none: all its clocks are natural time."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which limit, for a case of which grade, from when; a unit and a calendar stand in for the policy's own."""

    policy: str
    limit: str
    start: str
    grade: str | None = None
    unit: str | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, kw_only=True)
class DueTime:
    """The answer; all instants in UTC, `calendar` knows the clock on the wall."""

    start: datetime
    span: timedelta
    unit: Unit
    calendar: WorkCalendar
    due_at: datetime
    steps: tuple[Step, ...]


def due_time(question: Question) -> DueTime:
    """The answer to a question; BadValue names the part of it that can't be."""
    start = _start(question)
    rules = _rules(question.policy, start.date())
    span, unit = _length(question, rules), _unit(question, rules)
    calendar = _calendar(question, rules, start)
    return DueTime(
        start=start,
        span=span,
        unit=unit,
        calendar=calendar,
        due_at=due(start, span, unit, calendar),
        steps=explain(start, span, unit, calendar),
    )


def _start(question: Question) -> datetime:
    """The instant asked for; without an offset it is read on the policy's own clocks."""
    known = policies.keys()
    if question.policy not in known:
        raise BadValue("policy", f"there is none of this key; there are {', '.join(known)}")
    try:
        at = datetime.fromisoformat(question.start)
    except ValueError:
        raise BadValue("from", "an instant is written 2026-05-20T09:30, or with its offset: …+08:00") from None
    if at.year not in YEARS:
        raise BadValue("from", f"must lie in the years {YEARS[0]} to {YEARS[-1]}")
    zone = policies.load(question.policy).document.policy.zone.value
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


@lru_cache(maxsize=1000)
def _rules(policy: str, day: object) -> Rules:
    """The rules of a case opened on that day; many questions are about the same few days."""
    return policies.load(policy).rules(datetime.fromisoformat(f"{day}T00:00+00:00"))


def _length(question: Question, rules: Rules) -> timedelta:
    limit = _limit(question, rules)
    length = limit.length(None if question.grade is None else _term("grade", Grade, question.grade))
    if length is not None:
        return length
    if limit.promise:
        raise BadValue("limit", "is due when it was promised, not after a span")
    raise BadValue("grade", f"this limit differs by grade: {', '.join(limit.by_grade or ())}")


def _limit(question: Question, rules: Rules) -> Limit:
    try:
        return rules.limit(question.limit)
    except KeyError:
        names = ", ".join(each.name for each in rules.limits)
        raise BadValue("limit", f"this policy has none of this name; it has {names}") from None


def _unit(question: Question, rules: Rules) -> Unit:
    if question.unit is not None:
        return _term("unit", Unit, question.unit)
    return _limit(question, rules).unit


def _calendar(question: Question, rules: Rules, start: datetime) -> WorkCalendar:
    if question.calendar is not None:
        return question.calendar.slice(start)
    return rules.calendar or calendars.load(ROUND_THE_CLOCK).slice(start)


def _term(field: str, terms: type[AnyTerm], text: str) -> AnyTerm:
    try:
        return terms(text)
    except ValueError:
        raise BadValue(field, f"must be one of {', '.join(terms)}") from None
