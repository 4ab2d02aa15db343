"""Revisits as SVC, WKS and DSP want them: numbered, by questionnaire or phone, confirming or leading to a remedy."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from complaints import commands as c
from complaints.decide import allowed
from complaints.errors import BadValue
from complaints.notices import notices
from complaints.policy import Limit, RevisitRule, Rules
from complaints.revisiting import wants_number
from complaints.values import SYSTEM, OpenAnswer
from complaints.view import view
from complaints.vocabulary import Closing, Confirmation, CustomerValue, Debtor, RevisitWay, Role, Stage
from tests import builders as b

GOOD: dict[str, Any] = {"solved": True, "effect_score": 5, "attitude_score": 4}
LOW: dict[str, Any] = {"solved": True, "effect_score": 2, "attitude_score": 3}
CALL = b.words("客户说没问题了", "call-7")

SUGGESTION = Limit(
    name="suggestion", debtor=Debtor.COMPANY, owner=Role.DEPARTMENT_HEAD, runs_from="suggestion_made",
    met_by=("suggestion_answered",), within=timedelta(days=3),
    stages=(Stage.PLANNING, Stage.APPROVING, Stage.PROPOSING, Stage.EXECUTING, Stage.CONFIRMING, Stage.REVISITING,
            Stage.REMEDYING, Stage.CLOSED),
)  # fmt: skip
NAMING = Limit(
    name="remedy_assigned", debtor=Debtor.COMPANY, owner=Role.SUPERVISOR, runs_from="revisited",
    met_by=("remedy_assigned",), within=timedelta(hours=2), stages=(Stage.REMEDYING,),
)  # fmt: skip
QUESTIONNAIRE = Limit(
    name="questionnaire", debtor=Debtor.CUSTOMER, owner=Role.CUSTOMER, runs_from="result_confirmed",
    met_by=("revisited",), within=timedelta(hours=20), stages=(Stage.REVISITING,), warn_at=(0.5,),
)  # fmt: skip
RULE = RevisitRule(numbered=True, questionnaire=True, remedy_named=True, suggestions_to="product")


def rules(**changes: Any) -> Rules:
    """The SOP's rules with a revisit as the service document wants it."""
    sop = b.rules()
    return replace(sop, revisit=RULE, limits=(*sop.limits, SUGGESTION, NAMING, QUESTIONNAIRE), **changes)


def revisiting(**changes: Any) -> b.Desk:
    return b.Desk(rules_=rules(**changes)).revisiting()


def by_revisit() -> b.Desk:
    """A case whose work is done, under a policy whose revisit is the confirmation."""
    desk = b.Desk(rules_=rules(confirmation=Confirmation.BY_REVISIT)).executing()
    return desk.do(c.Complete(words=b.words("新机已签收")), b.LOGISTICS_EXECUTOR)


def refusal(desk: b.Desk, command: c.Command, actor: Any) -> str:
    turn = desk.send(command, actor)
    assert turn.refused is not None
    return turn.refused.code


def told(desk: b.Desk, kind: str) -> list[tuple[str, str, str | None]]:
    """Template, role and department or person of the notices of the newest fact of a kind."""
    made = notices(desk.case, [desk.entries_of(kind)[-1]], desk.rules)
    return [(n.template, n.recipient.role.value, n.recipient.staff_id or n.recipient.department) for n in made]


# ── numbers ──


@pytest.mark.clause("SVC-4.1")
def test_a_revisit_gets_a_number_of_its_own_and_the_specialist_hears_of_it_with_it() -> None:
    desk = revisiting()
    assert wants_number(desk.case, desk.rules)
    assert ("revisit_wanted", "revisit_specialist", None) not in told(desk, "result_confirmed")
    desk.do(c.TellRevisitNumber(number="HF202605002", round=1), SYSTEM)
    (notice,) = notices(desk.case, [desk.entries_of("revisit_numbered")[-1]], desk.rules)
    assert (notice.template, notice.values["revisit_number"]) == ("revisit_wanted", "HF202605002")
    assert not wants_number(desk.case, desk.rules)
    assert view(desk.case, desk.rules).revisit_number == "HF202605002"


@pytest.mark.clause("SVC-4.1")
def test_each_round_has_a_revisit_number_of_its_own() -> None:
    desk = revisiting().do(c.TellRevisitNumber(number="HF202605002", round=1), SYSTEM)
    desk.do(c.Contest(words=b.words("又漏了")), b.CUSTOMER)
    desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.LOGISTICS_EXECUTOR)
    desk.do(c.Approve(), b.LOGISTICS_HEAD).told_and_accepted()
    desk.do(c.Complete(words=b.words("已修")), b.LOGISTICS_EXECUTOR).do(c.Confirm(words=b.words("王小明")), b.CUSTOMER)
    assert wants_number(desk.case, desk.rules)


