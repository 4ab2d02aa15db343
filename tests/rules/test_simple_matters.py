"""Inquiries and simple problems on their short path, silence, and the signature: what ends a case without a plan."""

from dataclasses import replace
from datetime import timedelta

import pytest

import policies
from complaints import commands as c
from complaints.deadlines import running
from complaints.errors import PolicyMistake
from complaints.notices import notices
from complaints.policy import Silence
from complaints.values import Contact, RegistrationForm
from complaints.view import view, waits_for_customer
from complaints.vocabulary import Channel, Closing, Confirmation, ContactOutcome, Grade, LookUpStatus, Matter
from tests import builders as b

WKS = policies.load("wks")
TEXT = (policies.HERE / "wks.toml").read_text("utf-8")
REPLY = c.Reply(words=b.words("在“我的设备”里可以修改"))
SIMPLE = pytest.mark.parametrize("matter", [Matter.INQUIRY, Matter.PROBLEM])


def inquiry(matter: Matter = Matter.INQUIRY, order_number: str = "") -> b.Desk:
    """A simple matter, registered under the worksheet's policy."""
    form = RegistrationForm(
        contact=Contact(name="王小明", phone="13812345678"), description="怎么改昵称", demand="告知方法",
        core_demand="改昵称", order_number=order_number,
    )  # fmt: skip
    desk = b.Desk(rules_=WKS.rules(b.NOON)).responded()
    return desk.do(c.Register(form=form, category="product_function", grade=Grade.GENERAL, matter=matter), b.AGENT)


def limits(desk: b.Desk) -> set[str]:
    return {clock.limit.name for clock in running(desk.case, desk.rules)}


def tried(desk: b.Desk) -> b.Desk:
    """Three attempts on two channels, which nobody answered."""
    for channel in (Channel.PHONE, Channel.PHONE, Channel.EMAIL):
        desk.wait(minutes=1)
        desk.do(c.Respond(channel=channel, contacted_at=desk.at, outcome=ContactOutcome.NO_ANSWER), b.AGENT)
    return desk


@pytest.mark.clause("WKS-1.3")
@SIMPLE
def test_a_simple_matter_is_answered_confirmed_and_closed_without_liability_or_approval(matter: Matter) -> None:
    desk = inquiry(matter)
    assert (desk.case.stage, view(desk.case, desk.rules).matter) == ("answering", matter)
    assert limits(desk) == {"reply", "progress"}
    desk.do(REPLY, b.AGENT)
    assert (desk.case.stage, waits_for_customer(desk.case)) == ("confirming", True)
    desk.do(c.Confirm(), b.CUSTOMER)
    assert (desk.case.stage, desk.case.closing) == ("closed", Closing.RESOLVED)
    desk.wait(days=8)
    assert desk.case.stage == "archived"
    assert not {"liability_determined", "plan_drafted", "revisited"} & {entry.fact.kind for entry in desk.entries}


@pytest.mark.clause("WKS-1.3")
def test_a_simple_matter_is_clocked_as_strictly() -> None:
    desk = inquiry().wait(hours=25)
    missed = {fact.limit: fact.due_at for fact in desk.facts("limit_missed")}
    assert missed["reply"] == b.NOON + timedelta(hours=24)
    assert [fact.level for fact in desk.facts("escalated") if fact.limit == "reply"] == [1, 2]


@pytest.mark.clause("WKS-1.3")
@pytest.mark.parametrize("closed", [False, True])
def test_a_contested_answer_is_given_again_with_a_clock_of_its_own(closed: bool) -> None:
    desk = inquiry().wait(hours=2).do(REPLY, b.AGENT)
    if closed:
        desk.do(c.Confirm(), b.CUSTOMER)
    desk.wait(hours=30).do(c.Contest(words=b.words("还是不会")), b.CUSTOMER)
    made = notices(desk.case, [desk.entries_of("result_contested")[-1]], desk.rules)
    assert ("contested", "agent") in [(n.template, n.recipient.role.value) for n in made]
    again = next(clock for clock in running(desk.case, desk.rules) if clock.limit.name == "reply")
    assert (desk.case.stage, desk.case.round, again.due_at) == ("answering", 2, desk.at + timedelta(hours=24))
    desk.do(REPLY, b.AGENT).do(c.Confirm(), b.CUSTOMER)
    assert desk.case.stage == "closed"


