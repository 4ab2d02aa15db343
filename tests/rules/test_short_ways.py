"""Where two things are known at once, one command says both; neither skips what the document asks for."""

from datetime import timedelta

import pytest

from complaints import commands as c
from complaints.errors import BadValue
from complaints.values import Plan
from complaints.vocabulary import Grade, LiableParty, StepStatus
from tests.builders import LOGISTICS_EXECUTOR, LOGISTICS_HEAD, PRODUCT_HEAD, SUPERVISOR, Desk, plan, words

CLEAR = c.Endorse(grade=Grade.GENERAL, party=LiableParty.COMPANY, department="logistics")


@pytest.mark.clause("SOP-2.3", "SOP-2.4")
def test_the_supervisor_endorses_and_says_who_has_to_answer_for_it_in_one_act() -> None:
    desk = Desk().verified().do(CLEAR, SUPERVISOR)
    assert desk.case.stage == "planning"
    assert (desk.case.grade_endorsed, desk.case.liable_department) == (True, "logistics")
    assert {fact.limit for fact in desk.facts("limit_met")} >= {"grading", "liability"}
    assert [fact.kind for fact in (*desk.facts("grade_endorsed"), *desk.facts("liability_determined"))] == [
        "grade_endorsed", "liability_determined",
    ]  # fmt: skip


def test_an_endorsement_with_an_unknown_department_changes_nothing() -> None:
    desk = Desk().verified()
    turn = desk.send(c.Endorse(grade=Grade.GENERAL, party=LiableParty.COMPANY, department="elsewhere"), SUPERVISOR)
    assert turn.refused is not None
    assert (turn.refused.code, desk.case.stage, desk.case.grade_endorsed) == ("unknown_department", "grading", False)


def test_party_and_department_come_together() -> None:
    with pytest.raises(BadValue) as raised:
        c.Endorse(grade=Grade.GENERAL, department="logistics")
    assert raised.value.field == "party"


def test_a_changed_grade_needs_its_reason_here_too() -> None:
    desk = Desk().verified()
    changed = c.Endorse(grade=Grade.URGENT, party=LiableParty.COMPANY, department="logistics")
    turn = desk.send(changed, SUPERVISOR)
    assert turn.refused is not None
    assert turn.refused.code == "reason_missing"


@pytest.mark.clause("SOP-4.1", "SOP-4.3")
def test_completion_records_the_one_step_that_was_open_with_time_executor_and_result() -> None:
    desk = Desk().executing().do(c.Complete(words=words("新机已签收")), LOGISTICS_EXECUTOR)
    (step,) = desk.entries_of("step_recorded")
    assert (step.fact.step, step.fact.status, step.fact.private.text) == ("m1", StepStatus.DONE, "新机已签收")
    assert (step.actor.id, step.taken_at) == ("logistics-executor", desk.at)
    assert desk.case.stage == "confirming"
    assert {fact.limit for fact in desk.facts("limit_met")} >= {"execution_start", "step_promise", "plan_promise"}


def test_completion_with_several_steps_open_names_them() -> None:
    desk = Desk().started()
    measures = plan(desk.at + timedelta(days=1)).measures * 2
    desk.do(c.DraftPlan(plan=Plan(cause="运输途中丢失", measures=measures)), LOGISTICS_EXECUTOR)
    desk.do(c.Approve(), LOGISTICS_HEAD).told_and_accepted()
    turn = desk.send(c.Complete(words=words("完成")), LOGISTICS_EXECUTOR)
    assert turn.refused is not None
    assert (turn.refused.code, "m1, m2" in turn.refused.message) == ("steps_are_open", True)


def test_completion_is_the_liable_departments_even_with_one_step_open() -> None:
    turn = Desk().executing().send(c.Complete(words=words("完成")), PRODUCT_HEAD)
    assert turn.refused is not None
    assert turn.refused.code == "other_department"
