"""What every test may lean on: a real PostgreSQL, migrated, one database for each test process; a key store."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from plumbing.embedded_postgres import EmbeddedPostgres
from plumbing.keys import FileKeyStore
from records.database import Database
from records.migrate import upgrade


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of this test process, migrated and with the policies and people in it."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "data", durable=False)
    url = server.start()
    try:
        upgrade(url)
        yield url
    finally:
        server.stop()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[FileKeyStore]:
    """A key store of this test."""
    store = FileKeyStore(tmp_path / "keys.db", b"\x07" * 32)
    yield store
    store.close()


KEPT = ("alembic_version",)


@pytest.fixture
def emptied_url(postgres_url: str) -> str:
    """The address of the database, emptied."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        names = connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars()
        tables = [name for name in names if name not in KEPT]
        # replica mode passes over the triggers that keep journal and policies as written
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(f"truncate {', '.join(tables)}"))
    engine.dispose()
    return postgres_url


@pytest.fixture
async def database(emptied_url: str) -> AsyncIterator[Database]:
    """The database, empty."""
    opened = Database(emptied_url)
    yield opened
    await opened.close()
