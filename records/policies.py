"""Policy versions: stored once, never changed, read by key and version; and which of them was published last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies import Policy
from records.cases import IdempotencyConflict
from records.tables import policy_publication as publication
from records.tables import policy_version


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A policy as somebody published it: its file and its templates, letter by letter."""

    id: str
    key: str
    version: str
    body: str
    templates: str
    published_by: str
    request_hash: str


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


async def versions(connection: AsyncConnection, key: str) -> dict[str, datetime]:
    """Every version of a policy this record holds, the first stored first."""
    wanted = select(policy_version.c.version, policy_version.c.loaded_at).where(policy_version.c.key == key)
    return {row.version: row.loaded_at for row in await connection.execute(wanted.order_by(policy_version.c.loaded_at))}


# ── published ──


async def publish(connection: AsyncConnection, new: Publication) -> bool:
    """Give new cases this version from now on; whether the request is new. Raises IdempotencyConflict."""
    values = {name: getattr(new, name) for name in Publication.__dataclass_fields__}
    publishing = insert(publication).values(**values).on_conflict_do_nothing(index_elements=[publication.c.id])
    if (await connection.execute(publishing.returning(publication.c.id))).first() is not None:
        return True
    known = select(publication.c.request_hash).where(publication.c.id == new.id)
    if (await connection.execute(known)).scalar_one() != new.request_hash:
        raise IdempotencyConflict
    return False


async def newest(connection: AsyncConnection, key: str) -> str | None:
    """The version of a policy that was published last; None where none was."""
    wanted = select(publication.c.version).where(publication.c.key == key).order_by(*_LAST_FIRST).limit(1)
    version: str | None = (await connection.execute(wanted)).scalar_one_or_none()
    return version


async def published(connection: AsyncConnection) -> Mapping[str, str]:
    """Of every policy that was ever published the version that was published last."""
    last = select(publication.c.key, publication.c.version).distinct(publication.c.key)
    return {row.key: row.version for row in await connection.execute(last.order_by(publication.c.key, *_LAST_FIRST))}


async def texts(connection: AsyncConnection, key: str, version: str) -> tuple[str, str] | None:
    """The file of a published version and the templates it has of its own; None where it was never published."""
    wanted = select(publication.c.body, publication.c.templates)
    wanted = wanted.where(publication.c.key == key, publication.c.version == version).order_by(*_LAST_FIRST).limit(1)
    row = (await connection.execute(wanted)).one_or_none()
    return (row.body, row.templates) if row else None


async def history(connection: AsyncConnection, key: str) -> list[dict[str, Any]]:
    """Who published which version of a policy when, the last first; at most a hundred."""
    wanted = select(publication.c.version, publication.c.published_by, publication.c.published_at)
    wanted = wanted.where(publication.c.key == key).order_by(*_LAST_FIRST).limit(100)
    return [dict(row._mapping) for row in await connection.execute(wanted)]


async def of_author(connection: AsyncConnection, key: str, version: str) -> str | None:
    """A version of a policy whose author gave it the same name; None where there is none."""
    author = func.regexp_replace(policy_version.c.version, "-[0-9a-f]{8}$", "")
    wanted = select(policy_version.c.version).where(policy_version.c.key == key, author == version).limit(1)
    found: str | None = (await connection.execute(wanted)).scalar_one_or_none()
    return found


_LAST_FIRST = (publication.c.published_at.desc(), publication.c.id)
