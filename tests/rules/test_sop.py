"""The SOP's rules of number, role and routing, read like the document."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import policies
from complaints import commands as c
from complaints.authority import approver
from complaints.errors import BadValue, PolicyMistake
from complaints.grading import suggest
from complaints.notices import notices
from complaints.numbering import counter_key, is_number, number
from complaints.orders import Notice
from complaints.values import Actor
from complaints.vocabulary import (
    Channel,
    ContactOutcome,
    Grade,
    Indicator,
    LiableParty,
    LookUpStatus,
    MeasureKind,
    Role,
    TellingWay,
)
from tests import builders as b

TEXT = (policies.HERE / "sop.toml").read_text("utf-8")


def sent(desk: b.Desk, last: str) -> list[Notice]:
    """The notices of the newest fact of a kind."""
    entry = desk.entries_of(last)[-1]
    return list(notices(desk.case, [entry], desk.rules))


@pytest.mark.clause("SOP-1.3")
def test_a_number_is_the_date_and_the_days_running_number_and_grows_beyond_its_digits() -> None:
    day, pattern = date(2024, 5, 20), "{yyyy}{mm}{dd}{serial:3}"
    assert number(pattern, day, 1) == "20240520001"
    assert number(pattern, day, 1000) == "202405201000"
    assert counter_key(pattern, day) == "20240520#"
    assert is_number(pattern, "20240520001")
    assert not is_number(pattern, "20240520-01")


@pytest.mark.clause("SOP-1.3")
def test_the_day_is_the_policys_day_at_opening() -> None:
    late_evening_in_london = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert policies.load("sop").number(late_evening_in_london, 1, Channel.PHONE) == "20270101001"


@pytest.mark.clause("SOP-1.3")
def test_the_number_is_told_to_the_customer_at_once() -> None:
    told = sent(b.Desk(), "arrived")
    assert [(n.template, n.recipient.role, n.values["number"]) for n in told] == [
        ("number_notice", Role.CUSTOMER, "20260520001")
    ]


@pytest.mark.clause("SOP-1.4")
def test_registration_sends_a_calming_message_which_is_no_response() -> None:
    desk = b.Desk().do(b.registration(), b.AGENT)
    assert "calming" in [n.template for n in sent(desk, "registered")]
    desk.wait(minutes=11)
    assert [fact.limit for fact in desk.facts("limit_missed")] == ["first_response"]


@pytest.mark.clause("SOP-1.5")
def test_every_category_leads_to_a_department() -> None:
    rules = b.rules()
    assert len(rules.categories) == 5
    assert all(each.department in rules.departments for each in rules.categories.values())
    turn = b.Desk().send(b.registration(category="weather"), b.AGENT)
    assert turn.refused is not None
    assert (turn.refused.code, turn.refused.fields) == ("unknown_category", ("category",))


@pytest.mark.clause("SOP-1.2")
@pytest.mark.parametrize(
    ("changes", "field"),
    [({"description": " "}, "description"), ({"demand": ""}, "demand"), ({"contact": b.Contact(name="王")}, "contact")],
)
def test_a_registration_without_what_it_needs_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadValue, match=field):
        b.registration(**changes)


@pytest.mark.clause("SOP-2.1")
def test_a_product_case_needs_the_product_departments_opinion() -> None:
    desk = b.Desk().registered(category="product_use")
    turn = desk.send(c.Verify(words=b.words("核实")), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "opinion_missing"
    other = desk.send(c.GiveOpinion(cause="老化"), b.LOGISTICS_HEAD)
    assert other.refused is not None
    desk.do(c.GiveOpinion(cause="老化"), b.PRODUCT_HEAD).do(c.Verify(words=b.words("核实")), b.AGENT)


@pytest.mark.clause("SOP-2.1")
@pytest.mark.parametrize(
    ("status", "odd"),
    [(LookUpStatus.FAILED, ()), (LookUpStatus.NOT_FOUND, ()), (LookUpStatus.FOUND, ("order_cancelled",))],
)
def test_an_odd_look_up_is_shown_and_must_be_answered(status: LookUpStatus, odd: tuple[str, ...]) -> None:
    desk = b.Desk().registered(order_number="A1")
    pending = desk.send(c.Verify(words=b.words("核实")), b.AGENT)
    assert pending.refused is not None
    assert pending.refused.code == "look_up_pending"
    desk.do(c.TellLookedUp(status=status, contradictions=odd), b.SYSTEM_ACTOR)
    assert [n.template for n in sent(desk, "looked_up")] == ["look_up_odd"]
    turn = desk.send(c.Verify(words=b.words("核实")), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "look_up_unanswered"
    desk.do(c.Verify(words=b.words("核实"), look_up_answer="客户出示发票"), b.AGENT)


@pytest.mark.clause("SOP-2.2")
@pytest.mark.parametrize(
    ("indicators", "amount", "grade"),
    [
        ((Indicator.SAFETY_HAZARD,), None, Grade.URGENT),
        ((Indicator.INJURY, Indicator.AGITATED), None, Grade.URGENT),
        ((Indicator.MEDIA_EXPOSURE,), None, Grade.URGENT),
        ((Indicator.AGITATED,), None, Grade.IMPORTANT),
        ((Indicator.REPEAT_COMPLAINT,), None, Grade.IMPORTANT),
        ((), 10000, Grade.IMPORTANT),
        ((), 9999, Grade.GENERAL),
    ],
)
def test_indicators_suggest_a_grade_with_their_reasons(
    indicators: tuple[Indicator, ...], amount: Any, grade: Grade
) -> None:
    suggestion = suggest(indicators, amount, b.rules())
    assert suggestion.grade is grade
    assert bool(suggestion.reasons) is (grade is not Grade.GENERAL)


@pytest.mark.clause("SOP-2.4")
def test_a_grade_below_what_the_indicators_ask_for_needs_its_reason() -> None:
    desk = b.Desk().verified(indicators=(Indicator.SAFETY_HAZARD,), grade=Grade.GENERAL)
    refused = desk.send(c.Endorse(grade=Grade.GENERAL), b.SUPERVISOR).refused
    assert refused is not None
    assert (refused.code, refused.fields) == ("reason_missing", ("words.text",))
    desk.do(c.Endorse(grade=Grade.GENERAL, words=b.words("现场核实并无隐患")), b.SUPERVISOR)


@pytest.mark.clause("SOP-2.4")
def test_the_supervisor_alone_endorses_and_says_why_where_the_grade_changes() -> None:
    desk = b.Desk().verified()
    by_agent = desk.send(c.Endorse(grade=Grade.GENERAL), b.AGENT)
    assert by_agent.refused is not None
    assert by_agent.refused.code == "not_your_role"
    silent = desk.send(c.Endorse(grade=Grade.URGENT), b.SUPERVISOR)
    assert silent.refused is not None
    assert silent.refused.code == "reason_missing"
    desk.do(c.Endorse(grade=Grade.URGENT, words=b.words("漏电")), b.SUPERVISOR)
    assert (desk.case.grade, desk.case.grade_endorsed) == (Grade.URGENT, True)


@pytest.mark.clause("SOP-2.5")
def test_the_customer_hears_grade_department_and_time_limit() -> None:
    desk = b.Desk().planning(grade=Grade.IMPORTANT)
    told = next(n for n in sent(desk, "liability_determined") if n.recipient.role is Role.CUSTOMER)
    assert told.template == "grade_told"
    assert (told.values["grade"], told.values["department"]) == ("important", "logistics")
    assert datetime.fromisoformat(told.values["handling_due_at"]) == b.NOON + timedelta(hours=4)


@pytest.mark.clause("SOP-3.1")
def test_the_liable_department_drafts_a_plan_whose_measures_name_who_what_and_when() -> None:
    desk = b.Desk().started()
    other = desk.send(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.PRODUCT_HEAD)
    assert other.refused is not None
    past = desk.send(c.DraftPlan(plan=b.plan(desk.at - timedelta(days=1))), b.LOGISTICS_HEAD)
    assert past.refused is not None
    assert past.refused.fields == ("plan.measures.0.until",)
    for kind in MeasureKind:
        b.plan(desk.at, kind=kind)
    desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.LOGISTICS_EXECUTOR)


@pytest.mark.clause("SOP-3.3")
@pytest.mark.parametrize(
    ("grade", "who", "may"),
    [
        (Grade.GENERAL, b.LOGISTICS_HEAD, True),
        (Grade.GENERAL, b.PRODUCT_HEAD, False),
        (Grade.GENERAL, b.SUPERVISOR, True),
        (Grade.IMPORTANT, b.LOGISTICS_HEAD, False),
        (Grade.IMPORTANT, b.SUPERVISOR, True),
        (Grade.IMPORTANT, b.DIRECTOR, True),
        (Grade.URGENT, b.SUPERVISOR, False),
        (Grade.URGENT, b.DIRECTOR, True),
        (Grade.URGENT, b.EXECUTIVE, True),
        (Grade.URGENT, b.AGENT, False),
    ],
)
def test_a_plan_is_approved_at_its_grades_level_or_higher(grade: Grade, who: Actor, may: bool) -> None:
    turn = b.Desk().drafted(grade=grade).send(c.Approve(), who)
    assert (turn.refused is None) is may


@pytest.mark.clause("SOP-3.3")
def test_where_the_head_drafted_the_supervisor_approves_and_nobody_their_own() -> None:
    desk = b.Desk().started().do(c.DraftPlan(plan=b.plan(b.NOON + timedelta(days=1))), b.LOGISTICS_HEAD)
    assert approver(desk.case, desk.rules) is Role.SUPERVISOR
    own = desk.send(c.Approve(), b.LOGISTICS_HEAD)
    assert own.refused is not None
    assert own.refused.code == "own_plan"
    desk.do(c.Approve(), b.SUPERVISOR)


@pytest.mark.clause("SOP-3.3")
def test_the_director_may_open_the_emergency_mechanism_for_urgent_cases() -> None:
    measure = c.OpenEmergencyMeasure(words=b.words("先行垫付医药费"), amount=b.Decimal(2000))
    assert b.Desk().planning(grade=Grade.URGENT).send(measure, b.DIRECTOR).refused is None
    for desk, who in ((b.Desk().planning(grade=Grade.URGENT), b.SUPERVISOR), (b.Desk().planning(), b.DIRECTOR)):
        assert desk.send(measure, who).refused is not None


@pytest.mark.clause("SOP-3.4")
def test_staff_enter_a_customers_answer_only_with_evidence_and_never_the_drafter() -> None:
    desk = b.Desk().told()
    bare = desk.send(c.AnswerPlan(answer=b.Answer.ACCEPTED), b.AGENT)
    assert bare.refused is not None
    assert bare.refused.code == "evidence_missing"
    desk.do(c.AnswerPlan(answer=b.Answer.ACCEPTED, evidence=b.words("", "call-5")), b.AGENT)
    assert desk.facts("plan_accepted")[0].entered_by_staff


@pytest.mark.clause("SOP-4.2")
def test_a_delay_is_told_to_the_customer_with_reason_and_new_time() -> None:
    desk = b.Desk().executing()
    later = b.NOON + timedelta(days=2)
    desk.do(c.ReportDelay(step="m1", expected_at=later, words=b.words("暴雨")), b.AGENT)
    told = sent(desk, "delay_reported")[0]
    said = (told.template, told.private["words"], told.values["expected_at"])
    assert said == ("delay_told", "暴雨", later.isoformat())


@pytest.mark.clause("SOP-4.3")
def test_completion_is_told_and_a_proof_asked_for_is_supplied_under_a_limit() -> None:
    desk = b.Desk().confirming()
    assert [n.template for n in sent(desk, "work_completed")] == ["completion_told"]
    desk.do(c.RequestProof(words=b.words("要运单")), b.CUSTOMER).wait(hours=25)
    assert "proof" in [fact.limit for fact in desk.facts("limit_missed")]
    desk.do(c.SupplyProof(words=b.words("SF123")), b.AGENT)
    assert [n.template for n in sent(desk, "proof_supplied")] == ["proofs_sent"]


@pytest.mark.clause("SOP-4.3")
def test_who_carried_it_out_does_not_confirm_for_the_customer() -> None:
    turn = b.Desk().confirming().send(c.Confirm(evidence=b.words("", "call-8")), b.LOGISTICS_EXECUTOR)
    assert turn.refused is not None


@pytest.mark.clause("SVC-4.3")
@pytest.mark.parametrize(("effect", "attitude", "solved"), [(2, 5, True), (5, 1, True), (5, 5, False)])
def test_a_low_score_or_an_unsolved_case_needs_a_remedy(effect: int, attitude: int, solved: bool) -> None:
    desk = b.Desk().revisiting()
    desk.do(c.RecordRevisit(solved=solved, effect_score=effect, attitude_score=attitude), b.REVISITOR)
    assert desk.case.stage == "remedying"
    desk.do(c.RecordRemedy(new_plan=False, words=b.words("赠券")), b.AGENT)
    assert desk.case.stage == "closed"


@pytest.mark.clause("SVC-3.3")
def test_silence_closes_only_after_three_attempts_on_two_channels_and_a_later_word_reopens() -> None:
    desk = b.Desk().confirming()
    close = c.CloseUnconfirmed(words=b.words("多次联系未果"))
    for channel in (Channel.PHONE, Channel.PHONE):
        desk.do(c.Respond(channel=channel, contacted_at=desk.at, outcome=ContactOutcome.NO_ANSWER), b.AGENT)
    early = desk.send(close, b.SUPERVISOR)
    assert early.refused is not None
    assert early.refused.code == "silence_too_short"
    desk.do(c.Respond(channel=Channel.EMAIL, contacted_at=desk.at, outcome=ContactOutcome.NO_ANSWER), b.AGENT)
    desk.do(close, b.SUPERVISOR)
    assert desk.case.closing == "closed_unconfirmed"
    desk.do(c.Contest(words=b.words("还没好")), b.CUSTOMER)
    assert (desk.case.stage, desk.case.round) == ("planning", 2)


@pytest.mark.clause("SVC-5.1")
def test_an_acknowledgement_suspends_the_ladder_until_the_named_time_and_does_not_end_it() -> None:
    desk = b.Desk().wait(minutes=11)
    until = desk.at + timedelta(hours=5)
    desk.do(c.Acknowledge(clock="first_response.1", next_action_at=until, words=b.words("已安排")), b.SUPERVISOR)
    desk.wait(hours=4)
    assert [fact.level for fact in desk.facts("escalated") if fact.limit == "first_response"] == [1]
    desk.wait(hours=2)
    again = [fact for fact in desk.facts("escalated") if fact.limit == "first_response"]
    assert [(fact.level, fact.scheduled_at) for fact in again] == [(1, b.NOON + timedelta(minutes=10)), (2, until)]
    far = desk.send(c.Acknowledge(clock="first_response.1", next_action_at=desk.at + timedelta(days=3)), b.SUPERVISOR)
    assert far.refused is not None


@pytest.mark.clause("APP-7.3")
def test_every_stage_says_its_standard_and_every_value_its_source() -> None:
    document = policies.load("sop").document
    assert all(stage.standard.zh and stage.standard.en for stage in document.stages.values())
    assert all(limit.source in ("document", "assumption") for limit in document.limits.values())
    assert document.limits["revisit"].source == "assumption"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('within = "10min"', 'within = "ten"', "limits.first_response.within"),
        ('within = "10min"', 'within = "0min"', "limits.first_response.within"),
        ('met_by = ["responded"]', 'met_by = ["answered"]', "limits.first_response.met_by.0"),
        ('debtor = "company"', 'deptor = "company"', "limits.first_response.deptor"),
        ('department = "product", opinion', 'department = "produce", opinion', "categories.product_use.department"),
        ("{serial:3}", "{serial}", "numbers.complaint.value"),
        ('after = "30min"', 'after = "9h"', "ladder.steps"),
        ('urgent = { value = "director"', 'urgent = { value = "agent"', "authority.by_grade.urgent.value"),
        ("kinds = { value = [", "kinds = { value = [], source = 'document' } # ", "plan_form.kinds.value"),
        ("explained = { value = []", "explained = { value = ['customers']", "plan_form.explained.value.0"),
        ("[policy]", "[policy", "not TOML"),
    ],
)
def test_every_mistake_in_a_policy_is_named_by_its_path(old: str, new: str, path: str) -> None:
    with pytest.raises(PolicyMistake) as mistake:
        policies.read("sop", TEXT.replace(old, new, 1))
    assert any(path in each for each in mistake.value.mistakes)


def test_all_mistakes_are_named_at_once() -> None:
    text = TEXT.replace('within = "10min"', 'within = "ten"').replace('role = "director"', 'role = "boss"')
    with pytest.raises(PolicyMistake) as mistake:
        policies.read("sop", text)
    assert len(mistake.value.mistakes) == 2


def test_the_compiled_rules_are_small_enough_to_travel() -> None:
    assert len(policies.RULES.dump_json(b.rules(), exclude_defaults=True)) <= policies.LARGEST_RULES


def test_a_call_needs_its_reference_and_a_message_an_address() -> None:
    desk = b.Desk().approved()
    bare = desk.send(c.Propose(way=TellingWay.CALL), b.AGENT)
    assert bare.refused is not None
    assert bare.refused.code == "call_reference_missing"
    phone_only = b.Desk().approved(contact=b.Contact(name="王", phone="13812345678"))
    mailed = phone_only.send(c.Propose(), b.AGENT)
    assert mailed.refused is not None
    assert mailed.refused.code == "no_address"


def test_liability_of_an_unknown_department_is_refused() -> None:
    turn = b.Desk().endorsed().send(c.DetermineLiability(party=LiableParty.COMPANY, department="x"), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "unknown_department"