def test_the_sop_asks_for_no_number_and_tells_the_specialist_at_once() -> None:
    desk = b.Desk().revisiting()
    assert not wants_number(desk.case, desk.rules)
    assert told(desk, "result_confirmed") == [("revisit_wanted", "revisit_specialist", None)]


# ── questionnaire and phone ──


@pytest.mark.clause("SVC-4.1", "APP-5.2")
def test_the_customer_is_given_the_questionnaire_and_answers_it_once() -> None:
    desk = revisiting()
    assert ("questionnaire_told", "customer", None) in told(desk, "result_confirmed")
    answers = (OpenAnswer(question="again", text="会推荐给朋友"),)
    desk.do(c.AnswerQuestionnaire(**GOOD, answers=answers), b.CUSTOMER)
    (revisited,) = desk.facts("revisited")
    assert (revisited.way, revisited.private.answers, desk.case.stage) == (RevisitWay.QUESTIONNAIRE, answers, "closed")
    turn = desk.send(c.AnswerQuestionnaire(**GOOD), b.CUSTOMER)
    assert turn.refused is not None
    assert (turn.refused.code, "already" in turn.refused.message) == ("answered_already", True)


@pytest.mark.clause("SVC-4.1")
def test_a_revisit_by_phone_uses_up_the_rounds_questionnaire() -> None:
    desk = revisiting().do(c.RecordRevisit(**GOOD), b.REVISITOR)
    assert refusal(desk, c.AnswerQuestionnaire(**GOOD), b.CUSTOMER) == "answered_already"


def test_a_policy_that_revisits_by_phone_takes_no_questionnaire() -> None:
    desk = b.Desk().revisiting()
    assert refusal(desk, c.AnswerQuestionnaire(**GOOD), b.CUSTOMER) == "no_questionnaire"


def test_staff_enter_a_questionnaire_only_with_what_it_rests_on() -> None:
    desk = revisiting()
    assert refusal(desk, c.AnswerQuestionnaire(**GOOD), b.AGENT) == "evidence_missing"
    desk.do(c.AnswerQuestionnaire(**GOOD, evidence=b.words("", "mail-3")), b.AGENT)


def test_a_silent_customer_is_reminded_of_the_questionnaire_and_then_called() -> None:
    desk = revisiting().wait(hours=11)
    assert told(desk, "customer_reminded") == [("questionnaire_reminder", "customer", None)]
    desk.wait(hours=10)
    assert [fact.limit for fact in desk.facts("call_task_opened")] == ["questionnaire"]
    assert not [fact for fact in desk.facts("limit_missed") if fact.limit == "questionnaire"]


@pytest.mark.clause("SVC-4.2")
def test_scores_run_from_one_to_five_and_what_the_customer_is_worth_is_kept() -> None:
    for score in (0, 6):
        with pytest.raises(BadValue, match="effect_score"):
            c.AnswerQuestionnaire(solved=True, effect_score=score, attitude_score=5)
    desk = revisiting().do(c.RecordRevisit(**GOOD, customer_value=CustomerValue.CHURN_RISK), b.REVISITOR)
    (revisited,) = desk.facts("revisited")
    assert (revisited.effect_score, revisited.attitude_score) == (5, 4)
    assert (revisited.customer_value, revisited.way) == (CustomerValue.CHURN_RISK, RevisitWay.PHONE)


# ── the remedy ──


@pytest.mark.clause("SVC-4.3")
@pytest.mark.parametrize("said", [LOW, {**GOOD, "solved": False}, {**GOOD, "negative": True}])
def test_a_bad_revisit_names_who_makes_it_good_within_a_day(said: dict[str, Any]) -> None:
    desk = revisiting()
    assert refusal(desk, c.RecordRevisit(**said), b.REVISITOR) == "remedy_by_missing"
    desk.do(c.RecordRevisit(**said, remedy_by="logistics-executor"), b.REVISITOR)
    assert desk.case.stage == "remedying"
    assert told(desk, "remedy_assigned") == [("remedy_wanted", "agent", "logistics-executor")]
    seen = view(desk.case, desk.rules)
    assert seen.owner_id == "logistics-executor"
    assert {each.limit: each.due_at for each in seen.clocks}["remedy"] == desk.at + timedelta(hours=24)


