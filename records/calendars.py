"""Working calendars: each version stored once, never changed; the newest of a key is the one new cases get."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from policies import calendars
from policies.calendars import Calendar
from records.database import Connection
from records.tables import calendar_version


async def keep(connection: Connection, calendar: Calendar) -> tuple[Calendar, ...]:
    """Keep this version, and a new one of each calendar that extends it; answers with those that weren't kept yet."""
    kept = [calendar] if await _store(connection, calendar) else []
    for other in (await newest(connection)).values():
        if kept and other.base and other.base.key == calendar.key:
            kept += await keep(connection, Calendar(other.document, calendar))
    return tuple(kept)


async def newest(connection: Connection) -> Mapping[str, Calendar]:
    """Every calendar by its key, at the version stored last."""
    order = calendar_version.c.key, calendar_version.c.loaded_at.desc()
    last = select(calendar_version.c.key, calendar_version.c.body).distinct(calendar_version.c.key).order_by(*order)
    return {key: calendars.restored(body) for key, body in await connection.execute(last)}


async def newest_version(connection: Connection, key: str) -> str | None:
    """The version of a calendar that was stored last; None where none is kept."""
    wanted = select(calendar_version.c.version).where(calendar_version.c.key == key)
    last = wanted.order_by(calendar_version.c.loaded_at.desc()).limit(1)
    found: str | None = (await connection.execute(last)).scalar_one_or_none()
    return found


async def version(connection: Connection, key: str, named: str) -> Calendar | None:
    """A calendar as it was at a version; None where that isn't kept."""
    wanted = select(calendar_version.c.body).where(calendar_version.c.key == key, calendar_version.c.version == named)
    body = (await connection.execute(wanted)).scalar_one_or_none()
    return None if body is None else calendars.restored(body)


async def _store(connection: Connection, calendar: Calendar) -> bool:
    """Whether it was new."""
    values = {"key": calendar.key, "version": calendar.version, "state": calendar.state, "body": calendar.body()}
    stored = insert(calendar_version).values(**values).on_conflict_do_nothing().returning(calendar_version.c.key)
    return (await connection.execute(stored)).first() is not None
