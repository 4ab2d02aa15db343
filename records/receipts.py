"""Receipts: every command is noted before it is signalled, so that a crash loses none and a repeat makes no second."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from complaints.orders import Outcome
from complaints.vocabulary import Verdict
from plumbing.keys import CaseKey, KeyStore
from records.cases import IdempotencyConflict
from records.database import is_uuid
from records.sealed import Unreadable, seal, unseal
from records.tables import receipt


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A command taken through the API, and what became of it once that is known."""

    command_id: str
    case_id: str
    number: str
    kind: str
    caller: str
    taken_at: datetime
    signalled: bool
    verdict: str | None
    code: str
    message: str
    fields: tuple[str, ...]
    facts: tuple[int, ...]
    settled_at: datetime | None


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        command_id=row.command_id,
        case_id=row.case_id,
        number=row.number,
        kind=row.kind,
        caller=row.caller,
        taken_at=row.taken_at,
        signalled=row.signalled_at is not None,
        verdict=row.verdict,
        code=row.code,
        message=row.message,
        fields=tuple(row.fields),
        facts=tuple(row.facts),
        settled_at=row.settled_at,
    )


async def take(
    connection: AsyncConnection,
    key: CaseKey,
    *,
    command_id: str,
    case_id: str,
    number: str,
    kind: str,
    caller: str,
    request_hash: str,
    envelope: str,
) -> tuple[Receipt, bool]:
    """The receipt, and whether it is new; raises IdempotencyConflict where the id stands for another request."""
    values = {
        "command_id": command_id,
        "case_id": case_id,
        "number": number,
        "kind": kind,
        "caller": caller,
        "request_hash": request_hash,
        "envelope": seal(key, envelope, table="receipt", column="envelope", row=command_id),
    }
    taking = insert(receipt).values(**values).on_conflict_do_nothing(index_elements=[receipt.c.command_id])
    fresh = (await connection.execute(taking.returning(receipt.c.command_id))).one_or_none() is not None
    row = (await connection.execute(select(receipt).where(receipt.c.command_id == command_id))).one()
    if row.request_hash != request_hash:
        raise IdempotencyConflict
    return _receipt(row), fresh


@dataclass(frozen=True, kw_only=True)
class Taking:
    """A command about to be noted, its envelope still open."""

    key: CaseKey
    command_id: str
    case_id: str
    number: str
    kind: str
    caller: str
    request_hash: str
    envelope: str


async def take_all(connection: AsyncConnection, taking: Sequence[Taking]) -> None:
    """Note several new commands at once."""
    plain = ("command_id", "case_id", "number", "kind", "caller", "request_hash")
    rows = [
        {
            **{name: getattr(each, name) for name in plain},
            "envelope": seal(each.key, each.envelope, table="receipt", column="envelope", row=each.command_id),
        }
        for each in taking
    ]
    if rows:
        await connection.execute(insert(receipt), rows)


async def by_id(connection: AsyncConnection, command_id: str) -> Receipt | None:
    """The receipt with this id."""
    if not is_uuid(command_id):
        return None
    row = (await connection.execute(select(receipt).where(receipt.c.command_id == command_id))).one_or_none()
    return _receipt(row) if row else None


async def mark_signalled(connection: AsyncConnection, command_id: str) -> None:
    """The workflow has the signal."""
    marking = update(receipt).where(receipt.c.command_id == command_id, receipt.c.signalled_at.is_(None))
    await connection.execute(marking.values(signalled_at=func.clock_timestamp()))


async def unsignalled(
    connection: AsyncConnection, keys: KeyStore, older_than: timedelta
) -> list[tuple[Receipt, str]]:
    """Receipts whose signal may never have reached the workflow, oldest first, with the envelope to send."""
    wanted = _unsettled(receipt.c.signalled_at.is_(None), _older(older_than))
    return await _with_envelopes(connection, keys, wanted)


async def unsettled(
    connection: AsyncConnection, keys: KeyStore, older_than: timedelta
) -> list[tuple[Receipt, str]]:
    """Receipts of which nobody knows what became, oldest first, with the envelope to send."""
    return await _with_envelopes(connection, keys, _unsettled(_older(older_than)))


