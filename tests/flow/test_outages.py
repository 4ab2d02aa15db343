"""When something is away: nothing is lost, no clock stops, and a breach is judged by when things happened."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from complaints import commands as c
from complaints.commands import HumanCommand
from complaints.notices import awaited
from complaints.values import Actor
from complaints.vocabulary import Channel, Grade, LiableParty, LookUpStatus, TellingWay
from tests import builders as b
from tests.flow.stage import (
    AUTHENTIC,
    Play,
    World,
    add_search_attributes,
    case_start,
    playing,
    with_converter,
    worker,
)
from workflows import names
from workflows.complaint_case import ComplaintCase
from workflows.messages import Carried


@asynccontextmanager
async def unattended(
    env: WorkflowEnvironment, ago: timedelta
) -> AsyncIterator[tuple[Play, datetime, Callable[[], Worker]]]:
    """A case opened a while ago, when no worker ran; the last value brings one back."""
    await add_search_attributes(env.client)
    client = with_converter(env.client, AUTHENTIC)
    opened = await env.get_current_time() - ago
    start, queue = case_start(opened), f"test-{uuid4()}"
    handle = await client.start_workflow(
        ComplaintCase.run, start, id=names.workflow_id(start.number), task_queue=queue
    )
    play = Play(env, client, client, World(), handle)
    yield play, opened, lambda: worker(client, play.world, queue)


@pytest.mark.clause("SOP-1.1", "SVC-5.1")
@pytest.mark.parametrize(("answered_at", "late"), [(9, False), (11, True)])
async def test_with_no_worker_a_response_is_judged_by_when_it_was_taken(
    env: WorkflowEnvironment, answered_at: int, late: bool
) -> None:
    """The case starts, the response is taken, the limit passes; only then a worker comes."""
    async with unattended(env, timedelta(hours=3)) as (play, opened, worker_returns):
        taken = opened + timedelta(minutes=answered_at)
        sent = await play.signal(c.Respond(channel=Channel.PHONE, contacted_at=taken), b.AGENT, taken_at=taken)
        async with worker_returns():
            outcome = await play.outcome(sent)
            assert outcome is not None
            assert outcome.verdict == "accepted"
            await play.settled()
            met = next(fact for fact in play.world.facts("limit_met") if fact.limit == "first_response")
            assert met.late is late
            misses = [fact for fact in play.world.facts("limit_missed") if fact.limit == "first_response"]
            assert [fact.due_at for fact in misses] == ([opened + timedelta(minutes=10)] if late else [])
            registration = next(fact for fact in play.world.facts("limit_missed") if fact.limit == "registration")
            assert registration.due_at == opened + timedelta(hours=2)


@pytest.mark.clause("SOP-3.3")
async def test_an_approval_taken_while_no_worker_runs_counts_from_when_it_was_taken(env: WorkflowEnvironment) -> None:
    """Urgent, so the plan is due at 4 h: approved at 3:50, every worker gone until 6 h."""
    async with unattended(env, timedelta(hours=6)) as (play, opened, worker_returns):
        minute = timedelta(minutes=1)
        steps: list[tuple[int, HumanCommand, Actor]] = [
            (1, c.Respond(channel=Channel.PHONE, contacted_at=opened + minute), b.AGENT),
            (20, b.registration(grade=Grade.URGENT), b.AGENT),
            (40, c.Verify(words=b.words("核实")), b.AGENT),
            (60, c.Endorse(grade=Grade.URGENT), b.SUPERVISOR),
            (70, c.DetermineLiability(party=LiableParty.CARRIER, department="logistics"), b.AGENT),
            (80, c.StartHandling(first_action="联系承运商"), b.LOGISTICS_HEAD),
            (200, c.DraftPlan(plan=b.plan(opened + timedelta(days=2))), b.LOGISTICS_EXECUTOR),
            (230, c.Approve(), b.DIRECTOR),
        ]
        sent = [await play.signal(command, who, taken_at=opened + n * minute) for n, command, who in steps]
        async with worker_returns():
            for each in sent:
                outcome = await play.outcome(each)
                assert outcome is not None
                assert outcome.verdict == "accepted"
            await play.settled()
            assert all(not fact.late for fact in play.world.facts("limit_met"))
            missed = {fact.limit: fact.due_at for fact in play.world.facts("limit_missed")}
            assert missed == {"plan_told": opened + timedelta(minutes=290)}


async def to_approving(play: Play, grade: Grade) -> None:
    await play.do(c.Respond(channel=Channel.PHONE, contacted_at=await play.now()), b.AGENT)
    await play.do(b.registration(grade=grade), b.AGENT)
    await play.skip(minutes=5)
    await play.do(c.Verify(words=b.words("核实")), b.AGENT)
    await play.do(c.Endorse(grade=grade), b.SUPERVISOR)
    await play.do(c.DetermineLiability(party=LiableParty.CARRIER, department="logistics"), b.AGENT)
    await play.do(c.StartHandling(first_action="联系承运商"), b.LOGISTICS_HEAD)
    await play.do(c.DraftPlan(plan=b.plan(await play.now() + timedelta(days=2))), b.LOGISTICS_EXECUTOR)


@pytest.mark.clause("SVC-5.1")
async def test_a_command_taken_in_time_but_delivered_after_the_miss_withdraws_it(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        taken_at = await play.now() + timedelta(minutes=9)
        await play.skip(minutes=45)
        assert (await play.view()).missed == ("first_response.1",)
        contact = c.Respond(channel=Channel.PHONE, contacted_at=taken_at)
        await play.do(contact, b.AGENT, taken_at=taken_at)
        await play.skip(hours=1)
        view = await play.view()
        assert "first_response.1" not in view.missed
        assert [fact.clock for fact in play.world.facts("miss_withdrawn")] == ["first_response.1"]
        after = [fact for fact in play.world.facts("escalated") if fact.clock == "first_response.1"]
        assert [fact.level for fact in after] == [1, 2]


@pytest.mark.clause("SVC-5.1")
async def test_a_database_away_for_a_day_stops_no_clock_and_loses_nothing(env: WorkflowEnvironment) -> None:
    async with playing(env) as play:
        play.world.database_away = True
        await play.skip(hours=24)
        approved = await play.signal(c.Note(words=b.words("期间备注")), b.AGENT)
        outcome = await play.outcome(approved)
        assert outcome is not None
        assert outcome.verdict == "accepted"
        view = await play.view()
        assert view.escalation_level == 4
        assert not play.world.recorded
        play.world.database_away = False
        await play.skip(minutes=2)
        await play.settled()
        assert sorted(play.world.recorded) == list(range(1, view.version + 1))
        arrived = view.arrived_at
        entries = [e for e in play.world.recorded.values() if e.fact.kind == "limit_missed"]
        assert {e.fact.limit: e.fact.due_at - arrived for e in entries}["registration"] == timedelta(hours=2)
        assert all(e.at - e.fact.due_at < timedelta(seconds=2) for e in entries), "each was recorded on time"
        sent = [notice.key for notice in play.world.notices]
        assert len(sent) == len(set(sent))


@pytest.mark.clause("SOP-3.4")
async def test_a_case_taken_up_from_the_record_hears_of_the_plan_that_was_on_its_way(env: WorkflowEnvironment) -> None:
    """Its run was lost between the plan's sending and the news of it."""
    desk = b.Desk(at=await env.get_current_time()).approved().do(c.Propose(), b.AGENT)
    unsent = awaited(desk.case, desk.entries, desk.rules)
    assert [notice.template for notice in unsent] == ["plan_told"]
    carried = Carried(case=desk.case, outcomes={}, hand_sent=0, unsent=unsent)
    async with playing(env, carried=carried) as play:
        await play.skip(seconds=5)
        assert (await play.view()).waiting_for_customer
        assert [notice.key for notice in play.world.notices] == [notice.key for notice in unsent]