@pytest.mark.clause("SVC-4.3")
def test_only_the_named_person_or_somebody_higher_agrees_the_remedy() -> None:
    remedy = c.RecordRemedy(new_plan=False, words=b.words("赠送滤芯"))
    for person in (b.LOGISTICS_EXECUTOR, b.SUPERVISOR, b.DIRECTOR):
        desk = revisiting().do(c.RecordRevisit(**LOW, remedy_by=b.LOGISTICS_EXECUTOR.id), b.REVISITOR)
        for other in (b.AGENT, b.LOGISTICS_HEAD, b.REVISITOR):
            assert refusal(desk, remedy, other) == "not_your_remedy"
        desk.do(remedy, person)
        assert (desk.case.stage, desk.case.closing) == ("closed", Closing.RESOLVED)


@pytest.mark.clause("SVC-4.3")
def test_after_a_low_questionnaire_the_supervisor_names_the_person_and_a_limit_watches_it() -> None:
    desk = revisiting().do(c.AnswerQuestionnaire(**LOW), b.CUSTOMER)
    assert told(desk, "revisited") == [("remedy_naming_wanted", "supervisor", "supervisor-1")]
    assert refusal(desk, c.AssignRemedy(staff_id="agent-1"), b.AGENT) == "not_your_role"
    desk.do(c.AssignRemedy(staff_id="agent-1"), b.SUPERVISOR)
    assert [fact.late for fact in desk.facts("limit_met") if fact.limit == "remedy_assigned"] == [False]
    assert told(desk, "remedy_assigned") == [("remedy_wanted", "agent", "agent-1")]


@pytest.mark.clause("SVC-4.3")
def test_after_a_low_questionnaire_no_remedy_is_agreed_before_somebody_is_named_for_it() -> None:
    desk = revisiting().do(c.AnswerQuestionnaire(**LOW), b.CUSTOMER)
    for new_plan in (False, True):
        for person in (b.AGENT, b.DIRECTOR):
            remedy = c.RecordRemedy(new_plan=new_plan, words=b.words("已致歉"))
            assert refusal(desk, remedy, person) == "remedy_unnamed"
    assert "record_remedy" not in allowed(desk.case, b.SUPERVISOR, desk.rules)
    desk.do(c.AssignRemedy(staff_id="agent-1"), b.SUPERVISOR)
    assert "record_remedy" in allowed(desk.case, b.AGENT, desk.rules)
    desk.do(c.RecordRemedy(new_plan=False, words=b.words("已致歉")), b.AGENT)
    assert desk.case.stage == "closed"


@pytest.mark.clause("SVC-4.3")
def test_the_named_person_hears_that_the_remedy_is_late() -> None:
    desk = revisiting().do(c.RecordRevisit(**LOW, remedy_by="revisit-1"), b.REVISITOR).wait(hours=25)
    missed = [entry for entry in desk.entries_of("limit_missed") if entry.fact.limit == "remedy"]
    (notice,) = notices(desk.case, missed, desk.rules)
    assert notice.recipient.staff_id == "revisit-1"


@pytest.mark.clause("SVC-4.3", "APP-5.1")
def test_a_remedy_with_a_new_plan_is_a_second_handling_of_its_own_round() -> None:
    desk = revisiting().do(c.RecordRevisit(**LOW, remedy_by="agent-1"), b.REVISITOR)
    desk.do(c.RecordRemedy(new_plan=True, words=b.words("再上门")), b.AGENT)
    case = desk.case
    assert (case.stage, case.round, case.second_handlings, case.remedy_by) == ("planning", 2, 1, "")


def test_in_the_sop_the_desk_and_the_head_agree_a_remedy_unnamed() -> None:
    desk = b.Desk().revisiting().do(c.RecordRevisit(**LOW), b.REVISITOR)
    remedy = c.RecordRemedy(new_plan=False, words=b.words("已致歉"))
    assert refusal(desk, remedy, b.LOGISTICS_EXECUTOR) == "not_your_remedy"
    desk.do(remedy, b.LOGISTICS_HEAD)


# ── the revisit is the confirmation ──


@pytest.mark.clause("WKS-5.1", "DSP-5.1")
def test_a_good_revisit_confirms_the_result_and_keeps_the_customers_words() -> None:
    desk = by_revisit()
    assert desk.case.stage == "revisiting"
    assert refusal(desk, c.RecordRevisit(**GOOD), b.REVISITOR) == "evidence_missing"
    desk.do(c.RecordRevisit(**GOOD, words=CALL), b.REVISITOR)
    (confirmed,) = desk.facts("result_confirmed")
    assert (confirmed.entered_by_staff, confirmed.private) == (True, (CALL,))
    assert (desk.case.stage, desk.case.closing) == ("closed", Closing.RESOLVED)
    assert not told(desk, "result_confirmed")


