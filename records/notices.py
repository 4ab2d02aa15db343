"""Notices: one row a recipient and channel, committed before anything is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.keys import CaseKey
from records.sealed import seal
from records.tables import notice

DOMAIN = "complaint-desk"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A notice ready to be sent. `message` is personal: address, subject, text."""

    case_id: str
    number: str
    seq: int
    notice_key: str
    template: str
    recipient_role: str
    recipient_id: str
    channel: str
    message: dict[str, str]

    @property
    def message_id(self) -> str:
        """The same at every try, so that a mail sent twice is one mail to whoever receives it."""
        place = f"{self.case_id}/{self.seq}/{self.template}/{self.recipient_id}/{self.channel}"
        return f"<{uuid5(NAMESPACE_URL, place)}@{DOMAIN}>"


async def begin_sending(
    connection: AsyncConnection, key: CaseKey, outgoing: Outgoing
) -> tuple[str, datetime | None]:
    """Note that the notice is about to be sent; the answer is its status, `sent` and when if it went out before."""
    message = seal(key, outgoing.message, table="notice", column="message", row=outgoing.message_id)
    values = {
        "case_id": outgoing.case_id,
        "number": outgoing.number,
        "seq": outgoing.seq,
        "notice_key": outgoing.notice_key,
        "template": outgoing.template,
        "recipient_role": outgoing.recipient_role,
        "recipient_id": outgoing.recipient_id,
        "channel": outgoing.channel,
        "message_id": outgoing.message_id,
        "message": message,
    }
    first = insert(notice).values(**values, status="sending", attempts=1)
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


async def of_case(connection: AsyncConnection, case_id: str) -> list[dict[str, Any]]:
    """Every notice of a case in its order, without its text."""
    columns = [column for column in notice.c if column.name not in ("message", "case_id")]
    wanted = select(*columns).where(notice.c.case_id == case_id).order_by(notice.c.id)
    return [dict(row._mapping) for row in await connection.execute(wanted)]
