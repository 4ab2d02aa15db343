"""What clocks have done so far, and what came past the API."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from complaints import facts as f
from complaints.case import Case, Memory


def _remember(case: Case, clock: str, **changes: Any) -> Case:
    memory = replace(case.clocks.get(clock, Memory()), **changes)
    return replace(case, clocks={**case.clocks, clock: memory})


def _forget(case: Case, fact: f.LimitMet | f.MissWithdrawn, entry: f.Entry) -> Case:
    return replace(case, clocks={key: kept for key, kept in case.clocks.items() if key != fact.clock})


def _limit_warned(case: Case, fact: f.LimitWarned | f.CustomerReminded, entry: f.Entry) -> Case:
    return _remember(case, fact.clock, warned=case.clocks.get(fact.clock, Memory()).warned + 1)


def _limit_missed(case: Case, fact: f.LimitMissed, entry: f.Entry) -> Case:
    return _remember(case, fact.clock, missed=True, due_at=fact.due_at, ladder_from=fact.ladder_from)


def _escalated(case: Case, fact: f.Escalated, entry: f.Entry) -> Case:
    raised = replace(case, escalation_level=max(case.escalation_level, fact.level))
    if not fact.clock:
        return raised
    old = case.clocks.get(fact.clock, Memory())
    repeats = old.repeats + 1 if old.level == fact.level else 0
    return _remember(
        raised, fact.clock, level=fact.level, repeats=repeats, last_step_at=fact.scheduled_at, suspended_until=None
    )


def _acknowledged(case: Case, fact: f.Acknowledged, entry: f.Entry) -> Case:
    return _remember(case, fact.clock, suspended_until=fact.next_action_at)


def _call_task_opened(case: Case, fact: f.CallTaskOpened, entry: f.Entry) -> Case:
    opened = replace(case, call_task_open=True)
    return _remember(opened, fact.clock, call_task=True) if fact.clock else opened


def _hand_sent(case: Case, fact: f.HandSent, entry: f.Entry) -> Case:
    return replace(case, hand_marked=True)


EVOLVERS: dict[str, Callable[..., Case]] = {
    "limit_warned": _limit_warned,
    "limit_missed": _limit_missed,
    "limit_met": _forget,
    "miss_withdrawn": _forget,
    "escalated": _escalated,
    "acknowledged": _acknowledged,
    "customer_reminded": _limit_warned,
    "call_task_opened": _call_task_opened,
    "hand_sent": _hand_sent,
}
