"""The one author of the record: facts appended to the journal, and the projection that follows them."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, Boolean, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from complaints.facts import ContactCorrected, Entry, Registered, RegistrationCorrected
from complaints.orders import CaseView, RecordOrder
from plumbing.keys import CaseKey, KeyStore
from records import projection
from records.cases import findable
from records.hashing import NOTHING_BEFORE, chained
from records.sealed import seal
from records.tables import complaint_case, deadline, journal

FACT_VERSION = 1

ENTRY = TypeAdapter(Entry)

_CASE: BindParameter[str] = bindparam("of_case")
LOCKED = select(complaint_case.c.case_id).where(complaint_case.c.case_id == _CASE).with_for_update()
LAST = select(journal.c.seq, journal.c.hash).where(journal.c.case_id == _CASE).order_by(journal.c.seq.desc()).limit(1)
APPENDING = insert(journal)
MOVING = (
    update(complaint_case)
    .where(
        complaint_case.c.case_id == _CASE,
        complaint_case.c.version <= bindparam("seen"),
        # A first try that was given up may still arrive after the order that ended the case.
        or_(complaint_case.c.state != "ended", bindparam("ended", type_=Boolean)),
    )
    .returning(complaint_case.c.case_id)
)
CLEARING, SETTING = delete(deadline).where(deadline.c.case_id == _CASE), insert(deadline)
"""Made once, for every turn needs them: making a statement anew costs as much as running it."""


class JournalDiffers(Exception):
    """The journal holds another fact under this number: the workflow was reset to before what it had told."""


async def append(connection: AsyncConnection, keys: KeyStore, key: CaseKey, order: RecordOrder) -> None:
    """Write the entries that aren't there yet; each row's hash holds the one before it. Raises JournalDiffers."""
    seq, previous = await _last(connection, order.case_id)
    entries = sorted(order.entries, key=lambda each: each.seq)
    await _check_kept(connection, order, [each for each in entries if each.seq <= seq])
    fresh = [each for each in entries if each.seq > seq]
    if fresh:
        await connection.execute(APPENDING, _rows(key, order, fresh, seq, previous))
    for entry in fresh:
        await _follow(connection, keys, key, order.case_id, entry)


async def project(connection: AsyncConnection, order: RecordOrder) -> None:
    """Bring the projection to the order's view, unless it shows a later one already."""
    view = order.view
    values = {**projection.of_view(view), "policy_version": order.policy_version}
    if order.ended:
        values["state"] = "ended"
    at = {"of_case": order.case_id, "seen": view.version, "ended": order.ended}
    if (await connection.execute(MOVING, {**values, **at})).one_or_none() is not None:
        await _replace_deadlines(connection, order.case_id, view)


async def _last(connection: AsyncConnection, case_id: str) -> tuple[int, bytes]:
    """Where the journal of a case ends; the case's row is locked so that two writers take turns."""
    (await connection.execute(LOCKED, {"of_case": case_id})).one()
    row = (await connection.execute(LAST, {"of_case": case_id})).one_or_none()
    return (row.seq, row.hash) if row else (0, NOTHING_BEFORE)


async def _check_kept(connection: AsyncConnection, order: RecordOrder, again: Sequence[Entry]) -> None:
    """What is told again must be what was told: only then may it be passed over."""
    if not again:
        return
    wanted = select(journal.c.seq, journal.c.command_id, journal.c.plain).where(
        journal.c.case_id == order.case_id, journal.c.seq >= again[0].seq
    )
    kept = {row.seq: (row.command_id, row.plain) for row in await connection.execute(wanted)}
    for entry in again:
        if kept[entry.seq] != (entry.command_id, _plain(entry)):
            raise JournalDiffers(
                f"The journal holds another fact #{entry.seq}: was the workflow reset? See docs/operations.md."
            )


def _plain(entry: Entry) -> dict[str, Any]:
    data = ENTRY.dump_python(entry, mode="json")
    data["fact"].pop("private", None)
    return {"stage": data["stage"], "fact": data["fact"]}


def _rows(key: CaseKey, order: RecordOrder, fresh: Sequence[Entry], seq: int, previous: bytes) -> list[dict[str, Any]]:
    """The rows of the entries that follow fact `seq`, each chained to the one before."""
    rows: list[dict[str, Any]] = []
    for place, entry in enumerate(fresh, start=seq + 1):
        if entry.seq != place:
            raise ValueError(f"the journal ends at {place - 1}; {entry.seq} comes too early")
        rows.append(_row(key, order, entry, rows[-1]["hash"] if rows else previous))
    return rows


def _row(key: CaseKey, order: RecordOrder, entry: Entry, previous: bytes) -> dict[str, Any]:
    data = ENTRY.dump_python(entry, mode="json")
    private = data["fact"].get("private")
    row = {
        "case_id": order.case_id,
        "seq": entry.seq,
        "kind": entry.fact.kind,
        "fact_version": FACT_VERSION,
        "at": entry.at,
        "taken_at": entry.taken_at,
        "actor": data["actor"],
        "command_id": entry.command_id,
        "policy": order.policy,
        "policy_version": order.policy_version,
        "plain": _plain(entry),
        "sealed": None,
        "key_id": None,
        "prev_hash": previous,
    }
    if private is not None:
        place = f"{order.case_id}/{entry.seq}"
        row["sealed"] = seal(key, private, table="journal", column="sealed", row=place)
        row["key_id"] = key.key_id
    row["hash"] = chained(row)
    return row


async def _follow(connection: AsyncConnection, keys: KeyStore, key: CaseKey, case_id: str, entry: Entry) -> None:
    """A registration, or what is corrected of it, changes by what the case is found (SVC-1.5)."""
    fact = entry.fact
    if isinstance(fact, Registered | RegistrationCorrected) and fact.private is not None:
        form = fact.private
        contact = {"name": form.contact.name, "phone": form.contact.phone, "email": form.contact.email}
        found = findable(keys, key, case_id, contact, f"{form.description}\n{form.demand}", form.order_number)
    elif isinstance(fact, ContactCorrected) and fact.private is not None:
        contact = {"name": fact.private.name, "phone": fact.private.phone, "email": fact.private.email}
        found = findable(keys, key, case_id, contact, "", "")
        found = {name: found[name] for name in ("contact", "phone_hash", "email_hash", "bigrams")}
    else:
        return
    found["bigrams"] = await _with_earlier(connection, case_id, found["bigrams"])
    await connection.execute(update(complaint_case).where(complaint_case.c.case_id == case_id).values(**found))


async def _with_earlier(connection: AsyncConnection, case_id: str, pairs: list[int]) -> list[int]:
    """A case stays findable by what was said of it before, such as the text of its arrival."""
    wanted = select(complaint_case.c.bigrams).where(complaint_case.c.case_id == case_id)
    return sorted({*(await connection.execute(wanted)).scalar_one(), *pairs})


async def _replace_deadlines(connection: AsyncConnection, case_id: str, view: CaseView) -> None:
    await connection.execute(CLEARING, {"of_case": case_id})
    if view.clocks:
        await connection.execute(SETTING, [projection.of_clock(case_id, clock) for clock in view.clocks])
