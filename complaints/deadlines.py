"""Which clocks of a case run, and when each is due.

Nothing is stored: a clock runs from the last fact its limit names until a later fact that meets it, and its key is the
limit's name with that fact's place in the journal. So all clocks run side by side, a re-grade recomputes them from the
same anchor (SOP-2.6), a new round starts its own (SOP-3.5), and so does a reopened case with what it still owes: the
time it was closed is nobody's miss.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from complaints.case import Case, Memory, Wait
from complaints.facts import DueChange
from complaints.policy import Limit, Rules
from complaints.vocabulary import Debtor, Stage, StepStatus
from complaints.worktime import NOTHING, due, elapsed, prolonged


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A running clock; `known_at` is when this due time came to be known, which a late grade makes later."""

    key: str
    limit: Limit
    anchored_at: datetime
    due_at: datetime
    known_at: datetime
    waits: bool = False


def running(case: Case, rules: Rules) -> tuple[Clock, ...]:
    """Every clock that runs now, in the order of the policy's limits."""
    return tuple(clock for limit in rules.limits if _in_stage(case, limit) for clock in _clocks(case, limit, rules))


def memory_of(case: Case, clock: Clock) -> Memory:
    """What a clock has done so far."""
    return case.clocks.get(clock.key, Memory())


def due_changes(case: Case, before: Rules, after: Rules) -> tuple[DueChange, ...]:
    """Every clock another version of the policy would move, start or end, with both due times."""
    then = {clock.key: clock for clock in running(case, before)}
    now = {clock.key: clock for clock in running(case, after)}
    found = []
    for key in dict.fromkeys((*then, *now)):
        old, new = then.get(key), now.get(key)
        dues = (old.due_at if old else None, new.due_at if new else None)
        if dues[0] != dues[1]:
            found.append(DueChange(clock=key, limit=key.partition(".")[0], before=dues[0], after=dues[1]))
    return tuple(found)


def _in_stage(case: Case, limit: Limit) -> bool:
    if case.matter not in limit.matters:
        return False
    if limit.stages:
        return case.stage in limit.stages
    return case.is_open()


def _clocks(case: Case, limit: Limit, rules: Rules) -> Iterator[Clock]:
    if limit.promise == "step":
        yield from _step_clocks(case, limit)
    elif limit.promise == "plan":
        yield from _plan_clock(case, limit)
    else:
        yield from _limit_clock(case, limit, rules)


def _limit_clock(case: Case, limit: Limit, rules: Rules) -> Iterator[Clock]:
    start = limit.runs_from
    if limit.each_round and case.seq("round") > case.seq(start):
        start = "round"
    length = limit.length(case.grade)
    began = case.seq(start)
    if length is None or not began or any(case.seq(met) > began for met in limit.met_by):
        return
    if rules.fair_time and case.seq("reopened") > began and Stage.CLOSED not in limit.stages:
        start = "reopened"
    if limit.debtor is Debtor.CUSTOMER:
        start = max((start, "responded", "attempted"), key=case.seq)
    anchor = case.marks[start].at
    since = (case.marks[name].at for name in ("reopened", "policy_adopted", "converted") if case.seq(name))
    known = max(anchor, case.opened_at, *since)
    if limit.by_grade and case.graded_at:
        known = max(known, case.graded_at)
    unpaused = due(anchor, length, limit.unit, rules.calendar)
    due_at, waits = _waited(case, limit, rules, anchor, unpaused)
    yield Clock(
        key=f"{limit.name}.{case.seq(start)}",
        limit=limit,
        anchored_at=anchor,
        due_at=due_at,
        known_at=known,
        waits=waits,
    )


def _step_clocks(case: Case, limit: Limit) -> Iterator[Clock]:
    for name, step in case.steps.items():
        if step.status is not StepStatus.DONE:
            yield _promise(case, limit, f"{limit.name}.{name}.r{case.round}.{step.delays}", step.expected_at)


def _plan_clock(case: Case, limit: Limit) -> Iterator[Clock]:
    if case.steps and case.seq("plan_accepted") > case.seq("work_completed"):
        delays = sum(step.delays for step in case.steps.values())
        due = max(step.expected_at for step in case.steps.values())
        yield _promise(case, limit, f"{limit.name}.r{case.round}.{delays}", due)


def _promise(case: Case, limit: Limit, key: str, due: datetime) -> Clock:
    latest = max((limit.runs_from, "delay_reported"), key=case.seq)
    anchor = case.marks[latest].at
    return Clock(key=key, limit=limit, anchored_at=anchor, due_at=due, known_at=anchor)


def _waited(case: Case, limit: Limit, rules: Rules, anchor: datetime, unpaused: datetime) -> tuple[datetime, bool]:
    """When a clock is due that stood while the customer was asked for information, and whether it stands now (APP-2.1).

    The pause is counted as the clock is. An open wait counts with all that is left of the cap, so nothing rings while
    it lasts; a wait that began after the limit had passed counts for nothing.
    """
    due_at, total, waits = unpaused, NOTHING, counted_waits(case, rules)
    if not limit.may_wait:
        return due_at, False
    for wait in waits:
        since = max(wait.since, anchor)
        if since >= due_at:
            continue
        left = rules.wait_at_most - total
        total += left if wait.until is None else min(stood(since, wait.until, limit, rules), left)
        due_at = prolonged(unpaused, total, limit.unit, rules.calendar)
    return due_at, bool(waits) and waits[-1].until is None and case.stage is not Stage.CLOSED


def counted_waits(case: Case, rules: Rules) -> tuple[Wait, ...]:
    """The waits that count: for a grade that never waits what was waited before it was given, and no longer."""
    graded_at = case.graded_at
    if case.grade not in rules.never_wait or graded_at is None:
        return case.waits
    if not rules.fair_time:
        return ()
    before = (each for each in case.waits if each.since < graded_at)
    return tuple(replace(each, until=min(each.until or graded_at, graded_at)) for each in before)


def stood(since: datetime, until: datetime, limit: Limit, rules: Rules) -> timedelta:
    """How long a clock stands between two instants, counted as the clock is."""
    return max(elapsed(since, until, limit.unit, rules.calendar), NOTHING)
