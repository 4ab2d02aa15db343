"""Policy versions: stored once, never changed, read by key and version."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies import Policy
from records.tables import policy_version


async def store(connection: AsyncConnection, policy: Policy) -> None:
    """Keep this version, if it isn't kept already."""
    values = {"key": policy.key, "version": policy.version, "body": policy.body, "templates": policy.templates}
    await connection.execute(insert(policy_version).values(**values).on_conflict_do_nothing())


async def templates(connection: AsyncConnection, key: str, version: str) -> dict[str, Any]:
    """The notice templates of a version; empty where the version is unknown."""
    return await _column(connection, policy_version.c.templates, key, version)


async def body(connection: AsyncConnection, key: str, version: str) -> dict[str, Any]:
    """The whole policy of a version; empty where it is unknown."""
    return await _column(connection, policy_version.c.body, key, version)


async def _column(connection: AsyncConnection, column: Any, key: str, version: str) -> dict[str, Any]:
    wanted = select(column).where(policy_version.c.key == key, policy_version.c.version == version)
    return dict((await connection.execute(wanted)).scalar_one_or_none() or {})
