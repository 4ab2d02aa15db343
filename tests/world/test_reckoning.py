"""The reckoning after a campaign: silent over a case that is whole, and loud over each way one may not be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pydantic import TypeAdapter

import policies
from complaints.notices import notices
from plumbing.keys import FileKeyStore
from plumbing.mailbox import Mailbox
from records import policies as stored
from records import seeds
from records.database import Database
from tests.builders import NOON, Desk
from tests.flow.stage import case_start
from tests.world.recording import CASE, NUMBER, execute, opened, order_of, recorder
from trials.faults.reconcile import reconcile
from workflows.messages import CaseStart

START = TypeAdapter(CaseStart)
ARRIVED = NOON - timedelta(minutes=9)
AT = NOON + timedelta(minutes=40)


@pytest.fixture
async def mails(
    database: Database, postgres_url: str, keys: FileKeyStore, mailbox: tuple[Mailbox, int]
) -> Sequence[str]:
    """A case nobody looked after, warned, missed and climbed, recorded and told; the answer is what was mailed."""
    box, port = mailbox
    seeds.seed(postgres_url)
    start = case_start(NOON, ARRIVED, case_id=CASE, number=NUMBER)
    await opened(database, keys, start_input=START.dump_json(start).decode())
    async with database.transaction() as connection:
        await stored.store(connection, policies.load("sop"))
    record = recorder(database, keys, port)
    version = policies.load("sop").version
    desk = Desk(NOON, arrived_at=ARRIVED)
    first = 1
    for minutes in (0, 40):
        desk.wait(minutes=minutes)
        told = notices(desk.case, desk.entries[first - 1 :], desk.rules)
        order = order_of(desk.entries, desk, first=first)
        result = await record.record(replace(order, policy_version=version, notices=told))
        assert not result.waiting
        first = len(desk.entries) + 1
    return [mail.message_id for mail in box.mails]


async def differences(database: Database, keys: FileKeyStore, mails: Sequence[str], at: datetime = AT) -> list[str]:
    return (await reconcile(database, keys, mails, at)).differences


async def test_a_whole_case_gives_no_difference_and_what_lies_outside_it_is_named(
    database: Database, keys: FileKeyStore, mails: Sequence[str]
) -> None:
    reckoning = await reconcile(database, keys, [*mails, mails[0]], AT)
    assert reckoning.differences == []
    assert (reckoning.cases, reckoning.missed, reckoning.twice_on_the_wire) == (1, 1, 1)
    assert reckoning.notices == len(mails) > 3

    lost, strange = await differences(database, keys, [*mails[1:], "<strange@mail>"])
    assert "counts as sent, and no mail of it came" in lost
    assert "a mail <strange@mail> that no notice knows" in strange

    overdue = await differences(database, keys, mails, NOON + timedelta(minutes=60))
    assert any("should have come to" in each for each in overdue)


SENDING = "update notice set status = 'sending', created_at = '2026-01-01Z'"

HARM = {
    "never sent": f"{SENDING} where template = 'limit_missed'",
    "told without reason": "update notice set template = 'closed_told' where template = 'limit_missed'",
    "nobody was told": "delete from notice where template = 'escalated'",
    "the clocks shown": "delete from deadline where limit_name = 'first_response'",
    "what is shown": "update complaint_case set view = jsonb_set(view, '{round}', '7')",
    "chain is broken": "update complaint_case set version = version + 1",
    "never began": "update complaint_case set version = 0",
}


async def test_each_harm_to_a_case_is_named(
    database: Database, keys: FileKeyStore, mails: Sequence[str], postgres_url: str
) -> None:
    before: list[str] = []
    for says, harm in HARM.items():
        execute(postgres_url, harm)
        after = await differences(database, keys, mails)
        assert any(says in each for each in after if each not in before), says
        before = after
