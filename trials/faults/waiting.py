"""How far a desk is behind, asked of its database past every line, and the moment at which it no longer is."""

import asyncio
import time
from datetime import UTC, datetime

import policies
from records import backlog
from records.backlog import Backlog
from records.database import Database, DatabaseAway

LOOK_SECONDS = 0.2


class NeverSettled(Exception):
    """Something still waits; the message says what."""


async def left(database: Database, at: datetime) -> Backlog | None:
    """What should have been done by then and isn't; None while the database itself is away."""
    grace = policies.load("sop").rules(at).grace
    try:
        async with database.transaction() as connection:
            return await backlog.before(connection, at, grace)
    except DatabaseAway:
        return None


async def settled(database: Database, patience: float) -> datetime:
    """The first moment at which nothing is behind and no notice on its way; raises NeverSettled."""
    until = time.monotonic() + patience
    while True:
        at = datetime.now(UTC)
        waiting = await left(database, at)
        if waiting and waiting.is_caught_up() and not waiting.notices:
            return at
        if time.monotonic() > until:
            raise NeverSettled(f"after {patience:.0f} s there wait: {waiting or 'the database'}")
        await asyncio.sleep(LOOK_SECONDS)
