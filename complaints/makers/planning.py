"""Facts of the plan: drafted, approved, told, answered, mediated."""

from decimal import Decimal

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.authority import approver, approving_role
from complaints.vocabulary import Answer, Role, TellingWay


def _draft_plan(asked: Asked) -> tuple[f.Fact, ...]:
    plan = asked.command.plan
    notes = tuple(f.MeasureNote(kind=each.kind, until=each.until, amount=each.amount) for each in plan.measures)
    drafted = f.PlanDrafted(
        drafter=asked.actor.on_behalf_of or asked.actor.id,
        drafted_by_head=Role.DEPARTMENT_HEAD in asked.actor.roles,
        measures=notes,
        amount=max(plan.amount(), plan.cost_budget or Decimal(0)),
        private=plan,
    )
    return (drafted,)


def _approve(asked: Asked) -> tuple[f.Fact, ...]:
    as_role = approving_role(asked.actor, asked.case, asked.rules) or approver(asked.case, asked.rules)
    return (f.PlanApproved(as_role=as_role, private=asked.command.words),)


def _open_emergency_measure(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.OpenEmergencyMeasure = asked.command
    return (f.EmergencyMeasureOpened(amount=it.amount, private=it.words),)


def _propose(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Propose = asked.command
    if it.way is TellingWay.CALL:
        return (f.PlanProposed(way=it.way, told_at=asked.at, private=it.words),)
    return (f.PlanSent(private=it.words),)


def _answer(asked: Asked) -> tuple[f.Fact, ...]:
    entered, private = asked.by_staff(), asked.spoken()
    if asked.command.answer is Answer.ACCEPTED:
        return (f.PlanAccepted(entered_by_staff=entered, private=private),)
    return (f.PlanDeclined(answer=asked.command.answer, entered_by_staff=entered, private=private),)


MAKERS: dict[str, Maker] = {
    "draft_plan": _draft_plan,
    "approve": _approve,
    "send_back": lambda asked: (f.PlanSentBack(private=asked.command.words),),
    "open_emergency_measure": _open_emergency_measure,
    "propose": _propose,
    "answer": _answer,
    "mediate": lambda asked: (f.Mediated(private=asked.command.words),),
}