@pytest.mark.clause("WKS-5.1", "DSP-5.1")
@pytest.mark.parametrize("said", [LOW, {**GOOD, "solved": False}])
def test_a_dissatisfied_customer_starts_the_handling_again(said: dict[str, Any]) -> None:
    for command, actor in (
        (c.RecordRevisit(**said, words=CALL), b.REVISITOR),
        (c.AnswerQuestionnaire(**said, words=b.words("还是漏水")), b.CUSTOMER),
    ):
        desk = by_revisit().do(command, actor)
        assert (desk.case.stage, desk.case.round, desk.case.second_handlings) == ("planning", 2, 1)
        assert ("contested", "department_head", "logistics-head") in told(desk, "result_contested")
        assert any(clock.limit == "plan" for clock in view(desk.case, desk.rules).clocks)


@pytest.mark.clause("DSP-5.1")
def test_after_execution_the_customer_is_told_and_asked_how_it_went() -> None:
    desk = by_revisit()
    assert [each[0] for each in told(desk, "work_completed")] == ["revisit_told", "questionnaire_told"]
    desk.do(c.AnswerQuestionnaire(**GOOD, words=b.words("很好")), b.CUSTOMER)
    (confirmed,) = desk.facts("result_confirmed")
    assert (confirmed.entered_by_staff, desk.case.closing) == (False, Closing.RESOLVED)


@pytest.mark.clause("WKS-5.1")
def test_the_customer_needs_no_revisit_to_contest_and_silence_confirms_nothing() -> None:
    contested = by_revisit().do(c.Contest(words=b.words("还在漏")), b.CUSTOMER)
    assert contested.case.stage == "planning"
    silent = by_revisit()
    assert refusal(silent, c.CloseUnconfirmed(words=b.words("联系不上")), b.SUPERVISOR) == "silence_too_short"


# ── suggestions ──


@pytest.mark.clause("SVC-4.3", "APP-8.1")
@pytest.mark.parametrize(
    ("command", "actor"),
    [(c.RecordRevisit(**GOOD, suggestion="说明书太难懂"), b.REVISITOR),
     (c.AnswerQuestionnaire(**GOOD, suggestion="说明书太难懂"), b.CUSTOMER)],
)  # fmt: skip
def test_a_suggestion_goes_to_its_department_and_the_customer_hears_what_became_of_it(command: Any, actor: Any) -> None:
    desk = revisiting().do(command, actor)
    (made,) = desk.facts("suggestion_made")
    assert (made.department, made.private.text, desk.case.stage) == ("product", "说明书太难懂", "closed")
    assert told(desk, "suggestion_made") == [("suggestion_wanted", "department_head", "product")]
    answer = c.AnswerSuggestion(words=b.words("新版已加图示"))
    assert refusal(desk, answer, b.LOGISTICS_HEAD) == "other_department"
    desk.do(answer, b.PRODUCT_HEAD)
    assert told(desk, "suggestion_answered") == [("suggestion_told", "customer", None)]
    assert refusal(desk, answer, b.PRODUCT_HEAD) == "no_suggestion"


@pytest.mark.clause("SVC-4.3")
def test_a_suggestion_is_chased_in_the_closed_case_and_the_archive_waits_for_its_answer() -> None:
    desk = revisiting().do(c.RecordRevisit(**GOOD, suggestion="换个快递"), b.REVISITOR)
    desk.wait(days=12)
    assert desk.case.stage == "closed"
    missed = [entry for entry in desk.entries_of("limit_missed") if entry.fact.limit == "suggestion"]
    (notice,) = notices(desk.case, missed, desk.rules)
    assert (notice.recipient.department, notice.recipient.staff_id) == ("product", None)
    levels = [fact.level for fact in desk.facts("escalated") if fact.limit == "suggestion"]
    assert (levels[:4], levels.count(4) > 5) == ([1, 2, 3, 4], True)
    archive = next(clock for clock in view(desk.case, desk.rules).clocks if clock.limit == "archive")
    assert archive.paused
    desk.do(c.AnswerSuggestion(words=b.words("已换承运商")), b.PRODUCT_HEAD)
    assert desk.case.stage == "archived"
    assert desk.entries[-1].taken_at == desk.at


def test_a_policy_without_a_department_for_suggestions_only_keeps_the_words() -> None:
    desk = b.Desk(rules_=replace(b.rules(), revisit=RevisitRule())).revisiting()
    desk.do(c.RecordRevisit(**GOOD, suggestion="多备货"), b.REVISITOR)
    assert not desk.facts("suggestion_made")
