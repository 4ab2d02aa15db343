"""Locks that processes hold in the database, by name, until their transaction ends."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection


async def hold(connection: AsyncConnection, name: str) -> None:
    """Wait for the lock of this name."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def try_hold(connection: AsyncConnection, name: str) -> bool:
    """Take the lock of this name if nobody has it."""
    taking = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))
    return bool((await connection.execute(taking)).scalar_one())
