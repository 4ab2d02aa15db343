"""The engine and its transactions: one call, one transaction; a database that is away is said so at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

Connection = AsyncConnection
"""A connection inside a transaction, for those who hand one on and need not know whose it is."""

CONNECT_SECONDS = 3
STATEMENT_MILLISECONDS = 10_000
POOL_SECONDS = 5


def holds(text: str) -> bool:
    """Whether PostgreSQL can hold this text; one it can't hold is found in no row."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_uuid(text: str) -> bool:
    """Whether a text can be the id in a uuid column."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class DatabaseAway(Exception):
    """The database can't be reached now; a retry may help."""


class Database:
    """A pool of connections to one PostgreSQL."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.engine = create_async_engine(
            url,
            pool_pre_ping=True,
            # What is written may be somebody's address: it belongs in no error text and no log (SVC-5.2).
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_SECONDS,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": f"-c statement_timeout={STATEMENT_MILLISECONDS} -c timezone=UTC",
                "tcp_user_timeout": STATEMENT_MILLISECONDS,
            },
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end or not at all; raises DatabaseAway."""
        try:
            async with self.engine.begin() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise DatabaseAway("the database is away") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseAway("the database went away") from error
            raise

    async def is_there(self) -> bool:
        """Whether the database answers."""
        try:
            async with self.transaction() as connection:
                await connection.execute(text("select 1"))
        except DatabaseAway:
            return False
        return True

    async def close(self) -> None:
        """Let every connection go."""
        await self.engine.dispose()
