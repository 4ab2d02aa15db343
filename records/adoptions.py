"""Running cases that take another version of their policy: previews, what each case would change, how far it got.

A preview and the adoption made of it are one row: what is adopted is what was seen. How far a case got stands in its
receipt.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from records.cases import IdempotencyConflict
from records.database import Connection, holds, is_uuid
from records.tables import adoption, adoption_case, receipt
from records.tables import complaint_case as cases

BATCH = 100
"""So many cases are read, folded and told together."""

KEPT_FOR = timedelta(days=1)
"""A preview nobody started is forgotten after that."""

PENDING = and_(receipt.c.kind == "adopt_policy", receipt.c.settled_at.is_(None))
STATE = case(
    (adoption.c.started_at.is_(None), "previewed"),
    (adoption_case.c.skipped != "", "skipped"),
    (receipt.c.settled_at.is_(None), "waiting"),
    (receipt.c.verdict == "accepted", "adopted"),
    else_="refused",
)
STATES = ("waiting", "adopted", "refused", "skipped")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An open case as its row has it: which version it is judged by, and how long its journal is."""

    case_id: str
    number: str
    policy: str
    policy_version: str
    opened_at: datetime
    version: int


_OPEN = and_(cases.c.state != "ended", cases.c.stage != "archived")
_STANDING: Select[Any] = select(*(cases.c[name] for name in Standing.__dataclass_fields__)).where(_OPEN)


async def open_cases(connection: Connection, policy: str | None = None) -> list[Standing]:
    """Every case that has not ended, of one policy or of all, and takes no other version just now."""
    pending = exists().where(receipt.c.case_id == cases.c.case_id, PENDING)
    wanted = _STANDING.where(~pending).order_by(cases.c.number)
    wanted = wanted if policy is None else wanted.where(cases.c.policy == policy)
    return [Standing(**row._mapping) for row in await connection.execute(wanted)]


async def standings(connection: Connection, case_ids: Sequence[str]) -> dict[str, Standing]:
    """How these cases stand now, by their ids; one that has ended is missing."""
    found = await connection.execute(_STANDING.where(cases.c.case_id.in_(case_ids)))
    return {row.case_id: Standing(**row._mapping) for row in found}


async def pending(connection: Connection, case_ids: Sequence[str]) -> set[str]:
    """Those of these cases that were told to take a version and have not answered."""
    wanted = select(receipt.c.case_id).where(receipt.c.case_id.in_(case_ids), PENDING)
    return set((await connection.execute(wanted)).scalars())


def batches(all_of_them: Sequence[Any]) -> list[Any]:
    """The same in parts that are handled together."""
    return [all_of_them[place : place + BATCH] for place in range(0, len(all_of_them), BATCH)]


# ── previews ──


async def note(connection: Connection, preview: dict[str, Any]) -> None:
    """Keep a preview's head; those of yesterday that nobody started go."""
    old = and_(adoption.c.started_at.is_(None), adoption.c.previewed_at < func.clock_timestamp() - KEPT_FOR)
    gone = (await connection.execute(delete(adoption).where(old).returning(adoption.c.id))).scalars().all()
    await connection.execute(delete(adoption_case).where(adoption_case.c.adoption_id.in_(gone)))
    await connection.execute(insert(adoption).values(**preview))


async def note_cases(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what a preview says of some cases."""
    if rows:
        await connection.execute(insert(adoption_case), list(rows))


async def figures(connection: Connection, adoption_id: str, found: dict[str, int]) -> None:
    """Keep how many deadlines a preview found to change."""
    await connection.execute(update(adoption).where(adoption.c.id == adoption_id).values(figures=found))


async def one(connection: Connection, policy: str, adoption_id: str, *, held: bool = False) -> dict[str, Any] | None:
    """The head of a preview or adoption of this policy, held until the transaction ends where it is to be changed."""
    if not is_uuid(adoption_id) or not holds(policy):
        return None
    wanted = select(adoption).where(adoption.c.id == adoption_id, adoption.c.policy == policy)
    row = (await connection.execute(wanted.with_for_update() if held else wanted)).one_or_none()
    return dict(row._mapping) if row else None


async def of_policy(connection: Connection, policy: str) -> list[dict[str, Any]]:
    """The adoptions of a policy that were started, the last first; at most a hundred."""
    wanted = select(adoption).where(adoption.c.policy == policy, adoption.c.started_at.is_not(None))
    wanted = wanted.order_by(adoption.c.started_at.desc()).limit(100)
    return [dict(row._mapping) for row in await connection.execute(wanted)]


async def page(connection: Connection, adoption_id: str, after: str, limit: int) -> list[dict[str, Any]]:
    """Its cases from a number on, each with what changes and how far it got."""
    wanted = (
        select(adoption_case, STATE.label("state"), receipt.c.message)
        .join(adoption, adoption.c.id == adoption_case.c.adoption_id)
        .outerjoin(receipt, receipt.c.command_id == adoption_case.c.command_id)
        .where(adoption_case.c.adoption_id == adoption_id, adoption_case.c.number > after)
        .order_by(adoption_case.c.number)
        .limit(limit)
    )
    return [dict(row._mapping) for row in await connection.execute(wanted)]


async def progress(connection: Connection, adoption_id: str) -> dict[str, int]:
    """How many of its cases wait, adopted it, refused it or were skipped."""
    wanted = (
        select(STATE.label("state"), func.count().label("many"))
        .join(adoption, adoption.c.id == adoption_case.c.adoption_id)
        .outerjoin(receipt, receipt.c.command_id == adoption_case.c.command_id)
        .where(adoption_case.c.adoption_id == adoption_id)
        .group_by(STATE)
    )
    found = {row.state: row.many for row in await connection.execute(wanted)}
    return {state: found.get(state, 0) for state in STATES}


# ── starting ──


async def start(connection: Connection, adoption_id: str, start_id: str, by: str) -> None:
    """From a preview to an adoption; raises IdempotencyConflict where the request's key started another one."""
    known = select(adoption.c.id).where(adoption.c.start_id == start_id, adoption.c.id != adoption_id)
    if (await connection.execute(known)).first() is not None:
        raise IdempotencyConflict
    starting = update(adoption).where(adoption.c.id == adoption_id)
    await connection.execute(starting.values(started_by=by, started_at=func.clock_timestamp(), start_id=start_id))


async def told(connection: Connection, adoption_id: str, commands: Iterable[tuple[str, str]]) -> None:
    """Note the command each case, by its number, is told by."""
    await _each(connection, adoption_id, "command_id", commands)


async def skip(connection: Connection, adoption_id: str, reasons: Iterable[tuple[str, str]]) -> None:
    """Note why cases, by their numbers, are left as they are."""
    await _each(connection, adoption_id, "skipped", reasons)


async def _each(connection: Connection, adoption_id: str, column: str, values: Iterable[tuple[str, str]]) -> None:
    given = [{"which": number, "what": value} for number, value in values]
    changing = update(adoption_case).where(
        adoption_case.c.adoption_id == adoption_id, adoption_case.c.number == bindparam("which")
    )
    if given:
        await connection.execute(changing.values({column: bindparam("what")}), given)


async def unsent(connection: Connection, adoption_id: str) -> list[str]:
    """The commands of an adoption whose signal has not gone out yet."""
    wanted = (
        select(receipt.c.command_id)
        .join(adoption_case, adoption_case.c.command_id == receipt.c.command_id)
        .where(adoption_case.c.adoption_id == adoption_id, receipt.c.signalled_at.is_(None))
        .order_by(receipt.c.number)
    )
    return list((await connection.execute(wanted)).scalars())
