"""Every limit of the SOP: due when the document says, met in time or recorded missed at its true time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaints import commands as c
from complaints.deadlines import running
from complaints.values import SYSTEM
from complaints.vocabulary import (
    Answer,
    Channel,
    ContactOutcome,
    Grade,
    Indicator,
    LiableParty,
    MeasureKind,
    StepStatus,
    TellingWay,
)
from tests.builders import (
    AGENT,
    CUSTOMER,
    LOGISTICS_EXECUTOR,
    LOGISTICS_HEAD,
    NOON,
    PRODUCT_HEAD,
    REVISITOR,
    SUPERVISOR,
    Desk,
    meeting,
    plan,
    registration,
    words,
)


def due(desk: Desk, limit: str) -> datetime:
    return next(clock.due_at for clock in running(desk.case, desk.rules) if clock.limit.name == limit)


def runs(desk: Desk, limit: str) -> bool:
    return any(clock.limit.name == limit for clock in running(desk.case, desk.rules))


def met(desk: Desk, limit: str) -> Any:
    return next(fact for fact in desk.facts("limit_met") if fact.limit == limit)


def missed(desk: Desk, limit: str) -> list[datetime]:
    return [fact.due_at for fact in desk.facts("limit_missed") if fact.limit == limit]


@pytest.mark.clause("SOP-1.1")
def test_first_response_is_due_ten_minutes_after_arrival_not_after_registration() -> None:
    desk = Desk(NOON, arrived_at=NOON - timedelta(minutes=4))
    desk.do(registration(), AGENT)
    assert due(desk, "first_response") == NOON + timedelta(minutes=6)


@pytest.mark.clause("SOP-1.1")
def test_only_a_recorded_contact_meets_it_and_a_call_nobody_answered_does_not() -> None:
    desk = Desk()
    desk.do(registration(), AGENT)
    desk.do(c.Respond(channel=Channel.PHONE, contacted_at=desk.at, outcome=ContactOutcome.NO_ANSWER), AGENT)
    assert runs(desk, "first_response")
    desk.do(c.Respond(channel=Channel.PHONE, contacted_at=desk.at), AGENT)
    assert not runs(desk, "first_response")
    assert not met(desk, "first_response").late


@pytest.mark.clause("SOP-1.1")
def test_a_contact_in_time_that_is_recorded_late_withdraws_the_miss() -> None:
    desk = Desk().wait(minutes=20)
    assert missed(desk, "first_response") == [NOON + timedelta(minutes=10)]
    desk.do(c.Respond(channel=Channel.PHONE, contacted_at=NOON + timedelta(minutes=3)), AGENT)
    assert [fact.reason for fact in desk.facts("miss_withdrawn")] == ["taken_in_time"]
    assert not met(desk, "first_response").late


@pytest.mark.clause("SOP-1.1")
def test_a_contact_given_to_the_minute_counts_from_the_arrival() -> None:
    desk = Desk().do(c.Respond(channel=Channel.PHONE, contacted_at=NOON - timedelta(seconds=50)), AGENT)
    assert desk.facts("responded")[0].contacted_at == NOON


@pytest.mark.clause("SOP-1.1")
@pytest.mark.parametrize("minutes", [-1, 30])
def test_a_contact_before_the_arrival_or_in_the_future_is_refused(minutes: int) -> None:
    desk = Desk()
    turn = desk.send(c.Respond(channel=Channel.PHONE, contacted_at=NOON + timedelta(minutes=minutes)), AGENT)
    assert turn.refused is not None
    assert (turn.refused.code, turn.refused.fields) == ("impossible_time", ("contacted_at",))


@pytest.mark.clause("SOP-1.2")
def test_registration_is_due_two_hours_after_arrival() -> None:
    desk = Desk()
    assert due(desk, "registration") == NOON + timedelta(hours=2)
    desk.wait(hours=3)
    assert missed(desk, "registration") == [NOON + timedelta(hours=2)]
    desk.do(registration(), AGENT)
    assert met(desk, "registration").late
    assert met(desk, "registration").met_at == NOON + timedelta(hours=3)


@pytest.mark.clause("SOP-2.1")
def test_verification_is_due_four_hours_after_arrival() -> None:
    assert due(Desk(), "verification") == NOON + timedelta(hours=4)


@pytest.mark.clause("SOP-2.2", "SOP-2.6")
@pytest.mark.parametrize(
    ("grade", "start", "approved"),
    [(Grade.URGENT, 2, 4), (Grade.IMPORTANT, 4, 8), (Grade.GENERAL, 24, 24)],
)
def test_the_provisional_grade_arms_the_clocks_at_once(grade: Grade, start: int, approved: int) -> None:
    desk = Desk().registered(grade=grade)
    assert due(desk, "start_handling") == NOON + timedelta(hours=start)
    assert due(desk, "plan") == NOON + timedelta(hours=approved)


@pytest.mark.clause("SOP-3.2")
@pytest.mark.parametrize(("grade", "hours"), [(Grade.URGENT, 4), (Grade.IMPORTANT, 8), (Grade.GENERAL, 24)])
def test_a_plan_not_approved_in_time_is_missed_at_its_true_time(grade: Grade, hours: int) -> None:
    desk = Desk().started(grade=grade).wait(hours=hours + 1)
    assert missed(desk, "plan") == [NOON + timedelta(hours=hours)]


@pytest.mark.clause("SOP-2.6")
def test_for_urgent_grading_ends_before_the_two_hour_start_limit() -> None:
    desk = Desk().registered(grade=Grade.URGENT)
    assert due(desk, "grading") == NOON + timedelta(hours=2)


@pytest.mark.clause("SOP-2.6")
def test_a_regrade_recomputes_from_the_same_anchor_and_a_limit_already_past_starts_its_ladder_now() -> None:
    desk = Desk().verified(grade=Grade.GENERAL)
    desk.wait(hours=3)
    desk.do(c.Endorse(grade=Grade.URGENT, words=words("漏电风险")), SUPERVISOR)
    desk.wait(minutes=1)
    miss = next(fact for fact in desk.facts("limit_missed") if fact.limit == "start_handling")
    assert miss.due_at == NOON + timedelta(hours=2)
    assert miss.ladder_from == NOON + timedelta(hours=3)
    steps = [fact for fact in desk.facts("escalated") if fact.limit == "start_handling"]
    assert [(step.level, step.scheduled_at) for step in steps] == [(1, NOON + timedelta(hours=3))]


@pytest.mark.clause("SOP-2.6")
def test_a_regrade_that_gives_more_time_withdraws_the_miss() -> None:
    desk = Desk().verified(grade=Grade.URGENT).wait(hours=3)
    assert missed(desk, "start_handling")
    desk.do(c.Endorse(grade=Grade.GENERAL, words=words("核实无隐患")), SUPERVISOR)
    withdrawn = {fact.limit for fact in desk.facts("miss_withdrawn")}
    assert "start_handling" in withdrawn
    assert due(desk, "start_handling") == NOON + timedelta(hours=24)


@pytest.mark.clause("SOP-2.7")
def test_grading_and_assignment_do_not_start_handling() -> None:
    desk = Desk().planning()
    assert runs(desk, "start_handling")
    desk.do(c.StartHandling(first_action="联系承运商"), LOGISTICS_HEAD)
    assert not runs(desk, "start_handling")


@pytest.mark.clause("SOP-2.7")
def test_while_liability_is_open_the_named_owner_starts_afterwards_only_the_liable_department() -> None:
    early = Desk().verified()
    early.do(c.StartHandling(first_action="先行安抚"), AGENT)
    late = Desk().planning().send(c.StartHandling(first_action="先行安抚"), AGENT)
    assert late.refused is not None
    assert late.refused.code == "not_the_handler"


@pytest.mark.clause("SOP-3.4")
def test_the_plan_is_told_within_an_hour_of_approval() -> None:
    desk = Desk().approved()
    assert due(desk, "plan_told") == NOON + timedelta(hours=1)
    desk.wait(minutes=61)
    assert missed(desk, "plan_told") == [NOON + timedelta(hours=1)]


@pytest.mark.clause("SOP-3.4")
def test_a_sent_plan_counts_as_told_when_the_provider_took_it() -> None:
    desk = Desk().approved().do(c.Propose(), AGENT)
    assert runs(desk, "plan_told")
    taken = desk.at + timedelta(minutes=2)
    desk.wait(minutes=3)
    desk.do(c.TellDelivered(template="plan_told", notice_key="k", delivered_at=taken), SYSTEM)
    assert not runs(desk, "plan_told")
    assert met(desk, "plan_told").met_at == taken
    assert due(desk, "answer") == taken + timedelta(hours=48)


@pytest.mark.clause("SOP-3.5")
def test_a_refusal_opens_a_round_with_its_own_clocks_from_that_moment() -> None:
    desk = Desk().told().wait(hours=5)
    desk.do(c.AnswerPlan(answer=Answer.NOT_ACCEPTED, words=words("要求退款")), CUSTOMER)
    assert desk.case.round == 2
    assert due(desk, "plan") == NOON + timedelta(hours=5 + 24)
    desk.do(c.DraftPlan(plan=plan(desk.at + timedelta(days=1))), LOGISTICS_EXECUTOR)
    desk.do(c.Approve(), LOGISTICS_HEAD)
    assert due(desk, "plan_told") == desk.at + timedelta(hours=1)


@pytest.mark.clause("SOP-3.5")
def test_second_handling_and_a_remedy_open_rounds_with_clocks_too() -> None:
    contested = Desk().confirming().do(c.Contest(words=words("还是坏的")), CUSTOMER)
    assert (contested.case.round, runs(contested, "plan")) == (2, True)
    low = Desk().revisiting()
    low.do(c.RecordRevisit(solved=True, effect_score=2, attitude_score=5), REVISITOR)
    assert due(low, "remedy") == low.at + timedelta(hours=24)
    low.do(c.RecordRemedy(new_plan=True, words=words("上门再修")), AGENT)
    assert (low.case.round, runs(low, "plan")) == (2, True)


@pytest.mark.clause("SOP-4.1", "SOP-4.4")
def test_execution_starts_within_the_policys_limit_of_the_yes_and_a_step_meets_it() -> None:
    desk = Desk().executing()
    assert due(desk, "execution_start") == NOON + timedelta(hours=4)
    desk.do(c.RecordStep(step="m1", status=StepStatus.IN_PROGRESS, words=words("已下单")), LOGISTICS_EXECUTOR)
    assert not runs(desk, "execution_start")
    step = desk.entries_of("step_recorded")[0]
    assert (step.actor.id, step.taken_at, step.fact.private.text) == ("logistics-executor", desk.at, "已下单")


@pytest.mark.clause("SOP-4.4")
def test_each_steps_and_the_plans_promised_time_is_a_clock_that_escalates() -> None:
    desk = Desk().executing()
    promised = NOON + timedelta(days=1)
    assert (due(desk, "step_promise"), due(desk, "plan_promise")) == (promised, promised)
    desk.wait(days=1, minutes=1)
    assert missed(desk, "step_promise") == [promised]
    assert missed(desk, "plan_promise") == [promised]
    assert any(fact.limit == "step_promise" for fact in desk.facts("escalated"))


@pytest.mark.clause("SOP-4.2", "SOP-4.4")
def test_a_new_promise_needs_a_reason_keeps_the_original_and_is_counted() -> None:
    desk = Desk().executing()
    later = NOON + timedelta(days=3)
    desk.do(c.ReportDelay(step="m1", expected_at=later, words=words("缺货")), AGENT)
    fact = desk.facts("delay_reported")[0]
    assert (fact.promised_at, fact.expected_at) == (NOON + timedelta(days=1), later)
    assert desk.case.steps["m1"].delays == 1
    assert due(desk, "step_promise") == later
    with pytest.raises(ValueError, match=r"words\.text"):
        c.ReportDelay(step="m1", expected_at=later, words=words(" "))


@pytest.mark.clause("SVC-2.3")
def test_the_customer_hears_something_every_day() -> None:
    desk = Desk().started().wait(hours=20)
    desk.do(c.ReportProgress(words=words("正在查找包裹")), AGENT)
    assert due(desk, "progress") == desk.at + timedelta(hours=24)
    desk.wait(hours=25)
    assert missed(desk, "progress") == [NOON + timedelta(hours=44)]


@pytest.mark.clause("SVC-2.3")
def test_a_late_yes_of_the_customer_is_no_missed_progress() -> None:
    desk = Desk().told().wait(hours=40)
    desk.do(c.AnswerPlan(answer=Answer.ACCEPTED, words=words("同意")), CUSTOMER)
    assert due(desk, "progress") == desk.at + timedelta(hours=24)
    assert not missed(desk, "progress")


@pytest.mark.clause("SOP-5.1")
def test_the_revisit_is_due_in_its_window_and_closes_the_loop() -> None:
    desk = Desk().revisiting()
    assert due(desk, "revisit") == NOON + timedelta(hours=24)
    closed = Desk().closed()
    assert (closed.case.stage, closed.case.closing) == ("closed", "resolved")
    assert closed.wait(days=7, seconds=1).case.stage == "archived"


@pytest.mark.clause("APP-2.1")
def test_asking_for_information_lets_clocks_wait_once_the_request_is_out() -> None:
    desk = Desk().registered(grade=Grade.IMPORTANT)
    before = due(desk, "plan")
    desk.do(c.RequestInformation(words=words("请补充照片", "call-2"), way=TellingWay.CALL), AGENT)
    desk.wait(hours=3)
    desk.do(c.ProvideInformation(words=words("照片已发")), CUSTOMER)
    assert due(desk, "plan") == before + timedelta(hours=3)
    assert due(desk, "start_handling") == NOON + timedelta(hours=4 + 3)


@pytest.mark.clause("APP-2.1")
def test_a_photo_from_the_customer_ends_the_wait_and_one_from_the_agent_does_not() -> None:
    desk = Desk().registered(grade=Grade.IMPORTANT)
    before = due(desk, "plan")
    desk.do(c.RequestInformation(words=words("请补充照片", "call-2"), way=TellingWay.CALL), AGENT)
    photo = c.AttachEvidence(sha256="0" * 64, words=words("照片"))
    desk.wait(hours=1).do(photo, AGENT)
    desk.wait(hours=2).do(photo, CUSTOMER)
    desk.wait(hours=4)
    assert due(desk, "plan") == before + timedelta(hours=3)


@pytest.mark.clause("APP-2.1")
@pytest.mark.parametrize(("grade", "hours"), [(Grade.URGENT, 4), (Grade.IMPORTANT, 8 + 24)])
def test_a_wait_is_off_for_urgent_and_capped_for_others(grade: Grade, hours: int) -> None:
    desk = Desk().registered(grade=grade)
    desk.do(c.RequestInformation(words=words("请补充照片", "call-2"), way=TellingWay.CALL), AGENT)
    desk.wait(hours=60)
    assert missed(desk, "plan")[0] == NOON + timedelta(hours=hours)


@pytest.mark.clause("SOP-2.3")
def test_unclear_liability_is_determined_jointly_under_the_supervisor_with_a_limit() -> None:
    desk = Desk().endorsed(indicators=(Indicator.AGITATED,))
    desk.do(c.CallJointDetermination(departments=("product", "logistics")), SUPERVISOR)
    assert due(desk, "joint_determination") == NOON + timedelta(hours=4)
    by_agent = desk.send(c.DetermineLiability(party=LiableParty.COMPANY, department="product"), AGENT)
    assert by_agent.refused is not None
    together = c.DetermineLiability(party=LiableParty.COMPANY, department="product", meeting=meeting(desk.at))
    desk.do(together, SUPERVISOR)
    assert desk.case.liable_department == "product"
    desk.do(c.DraftPlan(plan=plan(desk.at + timedelta(days=1), kind=MeasureKind.REPAIR)), PRODUCT_HEAD)
