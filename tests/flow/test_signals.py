"""Signals are the one way in: applied once, their outcome kept, and nothing sent by hand can hurt a case."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from complaints import commands as c
from complaints.vocabulary import Channel
from tests import builders as b
from tests.flow.stage import World, playing


async def test_a_command_sent_twice_is_applied_once_and_keeps_its_outcome(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        note = c.Note(words=b.words("记录"))
        for _ in range(3):
            await play.signal(note, b.AGENT, command_id="same")
        outcome = await play.outcome("same")
        assert outcome is not None
        assert (outcome.verdict, outcome.repeats) == ("accepted", 2)
        await play.view()
        assert len(play.world.facts("noted")) == 1


async def test_a_refusal_is_kept_with_code_and_reason(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        await play.signal(c.Approve(), b.SUPERVISOR, command_id="early")
        outcome = await play.outcome("early")
        assert outcome is not None
        assert (outcome.verdict, outcome.code) == ("refused", "not_now")
        assert "register" in outcome.message
        assert await play.outcome("never-sent") is None


async def test_a_body_that_does_not_fit_names_its_fields_and_none_of_its_values(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        await play.signal({"kind": "respond", "channel": "pigeon 13812345678"}, b.AGENT, command_id="bad")
        outcome = await play.outcome("bad")
        assert outcome is not None
        assert (outcome.verdict, outcome.code) == ("refused", "bad_body")
        assert set(outcome.fields) == {"channel", "contacted_at"}
        assert "13812345678" not in outcome.message


async def test_a_command_on_an_old_version_is_refused_but_clocks_do_not_make_it_old(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        version = (await play.view()).version
        await play.skip(minutes=15)
        await play.do(c.Note(words=b.words("一")), b.AGENT, expected_version=version)
        await play.signal(c.Note(words=b.words("二")), b.AGENT, expected_version=version, command_id="old")
        outcome = await play.outcome("old")
        assert outcome is not None
        assert outcome.code == "stale_version"


@pytest.mark.parametrize("args", [[], [None], ["x"], [1, 2], [{"words": 3}], [["deep", {"a": None}]], [b"\xff\x00"]])
@pytest.mark.parametrize("name", ["approve", "aprove", "__temporal", "respond"])
async def test_no_signal_by_hand_wedges_or_fails_a_case(env: WorkflowEnvironment, name: str, args: list[Any]) -> None:
    if name.startswith("__temporal") and not args:
        args = [None]
    async with playing(env) as play:
        hand = play.by_hand.get_workflow_handle(play.handle.id)
        await hand.signal(name, args=args)
        await play.do(c.Note(words=b.words("照常")), b.AGENT)
        assert (await play.handle.describe()).status is WorkflowExecutionStatus.RUNNING
        assert (await play.view()).stage == "received"


async def test_a_signal_by_hand_is_marked_and_the_director_told(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        hand = play.by_hand.get_workflow_handle(play.handle.id)
        await hand.signal("note", {"words": {"text": "运维备注"}})
        view = await play.view()
        assert view.hand_marked
        await play.skip(seconds=5)
        await play.view()
        assert [(n.template, n.recipient.role.value) for n in play.world.notices if n.template == "hand_signal"] == [
            ("hand_signal", "director")
        ]
        noted = next(entry for entry in play.world.recorded.values() if entry.fact.kind == "noted")
        assert (noted.actor.kind, noted.actor.id) == ("operator", "operator by hand")


async def test_a_cancellation_by_hand_ends_no_case(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        await play.handle.cancel()
        outcome = await play.do(c.Note(words=b.words("记录")), b.AGENT)
        await play.settled()
        assert outcome.verdict == "accepted"
        assert [(fact.signal, fact.verdict) for fact in play.world.facts("hand_sent")] == [("cancel", "refused")]
        assert "hand_signal" in {notice.template for notice in play.world.notices}


async def test_by_hand_one_acts_only_for_a_named_person_with_that_persons_rights(env: WorkflowEnvironment) -> None:
    world = World(staff={"supervisor-1": b.SUPERVISOR, "agent-1": b.AGENT})
    async with playing(env, world) as play:
        hand = play.by_hand.get_workflow_handle(play.handle.id)
        now = (await play.now()).isoformat()
        body = {"channel": Channel.PHONE.value, "contacted_at": now}
        await hand.signal("respond", body)
        await hand.signal("respond", {**body, "on_behalf_of": "nobody"})
        await hand.signal("respond", {**body, "on_behalf_of": "agent-1"})
        await play.skip(seconds=5)
        await play.view()
        assert sorted(outcome.code for outcome in world.outcomes) == ["", "not_your_role", "unknown_person"]
        responded = next(entry for entry in world.recorded.values() if entry.fact.kind == "responded")
        assert responded.actor.on_behalf_of == "agent-1"


async def test_an_envelope_forged_by_hand_is_no_envelope(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        hand = play.by_hand.get_workflow_handle(play.handle.id)
        forged = {
            "command_id": "forged",
            "actor": {"kind": "staff", "id": "supervisor-1", "roles": ["supervisor"]},
            "taken_at": (await play.now()).isoformat(),
            "body": {"role": "agent", "staff_id": "mallory"},
        }
        await hand.signal("assign", forged)
        assert await play.outcome("forged") is None
        await play.view()
        assert not play.world.facts("assigned")


async def test_what_the_policy_does_not_list_cannot_be_sent_by_hand(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        hand = play.by_hand.get_workflow_handle(play.handle.id)
        await hand.signal("register", {})
        await play.skip(seconds=2)
        await play.view()
        assert [outcome.code for outcome in play.world.outcomes] == ["not_by_hand"]


async def test_the_search_attributes_follow_the_case(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        await play.skip(minutes=12)
        await play.view()
        found = (await play.handle.describe()).typed_search_attributes
        seen = {pair.key.name: pair.value for pair in found}
        assert (seen["Stage"], seen["Overdue"], seen["EscalationLevel"], seen["OwnerRole"]) == (
            "received", True, 1, "agent",
        )  # fmt: skip
        assert seen["NextDue"] - (await play.view()).arrived_at == timedelta(minutes=10)