async def unsettled_of(connection: AsyncConnection, keys: KeyStore, case_id: str) -> list[tuple[Receipt, str]]:
    """The same of one case, however new."""
    return await _with_envelopes(connection, keys, _unsettled(receipt.c.case_id == case_id))


def _older(than: timedelta) -> ColumnElement[bool]:
    return receipt.c.taken_at < func.clock_timestamp() - than


def _unsettled(*conditions: ColumnElement[bool]) -> Select[Any]:
    wanted = select(receipt).where(receipt.c.settled_at.is_(None), *conditions)
    return wanted.order_by(receipt.c.taken_at).limit(200)


async def of_case(connection: AsyncConnection, keys: KeyStore, case_id: str) -> list[tuple[Receipt, str]]:
    """Every command taken for a case in the order it was taken, with its envelope."""
    wanted = select(receipt).where(receipt.c.case_id == case_id).order_by(receipt.c.taken_at)
    return await _with_envelopes(connection, keys, wanted)


async def _with_envelopes(
    connection: AsyncConnection, keys: KeyStore, wanted: Select[Any]
) -> list[tuple[Receipt, str]]:
    """One that can't be read must not keep the others from being found."""
    found = []
    for row in await connection.execute(wanted):
        with suppress(Unreadable):
            envelope = unseal(keys, row.envelope, table="receipt", column="envelope", row=row.command_id)
            found.append((_receipt(row), str(envelope)))
    return found


async def envelope(connection: AsyncConnection, keys: KeyStore, command_id: str) -> str:
    """A command as it was sent; raises Unreadable where the case's key was destroyed."""
    wanted = select(receipt.c.envelope).where(receipt.c.command_id == command_id)
    sealed = (await connection.execute(wanted)).scalar_one()
    return str(unseal(keys, sealed, table="receipt", column="envelope", row=command_id))


async def with_envelopes(
    connection: AsyncConnection, keys: KeyStore, command_ids: Sequence[str]
) -> list[tuple[Receipt, str]]:
    """These commands, each with what was sent; one whose case was erased is missing."""
    wanted = select(receipt).where(receipt.c.command_id.in_(command_ids)).order_by(receipt.c.number)
    return await _with_envelopes(connection, keys, wanted)


async def outcomes(connection: AsyncConnection, case_id: str) -> dict[str, Outcome]:
    """What became of every command of a case, as its workflow told it."""
    wanted = select(receipt).where(receipt.c.case_id == case_id, receipt.c.settled_at.is_not(None))
    return {row.command_id: _outcome(row) for row in await connection.execute(wanted)}


def _outcome(row: Row[Any]) -> Outcome:
    return Outcome(
        command_id=row.command_id,
        kind=row.kind,
        verdict=Verdict(row.verdict),
        code=row.code,
        message=row.message,
        fields=tuple(row.fields),
        facts=tuple(row.facts),
        at=row.settled_at,
    )


async def refuse(connection: AsyncConnection, command_id: str, code: str, message: str) -> None:
    """Settle a receipt the workflow can no longer take, because the case has ended."""
    settling = update(receipt).where(receipt.c.command_id == command_id, receipt.c.settled_at.is_(None))
    await connection.execute(
        settling.values(verdict="refused", code=code, message=message, settled_at=func.clock_timestamp())
    )


SETTLING = (
    update(receipt)
    .where(receipt.c.command_id == bindparam("of_command"), receipt.c.settled_at.is_(None))
    .values(
        verdict=bindparam("verdict"), code=bindparam("code"), message=bindparam("message"), fields=bindparam("fields"),
        facts=bindparam("facts"), settled_at=bindparam("settled_at"),
        signalled_at=func.coalesce(receipt.c.signalled_at, bindparam("settled_at")),
    )
)  # fmt: skip


async def settle(connection: AsyncConnection, outcomes: Iterable[Outcome]) -> None:
    """Note what became of commands; a command sent by hand has no receipt and is passed over."""
    settled = [_settled(outcome) for outcome in outcomes if is_uuid(outcome.command_id)]
    if settled:
        await connection.execute(SETTLING, settled)


def _settled(outcome: Outcome) -> dict[str, Any]:
    return {
        "of_command": outcome.command_id,
        "verdict": outcome.verdict.value,
        "code": outcome.code,
        "message": outcome.message,
        "fields": list(outcome.fields),
        "facts": list(outcome.facts),
        "settled_at": outcome.at,
    }
