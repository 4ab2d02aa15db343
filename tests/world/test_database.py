"""A database that is away is said so within seconds, and used again as soon as it is back."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

import policies
from records import counters
from records import policies as stored
from records.database import Database, DatabaseAway, holds
from tests.world.recording import execute

PATIENCE_SECONDS = 9.0
OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = 'desk'"


async def ask(database: Database, statement: str = "select 1") -> int:
    async with database.transaction() as connection:
        return int((await connection.execute(text(statement))).scalar_one())


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql+psycopg://desk:x@127.0.0.1:{server.getsockname()[1]}/desk"


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"postgresql+psycopg://desk:x@127.0.0.1:{port}/desk"


async def test_a_silent_database_is_away_within_seconds(black_hole: str) -> None:
    database = Database(black_hole)
    began = time.monotonic()
    with pytest.raises(DatabaseAway):
        await ask(database)
    assert not await database.is_there()
    assert time.monotonic() - began < PATIENCE_SECONDS
    await database.close()


async def test_a_missing_database_is_away_at_once(closed_port: str) -> None:
    database = Database(closed_port)
    with pytest.raises(DatabaseAway):
        await ask(database)
    assert not await database.is_there()
    await database.close()


async def test_an_address_or_password_never_shows_in_what_is_raised(closed_port: str) -> None:
    database = Database(closed_port)
    with pytest.raises(DatabaseAway) as away:
        await ask(database)
    assert str(away.value) == "the database is away"
    await database.close()


@pytest.mark.clause("SVC-5.2")
async def test_what_was_to_be_written_never_shows_in_what_is_raised(database: Database) -> None:
    with pytest.raises(DBAPIError) as mistake:
        async with database.transaction() as connection:
            await connection.execute(text("select cast(:given as text) from nowhere"), {"given": "13812345678"})
    assert "13812345678" not in str(mistake.value)


async def test_connections_cut_while_idle_are_not_noticed(database: Database, postgres_url: str) -> None:
    """After the server was restarted the next request works: a connection is tried before it is used."""
    await asyncio.gather(*(ask(database) for _ in range(4)))
    execute(postgres_url, OTHERS)
    assert await asyncio.gather(*(ask(database) for _ in range(4))) == [1, 1, 1, 1]


async def cut_in_the_middle(database: Database, postgres_url: str) -> None:
    async with database.transaction() as connection:
        await counters.take(connection, "k")
        execute(postgres_url, OTHERS)
        await counters.take(connection, "k")


async def test_a_connection_cut_in_the_middle_leaves_nothing(database: Database, postgres_url: str) -> None:
    with pytest.raises(DatabaseAway):
        await cut_in_the_middle(database, postgres_url)
    assert execute(postgres_url, "select * from counter") == []
    assert await ask(database) == 1


async def test_a_statement_that_hangs_is_ended(database: Database) -> None:
    """The limit is set for every connection; here it is shortened so that the test needs no patience."""
    assert await ask(database, "select setting::int from pg_settings where name = 'statement_timeout'") == 10_000

    async def hang() -> None:
        async with database.transaction() as connection:
            await connection.execute(text("set local statement_timeout = 50"))
            await connection.execute(text("select pg_sleep(60)"))

    with pytest.raises(DatabaseAway):
        await hang()


async def test_more_callers_than_connections_all_get_their_turn(database: Database) -> None:
    assert await asyncio.gather(*(ask(database) for _ in range(60))) == [1] * 60


async def test_a_mistake_of_ours_is_not_called_an_outage(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await ask(database, "insert into counter (key, value) values (null, 1) returning value")


@pytest.mark.parametrize(("given", "held"), [("投诉", True), ("", True), ("a\x00", False), ("\udc80", False)])
def test_which_texts_can_be_kept(given: str, held: bool) -> None:
    assert holds(given) is held


async def test_a_policy_version_is_kept_as_it_was_first_stored(database: Database, postgres_url: str) -> None:
    policy = policies.load("sop")
    async with database.transaction() as connection:
        await stored.store(connection, policy)
        await stored.store(connection, policy)
        assert await stored.body(connection, policy.key, policy.version) == policy.body
        assert await stored.templates(connection, policy.key, policy.version) == policy.templates
        assert await stored.body(connection, policy.key, "no such version") == {}
    assert execute(postgres_url, "select count(*) from policy_version") == [(1,)]
