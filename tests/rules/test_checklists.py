"""A stage is left when its quality standard is kept, item by item; who gives up or goes back needs no list."""

from dataclasses import replace

import pytest

from complaints import commands as c
from complaints.decide import allowed
from complaints.view import view
from complaints.vocabulary import Stage
from tests import builders as b

LISTS = {
    Stage.VERIFYING: ("order_compared", "evidence_seen"),
    Stage.PLANNING: ("cause_explained",),
    Stage.APPROVING: ("amount_checked",),
    Stage.PROPOSING: ("told_in_full",),
}
RULES = replace(b.rules(), checklists=LISTS)


def verifying() -> b.Desk:
    return b.Desk(rules_=RULES).registered()


@pytest.mark.clause("APP-7.3")
def test_a_stage_is_left_only_when_its_checklist_is_ticked_off_and_what_is_open_is_named() -> None:
    desk = verifying().do(c.CheckOff(items=("order_compared",)), b.AGENT)
    open_ = desk.send(c.Verify(words=b.words("核实")), b.AGENT)
    assert open_.refused is not None
    assert (open_.refused.code, "evidence_seen" in open_.refused.message) == ("checklist_open", True)
    assert "order_compared" not in open_.refused.message
    desk.do(c.CheckOff(items=("evidence_seen", "order_compared")), b.AGENT)
    assert view(desk.case, desk.rules).checked == ("order_compared", "evidence_seen")
    desk.do(c.Verify(words=b.words("核实")), b.AGENT)
    assert desk.case.stage == "grading"


@pytest.mark.clause("APP-7.3")
def test_a_stage_entered_anew_starts_with_an_empty_list() -> None:
    desk = verifying().do(c.CheckOff(items=LISTS[Stage.VERIFYING]), b.AGENT).do(c.Verify(words=b.words()), b.AGENT)
    desk.do(c.Endorse(grade=desk.case.grade or b.Grade.GENERAL), b.SUPERVISOR)
    desk.do(c.DetermineLiability(party=b.LiableParty.COMPANY, department="logistics"), b.AGENT)
    draft = c.DraftPlan(plan=b.plan(desk.at.replace(day=28)))
    ticked = c.CheckOff(items=("cause_explained",))
    desk.do(ticked, b.LOGISTICS_EXECUTOR).do(draft, b.LOGISTICS_EXECUTOR)
    desk.do(c.SendBack(words=b.words("补偿不足")), b.LOGISTICS_HEAD)
    again = desk.send(draft, b.LOGISTICS_EXECUTOR)
    assert again.refused is not None
    assert (again.refused.code, desk.case.checked) == ("checklist_open", ())
    desk.do(ticked, b.LOGISTICS_EXECUTOR).do(draft, b.LOGISTICS_EXECUTOR)


@pytest.mark.clause("APP-7.3")
def test_the_customer_and_who_gives_up_are_kept_by_no_list() -> None:
    verifying().do(c.Discard(words=b.words("重复")), b.AGENT)
    verifying().do(c.Withdraw(words=b.words("算了")), b.CUSTOMER)
    desk = b.Desk().approved()
    desk.rules = RULES
    desk.told_and_accepted()
    assert desk.case.stage == "executing"


@pytest.mark.clause("APP-7.3")
def test_only_who_works_at_the_stage_ticks_off_and_only_what_is_on_its_list() -> None:
    desk = verifying()
    other = desk.send(c.CheckOff(items=("order_compared",)), b.REVISITOR)
    unknown = desk.send(c.CheckOff(items=("amount_checked",)), b.AGENT)
    assert [turn.refused and turn.refused.code for turn in (other, unknown)] == ["other_stage", "unknown_item"]
    assert "check_off" in allowed(desk.case, b.AGENT, RULES)


def test_where_the_policy_has_no_list_there_is_nothing_to_tick() -> None:
    desk = b.Desk().registered()
    turn = desk.send(c.CheckOff(items=("order_compared",)), b.AGENT)
    assert turn.refused is not None
    assert turn.refused.code == "not_now"
    assert "check_off" not in allowed(desk.case, b.AGENT, desk.rules)