async def test_a_case_taken_up_from_the_record_asks_again_for_what_was_looked_up(env: WorkflowEnvironment) -> None:
    desk = b.Desk(at=await env.get_current_time()).registered(order_number="A1001")
    carried = Carried(case=desk.case, outcomes={}, hand_sent=0)
    async with playing(env, carried=carried) as play:
        await play.skip(seconds=5)
        assert (await play.view()).look_up is LookUpStatus.FOUND


async def test_a_mail_server_away_delays_notices_and_nothing_else(env: WorkflowEnvironment) -> None:
    async with playing(env, World(mail_away=True)) as play:
        await play.do(b.registration(), b.AGENT)
        await play.settled()
        assert (await play.view()).stage == "verifying"
        assert not play.world.notices
        play.world.mail_away = False
        await play.skip(minutes=2)
        await play.settled()
        sent = [notice.key for notice in play.world.notices]
        assert play.world.sent_again == len(sent) > 0
        assert len(sent) == len(set(sent))


@pytest.mark.clause("SOP-2.1")
async def test_a_look_up_that_fails_must_be_answered_in_words(env: WorkflowEnvironment) -> None:
    async with playing(env, World(company_away=True)) as play:
        await play.do(b.registration(order_number="A1009"), b.AGENT)
        await play.skip(minutes=3)
        assert (await play.view()).look_up is LookUpStatus.FAILED
        await play.signal(c.Verify(words=b.words("核实")), b.AGENT, command_id="without")
        refused = await play.outcome("without")
        assert refused is not None
        assert (refused.code, refused.fields) == ("look_up_unanswered", ("look_up_answer",))
        await play.do(c.Verify(words=b.words("核实"), look_up_answer="系统故障,客户出示发票"), b.AGENT)


