"""An acknowledgement names who does what until when; it puts the ladder off until then, once a rung, and no longer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints import commands as c
from complaints.turn import Turn
from complaints.values import Actor
from complaints.view import view
from complaints.vocabulary import ActorKind, Role
from tests import builders as b

CLOCK = "first_response.1"
BY_HAND = Actor(kind=ActorKind.OPERATOR, id="operator by hand", roles=(Role.ENGINEER, Role.SUPERVISOR))
DEPUTY = replace(b.AGENT, roles=(Role.SUPERVISOR,), on_behalf_of="supervisor-1")


def missed() -> b.Desk:
    """The first response is late; the department's head is in."""
    return b.Desk().wait(minutes=11)


def acknowledge(desk: b.Desk, hours: float = 3, text: str = "两点前回电", by: Actor = b.SUPERVISOR) -> Turn:
    until = desk.at + timedelta(hours=hours)
    return desk.send(c.Acknowledge(clock=CLOCK, next_action_at=until, words=b.words(text)), by)


def levels(desk: b.Desk) -> list[int]:
    return [fact.level for fact in desk.facts("escalated") if fact.clock == CLOCK]


@pytest.mark.clause("SVC-5.1")
@pytest.mark.parametrize(
    ("hours", "text", "by", "code"),
    [
        (3, " ", b.SUPERVISOR, "no_next_action"),
        (25, "明天", b.SUPERVISOR, "next_action_time"),
        (-1, "昨天", b.SUPERVISOR, "next_action_time"),
        (3, "回电", BY_HAND, "nobody_named"),
    ],
)
def test_it_needs_a_named_person_what_happens_next_and_when(hours: float, text: str, by: Actor, code: str) -> None:
    turn = acknowledge(missed(), hours, text, by)
    assert turn.refused is not None
    assert turn.refused.code == code


@pytest.mark.clause("SVC-5.1")
def test_the_ladder_stands_until_then_and_goes_on_at_the_level_it_had() -> None:
    desk = missed()
    assert levels(desk) == [1]
    assert acknowledge(desk).refused is None
    (clock,) = [each for each in view(desk.case, desk.rules).clocks if each.key == CLOCK]
    assert (clock.state, clock.next_rung_at) == ("suspended", desk.at + timedelta(hours=3))
    assert levels(desk.wait(hours=2, minutes=59)) == [1]
    assert levels(desk.wait(minutes=2)) == [1, 2]
    assert levels(desk.wait(hours=1, minutes=30)) == [1, 2, 3], "the steps between the levels are as long as ever"


@pytest.mark.clause("SVC-5.1")
def test_it_puts_the_ladder_off_once_a_rung() -> None:
    desk = missed()
    assert acknowledge(desk).refused is None
    again = acknowledge(desk.wait(hours=1))
    assert again.refused is not None
    assert again.refused.code == "acknowledged_already"
    assert acknowledge(desk.wait(hours=3)).refused is None, "the next level is in, and may say when it acts"
    assert levels(desk) == [1, 2]


@pytest.mark.clause("SVC-5.1")
def test_the_missed_act_ends_it_and_nothing_else_does() -> None:
    desk = missed()
    acknowledge(desk)
    desk.do(c.Note(words=b.words("在办")), b.AGENT).wait(hours=1)
    assert CLOCK in view(desk.case, desk.rules).missed
    desk.responded().wait(days=1)
    assert (levels(desk), CLOCK in desk.case.clocks) == ([1], False)


@pytest.mark.clause("SVC-5.1")
def test_a_deputy_acknowledges_too_and_every_rung_acts_once() -> None:
    desk = missed()
    assert acknowledge(desk, by=DEPUTY).refused is None
    assert desk.entries_of("acknowledged")[0].actor.persons() == {"agent-1", "supervisor-1"}
    desk.wait(days=4)
    acts = [(fact.clock, fact.level, fact.scheduled_at) for fact in desk.facts("escalated")]
    assert len(acts) == len(set(acts))
    assert {level for clock, level, _ in acts if clock == CLOCK} == {1, 2, 3, 4}


def test_a_case_opened_before_the_rule_came_goes_on_without_it() -> None:
    desk = b.Desk(rules_=replace(b.rules(), named_action=False)).wait(minutes=11)
    assert acknowledge(desk, text="").refused is None
