"""Notices: one row a recipient and channel, committed before anything is sent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Text, and_, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
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


_THESE = notice.c.message_id == any_(bindparam("message_ids", type_=ARRAY(Text)))
_HOW_IT_STANDS = notice.c.message_id, notice.c.status, notice.c.sent_at

NOTING = (
    insert(notice)
    .on_conflict_do_update(
        index_elements=["case_id", "seq", "template", "recipient_id", "channel"],
        set_={"attempts": notice.c.attempts + 1},
        where=notice.c.status == "sending",
    )
    .returning(*_HOW_IT_STANDS)
)
KNOWN = select(*_HOW_IT_STANDS).where(_THESE)
SENT = (
    update(notice)
    .where(_THESE)
    .values(status="sent", sent_at=func.coalesce(notice.c.sent_at, func.clock_timestamp()))
    .returning(notice.c.message_id, notice.c.sent_at)
)
UNDELIVERABLE = (
    update(notice)
    .where(notice.c.message_id == bindparam("refused"), notice.c.status != "sent")
    .values(status="undeliverable", error_code=bindparam("error_code"))
)
"""Made once, for every turn needs them: making a statement anew costs as much as running it."""


async def begin_sending(
    connection: AsyncConnection, key: CaseKey, letters: Sequence[Outgoing]
) -> dict[str, tuple[str, datetime | None]]:
    """Note that these are about to be sent; for each the status of its row, `sent` and when if it went out before."""
    if not letters:
        return {}
    rows = list(await connection.execute(NOTING, [_row(key, each) for each in letters]))
    noted = {row.message_id: (str(row.status), row.sent_at) for row in rows}
    before = [each.message_id for each in letters if each.message_id not in noted]
    if before:
        rows = list(await connection.execute(KNOWN, {"message_ids": before}))
    return noted | {row.message_id: (str(row.status), row.sent_at) for row in rows}


def _row(key: CaseKey, outgoing: Outgoing) -> dict[str, Any]:
    message_id = outgoing.message_id
    sealed = seal(key, outgoing.message, table="notice", column="message", row=message_id)
    plain = {name: getattr(outgoing, name) for name in _PLAIN}
    return {**plain, "message_id": message_id, "message": sealed, **_how(outgoing)}


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


async def mark(connection: AsyncConnection, settled: Mapping[str, str]) -> dict[str, datetime]:
    """What became of letters, by Message-ID: taken by the provider, or why not, as a code; and when it first did."""
    at = dict.fromkeys(settled, datetime.now(UTC))
    taken = [message_id for message_id, code in settled.items() if not code]
    refused = [{"refused": message_id, "error_code": code} for message_id, code in settled.items() if code]
    if taken:
        rows = await connection.execute(SENT, {"message_ids": taken})
        at |= {row.message_id: row.sent_at for row in rows}
    if refused:
        await connection.execute(UNDELIVERABLE, refused)
    return at


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