@pytest.mark.clause("SOP-3.4")
async def test_a_plan_that_cannot_be_delivered_becomes_a_call_task_and_is_not_told(env: WorkflowEnvironment) -> None:
    async with playing(env, World(undeliverable=frozenset({"plan_told"}))) as play:
        await to_approving(play, Grade.GENERAL)
        await play.do(c.Approve(), b.LOGISTICS_HEAD)
        await play.do(c.Propose(), b.AGENT)
        await play.skip(seconds=30)
        view = await play.view()
        assert view.needs_hand
        assert not view.waiting_for_customer
        assert "call_task" in {clock.limit for clock in view.clocks}
        await play.do(c.Respond(channel=Channel.PHONE, contacted_at=await play.now()), b.AGENT)
        await play.do(c.Propose(way=TellingWay.CALL, words=b.words("电话告知", "call-7")), b.AGENT)
        assert (await play.view()).waiting_for_customer


async def test_a_customers_silence_reminds_and_then_gives_a_call_task_but_is_no_breach(
    env: WorkflowEnvironment,
) -> None:
    async with playing(env) as play:
        await to_approving(play, Grade.GENERAL)
        await play.do(c.Approve(), b.LOGISTICS_HEAD)
        await play.do(c.Propose(), b.AGENT)
        await play.skip(hours=49)
        view = await play.view()
        assert [fact.limit for fact in play.world.facts("customer_reminded")] == ["answer"]
        assert [(fact.limit, fact.reason) for fact in play.world.facts("call_task_opened")] == [("answer", "silent")]
        assert not play.world.facts("limit_missed")
        assert view.needs_hand
        await play.skip(hours=5)
        await play.view()
        assert [fact.limit for fact in play.world.facts("limit_missed")] == ["call_task"]


async def test_continue_as_new_loses_nothing(env: WorkflowEnvironment) -> None:
    """With a tiny allowance of events the case changes runs again and again; record, ledger and clocks go on."""
    tiny = replace(b.rules(), run_events=60)
    async with playing(env, rules_=tiny) as play:
        first = (await play.handle.describe()).run_id
        await play.signal(c.Note(words=b.words("早")), b.AGENT, command_id="early")
        await play.skip(hours=30)
        assert (await play.handle.describe()).run_id != first
        view = await play.view()
        assert view.escalation_level == 4
        outcome = await play.outcome("early")
        assert outcome is not None
        assert outcome.verdict == "accepted"
        await play.signal(c.Note(words=b.words("早")), b.AGENT, command_id="early")
        await play.skip(seconds=30)
        view = await play.view()
        assert sorted(play.world.recorded) == list(range(1, view.version + 1))
        assert len(play.world.facts("noted")) == 1
        sent = [notice.key for notice in play.world.notices]
        assert len(sent) == len(set(sent))
