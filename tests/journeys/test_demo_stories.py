"""The demo's stories, before they are played: each act is a command the desk knows, and together they show it all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

import policies
from api.rest.shapes import ComplaintIn
from complaints.commands import HUMAN_COMMANDS
from complaints.policy import Rules
from complaints.vocabulary import Closing, Grade, Stage
from policies.demo import key_of
from records.seeds import seeds
from trials.demo.cast import Scene, body_of, opening, player_of
from trials.demo.findings import hours_by_stage
from trials.demo.script import Act, Story, stories, told

SOP = stories("sop")
ALL = [story for policy in told() for story in stories(policy)]


def rules(story: Story) -> Rules:
    return policies.load(key_of(story.policy)).rules(datetime(2026, 5, 20, tzinfo=UTC))


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.key)
def test_every_act_of_a_story_is_a_command_somebody_can_send(story: Story) -> None:
    clocks = {limit.name: f"{limit.name}.1" for limit in rules(story).limits}
    everybody = {each.login for each in seeds(dict.fromkeys(rules(story).departments, ""))}
    for act in filter(lambda each: each.do, story.acts):
        body = body_of(act, Scene(story, {}, clocks))
        TypeAdapter(HUMAN_COMMANDS[act.do]).validate_python(body)
        assert player_of(act, story) in (*everybody, "customer")
    ComplaintIn.model_validate(opening(story))


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.key)
def test_a_story_names_what_its_policy_knows(story: Story) -> None:
    limits = {limit.name for limit in rules(story).limits}
    assert story.category in rules(story).categories
    assert story.liable.department in rules(story).departments
    assert set(story.misses) <= limits
    assert {act.given["limit"] for act in story.acts if "limit" in act.given} <= limits


def test_together_they_show_every_grade_channel_and_ending_and_what_goes_wrong() -> None:
    acts = [act for story in SOP for act in story.acts]
    assert len(SOP) > 20
    assert {story.grade for story in SOP} == {Grade.URGENT, Grade.IMPORTANT, Grade.GENERAL}
    assert {story.channel for story in SOP} == set(policies.load("sop").document.channels)
    assert {story.ends for story in SOP} == set(Closing)
    assert {
        "contest", "reopen", "record_remedy", "close_unconfirmed", "withdraw", "report_delay", "request_information",
        "call_joint_determination", "open_emergency_measure", "send_back", "discard", "escalate", "acknowledge",
    } <= {act.do for act in acts}  # fmt: skip
    assert {"not_accepted", "partly_accepted"} <= {act.given.get("answer") for act in acts}
    assert any(story.refuses_mail for story in SOP)
    assert len({limit for story in SOP for limit in story.misses}) >= 5


def test_business_time_is_written_and_demo_time_is_waited() -> None:
    assert Act.model_validate({"do": "approve", "after": "2h"}).after == 4.0
    assert Act.model_validate({"do": "approve"}).after == 0.0


def test_the_time_in_a_stage_is_counted_once_whatever_the_order_of_true_times() -> None:
    start = datetime(2026, 5, 20, tzinfo=UTC)

    def entry(seconds: float, stage: Stage) -> dict[str, Any]:
        return {"taken_at": (start + timedelta(seconds=seconds)).isoformat(), "stage": stage.value}

    late_found_miss = entry(4, Stage.EXECUTING)
    found = hours_by_stage([
        entry(0, Stage.PROPOSING), entry(10, Stage.EXECUTING), late_found_miss, entry(16, Stage.CONFIRMING),
    ])  # fmt: skip
    assert found == {Stage.PROPOSING: 5.0, Stage.EXECUTING: 3.0}
