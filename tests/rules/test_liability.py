"""Who has to answer for it: parties, meetings, several departments under one lead, work groups and their leads."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from complaints import commands as c
from complaints.authority import approver, approving_role
from complaints.deadlines import running
from complaints.errors import BadValue
from complaints.notices import notices
from complaints.policy import Limit, Rules
from complaints.values import Actor, Meeting
from complaints.view import view
from complaints.vocabulary import Channel, ContactOutcome, Debtor, Grade, LiableParty, Role, StepStatus
from tests import builders as b

SERVICE_HEAD = b.staff("service-head", Role.DEPARTMENT_HEAD, department="customer_service")
SHARED = c.DetermineLiability(
    party=LiableParty.COMPANY, department="logistics", others=("product",), lead="service-head", words=b.words("多部门")
)


def told(desk: b.Desk, kind: str) -> list[tuple[str, Role, str | None, str | None]]:
    """Template and recipient of each notice of the newest fact of a kind."""
    made = notices(desk.case, [desk.entries_of(kind)[-1]], desk.rules)
    return [(n.template, n.recipient.role, n.recipient.staff_id, n.recipient.department) for n in made]


def shared() -> b.Desk:
    return b.Desk().endorsed().do(SHARED, b.SUPERVISOR)


# ── parties ──


@pytest.mark.clause("APP-2.2", "DSP-2.1")
@pytest.mark.parametrize("together", [False, True])
def test_only_the_parties_the_policy_names_are_found_liable(together: bool) -> None:
    rules = replace(b.rules(), parties=(LiableParty.COMPANY, LiableParty.CUSTOMER, LiableParty.THIRD_PARTY))
    desk = b.Desk(rules_=rules)
    who: dict[str, Any] = {"party": LiableParty.CARRIER, "department": "logistics"}
    if together:
        turn = desk.verified().send(c.Endorse(grade=Grade.GENERAL, **who), b.SUPERVISOR)
    else:
        turn = desk.endorsed().send(c.DetermineLiability(**who), b.SUPERVISOR)
    assert turn.refused is not None
    assert (turn.refused.code, turn.refused.fields) == ("unknown_party", ("party",))
    assert "third_party" in turn.refused.message


# ── joint determination ──


def called(rules: Rules | None = None) -> b.Desk:
    desk = b.Desk(rules_=rules).endorsed()
    desk.do(c.CallJointDetermination(departments=("product", "logistics")), b.SUPERVISOR).wait(hours=1)
    return desk


def found(meeting: Meeting | None) -> c.DetermineLiability:
    return c.DetermineLiability(party=LiableParty.COMPANY, department="product", meeting=meeting)


@pytest.mark.clause("SOP-2.3")
def test_a_joint_determination_rests_on_the_record_of_its_meeting() -> None:
    desk = called()
    bare = desk.send(found(None), b.SUPERVISOR)
    assert bare.refused is not None
    assert (bare.refused.code, bare.refused.fields) == ("meeting_missing", ("meeting",))
    desk.do(found(b.meeting(desk.at)), b.SUPERVISOR)
    (held,) = desk.facts("joint_determination_held")
    assert (held.held_at, held.private.attendees) == (desk.at, ("产品部门负责人", "物流部门负责人"))
    assert desk.case.liable_department == "product"
    assert "joint_determination" in {fact.limit for fact in desk.facts("limit_met")}


@pytest.mark.clause("SOP-2.3")
@pytest.mark.parametrize("minutes", [-90, 1])
def test_the_meeting_lies_between_its_call_and_now(minutes: int) -> None:
    desk = called()
    turn = desk.send(found(b.meeting(desk.at + timedelta(minutes=minutes))), b.SUPERVISOR)
    assert turn.refused is not None
    assert (turn.refused.code, turn.refused.fields) == ("impossible_time", ("meeting.held_at",))


def test_a_policy_that_wants_no_record_of_the_meeting_has_its_way() -> None:
    desk = called(replace(b.rules(), joint_record=False)).do(found(None), b.SUPERVISOR)
    assert desk.case.stage == "planning"


@pytest.mark.parametrize(("changes", "field"), [({"attendees": (" ",)}, "attendees"), ({"minutes": ""}, "minutes")])
def test_the_record_of_a_meeting_names_who_was_there_and_what_was_found(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadValue, match=field):
        Meeting(**{"attendees": ("甲",), "held_at": b.NOON, "minutes": "结论", **changes})


# ── several departments, one lead ──


@pytest.mark.clause("WKS-2.2")
def test_several_departments_have_one_named_lead_who_is_told_and_shown() -> None:
    desk = shared()
    seen = view(desk.case, desk.rules)
    assert (seen.owner_role, seen.owner_id, seen.lead) == (Role.DEPARTMENT_HEAD, "service-head", "service-head")
    assert (seen.department, seen.others) == ("logistics", ("product",))
    assert told(desk, "liability_determined")[1:] == [
        ("plan_wanted", Role.DEPARTMENT_HEAD, "service-head", "logistics"),
        ("support_wanted", Role.DEPARTMENT_HEAD, None, "logistics"),
        ("support_wanted", Role.DEPARTMENT_HEAD, None, "product"),
    ]


@pytest.mark.clause("WKS-2.2")
def test_an_endorsement_names_them_too() -> None:
    both = c.Endorse(
        grade=Grade.GENERAL, party=LiableParty.COMPANY, department="logistics", others=("product",), lead="service-head"
    )
    desk = b.Desk().verified().do(both, b.SUPERVISOR)
    assert (desk.case.others, desk.case.lead) == (("product",), "service-head")


@pytest.mark.clause("WKS-2.2")
def test_several_departments_without_a_lead_are_refused_and_none_supports_itself() -> None:
    with pytest.raises(BadValue, match="lead"):
        c.DetermineLiability(party=LiableParty.COMPANY, department="logistics", others=("product",))
    with pytest.raises(BadValue, match="department"):
        c.Endorse(grade=Grade.GENERAL, others=("product",), lead="service-head")
    for others in (("logistics",), ("elsewhere",)):
        turn = b.Desk().endorsed().send(replace(SHARED, others=others), b.SUPERVISOR)
        assert turn.refused is not None
        assert (turn.refused.code, turn.refused.fields) == ("unknown_department", ("others",))


@pytest.mark.clause("WKS-2.2")
def test_the_lead_plans_as_the_liable_departments_head_would_and_supporters_record_their_steps() -> None:
    desk = shared()
    desk.do(c.StartHandling(first_action="召集两部门"), SERVICE_HEAD)
    by_supporter = desk.send(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.PRODUCT_HEAD)
    assert by_supporter.refused is not None
    assert by_supporter.refused.code == "other_department"
    desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.LOGISTICS_EXECUTOR)
    assert approver(desk.case, desk.rules) is Role.DEPARTMENT_HEAD
    assert approving_role(b.PRODUCT_HEAD, desk.case, desk.rules) is None
    desk.do(c.Approve(), SERVICE_HEAD).told_and_accepted()
    step = c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("已检测"))
    desk.do(step, b.PRODUCT_EXECUTOR)
    assert desk.case.executors == ("product-executor",)
    stranger = b.staff("service-executor", Role.EXECUTOR, department="customer_service")
    refused = desk.send(step, stranger).refused
    assert refused is not None
    assert refused.code == "other_department"


# ── work groups ──


@pytest.mark.clause("SVC-1.3")
@pytest.mark.parametrize(("groups", "templates"), [((), []), (("logistics",), ["group_case"])])
def test_a_work_groups_lead_hears_of_a_registration_at_the_same_time(
    groups: tuple[str, ...], templates: list[str]
) -> None:
    desk = b.Desk(rules_=replace(b.rules(), work_groups=groups)).registered()
    heads = [each for each in told(desk, "registered") if each[1] is Role.DEPARTMENT_HEAD]
    assert heads == [(template, Role.DEPARTMENT_HEAD, None, "logistics") for template in templates]


LEAD_CONTACT = Limit(
    name="lead_contact", debtor=Debtor.COMPANY, owner=Role.DEPARTMENT_HEAD, runs_from="registered",
    met_by=("lead_responded",), within=timedelta(hours=2),
)  # fmt: skip


def grouped() -> b.Desk:
    limits = (*b.rules().limits, LEAD_CONTACT)
    return b.Desk(rules_=replace(b.rules(), limits=limits, work_groups=("logistics",))).registered().wait(hours=1)


def contact(desk: b.Desk, outcome: ContactOutcome = ContactOutcome.REACHED) -> c.Respond:
    return c.Respond(channel=Channel.PHONE, contacted_at=desk.at, outcome=outcome, words=b.words("确认细节与时效"))


@pytest.mark.clause("SVC-2.1")
@pytest.mark.parametrize(
    ("who", "outcome", "meets"),
    [
        (b.LOGISTICS_HEAD, ContactOutcome.REACHED, True),
        (b.LOGISTICS_HEAD, ContactOutcome.NO_ANSWER, False),
        (b.LOGISTICS_EXECUTOR, ContactOutcome.REACHED, False),
        (b.AGENT, ContactOutcome.REACHED, False),
    ],
)
def test_only_the_groups_lead_meets_the_limit_of_the_leads_contact(
    who: Actor, outcome: ContactOutcome, meets: bool
) -> None:
    desk = grouped()
    desk.do(contact(desk, outcome), who)
    assert ("lead_contact" in {fact.limit for fact in desk.facts("limit_met")}) is meets
    assert ("lead_contact" in {clock.limit.name for clock in running(desk.case, desk.rules)}) is not meets


@pytest.mark.clause("SVC-2.1")
def test_a_lead_who_is_late_has_missed_the_limit_at_its_true_time() -> None:
    desk = grouped().wait(hours=2)
    desk.do(contact(desk), b.LOGISTICS_HEAD)
    (missed,) = [fact for fact in desk.facts("limit_missed") if fact.limit == "lead_contact"]
    (met,) = [fact for fact in desk.facts("limit_met") if fact.limit == "lead_contact"]
    assert (missed.due_at, met.late) == (b.NOON + timedelta(hours=2), True)


@pytest.mark.clause("SVC-2.1")
def test_another_departments_people_record_no_contact() -> None:
    desk = grouped()
    turn = desk.send(contact(desk), b.PRODUCT_HEAD)
    assert turn.refused is not None
    assert turn.refused.code == "other_department"
