"""How the due time of a case's clock came about: the limit's span, the calendar's steps, and the waits between.

The first steps lead from the anchor to where the limit would be due without a wait; where the clock stood, more steps
lead on to its due time, counting what the waits took.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.case import Case, Wait
from complaints.deadlines import Clock, counted_waits, stood
from complaints.policy import Rules
from complaints.reckoning import Step, explain
from complaints.vocabulary import Unit


@dataclass(frozen=True, kw_only=True)
class WaitTaken:
    """A span in which the case waited for the customer, and how much of it the clock stood; open without `until`."""

    since: datetime
    until: datetime | None
    counted: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """`span` is None for what was promised for an instant: there is nothing to reckon."""

    clock: Clock
    span: timedelta | None
    steps: tuple[Step, ...]
    waits: tuple[WaitTaken, ...] = ()


def explained(clock: Clock, case: Case, rules: Rules) -> Explanation:
    """The account of a running clock."""
    span = clock.limit.length(case.grade)
    if clock.limit.promise or span is None:
        return Explanation(clock=clock, span=None, steps=())
    steps = explain(clock.anchored_at, span, clock.limit.unit, rules.calendar)
    unpaused = steps[-1].end if steps else clock.anchored_at
    if clock.due_at > unpaused:
        steps += _prolonging(unpaused, clock, rules)
    counted = counted_waits(case, rules)
    waits = tuple(_taken(each, clock, rules) for each in counted if (each.until or clock.due_at) > clock.anchored_at)
    return Explanation(clock=clock, span=span, steps=steps, waits=waits if clock.due_at > unpaused else ())


def _prolonging(unpaused: datetime, clock: Clock, rules: Rules) -> tuple[Step, ...]:
    """From where it would be due to where it is: what the waits added, counted as the clock is."""
    unit = Unit.NATURAL if clock.limit.unit is Unit.NATURAL else Unit.WORKING_TIME
    added = stood(unpaused, clock.due_at, clock.limit, rules)
    return explain(unpaused, added, unit, rules.calendar)


def _taken(wait: Wait, clock: Clock, rules: Rules) -> WaitTaken:
    if wait.until is None:
        return WaitTaken(since=wait.since, until=None, counted=None)
    counted = stood(max(wait.since, clock.anchored_at), wait.until, clock.limit, rules)
    return WaitTaken(since=wait.since, until=wait.until, counted=counted)