@pytest.mark.clause("WKS-1.3")
def test_a_converted_matter_has_the_complaints_clocks_from_its_arrival() -> None:
    desk = inquiry(order_number="A1001").wait(hours=10)
    converted = desk.at
    desk.do(c.Convert(grade=Grade.IMPORTANT, words=b.words("要求按投诉处理")), b.AGENT)
    assert (desk.case.stage, desk.case.look_up) == ("verifying", LookUpStatus.PENDING)
    desk.wait(seconds=1)
    missed = {entry.fact.limit: entry.fact for entry in desk.entries_of("limit_missed")}
    assert {name: fact.due_at - b.NOON for name, fact in missed.items()} == {
        "verification": timedelta(hours=4), "grading": timedelta(hours=4), "liability": timedelta(hours=4),
        "start_handling": timedelta(hours=8),
    }  # fmt: skip
    assert {fact.ladder_from for fact in missed.values()} == {converted}
    assert "reply" not in limits(desk)


@pytest.mark.clause("WKS-1.3")
def test_an_answered_matter_can_still_become_a_complaint_and_a_complaint_stays_one() -> None:
    desk = inquiry().do(REPLY, b.AGENT).do(c.Convert(grade=Grade.GENERAL, words=b.words("客户不满")), b.AGENT)
    assert (desk.case.stage, desk.case.matter) == ("verifying", Matter.COMPLAINT)
    turn = b.Desk().confirming().send(c.Convert(grade=Grade.GENERAL, words=b.words("再次")), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "is_a_complaint"


@pytest.mark.clause("WKS-1.3")
def test_a_simple_matter_may_be_discarded_and_reopened_and_still_reaches_the_archive() -> None:
    desk = inquiry().do(c.Discard(words=b.words("重复")), b.AGENT)
    desk.do(c.Reopen(words=b.words("并非重复")), b.SUPERVISOR)
    assert (desk.case.stage, limits(desk)) == ("answering", {"reply", "progress"})
    desk.do(c.Discard(words=b.words("重复")), b.AGENT).wait(days=8)
    assert desk.case.stage == "archived"


def test_an_order_that_takes_no_inquiries_refuses_them() -> None:
    turn = b.Desk().responded().send(b.registration(matter=Matter.INQUIRY), b.AGENT)
    assert turn.refused is not None
    assert (turn.refused.code, turn.refused.fields) == ("unknown_matter", ("matter",))


@pytest.mark.clause("WKS-1.3")
@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('met_by = ["replied", "converted"]', 'met_by = ["converted"]', "limits: none is met by replied for problem"),
        ('matters = ["complaint", "problem", "inquiry"]\ndebtor = "system"', 'debtor = "system"',
         "limits.archive.matters: inquiry"),
    ],
)  # fmt: skip
def test_a_policy_that_would_leave_a_matter_without_clock_or_end_is_refused(old: str, new: str, path: str) -> None:
    changed = TEXT.replace(old, new)
    assert changed != TEXT
    with pytest.raises(PolicyMistake, match=path):
        policies.read("wks", changed)


@pytest.mark.clause("SVC-4.1")
def test_a_questionnaire_that_does_not_ask_what_it_must_is_refused() -> None:
    asked = TEXT.replace('ways = { value = ["phone"]', 'ways = { value = ["questionnaire"]')
    with pytest.raises(PolicyMistake, match=r"revisit\.questions: a questionnaire asks one question of kind solved"):
        policies.read("wks", asked.replace('kind = "solved"', 'kind = "open"'))


