"""What a clock does next, and when: warn, record the miss, climb the ladder, remind, open a call task, archive.

A company clock warns its debtor, is recorded as missed when due, then climbs the policy's ladder level by level and
repeats the last one until the missed act is done (SVC-5.1), all of it in the clock's own unit. A clock the customer
owes reminds, then gives the agent a call task; it is never the company's breach. A clock of the system does its own
act, but the archive waits for whatever the company still owes in a closed case, such as the answer to a suggestion.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from complaints import facts as f
from complaints.case import Case, Memory
from complaints.deadlines import Clock, memory_of, running
from complaints.policy import Rules
from complaints.vocabulary import Debtor
from complaints.worktime import prolonged, share

Action = Literal["warn", "miss", "escalate", "remind", "call_task", "archive"]


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One act of a clock: `at` is its true time, `acts_at` when the workflow carries it out."""

    action: Action
    at: datetime
    acts_at: datetime
    clock: Clock
    level: int = 0
    share: float = 0.0


def next_rungs(case: Case, rules: Rules) -> tuple[Rung, ...]:
    """The next act of every running clock that has one, soonest first."""
    clocks = running(case, rules)
    found = [
        _after_what_held_it(rung, case)
        for clock in clocks
        if not is_held(clock, clocks) and (rung := next_rung(clock, memory_of(case, clock), rules))
    ]
    return tuple(sorted(found, key=lambda rung: rung.acts_at))


def is_held(clock: Clock, clocks: tuple[Clock, ...]) -> bool:
    """Whether the archive waits, for the company still owes something (SVC-4.3)."""
    return clock.limit.debtor is Debtor.SYSTEM and any(each.limit.debtor is Debtor.COMPANY for each in clocks)


def _after_what_held_it(rung: Rung, case: Case) -> Rung:
    """An archive that waited comes at once when the last thing owed is done, and is dated so."""
    last = case.last_taken_at
    if rung.action != "archive" or last is None or last <= rung.at:
        return rung
    return replace(rung, at=last, acts_at=max(last, rung.acts_at))


def next_rung(clock: Clock, memory: Memory, rules: Rules) -> Rung | None:
    """What this clock does next; None once a customer's silence has become a call task."""
    if memory.missed:
        return _ladder_rung(clock, memory, rules)
    if memory.call_task:
        return None
    if memory.warned < len(clock.limit.warn_at):
        return _warning(clock, memory.warned, rules)
    return _at_due(clock, rules)


def _rung(action: Action, at: datetime, clock: Clock, rules: Rules, level: int = 0, share: float = 0.0) -> Rung:
    return Rung(action=action, at=at, acts_at=at + rules.grace, clock=clock, level=level, share=share)


def _warning(clock: Clock, number: int, rules: Rules) -> Rung:
    part = clock.limit.warn_at[number]
    at = share(clock.anchored_at, clock.due_at, part, clock.limit.unit, rules.calendar)
    action: Action = "warn" if clock.limit.debtor is Debtor.COMPANY else "remind"
    return _rung(action, at, clock, rules, share=part)


_AT_DUE: dict[Debtor, Action] = {
    Debtor.COMPANY: "miss",
    Debtor.CUSTOMER: "call_task",
    Debtor.SYSTEM: "archive",
}


def _at_due(clock: Clock, rules: Rules) -> Rung:
    return _rung(_AT_DUE[clock.limit.debtor], clock.due_at, clock, rules)


def _ladder_rung(clock: Clock, memory: Memory, rules: Rules) -> Rung:
    base = memory.ladder_from or clock.due_at
    last = memory.last_step_at
    if memory.level >= len(rules.ladder):
        level, since, after = memory.level, last or base, rules.ladder_repeat
    elif last is None:
        level, since, after = 1, base, rules.ladder[0].after
    else:
        level, since = memory.level + 1, last
        after = rules.ladder[level - 1].after - rules.ladder[level - 2].after
    at = prolonged(since, after, clock.limit.unit, rules.calendar)
    if memory.suspended_until:
        at = max(at, memory.suspended_until)
    return _rung("escalate", at, clock, rules, level=level)


def act(rung: Rung, rules: Rules) -> f.Fact:
    """The fact a rung makes when its time has come."""
    clock = rung.clock
    key, limit, due = clock.key, clock.limit.name, clock.due_at
    match rung.action:
        case "warn":
            return f.LimitWarned(clock=key, limit=limit, due_at=due, share=rung.share)
        case "remind":
            return f.CustomerReminded(clock=key, limit=limit, due_at=due, share=rung.share)
        case "miss":
            ladder_from = max(due, clock.known_at)
            return f.LimitMissed(
                clock=key, limit=limit, debtor=clock.limit.debtor, due_at=due, ladder_from=ladder_from
            )
        case "call_task":
            return f.CallTaskOpened(clock=key, limit=limit, reason="silent")
        case "archive":
            return f.Archived()
        case "escalate":
            role = rules.ladder[rung.level - 1].role
            return f.Escalated(
                clock=key, limit=limit, level=rung.level, role=role, due_at=due, scheduled_at=rung.at
            )


def nearest(case: Case, rules: Rules) -> Rung | None:
    """The one act the workflow arms its timer for."""
    rungs = next_rungs(case, rules)
    return rungs[0] if rungs else None
