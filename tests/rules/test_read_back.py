"""Registered facts are confirmed with the customer, and corrected by a new fact (SVC-1.5)."""

from dataclasses import replace
from typing import Any

import pytest

from complaints import commands as c
from complaints.errors import BadValue
from complaints.values import Contact
from complaints.vocabulary import LookUpStatus, TellingWay
from tests import builders as b

VERIFY = c.Verify(words=b.words("订单与物流一致"))
READ_BACK = c.ConfirmFacts(way=TellingWay.CALL, words=b.words("逐项复述", "call-3"))


def registered(**changes: Any) -> b.Desk:
    return b.Desk(rules_=replace(b.rules(), read_back=True)).registered(**changes)


def corrected(**changes: Any) -> c.CorrectRegistration:
    return c.CorrectRegistration(form=b.registration(**changes).form)


def unconfirmed(desk: b.Desk) -> bool:
    refused = desk.send(VERIFY, b.AGENT).refused
    assert refused is not None
    return refused.code == "facts_unconfirmed"


@pytest.mark.clause("SVC-1.5")
def test_verification_ends_only_once_the_facts_are_confirmed() -> None:
    desk = registered()
    assert unconfirmed(desk)
    desk.do(READ_BACK, b.AGENT).do(VERIFY, b.AGENT)
    (confirmed,) = desk.facts("facts_confirmed")
    assert (confirmed.way, confirmed.private.reference) == (TellingWay.CALL, "call-3")


@pytest.mark.clause("SVC-1.5")
@pytest.mark.parametrize(
    "correction",
    [corrected(description="5月18日晚"), c.CorrectContact(contact=Contact(name="王", phone="13800000000"))],
)
def test_what_was_corrected_is_read_back_again(correction: Any) -> None:
    desk = registered().do(READ_BACK, b.AGENT).do(correction, b.AGENT)
    assert unconfirmed(desk)
    desk.do(READ_BACK, b.AGENT).do(VERIFY, b.AGENT)


@pytest.mark.clause("SVC-1.5")
def test_a_corrected_form_is_a_new_fact_and_the_first_one_stays() -> None:
    desk = registered()
    desk.do(corrected(contact=Contact(name="王小敏", phone="13911112222"), demand="退款"), b.AGENT)
    assert desk.case.private.contact.name == "王小敏"
    assert [fact.private.demand for fact in desk.facts("registered")] == ["换货"]
    assert [fact.private.demand for fact in desk.facts("registration_corrected")] == ["退款"]


@pytest.mark.clause("SVC-1.5", "SOP-2.1")
def test_a_corrected_order_number_is_looked_up_again_until_verification_has_ended() -> None:
    desk = b.Desk().registered(order_number="A1").do(c.TellLookedUp(status=LookUpStatus.FOUND), b.SYSTEM_ACTOR)
    desk.do(corrected(order_number="A1"), b.AGENT)
    assert desk.case.look_up is LookUpStatus.FOUND
    desk.do(corrected(order_number="A2"), b.AGENT)
    assert desk.case.look_up is LookUpStatus.PENDING
    assert desk.facts("look_up_asked")[-1].private.text == "A2"
    desk.do(c.TellLookedUp(status=LookUpStatus.FOUND), b.SYSTEM_ACTOR).do(VERIFY, b.AGENT)
    desk.do(corrected(order_number="A3"), b.AGENT)
    assert desk.case.look_up is LookUpStatus.FOUND
    assert desk.case.private.order_number == "A3"


def test_a_policy_that_reads_nothing_back_asks_for_nothing() -> None:
    assert b.Desk().registered().send(VERIFY, b.AGENT).refused is None


@pytest.mark.clause("SVC-1.5")
def test_a_confirmation_names_the_call_and_a_form_what_every_form_needs() -> None:
    with pytest.raises(BadValue, match=r"words\.reference"):
        c.ConfirmFacts(words=b.words("复述"))
    with pytest.raises(BadValue, match="demand"):
        corrected(demand=" ")


@pytest.mark.clause("SVC-1.1")
def test_a_corrected_form_holds_what_the_policys_form_asks_for() -> None:
    desk = b.Desk().registered()
    desk.rules = replace(desk.rules, form=("product",))
    refused = desk.send(corrected(), b.AGENT).refused
    assert refused is not None
    assert (refused.code, refused.fields) == ("form_incomplete", ("form.product",))