# ── silence ──


@pytest.mark.clause("SVC-3.3")
def test_silence_closes_unconfirmed_before_the_revisit_too_and_a_later_word_opens_it_again() -> None:
    desk = b.Desk(rules_=replace(b.rules(), confirmation=Confirmation.BY_REVISIT)).executing()
    desk.do(c.Complete(words=b.words("已签收")), b.LOGISTICS_EXECUTOR)
    tried(desk).do(c.CloseUnconfirmed(words=b.words("三次联系未果")), b.SUPERVISOR)
    assert (desk.case.stage, desk.case.closing) == ("closed", Closing.UNCONFIRMED)
    assert not desk.facts("result_confirmed")
    desk.do(c.Contest(words=b.words("刚看到, 还是漏水")), b.CUSTOMER)
    assert (desk.case.stage, desk.case.round) == ("planning", 2)


@pytest.mark.clause("SVC-3.3", "WKS-1.3")
def test_a_simple_matter_whose_customer_stays_silent_is_closed_unconfirmed() -> None:
    desk = tried(inquiry().do(REPLY, b.AGENT)).do(c.CloseUnconfirmed(words=b.words("未再联系")), b.SUPERVISOR)
    assert desk.case.closing is Closing.UNCONFIRMED


@pytest.mark.clause("SVC-3.3")
def test_where_the_policy_wants_every_confirmation_silence_closes_nothing() -> None:
    desk = b.Desk(rules_=replace(b.rules(), silence=Silence(allowed=False, attempts=3, channels=2))).confirming()
    turn = tried(desk).send(c.CloseUnconfirmed(words=b.words("联系不上")), b.SUPERVISOR)
    assert turn.refused is not None
    assert desk.case.stage == "confirming"


# ── the signature ──


@pytest.mark.clause("SVC-3.1", "APP-5.1")
def test_a_confirmation_is_signed_by_name_which_staff_enter_with_the_mail_it_rests_on() -> None:
    name, mail = b.words("王小明"), b.words("", "mail-12")
    for unsigned, signed, actor in (
        (c.Confirm(words=b.words(" ")), c.Confirm(words=name), b.CUSTOMER),
        (c.Confirm(evidence=mail), c.Confirm(words=name, evidence=mail), b.AGENT),
    ):
        desk = b.Desk(rules_=replace(b.rules(), signature=True)).confirming()
        turn = desk.send(unsigned, actor)
        assert turn.refused is not None
        assert (turn.refused.code, turn.refused.fields) == ("not_signed", ("words.text",))
        desk.do(signed, actor)
        assert desk.case.stage == "revisiting"


@pytest.mark.clause("SVC-3.1")
def test_a_name_that_staff_enter_without_what_it_rests_on_is_no_signature() -> None:
    desk = b.Desk(rules_=replace(b.rules(), signature=True)).confirming()
    turn = desk.send(c.Confirm(words=b.words("王小明")), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "evidence_missing"


@pytest.mark.clause("SVC-3.1")
def test_where_the_signature_is_the_end_the_case_closes_with_it_and_nobody_revisits() -> None:
    desk = b.Desk(rules_=replace(b.rules(), signature=True, confirmation=Confirmation.SIGNED)).confirming()
    desk.do(c.Confirm(words=b.words("王小明")), b.CUSTOMER)
    assert (desk.case.stage, desk.case.closing) == ("closed", Closing.RESOLVED)
    assert not notices(desk.case, [desk.entries_of("result_confirmed")[-1]], desk.rules)


@pytest.mark.clause("APP-5.1")
def test_a_dissatisfied_customer_starts_a_second_handling() -> None:
    desk = b.Desk().confirming().do(c.Contest(words=b.words("没修好")), b.CUSTOMER)
    assert (desk.case.stage, desk.case.round, desk.case.second_handlings) == ("planning", 2, 1)
