"""Whom a complaint is about neither handles nor approves it, in person or through a deputy (DSP-1.4)."""

from dataclasses import replace

import pytest

from complaints import commands as c
from complaints.decide import allowed
from complaints.errors import BadValue
from complaints.notices import notices
from complaints.view import view
from complaints.vocabulary import Grade, Role
from tests import builders as b

RULES = replace(b.rules(), form=("involved",))
OTHER_AGENT = b.staff("agent-2", Role.AGENT, department="customer_service")
DEPUTY = replace(OTHER_AGENT, roles=(Role.SUPERVISOR,), on_behalf_of="supervisor-1")


@pytest.mark.clause("DSP-1.4")
def test_the_persons_involved_are_on_record_and_may_only_note_and_attach() -> None:
    desk = b.Desk(rules_=RULES).registered(involved=("logistics-executor", "supervisor-1"))
    assert view(desk.case, RULES).involved == ("logistics-executor", "supervisor-1")
    for person in (b.SUPERVISOR, DEPUTY):
        turn = desk.send(c.Escalate(words=b.words("压下去")), person)
        assert turn.refused is not None
        assert turn.refused.code == "recused"
        assert allowed(desk.case, person, RULES) == ("note", "attach_evidence")
    desk.do(c.Note(words=b.words("我的说法")), b.SUPERVISOR)
    desk.do(c.AttachEvidence(words=b.words("通话记录")), b.SUPERVISOR)


@pytest.mark.clause("DSP-1.4")
def test_an_involved_approver_does_not_approve_and_hears_nothing_of_it() -> None:
    desk = b.Desk(rules_=RULES).registered(grade=Grade.IMPORTANT, involved=("logistics-head",))
    desk.do(c.Verify(words=b.words("核实")), b.AGENT).do(c.Endorse(grade=Grade.IMPORTANT), b.SUPERVISOR)
    desk.do(c.DetermineLiability(party=b.LiableParty.COMPANY, department="logistics"), b.AGENT)
    told = notices(desk.case, desk.entries_of("liability_determined"), RULES)
    assert [n.recipient.but for n in told if n.template == "plan_wanted"] == [("logistics-head",)]
    turn = desk.send(c.StartHandling(first_action="联系承运商"), b.LOGISTICS_HEAD)
    assert turn.refused is not None
    assert turn.refused.code == "recused"


@pytest.mark.clause("DSP-1.4")
def test_who_is_named_later_is_no_longer_the_named_person_and_is_assigned_nothing() -> None:
    desk = b.Desk(rules_=RULES).registered()
    assert desk.case.assignees == {Role.AGENT: "agent-1"}
    desk.do(c.NameInvolved(involved=("agent-1",)), b.AGENT)
    assert desk.case.assignees == {}
    back = desk.send(c.NameInvolved(involved=()), b.AGENT)
    named = desk.send(c.Assign(role=Role.AGENT, staff_id="agent-1"), b.SUPERVISOR)
    assert [turn.refused and turn.refused.code for turn in (back, named)] == ["recused", "involved"]
    desk.do(c.NameInvolved(involved=()), OTHER_AGENT).do(c.Note(words=b.words("澄清")), b.AGENT)
    desk.do(c.Verify(words=b.words("核实")), b.AGENT)


def test_persons_are_named_once_by_their_ids() -> None:
    for wrong in (("",), ("agent-1", "agent-1"), ("x" * 65,)):
        with pytest.raises(BadValue, match="involved"):
            c.NameInvolved(involved=wrong)


def test_a_policy_that_records_nobody_involved_offers_no_such_command() -> None:
    turn = b.Desk().registered().send(c.NameInvolved(involved=("agent-1",)), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "not_now"
