"""A refused plan brings a mediator in, who says how it is to be adjusted (DSP-4.1)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from complaints import commands as c
from complaints.deadlines import running
from complaints.errors import BadValue
from complaints.notices import notices
from complaints.policy import MediationRule
from complaints.values import Actor
from complaints.view import owner_role
from complaints.vocabulary import Answer, Role, Stage
from tests import builders as b

REFUSED = c.AnswerPlan(answer=Answer.NOT_ACCEPTED, words=b.words("要求赔偿500元"))
ADJUST = c.Mediate(words=b.words("倾听诉求后, 建议退款并补偿 300 元优惠券"))


def told(after: int = 1, mediators: tuple[Role, ...] = (Role.SUPERVISOR, Role.DEPARTMENT_HEAD)) -> b.Desk:
    rules = replace(b.rules(), mediation=MediationRule(after_refusals=after, mediators=mediators))
    return b.Desk(rules_=rules).told()


def plan_due(desk: b.Desk) -> datetime:
    (clock,) = [clock for clock in running(desk.case, desk.rules) if clock.limit.name == "plan"]
    return clock.due_at


@pytest.mark.clause("DSP-4.1")
@pytest.mark.parametrize(
    ("after", "refusals", "stage"),
    [(0, 1, Stage.PLANNING), (1, 1, Stage.MEDIATING), (2, 1, Stage.PLANNING), (2, 2, Stage.MEDIATING)],
)
def test_after_how_many_refusals_somebody_steps_in_is_the_policys(after: int, refusals: int, stage: Stage) -> None:
    desk = told(after).do(REFUSED, b.CUSTOMER)
    for _ in range(refusals - 1):
        desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.LOGISTICS_EXECUTOR)
        desk.do(c.Approve(), b.LOGISTICS_HEAD).do(b.CALLED, b.AGENT).do(REFUSED, b.CUSTOMER)
    assert (desk.case.stage, desk.case.refusals) == (stage, refusals)


@pytest.mark.clause("DSP-4.1")
def test_a_plan_accepted_in_part_is_mediated_too_and_one_accepted_is_not() -> None:
    part = c.AnswerPlan(answer=Answer.PARTLY_ACCEPTED, words=b.words("退款可以"))
    assert told().do(part, b.CUSTOMER).case.stage is Stage.MEDIATING
    assert told().do(c.AnswerPlan(answer=Answer.ACCEPTED), b.CUSTOMER).case.stage is Stage.EXECUTING


@pytest.mark.clause("DSP-4.1")
def test_the_mediators_hear_of_it_with_the_customers_words() -> None:
    desk = told().do(REFUSED, b.CUSTOMER)
    made = notices(desk.case, desk.entries_of("plan_declined"), desk.rules)
    wanted = [n for n in made if n.template == "mediation_wanted"]
    assert [n.recipient.role for n in wanted] == [Role.SUPERVISOR, Role.DEPARTMENT_HEAD]
    assert {n.private["words"] for n in wanted} == {"要求赔偿500元"}
    assert owner_role(desk.case, desk.rules) is Role.SUPERVISOR


@pytest.mark.clause("DSP-4.1")
@pytest.mark.parametrize(
    ("who", "may"),
    [(b.SUPERVISOR, True), (b.LOGISTICS_HEAD, True), (b.PRODUCT_HEAD, False), (b.AGENT, False), (b.DIRECTOR, False)],
)
def test_only_the_policys_mediators_mediate_and_a_head_only_for_the_own_department(who: Actor, may: bool) -> None:
    refused = told().do(REFUSED, b.CUSTOMER).send(ADJUST, who).refused
    assert (refused is None) is may
    assert refused is None or refused.code == "not_a_mediator"


@pytest.mark.clause("DSP-4.1", "SOP-3.5")
def test_the_plans_clock_of_the_new_round_runs_while_it_is_mediated_and_after() -> None:
    desk = told().do(REFUSED, b.CUSTOMER)
    due = plan_due(desk)
    assert due == desk.at + timedelta(hours=24)
    desk.wait(hours=5).do(ADJUST, b.SUPERVISOR)
    assert (desk.case.stage, desk.case.round, plan_due(desk)) == (Stage.PLANNING, 2, due)
    made = notices(desk.case, desk.entries_of("mediated"), desk.rules)
    assert [(n.template, n.recipient.role, n.recipient.department) for n in made] == [
        ("mediated", Role.DEPARTMENT_HEAD, "logistics")
    ]


@pytest.mark.clause("DSP-4.1")
def test_a_mediation_nobody_holds_is_missed_by_the_plans_limit() -> None:
    desk = told().do(REFUSED, b.CUSTOMER).wait(hours=25)
    assert "plan" in {fact.limit for fact in desk.facts("limit_missed")}


@pytest.mark.clause("WKS-3.1")
@pytest.mark.parametrize("answer", [Answer.NOT_ACCEPTED, Answer.PARTLY_ACCEPTED])
def test_who_refuses_a_plan_or_part_of_it_says_why(answer: Answer) -> None:
    for words in (b.words(""), b.words(" ", "call-3")):
        with pytest.raises(BadValue, match=r"words\.text"):
            c.AnswerPlan(answer=answer, words=words)
