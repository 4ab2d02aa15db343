"""What a policy asks of a plan, and who approves what it costs."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from complaints import commands as c
from complaints import plan_text
from complaints.authority import approver
from complaints.errors import BadValue
from complaints.notices import notices
from complaints.plan_form import says_nothing
from complaints.policy import AmountAuthority, PlanForm
from complaints.values import Actor, Measure, Milestone, Plan
from complaints.vocabulary import Grade, LiableParty, MeasureKind, Role
from tests import builders as b

K = MeasureKind
TOMORROW = b.NOON + timedelta(days=1)


def measure(kind: MeasureKind = K.REPAIR, text: str = "更换压缩机", **changes: Any) -> Measure:
    return Measure(kind=kind, text=text, actor="维修技师", until=TOMORROW, **changes)


def a_plan(*measures: Measure, **changes: Any) -> Plan:
    return Plan(cause="压缩机老化", measures=measures or (measure(),), **changes)


def desk_with(party: LiableParty = LiableParty.COMPANY, **asked: Any) -> b.Desk:
    """A case in planning, by a policy that asks this of a plan."""
    desk = b.Desk(rules_=replace(b.rules(), plan_form=PlanForm(**asked))).endorsed()
    return desk.do(c.DetermineLiability(party=party, department="logistics"), b.AGENT)


def refusal(desk: b.Desk, plan: Plan) -> tuple[str, tuple[str, ...]] | None:
    refused = desk.send(c.DraftPlan(plan=plan), b.LOGISTICS_HEAD).refused
    return (refused.code, refused.fields) if refused else None


# ── the form ──


FULL = {
    "diagnosis": "压缩机线圈短路",
    "milestones": (Milestone(text="配件到货", until=TOMORROW),),
    "cost_budget": Decimal(800),
    "liability": "厂方 100%",
}


@pytest.mark.clause("APP-3.1")
def test_a_plan_holds_what_the_policys_form_asks_for() -> None:
    desk = desk_with(required=("diagnosis", "milestones", "cost_budget", "liability"))
    assert refusal(desk, a_plan()) == ("plan_incomplete", tuple(f"plan.{name}" for name in FULL))
    assert refusal(desk, a_plan(**{**FULL, "diagnosis": " "})) == ("plan_incomplete", ("plan.diagnosis",))
    assert refusal(desk, a_plan(**{**FULL, "cost_budget": Decimal(0)})) is None


@pytest.mark.clause("APP-3.1")
def test_a_plan_records_the_meeting_it_was_made_in_and_its_approver_reads_all_of_it() -> None:
    desk = desk_with()
    plan = a_plan(**FULL, meeting=b.meeting(b.NOON))
    assert refusal(desk, plan) is None
    (wanted,) = notices(desk.case, [desk.entries_of("plan_drafted")[-1]], desk.rules)
    inside = ("成本预算(cost budget): 800", "厂方 100%", "压痕与裂纹位置一致")
    assert all(each in wanted.private["plan"] for each in (*inside, "压缩机线圈短路", "配件到货"))
    assert not any(each in plan_text.told(plan) for each in inside)


def test_a_milestone_lies_ahead_and_a_budget_is_no_debt() -> None:
    late = (Milestone(text="配件到货", until=b.NOON - timedelta(hours=1)),)
    assert refusal(desk_with(), a_plan(milestones=late)) == ("promise_in_the_past", ("plan.milestones.0.until",))
    with pytest.raises(BadValue, match="cost_budget"):
        a_plan(cost_budget=Decimal(-1))


@pytest.mark.clause("WKS-3.2")
@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("尽快处理", True),
        ("尽快处理。", True),
        ("尽快 处理", True),
        ("尽 快处、理", True),
        ("As.a.p", True),
        ("尽快处理, 请耐心等待!", True),
        ("尽快处理: 周五前上门换机", False),
        ("周五前上门换机", False),
        ("...", False),
        ("ASAP!", True),
        ("New compressor by Friday, asap", False),
    ],
)
def test_a_measure_that_says_nothing_but_vague_phrases_is_refused_with_its_field(text: str, vague: bool) -> None:
    phrases = ("尽快", "尽快处理", "请耐心等待", "asap")
    assert says_nothing(text, phrases) is vague
    found = refusal(desk_with(vague=phrases), a_plan(measure(), measure(text=text)))
    assert found == (("vague_measure", ("plan.measures.1.text",)) if vague else None)


@pytest.mark.clause("WKS-3.2")
@pytest.mark.parametrize("field", ["actor", "text"])
def test_a_measure_without_actor_or_action_is_none(field: str) -> None:
    with pytest.raises(BadValue, match=field):
        replace(measure(), **{field: " "})


@pytest.mark.clause("WKS-3.2", "SOP-3.1")
def test_a_promise_beyond_the_policy_is_refused() -> None:
    found = refusal(desk_with(kinds=(K.REPAIR, K.REFUND)), a_plan(measure(), measure(K.GIFT, "送一台新机")))
    assert found == ("kind_not_offered", ("plan.measures.1.kind",))


@pytest.mark.clause("DSP-3.2")
@pytest.mark.parametrize("party", list(LiableParty))
def test_an_apology_is_for_cases_the_company_is_liable_for(party: LiableParty) -> None:
    found = refusal(desk_with(party, apology_needs_fault=True), a_plan(measure(K.APOLOGY, "书面致歉")))
    expected = None if party is LiableParty.COMPANY else ("apology_without_fault", ("plan.measures.0.kind",))
    assert found == expected


@pytest.mark.clause("DSP-3.1")
@pytest.mark.parametrize(
    ("valid_until", "code"),
    [(None, "validity_missing"), (date(2026, 5, 19), "validity_too_short"), (date(2026, 6, 20), None)],
)
def test_a_coupons_validity_is_recorded(valid_until: date | None, code: str | None) -> None:
    desk, coupon = desk_with(validity=(K.COUPON,)), measure(K.COUPON, "300 元优惠券", valid_until=valid_until)
    found = refusal(desk, a_plan(measure(), coupon))
    assert found == ((code, ("plan.measures.1.valid_until",)) if code else None)
    if code is None:
        assert "2026-06-20" in plan_text.told(desk.facts("plan_drafted")[0].private)


@pytest.mark.clause("DSP-3.1")
def test_a_refund_goes_back_to_the_account_it_was_paid_from() -> None:
    desk = desk_with(original_account=True)
    assert refusal(desk, a_plan(measure(K.REFUND, "全额退款"))) == (
        "other_account", ("plan.measures.0.original_account",)
    )  # fmt: skip
    plan = a_plan(measure(K.REFUND, "全额退款", original_account=True))
    assert refusal(desk, plan) is None
    assert "退回原支付账户" in plan_text.told(plan)


@pytest.mark.clause("DSP-3.1")
@pytest.mark.parametrize("party", [LiableParty.CUSTOMER, LiableParty.THIRD_PARTY])
def test_where_customer_or_third_party_is_liable_the_plan_explains_it_with_evidence(party: LiableParty) -> None:
    asked = {"explained": (LiableParty.CUSTOMER, LiableParty.THIRD_PARTY)}
    desk = desk_with(party, **asked)
    assert refusal(desk, a_plan()) == ("unexplained", ("plan.measures",))
    bare = measure(K.EXPLANATION, "签收时外箱完好")
    assert refusal(desk, a_plan(measure(), bare)) == ("unexplained", ("plan.measures.1.evidence",))
    assert refusal(desk, a_plan(replace(bare, evidence="物流签收记录"))) is None
    assert refusal(desk_with(LiableParty.COMPANY, **asked), a_plan()) is None


@pytest.mark.clause("DSP-3.2")
def test_the_plan_as_told_names_time_way_and_the_customers_one_contact() -> None:
    desk = desk_with(named_contact=True)
    desk.do(c.DraftPlan(plan=a_plan()), b.LOGISTICS_EXECUTOR).do(c.Approve(), b.LOGISTICS_HEAD).do(c.Propose(), b.AGENT)
    (told,) = notices(desk.case, desk.entries_of("plan_sent"), desk.rules)
    assert told.values["named_contact"] == b.AGENT.id
    assert all(each in told.private["plan"] for each in ("更换压缩机", "维修技师", TOMORROW.isoformat()))


@pytest.mark.clause("DSP-3.2")
def test_a_plan_is_told_only_once_there_is_a_named_contact() -> None:
    rules = replace(b.rules(), plan_form=PlanForm(named_contact=True))
    desk = b.Desk(rules_=rules).do(b.registration(), b.SUPERVISOR).do(c.Verify(words=b.words("核实")), b.AGENT)
    desk.do(c.Endorse(grade=Grade.GENERAL, party=LiableParty.COMPANY, department="logistics"), b.SUPERVISOR)
    desk.do(c.DraftPlan(plan=a_plan()), b.LOGISTICS_EXECUTOR).do(c.Approve(), b.LOGISTICS_HEAD)
    turn = desk.send(b.CALLED, b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "contact_missing"
    desk.do(c.Assign(role=Role.AGENT, staff_id="agent-1"), b.SUPERVISOR).do(b.CALLED, b.AGENT)


# ── authority by amount ──


ABOVE = (
    AmountAuthority(above=Decimal(1000), role=Role.SUPERVISOR),
    AmountAuthority(above=Decimal(10000), role=Role.EXECUTIVE),
)


def costing(amount: int, grade: Grade = Grade.GENERAL, drafter: Actor = b.LOGISTICS_EXECUTOR) -> b.Desk:
    desk = b.Desk(rules_=replace(b.rules(), authority_above=ABOVE)).started(grade=grade)
    return desk.do(c.DraftPlan(plan=b.plan(TOMORROW, amount=amount)), drafter)


@pytest.mark.clause("SOP-3.3", "WKS-3.2")
@pytest.mark.parametrize(
    ("grade", "amount", "drafter", "role"),
    [
        (Grade.GENERAL, 1000, b.LOGISTICS_EXECUTOR, Role.DEPARTMENT_HEAD),
        (Grade.GENERAL, 1001, b.LOGISTICS_EXECUTOR, Role.SUPERVISOR),
        (Grade.GENERAL, 10001, b.LOGISTICS_EXECUTOR, Role.EXECUTIVE),
        (Grade.URGENT, 1001, b.LOGISTICS_EXECUTOR, Role.DIRECTOR),
        (Grade.GENERAL, 500, b.LOGISTICS_HEAD, Role.SUPERVISOR),
        (Grade.GENERAL, 1001, b.LOGISTICS_HEAD, Role.SUPERVISOR),
    ],
)
def test_the_higher_of_what_grade_and_amount_ask_for_approves(
    grade: Grade, amount: int, drafter: Actor, role: Role
) -> None:
    desk = costing(amount, grade, drafter)
    assert approver(desk.case, desk.rules) is role
    (wanted,) = notices(desk.case, desk.entries_of("plan_drafted"), desk.rules)
    assert wanted.recipient.role is role


@pytest.mark.clause("SOP-3.3")
def test_a_refusal_names_both_reasons() -> None:
    refused = costing(10001).send(c.Approve(), b.SUPERVISOR).refused
    assert refused is not None
    assert refused.message == (
        "A plan of this grade is for the executive or somebody higher: "
        "by grade for the department head, by its 10001 yuan for the executive."
    )


@pytest.mark.clause("SOP-3.3")
def test_sums_ask_for_nobody_where_the_policy_names_none() -> None:
    desk = b.Desk().started().do(c.DraftPlan(plan=b.plan(TOMORROW, amount=99999)), b.LOGISTICS_EXECUTOR)
    assert approver(desk.case, desk.rules) is Role.DEPARTMENT_HEAD
    refused = desk.send(c.Approve(), b.PRODUCT_HEAD).refused
    assert refused is not None
    assert refused.message == "A plan of this grade is for the department head or somebody higher."
