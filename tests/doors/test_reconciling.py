"""Record and workflows compared on a real server: each difference is found, and repaired where it can be."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from rich.console import Console
from temporalio import workflow as flow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api import reconcile_command
from api.casework import ACTOR
from api.findings import Finding, Report, as_rows
from api.reconciling import LOCK, Busy
from plumbing.mailbox import Fault
from plumbing.temporal import connect
from records import locks, receipts
from records.database import Database
from tests.builders import AGENT
from tests.doors.house import ENGINEER
from tests.doors.test_opening_api import WHOLE, opened
from tests.doors.whole_house import WholeHouse, a_whole_house, listening, workflow
from tests.flow.stage import case_start
from workflows.names import COMPLAINT_CASE, TASK_QUEUE, workflow_id

WORDS = {"text": "已电话"}
NOTE = {"kind": "note", "words": WORDS}


@pytest.fixture
async def whole(database: Database, postgres_url: str, tmp_path: Path) -> AsyncIterator[WholeHouse]:
    """Everything but a worker."""
    async with a_whole_house(tmp_path, postgres_url) as opened:
        yield opened


async def test_where_all_is_well_nothing_is_found_and_that_is_kept(whole: WholeHouse) -> None:
    async with whole.working():
        await whole.open()
        report = await whole.reconcile()
    assert report.findings == ()
    assert (report.compared, report.looked_into, report.figures()["without_clock"]) == (1, 1, 0)
    async with await whole.house.staff(ENGINEER) as client:
        health = (await client.get("/api/v1/health")).json()
        page = (await client.get("/metrics")).text
    assert health["reconciliation"] == report.figures()
    assert 'complaint_reconciliation{figure="without_clock"} 0.0' in page
    async with await whole.house.staff(AGENT) as client:
        assert (await client.get("/api/v1/health")).status_code == 403


async def test_a_terminated_case_is_marked_shown_and_left_to_a_person(whole: WholeHouse) -> None:
    async with whole.working() as client:
        number = await whole.open()
        await workflow(client, number).terminate("by mistake")
        assert await whole.found(repairing=False) == [(number, "aborted", False)]
        assert whole.sql("select aborted_at from complaint_case") == [(None,)]
        assert await whole.found() == [(number, "aborted", False)]
        assert await whole.found() == [(number, "aborted", False)]
    async with await whole.house.staff(AGENT) as client_:
        (listed,) = (await client_.get("/api/v1/complaints")).json()["complaints"]
    assert (listed["number"], listed["state"]) == (number, "open")
    assert listed["aborted_at"]
    assert "complaint_cases_aborted 1.0" in (await whole.house.stranger.get("/metrics")).text


async def test_a_case_marked_aborted_whose_workflow_runs_is_unmarked(whole: WholeHouse) -> None:
    async with whole.working():
        number = await whole.open()
        whole.sql("update complaint_case set aborted_at = now()")
        assert await whole.found() == [(number, "brought_back", True)]
    assert whole.sql("select aborted_at from complaint_case") == [(None,)]


async def test_a_receipt_the_case_can_settle_is_settled(whole: WholeHouse) -> None:
    async with whole.working():
        number = await whole.open()
        await whole.do(number, AGENT, "note", "noted", words=WORDS)
        before = whole.sql("select verdict, facts from receipt")
        whole.sql("update receipt set verdict = null, facts = '{}', settled_at = null")
        assert await whole.found() == [(number, "unsettled", True)]
    assert whole.sql("select verdict, facts from receipt") == before


async def test_a_command_the_case_never_heard_of_is_sent_again(whole: WholeHouse) -> None:
    async with whole.working():
        number = await whole.open()
        await lost_signal(whole, number)
        assert await whole.found() == [(number, "unheard", True)]
        await whole.house.recorded(number, "noted")
        assert await whole.found() == []
    assert whole.sql("select verdict from receipt") == [("accepted",)]


async def test_a_command_for_a_case_that_has_ended_is_refused(whole: WholeHouse) -> None:
    async with whole.working() as client:
        number = await whole.open()
        await lost_signal(whole, number)
        await workflow(client, number).terminate("as if archived")
        whole.sql("update complaint_case set state = 'ended'")
        assert await whole.found() == [(number, "too_late", True)]
    assert whole.sql("select verdict, code from receipt") == [("refused", "archived")]


async def lost_signal(whole: WholeHouse, number: str) -> None:
    """A command that counts as signalled and never was."""
    case_id, house = whole.house.case_id(number), whole.house
    key = house.keys.for_case(case_id)
    assert key
    envelope = {"actor": ACTOR.dump_python(AGENT, mode="json"), "expected_version": None, "body": NOTE}
    async with house.database.transaction() as connection:
        taken, _ = await receipts.take(
            connection, key, command_id=str(uuid4()), case_id=case_id, number=number, kind="note", caller=AGENT.id,
            request_hash="digest", envelope=json.dumps(envelope),
        )  # fmt: skip
        await receipts.mark_signalled(connection, taken.command_id)


@pytest.mark.parametrize(
    "spoilt",
    [
        "update complaint_case set next_due = null",
        "update complaint_case set view = view || '{\"stage\": \"closed\"}'",
        "delete from deadline",
        "update deadline set due_at = due_at + interval '1 hour'",
    ],
)
async def test_a_case_shown_wrongly_is_shown_as_journal_and_workflow_tell_it(whole: WholeHouse, spoilt: str) -> None:
    async with whole.working():
        number = await whole.open()
        shown, clocks = whole.sql("select next_due, view from complaint_case"), whole.clocks(number)
        whole.sql(spoilt)
        assert await whole.found() == [(number, "shown_wrongly", True)]
    assert whole.sql("select next_due, view from complaint_case") == shown
    assert whole.clocks(number) == clocks


async def test_a_notice_whose_sender_is_gone_goes_out_under_its_own_id(whole: WholeHouse) -> None:
    async with whole.working():
        number = await whole.open()
        await whole.idle(number)
        (before,) = whole.mailbox.mails
        whole.sql("update notice set status = 'sending', sent_at = null")
        whole.mailbox.fault = Fault(refuse_for_now=True)
        assert await whole.found() == [(number, "notice_left", False)]
        whole.mailbox.fault = Fault()
        assert await whole.found() == [(number, "notice_left", True)]
        assert await whole.found() == []
    assert [mail.message_id for mail in whole.mailbox.mails] == [before.message_id] * 2
    assert whole.sql("select status from notice") == [("sent",)]


async def test_a_workflow_the_record_knows_nothing_of_is_named(whole: WholeHouse) -> None:
    async with whole.working() as client:
        start = case_start(datetime.now(UTC))
        await client.start_workflow(COMPLAINT_CASE, start, id=workflow_id(start.number), task_queue=TASK_QUEUE)
        await whole.listed(start.number)
        assert await whole.found() == [(start.number, "unknown_case", False)]


async def test_a_workflow_that_waits_on_after_its_case_ended_is_named(whole: WholeHouse) -> None:
    async with whole.working():
        number = await whole.open()
        await whole.idle(number)
        whole.sql("update complaint_case set state = 'ended'")
        assert await whole.found() == [(number, "outlived", False)]


async def test_a_record_that_lost_facts_is_named_and_left_alone(whole: WholeHouse) -> None:
    async with whole.working():
        number = await whole.open()
        await whole.idle(number)
        whole.sql("alter table journal disable trigger journal_is_kept")
        whole.sql("delete from journal where kind = 'registered'")
        whole.sql("alter table journal enable trigger journal_is_kept")
        whole.sql("update complaint_case set version = version - 1")
        assert [(code, done) for _, code, done in await whole.found()] == [("record_behind", False)]


async def test_an_opening_nobody_started_is_started(whole: WholeHouse) -> None:
    whole.temporal.stop()
    number = await opened(whole.house, WHOLE)
    whole.temporal.start()
    async with whole.working():
        await listening(whole)
        assert await whole.found() == [(number, "not_started", True)]
        await whole.house.recorded(number, "registered")


async def test_with_no_worker_nothing_is_known_of_workflows_and_that_is_said(
    whole: WholeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.census.ASK_TIMEOUT", timedelta(seconds=1))
    async with whole.working():
        await whole.open()
    report = await whole.reconcile()
    assert [each.code for each in report.findings] == ["silent"]
    assert report.looked_into == 0


@flow.defn(name=COMPLAINT_CASE)
class OfAnotherRelease:
    """Code that can't go on with a case of this release."""

    @flow.run
    async def run(self, start: object) -> None:
        raise RuntimeError("this is not how it went")


