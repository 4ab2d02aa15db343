"""The chain over the journal: what somebody changes past our own code is found and named."""

import pytest
from sqlalchemy import text

from plumbing.keys import FileKeyStore
from records import thread
from records.database import Database
from tests.builders import Desk
from tests.world.recording import CASE, opened, order_of, recorder

EVERY_COLUMN = {
    "kind": "'noted'",
    "fact_version": "2",
    "at": "at + interval '1 microsecond'",
    "taken_at": "taken_at - interval '1 second'",
    "actor": """actor || '{"id": "somebody-else"}'""",
    "command_id": "'other'",
    "policy": "'other'",
    "policy_version": "'2'",
    "plain": "plain || '{\"stage\": \"closed\"}'",
    "sealed": "'\\x00'",
    "key_id": "'other'",
    "prev_hash": "'\\x00'",
    "hash": "'\\x00'",
}


async def broken_after(database: Database, *harm: str) -> int | None:
    """What the check says after a change by somebody who may switch triggers off; nothing of it is kept."""
    async with database.transaction() as connection:
        assert await thread.first_broken(connection, CASE) is None
        await connection.execute(text("set local session_replication_role = replica"))
        for each in harm:
            await connection.exec_driver_sql(each.replace("%", "%%"))
        found = await thread.first_broken(connection, CASE)
        await connection.rollback()
    return found


@pytest.fixture
async def last(database: Database, keys: FileKeyStore) -> int:
    """A case in the journal, and the number of its last fact."""
    await opened(database, keys)
    desk = Desk().approved()
    await recorder(database, keys).record(order_of(desk.entries, desk))
    return len(desk.entries)


@pytest.mark.parametrize("column", EVERY_COLUMN)
async def test_a_change_in_any_column_is_named(database: Database, last: int, column: str) -> None:
    change = f"update journal set {column} = {EVERY_COLUMN[column]} where seq = 4"
    assert await broken_after(database, change) == 4


async def test_a_fact_taken_out_is_named(database: Database, last: int) -> None:
    assert await broken_after(database, "delete from journal where seq = 5") == 5


async def test_facts_taken_off_the_end_are_named(database: Database, last: int) -> None:
    """The chain before them still holds; the case's own row knows how long it was."""
    assert await broken_after(database, f"delete from journal where seq > {last - 2}") == last - 1


async def test_a_whole_journal_taken_away_is_named(database: Database, last: int) -> None:
    assert await broken_after(database, "delete from journal") == 1


async def test_two_facts_that_changed_places_are_named(database: Database, last: int) -> None:
    swap = "update journal set seq = case seq when 3 then 1004 when 4 then 1003 end where seq in (3, 4)"
    assert await broken_after(database, swap, "update journal set seq = seq - 1000 where seq > 1000") == 3


async def test_a_fact_put_in_at_the_end_is_named(database: Database, last: int) -> None:
    columns = "kind, fact_version, at, taken_at, actor, command_id, policy, policy_version, plain, prev_hash, hash"
    added = f"insert into journal (case_id, seq, {columns}) select case_id, {last + 1}, {columns} from journal"
    assert await broken_after(database, f"{added} where seq = {last}") == last + 1
