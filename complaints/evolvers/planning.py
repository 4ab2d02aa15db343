"""The plan in hand, and the customer's answer to it."""

from collections.abc import Callable
from dataclasses import replace

from complaints import facts as f
from complaints.case import Case, PlanInHand, Step
from complaints.evolvers.rounds import new_round
from complaints.evolvers.word import heard


def _plan_drafted(case: Case, fact: f.PlanDrafted, entry: f.Entry) -> Case:
    steps = {
        f"m{place}": Step(promised_at=each.until, expected_at=each.until)
        for place, each in enumerate(fact.measures, start=1)
    }
    plan = PlanInHand(
        drafter=fact.drafter,
        drafted_by_head=fact.drafted_by_head,
        amount=fact.amount,
        deputy=entry.actor.id if entry.actor.id != entry.actor.office() else "",
    )
    return replace(case, plan=plan, steps=steps, private=replace(case.private, plan=fact.private))


def _plan_approved(case: Case, fact: f.PlanApproved, entry: f.Entry) -> Case:
    return replace(case, plan=replace(case.plan, approved=True) if case.plan else None)


def _plan_proposed(case: Case, fact: f.PlanProposed, entry: f.Entry) -> Case:
    return replace(case, attempts=())


def _plan_declined(case: Case, fact: f.PlanDeclined, entry: f.Entry) -> Case:
    return replace(new_round(heard(case, fact, entry)), refusals=case.refusals + 1)


EVOLVERS: dict[str, Callable[..., Case]] = {
    "plan_drafted": _plan_drafted,
    "plan_approved": _plan_approved,
    "plan_proposed": _plan_proposed,
    "plan_accepted": heard,
    "plan_declined": _plan_declined,
}