async def test_a_case_this_code_cant_go_on_with_is_wedged(
    whole: WholeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.census.ASK_TIMEOUT", timedelta(seconds=1))
    async with whole.working():
        number = await whole.open()
        await whole.idle(number)
    client = await connect(whole.house.settings, whole.house.keys)
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=TASK_QUEUE, workflows=[OfAnotherRelease], workflow_runner=runner):
        await workflow(client, number).signal("note", NOTE)
        await whole.until(number, lambda run: run.is_wedged)
        report = await whole.reconcile()
    assert [(each.number, each.code, each.repaired) for each in report.findings] == [(number, "wedged", False)]
    assert report.figures()["without_clock"] == 1, "its timers may ring, but nobody hears them"


async def test_a_scheduled_one_looks_into_each_case_in_its_turn(
    whole: WholeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.comparing.SHARE", 1)
    async with whole.working():
        for key in ("a", "b", "c"):
            await whole.idle(await whole.open(key))
        looked_into = [(await whole.reconcile(whole=False)).looked_into for _ in range(3)]
    assert sum(looked_into) == 3, "a case's turn comes once in as many runs as there are shares"


async def test_the_command_says_what_it_found_and_whether_somebody_is_needed(whole: WholeHouse) -> None:
    settings, console = whole.house.settings, Console(record=True, width=200, file=StringIO())
    async with whole.working() as client:
        number = await whole.open()
        assert await reconcile_command.run(settings, console, None, False) == 0
        await workflow(client, number).terminate("by mistake")
        assert await reconcile_command.run(settings, console, None, True) == 1
        assert await reconcile_command.run(settings, console, None, False) == 1
        assert await reconcile_command.run(settings, console, number, False) == 0
        assert await reconcile_command.run(settings, console, number, False) == 1
        assert await reconcile_command.run(settings, console, None, False) == 0
    whole.temporal.stop()
    assert await reconcile_command.run(settings, console, None, False) == 2
    said = console.export_text()
    for words in (
        "1 open cases compared, 1 asked, 0 differences, 0 left; open cases without an armed deadline: 0.",
        f"{number}  aborted  somebody terminated its workflow  is marked aborted; bring it back with --restart",
        f"{number} goes on, as the record tells it.", "there is nothing to bring back", "Temporal does not answer",
    ):
        assert words in said, said


async def test_two_processes_dont_reconcile_at_once(whole: WholeHouse) -> None:
    async with whole.house.database.transaction() as held:
        assert await locks.try_hold(held, LOCK)
        with pytest.raises(Busy):
            await whole.reconcile()


def test_a_table_says_of_every_finding_what_was_done_or_is_to_be_done() -> None:
    found = [
        Finding(code="lost", number="2", repaired=True), Finding(code="lost", number="1"),
        Finding(code="unheard", number="1", note="approve", repaired=True), Finding(code="aborted", number="3"),
    ]  # fmt: skip
    assert [(number, code, done) for number, code, _, done in as_rows(found)] == [
        ("1", "lost", "not yet: restarted from the record"),
        ("1", "unheard", "sent again"),
        ("2", "lost", "restarted from the record"),
        ("3", "aborted", "is marked aborted; bring it back with --restart"),
    ]
    assert "(approve)" in as_rows(found)[1][2]
    report = Report(findings=tuple(found), compared=3, looked_into=3)
    assert report.figures()["without_clock"] == 1
    assert report.figures()["for_a_person"] == 2
