"""Mails to one person about many cases: noted whole, then sent; a crash loses none and doubles none."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from plumbing.keys import KeyStore
from records import deputies
from records.database import Connection
from records.notices import DOMAIN
from records.sealed import Unreadable, unseal
from records.tables import complaint_case, daily_sync, digest, notice

KEPT_BACK, CHASE, SUMMARY = "kept_back", "chase", "summary"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A digest to be: to whom, of which period, and the lines or the ids of the notices in it."""

    kind: str
    recipient_id: str
    period: datetime
    policy: str = ""
    on_behalf_of: tuple[str, ...] = ()
    lines: tuple[dict[str, str], ...] = ()
    notices: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A digest that is noted and not sent yet."""

    id: int
    kind: str
    policy: str
    recipient_id: str
    on_behalf_of: tuple[str, ...]
    message_id: str
    lines: tuple[dict[str, str], ...]


async def kept_back(connection: Connection) -> list[Draft]:
    """What quiet hours kept back and may go out now: one digest a person, over all cases."""
    columns = notice.c.id, notice.c.recipient_id, notice.c.held_until, complaint_case.c.involved
    due = (notice.c.status == "held", notice.c.digest_id.is_(None), notice.c.held_until <= func.clock_timestamp())
    wanted = select(*columns).join(complaint_case, complaint_case.c.case_id == notice.c.case_id).where(*due)
    rows = (await connection.execute(wanted.order_by(notice.c.id))).all()
    away = await deputies.in_force(connection)
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(deputies.stands_in(row.recipient_id, away, row.involved), []).append(row)
    return [_of_notices(recipient, rows) for recipient, rows in found.items()]


def _of_notices(recipient: str, rows: Sequence[Any]) -> Draft:
    absent = dict.fromkeys(row.recipient_id for row in rows if row.recipient_id != recipient)
    return Draft(
        kind=KEPT_BACK,
        recipient_id=recipient,
        on_behalf_of=tuple(absent),
        period=max(row.held_until for row in rows),
        notices=tuple(row.id for row in rows),
    )


async def note(connection: Connection, drafts: Iterable[Draft]) -> None:
    """Note these digests; a second one to the same person and period is its second part."""
    for each in drafts:
        same = (digest.c.kind == each.kind, digest.c.policy == each.policy, digest.c.period == each.period)
        counting = select(func.count()).where(*same, digest.c.recipient_id == each.recipient_id)
        part = (await connection.execute(counting)).scalar_one() + 1
        place = f"digest/{each.kind}/{each.policy}/{each.recipient_id}/{each.period.isoformat()}/{part}"
        values = {
            "kind": each.kind, "policy": each.policy, "recipient_id": each.recipient_id, "period": each.period,
            "on_behalf_of": list(each.on_behalf_of), "lines": list(each.lines), "part": part, "status": "sending",
            "message_id": f"<{uuid5(NAMESPACE_URL, place)}@{DOMAIN}>",
        }  # fmt: skip
        made = (await connection.execute(insert(digest).values(**values).returning(digest.c.id))).scalar_one()
        if each.notices:
            await connection.execute(update(notice).where(notice.c.id.in_(each.notices)).values(digest_id=made))


async def unsent(connection: Connection) -> list[Digest]:
    """Digests noted and not sent, the oldest first."""
    rows = await connection.execute(select(digest).where(digest.c.status == "sending").order_by(digest.c.id).limit(200))
    names = ("id", "kind", "policy", "recipient_id", "message_id")
    return [
        Digest(**{name: getattr(row, name) for name in names},
               on_behalf_of=tuple(row.on_behalf_of), lines=tuple(row.lines))
        for row in rows
    ]  # fmt: skip


async def subjects(connection: Connection, keys: KeyStore, digest_id: int) -> list[dict[str, str]]:
    """Of every notice in a digest its complaint's number and its subject; those of an erased case are gone."""
    found = []
    wanted = select(notice).where(notice.c.digest_id == digest_id).order_by(notice.c.id)
    for row in await connection.execute(wanted):
        with suppress(Unreadable):
            message = unseal(keys, row.message, table="notice", column="message", row=row.message_id)
            found.append({"number": row.number, "subject": message["subject"]})
    return found


async def settle(connection: Connection, digest_id: int, code: str) -> None:
    """The provider took it, or why not, as a code; the same for every notice in it."""
    status = "undeliverable" if code else "sent"
    values = {"status": status, "error_code": code, "sent_at": None if code else func.clock_timestamp()}
    trying = {"attempts": digest.c.attempts + 1}
    await connection.execute(update(digest).where(digest.c.id == digest_id).values(**values, **trying))
    once = {"attempts": notice.c.attempts + 1}
    await connection.execute(update(notice).where(notice.c.digest_id == digest_id).values(**values, **once))


async def tried(connection: Connection, digest_id: int) -> None:
    """The provider couldn't take it yet."""
    await connection.execute(update(digest).where(digest.c.id == digest_id).values(attempts=digest.c.attempts + 1))


async def begin_sync(connection: Connection, policy: str, day: Any) -> bool:
    """Whether the daily sync of this day hasn't been done; it is now."""
    doing = insert(daily_sync).values(policy=policy, day=day).on_conflict_do_nothing().returning(daily_sync.c.policy)
    return (await connection.execute(doing)).first() is not None


async def synced(connection: Connection, policy: str, day: Any) -> bool:
    """Whether the daily sync of this day has been done."""
    wanted = select(daily_sync.c.policy).where(daily_sync.c.policy == policy, daily_sync.c.day == day)
    return (await connection.execute(wanted)).first() is not None
