"""A deputy acts with the absent person's roles and answers for both: neither approves what either of them drafted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints import commands as c
from complaints.values import Actor
from complaints.vocabulary import Grade, Role, StepStatus
from tests import builders as b

SUPERVISOR_2 = b.staff("supervisor-2", Role.SUPERVISOR, department="customer_service")


def standing_in(deputy: Actor, absent: Actor) -> Actor:
    return replace(deputy, roles=absent.roles, department=absent.department, on_behalf_of=absent.id)


def started() -> b.Desk:
    return b.Desk().started(grade=Grade.IMPORTANT)


def refused(desk: b.Desk, command: c.Command, who: Actor) -> str:
    turn = desk.send(command, who)
    return turn.refused.code if turn.refused else ""


@pytest.mark.clause("SOP-3.3")
def test_a_deputy_approves_with_the_absent_persons_authority_and_both_are_named() -> None:
    desk = b.Desk().drafted(grade=Grade.IMPORTANT)
    assert refused(desk, c.Approve(), b.AGENT) == "not_your_role"
    desk.do(c.Approve(), standing_in(b.AGENT, b.SUPERVISOR))
    (entry,) = desk.entries_of("plan_approved")
    assert (entry.actor.id, entry.actor.on_behalf_of, entry.fact.as_role) == ("agent-1", "supervisor-1", "supervisor")


@pytest.mark.clause("SOP-3.3")
@pytest.mark.parametrize(
    "approver",
    [
        SUPERVISOR_2,
        standing_in(SUPERVISOR_2, b.DIRECTOR),
        standing_in(b.DIRECTOR, SUPERVISOR_2),
        standing_in(SUPERVISOR_2, b.LOGISTICS_EXECUTOR),
    ],
    ids=lambda each: f"{each.id} for {each.on_behalf_of}",
)
def test_who_wrote_a_plan_for_another_approves_it_in_nobodys_name(approver: Actor) -> None:
    desk = started()
    writer = standing_in(SUPERVISOR_2, b.LOGISTICS_EXECUTOR)
    desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), writer)
    assert refused(desk, c.Approve(), approver) in ("own_plan", "not_your_role")
    desk.do(c.Approve(), b.DIRECTOR)


@pytest.mark.clause("SOP-3.3")
def test_nobody_has_an_own_plan_approved_through_a_deputy() -> None:
    desk = started().do(c.DraftPlan(plan=b.plan(b.NOON + timedelta(days=1))), b.LOGISTICS_HEAD)
    head_is_supervisor = replace(b.LOGISTICS_HEAD, roles=(Role.DEPARTMENT_HEAD, Role.SUPERVISOR))
    assert refused(desk, c.Approve(), standing_in(b.AGENT, head_is_supervisor)) == "own_plan"


@pytest.mark.clause("SOP-4.3")
def test_who_carried_it_out_for_another_does_not_speak_for_the_customer() -> None:
    desk = b.Desk().executing()
    hand = standing_in(b.AGENT, b.LOGISTICS_EXECUTOR)
    desk.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("已重发")), hand)
    desk.do(c.Complete(words=b.words("已签收")), hand)
    assert desk.case.executors == ("logistics-executor", "agent-1")
    assert refused(desk, c.Confirm(evidence=b.words("", "call-9")), b.AGENT) == "entered_by_executor"


def test_the_named_person_of_a_role_is_who_was_absent_not_the_deputy() -> None:
    desk = b.Desk().do(b.registration(), standing_in(SUPERVISOR_2, b.AGENT))
    assert desk.case.assignees == {Role.AGENT: "agent-1"}
