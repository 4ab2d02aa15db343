"""The five documents as data: what each says of channels, categories, numbers, grades, limits and roles."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import policies
from complaints import commands as c
from complaints.errors import PolicyMistake
from complaints.grading import suggest
from complaints.guards.execution import open_steps
from complaints.numbering import is_number
from complaints.policy import Rules
from complaints.vocabulary import Channel, CustomerKind, Grade, Indicator, Matter, Role, StepStatus, Unit
from policies.document import Document
from tests import builders as b
from workflows.acts import priority

KEYS = policies.keys()
MAY = datetime(2024, 5, 20, 4, 0, tzinfo=UTC)


def document(key: str) -> Document:
    return policies.load(key).document


def rules(key: str) -> Rules:
    return policies.load(key).rules(b.NOON)


def hours(limit: dict[Grade, timedelta] | None) -> dict[str, float]:
    return {grade.value: span / timedelta(hours=1) for grade, span in (limit or {}).items()}


def departments(key: str) -> dict[str, str]:
    return {name: each.department for name, each in document(key).categories.items()}


def test_there_are_five_documents() -> None:
    assert KEYS == ("app", "dsp", "sop", "svc", "wks")


@pytest.mark.parametrize("key", KEYS)
def test_all_have_the_same_sections_in_the_same_order_with_the_same_values(key: str) -> None:
    """So that one file beside another shows what two documents do differently."""
    text, sop = ((policies.HERE / f"{each}.toml").read_text("utf-8") for each in (key, "sop"))
    own, model = tomllib.loads(text), tomllib.loads(sop)
    assert list(own) == list(model) == list(Document.model_fields)
    named = {"channels", "categories", "departments", "limits", "stages", "grades", "revisit"}
    for section in set(model) - named:
        assert set(own[section]) == set(model[section]), section
    assert set(own["revisit"]) == set(model["revisit"])
    assert list(own["stages"]) == list(model["stages"])


@pytest.mark.parametrize("key", KEYS)
def test_every_value_says_whether_it_stands_in_the_document(key: str) -> None:
    def sourceless(part: object, path: str) -> list[str]:
        if not isinstance(part, dict):
            return []
        own = [path] if "value" in part and part.get("source") not in ("document", "assumption") else []
        return own + [each for name, below in part.items() for each in sourceless(below, f"{path}.{name}")]

    body = policies.load(key).body
    assert sourceless(body, key) == []
    assert all(limit["source"] in ("document", "assumption") for limit in body["limits"].values())


@pytest.mark.parametrize("key", KEYS)
def test_the_rules_of_every_document_are_small_enough_to_travel(key: str) -> None:
    long_ago = b.NOON - timedelta(days=366)
    made = policies.load(key).rules(b.NOON, None, long_ago)
    assert len(policies.RULES.dump_json(made, exclude_defaults=True)) <= policies.LARGEST_RULES


@pytest.mark.clause("SVC-1.1", "APP-1.1", "DSP-1.1")
@pytest.mark.parametrize(
    ("key", "channels"),
    [
        ("svc", {"phone", "chat", "ticket_system"}),
        ("app", {"phone", "chat", "app", "wechat", "counter"}),
        ("dsp", {"phone", "chat", "email", "social", "shop"}),
    ],
)
def test_the_channels_of_a_document(key: str, channels: set[str]) -> None:
    assert {each.value for each in document(key).channels} == channels


@pytest.mark.clause("APP-1.3")
def test_each_channel_names_its_trained_receivers() -> None:
    assert all(each.trained and each.receivers is Role.AGENT for each in document("app").channels.values())


@pytest.mark.clause("SVC-1.4", "APP-1.2", "WKS-1.2", "WKS-2.2", "DSP-1.3")
@pytest.mark.parametrize(
    ("key", "leads"),
    [
        ("svc", ["returns_exchanges", "tech_support", "complaint_handling"]),
        ("app", ["repair_team", "customer_service", "customer_service", "repair_team", "repair_team"]),
        ("wks", ["tech_support", "logistics", "customer_service", "customer_service", "operations"]),
        ("dsp", ["goods", "customer_service", "transactions", "marketing"]),
    ],
)
def test_every_category_leads_to_a_department_and_its_head(key: str, leads: list[str]) -> None:
    assert list(departments(key).values()) == leads
    desk = b.Desk(rules_=rules(key))
    assert rules(key).limit("start_handling").owner is Role.DEPARTMENT_HEAD
    for name, department in departments(key).items():
        assert desk.rules.categories[name].department == department


@pytest.mark.clause("SVC-1.2", "WKS-1.1", "DSP-1.2", "SVC-4.1")
def test_the_numbers_of_the_documents() -> None:
    svc, wks, dsp = (policies.load(key) for key in ("svc", "wks", "dsp"))
    assert svc.number(MAY, 2, Channel.CHAT) == "SX202405002"
    assert svc.revisit_number(MAY, 2) == "HF202405002"
    assert wks.number(MAY, 1, Channel.PHONE) == "202405204001"
    assert dsp.number(MAY, 1, Channel.SHOP) == "202405-001"
    assert is_number(wks.document.numbers.complaint.value, "202405204001")
    assert not is_number(dsp.document.numbers.complaint.value, "202405001")


@pytest.mark.clause("SVC-1.2", "WKS-1.1", "DSP-1.2")
def test_the_period_of_a_running_number_is_what_its_pattern_holds() -> None:
    """SVC and DSP count through the month, WKS through the day and the channel."""
    svc, wks, dsp = (policies.load(key) for key in ("svc", "wks", "dsp"))
    later = MAY + timedelta(days=3)
    for monthly in (svc, dsp):
        assert monthly.counter(MAY, Channel.PHONE) == monthly.counter(later, Channel.CHAT)
        assert monthly.counter(MAY, Channel.PHONE) != monthly.counter(MAY + timedelta(days=20), Channel.PHONE)
    assert wks.counter(MAY, Channel.PHONE) != wks.counter(later, Channel.PHONE)
    assert wks.counter(MAY, Channel.PHONE) != wks.counter(MAY, Channel.CHAT)


@pytest.mark.clause("WKS-1.1")
def test_a_number_by_channel_needs_a_code_for_each() -> None:
    text = (policies.HERE / "wks.toml").read_text("utf-8").replace('code = "3", ', "")
    with pytest.raises(PolicyMistake) as mistake:
        policies.read("wks", text)
    assert "channels.chat.code: missing" in str(mistake.value)


@pytest.mark.clause("SVC-1.1", "WKS-1.1", "DSP-1.1")
@pytest.mark.parametrize(
    ("key", "left"),
    [("svc", ["form.product", "form.occurred_at"]), ("wks", ["form.core_demand"]), ("app", ["form.product"])],
)
def test_a_form_lacks_what_its_document_asks_for_besides(key: str, left: list[str]) -> None:
    category = next(iter(document(key).categories))
    turn = b.Desk(rules_=rules(key)).send(b.registration(category=category), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "form_incomplete"
    assert set(left) <= set(turn.refused.fields)


@pytest.mark.clause("DSP-1.1")
def test_a_company_that_complains_is_named_beside_the_person_one_speaks_to() -> None:
    whole = b.registration(category="transaction")
    nameless = replace(whole, form=replace(whole.form, customer_kind=CustomerKind.COMPANY))
    refused = b.Desk(rules_=rules("dsp")).send(nameless, b.AGENT).refused
    assert refused is not None
    assert refused.fields == ("form.company",)
    named = replace(nameless, form=replace(nameless.form, company="启明设计有限公司"))
    assert b.Desk(rules_=rules("dsp")).send(named, b.AGENT).refused is None


@pytest.mark.clause("SVC-1.2", "WKS-2.1", "DSP-2.2", "APP-2.3")
@pytest.mark.parametrize(
    ("key", "grades"),
    [
        ("svc", ("urgent", "general", "low")),
        ("app", ("urgent", "important", "general")),
        ("wks", ("urgent", "important", "general")),
        ("dsp", ("urgent", "important", "general")),
    ],
)
def test_the_grades_of_a_document(key: str, grades: tuple[str, ...]) -> None:
    assert tuple(each.value for each in document(key).grades.named()) == grades
    unknown = Grade.IMPORTANT if key == "svc" else Grade.LOW
    category = next(iter(document(key).categories))
    turn = b.Desk(rules_=rules(key)).send(b.registration(category=category, grade=unknown), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "unknown_grade"


@pytest.mark.clause("WKS-2.1", "DSP-2.2", "SOP-2.2", "APP-2.3")
@pytest.mark.parametrize(
    ("key", "indicator", "grade"),
    [
        ("sop", Indicator.AGITATED, Grade.IMPORTANT),
        ("wks", Indicator.AGITATED, Grade.URGENT),
        ("wks", Indicator.REGULATOR_THREAT, Grade.URGENT),
        ("wks", Indicator.PARTIAL_FAILURE, Grade.IMPORTANT),
        ("sop", Indicator.LARGE_AMOUNT, Grade.IMPORTANT),
        ("dsp", Indicator.LARGE_AMOUNT, Grade.URGENT),
        ("dsp", Indicator.GROUP_COMPLAINT, Grade.URGENT),
        ("dsp", Indicator.BRAND_IMPACT, Grade.IMPORTANT),
        ("app", Indicator.SERIOUS_FAILURE, Grade.URGENT),
        ("app", Indicator.SAFETY_HAZARD, Grade.URGENT),
    ],
)
def test_one_sign_may_weigh_differently_in_two_documents(key: str, indicator: Indicator, grade: Grade) -> None:
    assert suggest((indicator,), None, rules(key)).grade is grade
    assert suggest((), None, rules(key)).grade is Grade.GENERAL


@pytest.mark.clause("SVC-1.2")
def test_what_nothing_speaks_for_has_the_least_of_the_policys_grades() -> None:
    assert suggest((), None, rules("svc")).grade is Grade.LOW
    assert suggest((Indicator.AGITATED,), None, rules("svc")).grade is Grade.GENERAL


@pytest.mark.clause("WKS-2.1", "DSP-2.2")
@pytest.mark.parametrize(
    ("key", "wanted"),
    [("wks", {"urgent": 2, "important": 8, "general": 24}), ("dsp", {"urgent": 2, "important": 24, "general": 48})],
)
def test_the_response_times_by_grade(key: str, wanted: dict[str, float]) -> None:
    """Not graded yet, a complaint is answered as if it were urgent."""
    for name in ("first_response", "start_handling"):
        assert hours(rules(key).limit(name).by_grade) == wanted
    assert rules(key).limit("first_response").length(None) == timedelta(hours=2)


@pytest.mark.clause("APP-2.4")
def test_urgent_is_served_first() -> None:
    assert [priority(grade).priority_key for grade in (Grade.URGENT, Grade.IMPORTANT, Grade.GENERAL, Grade.LOW)] == [
        1, 2, 3, 3,
    ]  # fmt: skip


@pytest.mark.clause("SVC-4.1", "SVC-2.1", "SVC-2.3", "SVC-4.3")
def test_the_limits_the_service_document_names() -> None:
    svc = rules("svc")
    assert (svc.limit("revisit").within, svc.limit("revisit").unit) == (timedelta(days=3), Unit.WORKING_DAY)
    assert svc.limit("lead_contact").within == timedelta(hours=2)
    assert svc.limit("progress").within == svc.limit("remedy").within == timedelta(hours=24)
    assert not svc.silence.allowed


@pytest.mark.clause("APP-4.1", "SVC-2.2", "DSP-5.2")
@pytest.mark.parametrize("key", ["app", "svc", "dsp"])
def test_promised_times_are_clocks_and_a_delay_is_told_with_what_comes_next(key: str) -> None:
    """Each step's promise and the whole plan's run; every fact is kept with who, when and what was said."""
    law = rules(key)
    assert [law.limit(name).promise for name in ("step_promise", "plan_promise")] == ["step", "plan"]
    desk = b.Desk().executing()
    later = desk.at + timedelta(days=2)
    delay = c.ReportDelay(step="m1", expected_at=later, words=b.words("配件缺货,明日到货后上门"))
    desk.do(delay, b.LOGISTICS_HEAD)
    told = desk.entries_of("delay_reported")[0]
    assert (told.fact.expected_at, told.fact.private.text) == (later, "配件缺货,明日到货后上门")
    desk.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("上门完成")), b.LOGISTICS_EXECUTOR)
    assert open_steps(desk.case) == ()
    assert all(each.actor.id and each.taken_at for each in desk.entries)


@pytest.mark.clause("WKS-1.3")
def test_only_the_worksheet_takes_inquiries_and_problems() -> None:
    assert {key: len(rules(key).matters) for key in KEYS} == {"app": 1, "dsp": 1, "sop": 1, "svc": 1, "wks": 3}
    turn = b.Desk().send(b.registration(matter=Matter.INQUIRY), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "unknown_matter"
