"""What waits: counted while it should have been done, and gone once it is."""

from datetime import UTC, datetime, timedelta

from complaints.orders import Outcome
from complaints.vocabulary import Verdict
from plumbing.keys import FileKeyStore
from records import backlog, cases, notices, receipts
from records.backlog import Backlog
from records.database import Database
from records.notices import Outgoing
from tests.builders import NOON, Desk
from tests.world.recording import CASE, NUMBER, opened, order_of, recorder

COMMAND = "0190a0a0-0000-7000-8000-0000000000aa"
NOTHING = Backlog(openings=0, receipts=0, rungs=0, notices=0)


async def waiting(database: Database, at: datetime | None = None) -> Backlog:
    async with database.transaction() as connection:
        return await backlog.before(connection, at or datetime.now(UTC) + timedelta(seconds=1), timedelta(seconds=0.5))


async def test_an_opening_waits_until_its_first_fact_is_recorded(database: Database, keys: FileKeyStore) -> None:
    assert await waiting(database) == NOTHING
    await opened(database, keys)
    assert (await waiting(database)).openings == 1
    assert (await waiting(database, NOON)).openings == 0
    async with database.transaction() as connection:
        await cases.mark_started(connection, CASE)
    assert (await waiting(database)).openings == 1
    desk = Desk(datetime.now(UTC))
    await recorder(database, keys).record(order_of(desk.entries, desk))
    assert await waiting(database) == NOTHING


async def test_a_rung_waits_from_its_time_and_grace_until_it_is_recorded(
    database: Database, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    desk = Desk()
    record = recorder(database, keys)
    await record.record(order_of(desk.entries, desk))
    warned_at = NOON + timedelta(minutes=8)
    assert (await waiting(database, warned_at + timedelta(seconds=0.5))).rungs == 0
    late = await waiting(database, warned_at + timedelta(seconds=1))
    assert late.rungs == 1
    assert not late.is_caught_up()
    assert str(late) == "1 rungs"
    desk.wait(minutes=8, seconds=1)
    await record.record(order_of(desk.entries, desk))
    assert (await waiting(database, warned_at + timedelta(seconds=1))).is_caught_up()


async def test_commands_and_notices_wait_until_they_are_settled_and_sent(
    database: Database, keys: FileKeyStore
) -> None:
    key = await opened(database, keys)
    desk = Desk(datetime.now(UTC))
    await recorder(database, keys).record(order_of(desk.entries, desk))
    notice = Outgoing(
        case_id=CASE, number=NUMBER, seq=1, notice_key="k", template="calming", recipient_role="customer",
        recipient_id="customer", channel="mail", message={"to": "", "subject": "", "text": ""},
    )  # fmt: skip
    async with database.transaction() as connection:
        await receipts.take(
            connection, key, command_id=COMMAND, case_id=CASE, number=NUMBER, kind="note", caller="agent-1",
            request_hash="digest", envelope="{}",
        )  # fmt: skip
        await notices.begin_sending(connection, key, [notice])
    found = await waiting(database)
    assert (found.receipts, found.notices) == (1, 1)
    outcome = Outcome(command_id=COMMAND, kind="note", verdict=Verdict.ACCEPTED, at=NOON)
    async with database.transaction() as connection:
        await receipts.settle(connection, (outcome,))
        await notices.mark(connection, {notice.message_id: ""})
    assert await waiting(database) == NOTHING
