"""The SOP journey on a real server with time skipped: every limit met, then every company limit missed."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from complaints import commands as c
from complaints.ladder import nearest
from complaints.orders import Notice
from complaints.policy import RevisitRule
from complaints.turn import tick
from complaints.vocabulary import Answer, Channel, Grade, LiableParty, Role, StepStatus
from tests import builders as b
from tests.flow.stage import Play, World, as_data, playing
from workflows.messages import Envelope


async def drive(play: Play) -> None:
    """From first call to closed, by the people of the SOP, every limit met."""
    now = await play.now()
    await play.do(c.Respond(channel=Channel.PHONE, contacted_at=now), b.AGENT)
    await play.do(b.registration(order_number="A1001", grade=Grade.IMPORTANT), b.AGENT)
    await play.skip(minutes=5)
    await play.do(c.Verify(words=b.words("订单无误")), b.AGENT)
    await play.do(c.Endorse(grade=Grade.IMPORTANT), b.SUPERVISOR)
    await play.do(c.DetermineLiability(party=LiableParty.CARRIER, department="logistics"), b.AGENT)
    await play.do(c.StartHandling(first_action="联系承运商"), b.LOGISTICS_HEAD)
    await play.skip(hours=1)
    plan = b.plan(await play.now() + timedelta(hours=20))
    await play.do(c.DraftPlan(plan=plan), b.LOGISTICS_EXECUTOR)
    await play.do(c.Approve(), b.SUPERVISOR)
    await play.do(c.Propose(), b.AGENT)
    await play.skip(minutes=5)
    await play.do(c.AnswerPlan(answer=Answer.ACCEPTED, words=b.words("同意")), b.CUSTOMER)
    await play.do(c.RecordStep(step="m1", status=StepStatus.IN_PROGRESS, words=b.words("已下单")), b.LOGISTICS_EXECUTOR)
    await play.skip(hours=10)
    await play.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("已签收")), b.LOGISTICS_EXECUTOR)
    await play.do(c.Complete(words=b.words("新机已送达")), b.LOGISTICS_EXECUTOR)
    await play.skip(hours=2)
    await play.do(c.Confirm(words=b.words("确认")), b.CUSTOMER)
    await play.skip(hours=5)
    await play.do(c.RecordRevisit(solved=True, effect_score=5, attitude_score=5), b.REVISITOR)


async def drive_shortly(play: Play) -> None:
    """The same in ten human steps after the first call: who knows two things says both at once."""
    await complete_shortly(play)
    await play.do(c.Confirm(words=b.words("确认")), b.CUSTOMER)
    await play.do(c.RecordRevisit(solved=True, effect_score=5, attitude_score=5), b.REVISITOR)


async def complete_shortly(play: Play) -> None:
    """As far as the work is done."""
    plan = b.plan(await play.now() + timedelta(hours=20))
    await play.do(c.Verify(words=b.words("订单无误")), b.AGENT)
    clear = c.Endorse(grade=Grade.GENERAL, party=LiableParty.CARRIER, department="logistics")
    await play.do(clear, b.SUPERVISOR)
    await play.do(c.StartHandling(first_action="联系承运商"), b.LOGISTICS_HEAD)
    await play.do(c.DraftPlan(plan=plan), b.LOGISTICS_EXECUTOR)
    await play.do(c.Approve(), b.LOGISTICS_HEAD)
    await play.do(c.Propose(), b.AGENT)
    await play.skip(minutes=1)
    await play.do(c.AnswerPlan(answer=Answer.ACCEPTED, words=b.words("同意")), b.CUSTOMER)
    await play.do(c.Complete(words=b.words("新机已送达")), b.LOGISTICS_EXECUTOR)


def at_once(at: datetime) -> tuple[Envelope, ...]:
    """What an agent on the phone does while the complaint is opened: the contact and the form."""
    said = (c.Respond(channel=Channel.PHONE, contacted_at=at), b.registration())
    return tuple(
        Envelope(command_id=f"open-{command.kind}", actor=b.AGENT, taken_at=at, body=as_data(command))
        for command in said
    )


@pytest.mark.clause("SOP-1.1", "SOP-1.2")
async def test_a_call_answered_and_registered_at_once_takes_ten_human_steps_to_its_end(
    env: WorkflowEnvironment,
) -> None:
    async with playing(env, at_once=at_once(await env.get_current_time())) as play:
        first = await play.view()
        assert (first.stage, first.version) == ("verifying", 5)
        await drive_shortly(play)
        assert await play.handle.result() == "resolved"
        assert not play.world.facts("limit_missed")
        history = await play.handle.fetch_history()
        counted = Counter(EventType.Name(event.event_type) for event in history.events)
        bought = ("ACTIVITY_TASK_SCHEDULED", "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "TIMER_STARTED")
        acts, upserts, timers = (counted[f"EVENT_TYPE_{name}"] for name in bought)
        assert (acts, upserts) <= (13, 13), "an act a step, one for the plan that is told, one each end"
        assert timers <= 5, "a timer stays while the nearest act moves later"


async def test_a_timer_left_standing_rings_and_finds_nothing_due(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        await play.do(c.Respond(channel=Channel.PHONE, contacted_at=await play.now()), b.AGENT)
        await play.skip(minutes=20)
        assert not play.world.facts("limit_warned")
        await play.skip(hours=1)
        await play.view()
        warned = play.world.facts("limit_warned")
        assert [(fact.limit, fact.share) for fact in warned] == [("registration", 0.5)]


def keys(notices: list[Notice]) -> list[str]:
    return [notice.key for notice in notices]


@pytest.mark.clause("SOP-1.1", "SOP-1.2", "SOP-2.1", "SOP-3.4", "SOP-4.3", "SOP-5.1", "SVC-5.1")
async def test_the_sop_journey_with_every_limit_met(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        await drive(play)
        assert (await play.view()).stage == "closed"
        assert await play.handle.result() == "resolved"
        world = play.world
        assert not world.facts("limit_missed")
        assert not world.facts("escalated")
        assert all(not fact.late for fact in world.facts("limit_met"))
        assert {fact.limit for fact in world.facts("limit_met")} >= {
            "first_response", "registration", "verification", "grading", "start_handling", "liability", "plan",
            "plan_told", "execution_start", "step_promise", "plan_promise", "revisit",
        }  # fmt: skip
        assert len(keys(world.notices)) == len(set(keys(world.notices)))
        assert world.views[-1].stage == "archived"
        assert sorted(world.recorded) == list(range(1, world.views[-1].version + 1))


@pytest.mark.clause("SVC-5.1")
async def test_an_arrival_nobody_touches_escalates_at_ten_minutes_and_two_hours(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        arrived = (await play.view()).arrived_at
        await play.skip(minutes=11)
        await play.view()
        first = play.world.facts("limit_missed")
        assert [(fact.limit, fact.due_at - arrived) for fact in first] == [("first_response", timedelta(minutes=10))]
        await play.skip(hours=2)
        await play.view()
        missed = {fact.limit: fact.due_at - arrived for fact in play.world.facts("limit_missed")}
        assert missed["registration"] == timedelta(hours=2)
        told = [(n.template, n.recipient.role) for n in play.world.notices]
        assert ("escalated", Role.DEPARTMENT_HEAD) in told
        assert ("escalated", Role.SUPERVISOR) in told


@pytest.mark.clause("SVC-5.1", "SOP-3.2", "SOP-2.2", "SOP-1.2")
async def test_with_every_company_limit_missed_exactly_the_policys_ladder_acts_and_no_notice_twice(
    env: WorkflowEnvironment,
) -> None:
    """Each act comes an hour after its limit: the record equals what the pure rules say, rung by rung."""
    async with playing(env) as play:
        await play.skip(hours=5)
        await play.do(c.Respond(channel=Channel.PHONE, contacted_at=await play.now()), b.AGENT)
        await play.do(b.registration(grade=Grade.URGENT), b.AGENT)
        await play.skip(hours=5)
        await play.do(c.Verify(words=b.words("核实")), b.AGENT)
        await play.do(c.Endorse(grade=Grade.URGENT), b.SUPERVISOR)
        await play.do(c.DetermineLiability(party=LiableParty.COMPANY, department="logistics"), b.AGENT)
        await play.do(c.StartHandling(first_action="联系"), b.LOGISTICS_HEAD)
        plan = b.plan(await play.now() + timedelta(hours=6))
        await play.do(c.DraftPlan(plan=plan), b.LOGISTICS_EXECUTOR)
        await play.skip(hours=3)
        await play.do(c.Approve(), b.DIRECTOR)
        await play.skip(hours=2)
        await play.do(c.Propose(), b.AGENT)
        await play.do(c.AnswerPlan(answer=Answer.ACCEPTED), b.CUSTOMER)
        await play.skip(hours=9)
        await play.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("完成")), b.LOGISTICS_EXECUTOR)
        await play.do(c.Complete(words=b.words("完成")), b.LOGISTICS_EXECUTOR)
        await play.do(c.Confirm(), b.CUSTOMER)
        await play.skip(hours=26)
        await play.do(c.RecordRevisit(solved=True, effect_score=4, attitude_score=4), b.REVISITOR)
        await play.handle.result()
        world = play.world
        missed = [fact.limit for fact in world.facts("limit_missed")]
        assert sorted(missed) == sorted({
            "first_response", "registration", "verification", "grading", "start_handling", "liability", "plan",
            "plan_told", "execution_start", "step_promise", "plan_promise", "revisit",
        })  # fmt: skip
        late = {fact.limit for fact in world.facts("limit_met") if fact.late}
        assert late == set(missed)
        steps = [(fact.clock, fact.level) for fact in world.facts("escalated")]
        assert len(steps) == len(set(steps))
        for clock in {clock for clock, _ in steps}:
            levels = [level for key, level in steps if key == clock]
            assert levels == list(range(1, len(levels) + 1))
        assert len(keys(world.notices)) == len(set(keys(world.notices)))
        assert_rungs_are_the_policys(world)


def assert_rungs_are_the_policys(world: World) -> None:
    """Every escalation stands where the policy's ladder puts it after its miss."""
    ladder = b.rules().ladder
    misses = {fact.clock: fact for fact in world.facts("limit_missed")}
    for fact in world.facts("escalated"):
        step = ladder[fact.level - 1]
        assert fact.role is step.role
        assert fact.scheduled_at == misses[fact.clock].ladder_from + step.after


def test_the_pure_rules_wake_where_the_workflow_would() -> None:
    desk = b.Desk()
    rung = nearest(desk.case, desk.rules)
    assert rung is not None
    assert not tick(desk.case, rung.acts_at - timedelta(milliseconds=1), desk.rules).entries
    assert tick(desk.case, rung.acts_at, desk.rules).entries


@pytest.mark.clause("SVC-4.1")
async def test_a_revisit_is_numbered_once_a_round_even_if_the_database_is_away(env: WorkflowEnvironment) -> None:
    at = await env.get_current_time()
    numbered = replace(b.rules(at), revisit=RevisitRule(numbered=True))
    async with playing(env, rules_=numbered, at_once=at_once(at)) as play:
        await complete_shortly(play)
        play.world.database_away = True
        await play.do(c.Confirm(words=b.words("确认")), b.CUSTOMER)
        await play.skip(hours=1)
        play.world.database_away = False
        await play.skip(minutes=2)
        assert (await play.view()).revisit_number == f"HF{at:%Y%m}001"
        await play.do(c.RecordRevisit(solved=True, effect_score=5, attitude_score=5), b.REVISITOR)
        assert await play.handle.result() == "resolved"
        assert play.world.revisits == 1
