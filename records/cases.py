"""The opening of a case: its number, its row, and what the workflow is started with (SOP-1.3)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.keys import CaseKey, KeyStore
from records.sealed import Unreadable, bigrams, lookup_hash, seal, unseal
from records.tables import complaint_case as case


class IdempotencyConflict(Exception):
    """The same key came with another request."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A case about to be opened. `start_input` is JSON text; contact and description are personal."""

    case_id: str
    number: str
    policy: str
    policy_version: str
    brand: str
    channel: str
    arrived_at: datetime
    opened_at: datetime
    opened_by: str
    caller: str
    idempotency_key: str
    request_hash: str
    start_input: str
    contact: dict[str, str]
    description: str
    order_number: str


@dataclass(frozen=True)
class Opened:
    """A case that has been opened, now or by an earlier request with the same key."""

    case_id: str
    number: str
    policy: str
    state: str


async def earlier(connection: AsyncConnection, caller: str, key: str, request_hash: str) -> Opened | None:
    """The case an earlier request under this key opened; raises IdempotencyConflict for another request.

    Two at the same time take turns until the transaction ends, so that the second finds what the first opened.
    """
    turn = func.hashtextextended(f"{caller}\n{key}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(turn)))
    wanted = select(case.c.case_id, case.c.number, case.c.policy, case.c.state, case.c.request_hash).where(
        case.c.caller == caller, case.c.idempotency_key == key
    )
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise IdempotencyConflict
    return Opened(row.case_id, row.number, row.policy, row.state)


async def now(connection: AsyncConnection) -> datetime:
    """PostgreSQL's clock: the one by which commands are taken."""
    at: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return at


async def open_case(connection: AsyncConnection, keys: KeyStore, key: CaseKey, opening: Opening) -> None:
    """Note the opening; the unique caller and key make a repeat fail rather than open twice."""
    await connection.execute(insert(case).values(**as_row(keys, key, opening)))


def as_row(keys: KeyStore, key: CaseKey, opening: Opening) -> dict[str, Any]:
    """The columns of an opening, sealed and findable."""
    plain = {
        name: getattr(opening, name)
        for name in (
            "case_id", "number", "policy", "policy_version", "brand", "channel", "arrived_at", "opened_at",
            "opened_by", "caller", "idempotency_key", "request_hash",
        )
    }  # fmt: skip
    sealed = seal(key, opening.start_input, table="complaint_case", column="start_input", row=opening.case_id)
    found = findable(keys, key, opening.case_id, opening.contact, opening.description, opening.order_number)
    return {**plain, "state": "opening", "start_input": sealed, **found}


def findable(
    keys: KeyStore, key: CaseKey, case_id: str, contact: dict[str, str], description: str, order_number: str
) -> dict[str, Any]:
    """The columns by which a case is shown and found: sealed texts, keyed hashes, keyed bigrams."""

    def hashed(kind: Any, value: str) -> bytes | None:
        return lookup_hash(keys, kind, value) if value.strip() else None

    def shut(column: str, value: Any) -> bytes:
        return seal(key, value, table="complaint_case", column=column, row=case_id)

    return {
        "contact": shut("contact", contact),
        "description": shut("description", description),
        "phone_hash": hashed("phone", contact.get("phone", "")),
        "email_hash": hashed("email", contact.get("email", "")),
        "order_hash": hashed("order_number", order_number),
        "bigrams": bigrams(keys, f"{description}\n{contact.get('name', '')}"),
    }


async def unstarted(connection: AsyncConnection, keys: KeyStore, older_than: timedelta) -> list[tuple[str, str, str]]:
    """Openings a crash or an absent Temporal left behind: case id, number, start input."""
    wanted = (
        select(case.c.case_id, case.c.number, case.c.start_input)
        .where(case.c.state == "opening", case.c.opened_at < func.clock_timestamp() - older_than)
        .order_by(case.c.opened_at)
        .limit(200)
    )
    found = []
    for row in await connection.execute(wanted):
        # One that can't be read must not keep the others from being started.
        with suppress(Unreadable):
            start = unseal(keys, row.start_input, table="complaint_case", column="start_input", row=row.case_id)
            found.append((row.case_id, row.number, str(start)))
    return found


async def start_input(connection: AsyncConnection, keys: KeyStore, case_id: str) -> str:
    """What the workflow of a case is started with, as JSON text; raises Unreadable where the key was destroyed."""
    wanted = select(case.c.start_input).where(case.c.case_id == case_id)
    sealed = (await connection.execute(wanted)).scalar_one()
    return str(unseal(keys, sealed, table="complaint_case", column="start_input", row=case_id))


async def start_inputs(connection: AsyncConnection, keys: KeyStore, case_ids: Sequence[str]) -> dict[str, str]:
    """The same of several cases by their ids; one whose key was destroyed is missing."""
    found = {}
    for row in await connection.execute(select(case.c.case_id, case.c.start_input).where(case.c.case_id.in_(case_ids))):
        with suppress(Unreadable):
            start = unseal(keys, row.start_input, table="complaint_case", column="start_input", row=row.case_id)
            found[row.case_id] = str(start)
    return found


async def mark_started(connection: AsyncConnection, case_id: str) -> None:
    """The workflow runs."""
    started = and_(case.c.case_id == case_id, case.c.state == "opening")
    await connection.execute(update(case).where(started).values(state="open"))
