"""Notices: one row a recipient and channel, committed before anything is sent."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.keys import CaseKey, KeyStore
from records.sealed import Unreadable, seal, unseal
from records.tables import notice

DOMAIN = "complaint-desk"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A notice ready to be sent, or to be kept back until quiet hours end.

    `message` is personal: address, subject, text. `on_behalf_of` are the absent persons it was meant for.
    """

    case_id: str
    number: str
    seq: int
    notice_key: str
    template: str
    recipient_role: str
    recipient_id: str
    channel: str
    message: dict[str, str]
    on_behalf_of: tuple[str, ...] = ()
    held_until: datetime | None = None

    @property
    def message_id(self) -> str:
        """The same at every try, so that a mail sent twice is one mail to whoever receives it."""
        place = f"{self.case_id}/{self.seq}/{self.template}/{self.recipient_id}/{self.channel}"
        return f"<{uuid5(NAMESPACE_URL, place)}@{DOMAIN}>"


_PLAIN = ("case_id", "number", "seq", "notice_key", "template", "recipient_role", "recipient_id", "channel")


async def begin_sending(
    connection: AsyncConnection, key: CaseKey, outgoing: Outgoing
) -> tuple[str, datetime | None]:
    """Note that the notice is about to be sent; the answer is its status, `sent` and when if it went out before."""
    message = seal(key, outgoing.message, table="notice", column="message", row=outgoing.message_id)
    plain = {name: getattr(outgoing, name) for name in _PLAIN}
    values = {**plain, "message_id": outgoing.message_id, "message": message, **_how(outgoing)}
    first = insert(notice).values(**values)
    again = first.on_conflict_do_update(
        index_elements=["case_id", "seq", "template", "recipient_id", "channel"],
        set_={"attempts": notice.c.attempts + 1},
        where=notice.c.status == "sending",
    )
    row = (await connection.execute(again.returning(notice.c.status, notice.c.sent_at))).one_or_none()
    if row is None:
        known = select(notice.c.status, notice.c.sent_at).where(notice.c.message_id == outgoing.message_id)
        row = (await connection.execute(known)).one()
    return str(row.status), row.sent_at


def _how(outgoing: Outgoing) -> dict[str, Any]:
    """What of its row depends on whether it goes out at once, and to whom."""
    kept_back = outgoing.held_until is not None
    return {
        "on_behalf_of": list(outgoing.on_behalf_of),
        "held_until": outgoing.held_until,
        "status": "held" if kept_back else "sending",
        "attempts": 0 if kept_back else 1,
    }


async def addressed(connection: AsyncConnection, case_id: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Who notices were noted for at an earlier try, by the notices' keys, each with those they stood in for."""
    wanted = select(notice.c.notice_key, notice.c.recipient_id, notice.c.on_behalf_of)
    wanted = wanted.where(notice.c.case_id == case_id, notice.c.notice_key.in_(keys)).order_by(notice.c.id)
    found: dict[str, dict[str, Any]] = {}
    for row in await connection.execute(wanted):
        found.setdefault(row.notice_key, {})[row.recipient_id] = tuple(row.on_behalf_of)
    return found


async def mark_sent(connection: AsyncConnection, message_id: str) -> datetime:
    """The provider took it; the answer is when it first did."""
    sent_at = func.coalesce(notice.c.sent_at, func.clock_timestamp())
    marking = update(notice).where(notice.c.message_id == message_id).values(status="sent", sent_at=sent_at)
    at: datetime = (await connection.execute(marking.returning(notice.c.sent_at))).scalar_one()
    return at


async def mark_undeliverable(connection: AsyncConnection, message_id: str, error_code: str) -> None:
    """It can't be delivered, and why, as a code."""
    marking = update(notice).where(notice.c.message_id == message_id, notice.c.status != "sent")
    await connection.execute(marking.values(status="undeliverable", error_code=error_code))


async def left(connection: AsyncConnection, keys: KeyStore, older_than: timedelta) -> list[Outgoing]:
    """Notices that were about to be sent so long ago that whoever sent them may be gone, the oldest first."""
    about = and_(notice.c.status == "sending", notice.c.created_at < func.clock_timestamp() - older_than)
    found = []
    for row in await connection.execute(select(notice).where(about).order_by(notice.c.id).limit(200)):
        # The text of an erased case is gone, and with it the notice.
        with suppress(Unreadable):
            message = unseal(keys, row.message, table="notice", column="message", row=row.message_id)
            plain = {name: getattr(row, name) for name in _PLAIN}
            found.append(Outgoing(**plain, message=message, on_behalf_of=tuple(row.on_behalf_of)))
    return found


async def of_case(connection: AsyncConnection, case_id: str) -> list[dict[str, Any]]:
    """Every notice of a case in its order, without its text."""
    columns = [column for column in notice.c if column.name not in ("message", "case_id")]
    wanted = select(*columns).where(notice.c.case_id == case_id).order_by(notice.c.id)
    return [dict(row._mapping) for row in await connection.execute(wanted)]
