"""A new round: which facts open one, and what of the last one is gone with it (SOP-3.5)."""

from dataclasses import replace

from complaints import facts as f
from complaints.case import Case

ROUND_OPENERS = frozenset({"plan_declined", "result_contested", "reopened"})
"""Facts that always open a new round; a remedy with a new plan does so too (SOP-3.5)."""


def opens_round(fact: f.Fact) -> bool:
    return fact.kind in ROUND_OPENERS or (isinstance(fact, f.RemedyAgreed) and fact.new_plan)


def new_round(case: Case) -> Case:
    return replace(
        case, round=case.round + 1, plan=None, steps={}, executors=(), attempts=(), call_task_open=False, remedy_by=""
    )
