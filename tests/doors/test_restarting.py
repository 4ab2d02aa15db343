"""A case whose workflow is gone goes on from the record: same clocks, same journal, nothing told twice."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import policies
from api.reconciling import SETTLED, NotToRestart
from api.restarting import folded
from complaints.commands import AdoptPolicy
from plumbing.keys import FileKeyStore
from records import thread
from records.database import Database
from tests import builders as b
from tests.builders import AGENT, DIRECTOR, LOGISTICS_HEAD
from tests.doors.whole_house import WholeHouse, a_whole_house, listening, now, workflow
from tests.world.recording import CASE, NUMBER, opened, order_of, recorder

WORDS = {"text": "说明"}


@pytest.fixture
async def whole(database: Database, postgres_url: str, tmp_path: Path) -> AsyncIterator[WholeHouse]:
    """Everything but a worker."""
    async with a_whole_house(tmp_path, postgres_url) as opened:
        yield opened


async def chain_holds(whole: WholeHouse, number: str) -> bool:
    async with whole.house.database.transaction() as connection:
        return await thread.first_broken(connection, whole.house.case_id(number)) is None


async def test_what_the_record_holds_of_a_case_is_all_of_it(database: Database, keys: FileKeyStore) -> None:
    """Private parts too: a restarted case still knows whom to write to, and what was planned."""
    await opened(database, keys)
    desk = b.Desk().executing()
    await recorder(database, keys).record(order_of(desk.entries, desk))
    async with database.transaction() as connection:
        entries = await thread.entries(connection, keys, CASE)
    assert folded(NUMBER, entries) == desk.case
    assert desk.case.private.plan is not None


async def test_what_was_said_to_a_terminated_case_is_heard_when_it_is_brought_back(whole: WholeHouse) -> None:
    async with whole.working() as client:
        number = await whole.open()
        await whole.to_approving(number)
        await whole.idle(number)
        facts, mails = whole.facts(number), len(whole.mailbox.mails)
        await workflow(client, number).terminate("by mistake")
        await whole.reconcile()
        waiting = await whole.send(number, LOGISTICS_HEAD, kind="approve")
        assert waiting["status"] == "taken"

        await whole.house.app.state.tools.reconciler.bring_back(number)
        await whole.house.recorded(number, "plan_approved")
        await whole.idle(number)
        assert whole.facts(number)[: len(facts)] == facts
        assert len(whole.mailbox.mails) > mails
        assert len({mail.message_id for mail in whole.mailbox.mails}) == len(whole.mailbox.mails)
        assert await chain_holds(whole, number)
        assert await whole.found() == []
        with pytest.raises(NotToRestart, match="nothing to bring back"):
            await whole.house.app.state.tools.reconciler.bring_back(number)


async def test_it_goes_on_to_the_archive_with_every_clock_where_it_was(
    whole: WholeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.shelf.load", archiving_soon)
    async with whole.working() as client:
        number = await whole.open()
        await whole.to_approving(number)
        await whole.idle(number)
        clocks = whole.clocks(number)
        await workflow(client, number).terminate("by mistake")
        await whole.reconcile()
        await whole.house.app.state.tools.reconciler.bring_back(number)
        assert await whole.found() == [], "the new run sees the case as the record shows it"
        assert whole.clocks(number) == clocks
        await whole.do(number, LOGISTICS_HEAD, "approve", "plan_approved")
        await whole.do(number, AGENT, "withdraw", "closed", evidence={"reference": "call-1"})
        await whole.house.recorded(number, "archived")
        assert await workflow(client, number).result() == "withdrawn"
    assert whole.sql("select state, aborted_at from complaint_case") == [("ended", None)]
    assert await chain_holds(whole, number)


def archiving_soon(key: str) -> policies.Policy:
    """The shipped policy, whose closed cases are archived in a moment."""
    shipped = (policies.HERE / f"{key}.toml").read_text("utf-8")
    soon = shipped.replace('[limits.archive]\nwithin = "7d"', '[limits.archive]\nwithin = "1s"')
    return policies.read(key, soon)


async def test_a_lost_store_of_temporal_costs_open_cases_nothing(whole: WholeHouse) -> None:
    async with whole.working():
        first, second = await whole.open("key-1"), await whole.open("key-2")
        await whole.do(first, AGENT, "respond", "responded", channel="phone", contacted_at=now())
        for number in (first, second):
            await whole.idle(number)
        shown = whole.clocks(first)
    await whole.lose_temporal()
    async with whole.working():
        await listening(whole)
        assert await whole.found(few=1) == [(first, "many_lost", False), (second, "many_lost", False)]
        assert await whole.found(settled=SETTLED) == [(first, "lost", True), (second, "lost", True)], "however new"
        for number in (first, second):
            await whole.listed(number)
        assert await whole.found() == []
        assert whole.clocks(first) == shown
        await whole.do(first, AGENT, "verify", "verified", words=WORDS)
        assert await chain_holds(whole, first)
    assert len({mail.message_id for mail in whole.mailbox.mails}) == len(whole.mailbox.mails)


async def test_a_store_older_than_the_record_gives_way_to_it(whole: WholeHouse, tmp_path: Path) -> None:
    async with whole.working():
        number = await whole.open()
        await whole.idle(number)
    whole.keep_temporal(tmp_path / "copy")
    async with whole.working():
        await listening(whole)
        await whole.do(number, AGENT, "respond", "responded", channel="phone", contacted_at=now())
        await whole.idle(number)
        clocks = whole.clocks(number)
    whole.bring_temporal_back(tmp_path / "copy")
    async with whole.working():
        await listening(whole)
        assert await whole.found() == [(number, "older", True)]
        assert whole.clocks(number) == clocks
        await whole.do(number, AGENT, "verify", "verified", words=WORDS)
        assert whole.facts(number).count("responded") == 1
        assert await chain_holds(whole, number)


async def test_a_workflow_that_tells_another_story_than_the_journal_gives_way_to_it(
    whole: WholeHouse, tmp_path: Path
) -> None:
    """The older store took a command before anybody looked; it is heard again after the one the journal holds."""
    async with whole.working():
        number = await whole.open()
        await whole.idle(number)
    whole.keep_temporal(tmp_path / "copy")
    async with whole.working():
        await listening(whole)
        await whole.do(number, AGENT, "respond", "responded", channel="phone", contacted_at=now())
        await whole.idle(number)
    whole.bring_temporal_back(tmp_path / "copy")
    async with whole.working():
        await listening(whole)
        await whole.send(number, AGENT, kind="note", words=WORDS)
        await whole.until(number, lambda run: "JournalDiffers" in run.failures)
        assert (number, "differs", True) in await whole.found()
        await whole.house.recorded(number, "noted")
        assert whole.facts(number).index("responded") < whole.facts(number).index("noted")
        assert await chain_holds(whole, number)



async def test_nothing_is_built_on_a_broken_journal(whole: WholeHouse) -> None:
    async with whole.working() as client:
        number = await whole.open()
        await whole.idle(number)
        await workflow(client, number).terminate("by mistake")
        whole.sql("alter table journal disable trigger journal_is_kept")
        whole.sql("update journal set plain = jsonb_set(plain, '{fact,grade}', '\"urgent\"') where kind = 'registered'")
        whole.sql("alter table journal enable trigger journal_is_kept")
        await whole.reconcile()
        with pytest.raises(NotToRestart, match="journal is broken"):
            await whole.house.app.state.tools.reconciler.bring_back(number)


async def test_a_case_that_is_not_open_is_not_brought_back(whole: WholeHouse) -> None:
    with pytest.raises(NotToRestart, match="no open case 20260101999"):
        await whole.house.app.state.tools.reconciler.bring_back("20260101999")


async def test_a_case_restarted_after_another_version_was_adopted_is_judged_by_that(
    whole: WholeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with whole.working() as client:
        number = await whole.open()
        adopted = archiving_soon("sop")
        command = AdoptPolicy(version=adopted.version, rules=adopted.rules(datetime.now(UTC)))
        await whole.tell(number, DIRECTOR, command)
        await whole.house.recorded(number, "policy_adopted")
        await whole.idle(number)
        await workflow(client, number).terminate("by mistake")
        await whole.reconcile()
        await whole.house.app.state.tools.reconciler.bring_back(number)
        await whole.do(number, AGENT, "discard", "discarded", words=WORDS)
        await whole.house.recorded(number, "archived")
    assert whole.sql("select policy_version from complaint_case") == [(adopted.version,)]
