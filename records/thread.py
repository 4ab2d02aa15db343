"""Reads the journal of a case, verifies its chain, and rebuilds the case from what is plain in it."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from complaints.case import Case
from complaints.evolve import begin, evolve
from complaints.facts import Entry
from complaints.orders import CaseView
from complaints.policy import Rules
from complaints.view import view
from plumbing.keys import KeyStore
from records.hashing import NOTHING_BEFORE, chained
from records.sealed import Unreadable, unseal
from records.tables import complaint_case, journal

ENTRY = TypeAdapter(Entry)


async def entries(connection: AsyncConnection, keys: KeyStore | None, case_id: str) -> list[Entry]:
    """Every fact in its order; private parts only with a key store, and None where the key was destroyed."""
    wanted = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.seq)
    return [_entry(row, keys) for row in await connection.execute(wanted)]


async def entries_of(connection: AsyncConnection, case_ids: Sequence[str]) -> dict[str, list[Entry]]:
    """The facts of several cases, each in its order, without what is private in them."""
    found: dict[str, list[Entry]] = {each: [] for each in case_ids}
    wanted = select(journal).where(journal.c.case_id.in_(case_ids)).order_by(journal.c.case_id, journal.c.seq)
    for row in await connection.execute(wanted):
        found[row.case_id].append(_entry(row, None))
    return found


async def latest(connection: AsyncConnection, case_id: str, kind: str) -> Entry | None:
    """The newest fact of a kind, without its words; None where there is none."""
    wanted = select(journal).where(journal.c.case_id == case_id, journal.c.kind == kind)
    row = (await connection.execute(wanted.order_by(journal.c.seq.desc()).limit(1))).one_or_none()
    return _entry(row, None) if row else None


def _entry(row: Row[Any], keys: KeyStore | None) -> Entry:
    fact = dict(row.plain["fact"])
    private = _private(row, keys)
    if private is not None:
        fact["private"] = private
    return ENTRY.validate_python({
        "seq": row.seq,
        "at": row.at,
        "taken_at": row.taken_at,
        "actor": row.actor,
        "command_id": row.command_id,
        "stage": row.plain["stage"],
        "fact": fact,
    })


def _private(row: Row[Any], keys: KeyStore | None) -> Any:
    if keys is None or row.sealed is None:
        return None
    try:
        return unseal(keys, row.sealed, table="journal", column="sealed", row=f"{row.case_id}/{row.seq}")
    except Unreadable:
        return None


async def first_broken(connection: AsyncConnection, case_id: str) -> int | None:
    """The first journal number that is missing, changed or out of its place; None where the chain holds.

    A chain can't tell that its end was cut off; the case's row knows how long it was.
    """
    wanted = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.seq)
    previous, place = NOTHING_BEFORE, 0
    for place, row in enumerate(await connection.execute(wanted), start=1):
        fields = dict(row._mapping)
        if row.seq != place or bytes(row.prev_hash) != previous or chained(fields) != bytes(row.hash):
            return place
        previous = bytes(row.hash)
    shown = select(complaint_case.c.version).where(complaint_case.c.case_id == case_id)
    version = (await connection.execute(shown)).scalar_one_or_none() or 0
    return place + 1 if version > place else None


async def rebuild(connection: AsyncConnection, case_id: str, number: str, rules: Rules) -> tuple[Case, CaseView]:
    """The case as its plain facts tell it, and how it would be shown: nothing private is needed."""
    found = await entries(connection, None, case_id)
    case = begin(number, found[0])
    for entry in found[1:]:
        case = evolve(case, entry)
    return case, view(case, rules)
