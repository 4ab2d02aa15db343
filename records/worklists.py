"""What people look at: lists of cases sorted by due time, one case, its clocks. Plain reads of the projection."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Tuple, and_, exists, false, func, literal, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.keys import KeyStore
from records import search
from records.database import holds, is_uuid
from records.sealed import Unreadable, unseal
from records.tables import BY_DUE, deadline
from records.tables import complaint_case as case

LONGEST_PAGE = 200


class BadCursor(Exception):
    """A cursor this desk never gave out."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases; an empty field asks for all.

    `departments` limits what the asker may see at all: their cases, those they support, and those `persons` lead.
    """

    stage: str | None = None
    grade: str | None = None
    owner_role: str | None = None
    owner_id: str | None = None
    department: str | None = None
    overdue: bool | None = None
    waiting: bool | None = None
    policy: str | None = None
    channel: str | None = None
    matter: str | None = None
    involved: str | None = None
    text: str | None = None
    departments: tuple[str, ...] | None = None
    persons: tuple[str, ...] = ()
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class Page:
    """A page of cases, and the cursor for the next."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    next_cursor: str | None = None


LATE = (deadline.c.debtor == "company", deadline.c.due_at < func.now(), ~deadline.c.paused)
OVERDUE = or_(case.c.overdue, exists().where(deadline.c.case_id == case.c.case_id, *LATE))
"""Told when it is read: with no worker running nobody records a miss, and yet the limit has passed."""

MAY_BE_OVERDUE = or_(case.c.overdue, func.now() > BY_DUE)
"""Follows from being overdue; said besides, it spares PostgreSQL the clocks of every other case."""

WITHOUT_CLOCK = and_(
    case.c.state == "open", case.c.next_due.is_(None), case.c.stage != "archived", case.c.version > 0
)
"""Open, and nothing would ever happen to it by itself: must not be."""

UNSEEN = ("start_input", "bigrams", "view", "overdue")
COLUMNS = [*(column for column in case.c if column.name not in UNSEEN), OVERDUE.label("overdue")]


PLACE = (BY_DUE, case.c.case_id)
"""A case's place in every list."""


async def cases(connection: AsyncConnection, keys: KeyStore, wanted: Wanted) -> Page:
    """One page of the cases wanted, the nearest due time first; raises BadCursor."""
    query = select(*COLUMNS, BY_DUE.label("sort_due")).where(_conditions(wanted)).order_by(*PLACE)
    if wanted.text and wanted.text.strip():
        query = query.where(await search.says(connection, keys, wanted.text))
    if wanted.cursor:
        query = query.where(tuple_(*PLACE) > _read_cursor(wanted.cursor))
    limit = min(max(wanted.limit, 1), LONGEST_PAGE)
    found = [dict(row._mapping) for row in await connection.execute(query.limit(limit + 1))]
    rows = found[:limit]
    return Page(rows, _cursor(rows[-1]) if len(found) > limit else None)


def _conditions(wanted: Wanted) -> Any:
    equal = ("stage", "grade", "owner_role", "owner_id", "department", "policy", "channel", "matter")
    given = {name: value for name in equal if (value := getattr(wanted, name)) is not None}
    found = [case.c[name] == value if holds(value) else false() for name, value in given.items()]
    if wanted.overdue is not None:
        found += [MAY_BE_OVERDUE, OVERDUE] if wanted.overdue else [~OVERDUE]
    if wanted.waiting is not None:
        found.append(case.c.waiting_for_customer == wanted.waiting)
    if wanted.involved is not None:
        found.append(case.c.involved.contains([wanted.involved]) if holds(wanted.involved) else false())
    if wanted.departments is not None:
        own = case.c.department.in_(wanted.departments)
        led = case.c.lead.in_(wanted.persons) if wanted.persons else false()
        suggested = case.c.suggestion_to.in_(wanted.departments)
        found.append(or_(own, case.c.others.overlap(list(wanted.departments)), suggested, led))
    return and_(true(), *found)


def _cursor(row: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([row["sort_due"].isoformat(), row["case_id"]]).encode()).decode()


def _read_cursor(cursor: str) -> Tuple:
    try:
        at, case_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        when = datetime.fromisoformat(at)
        if when.utcoffset() is None or not is_uuid(case_id):
            raise BadCursor
        return tuple_(when.astimezone(UTC), literal(case_id, case.c.case_id.type))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise BadCursor from None


async def one(connection: AsyncConnection, number: str) -> dict[str, Any] | None:
    """The case with this number, its view included."""
    if not holds(number):
        return None
    return await _one(connection, select(*COLUMNS, case.c.view).where(case.c.number == number))


async def by_id(connection: AsyncConnection, case_id: str) -> dict[str, Any] | None:
    """The case with this id, its view included."""
    return await _one(connection, select(*COLUMNS, case.c.view).where(case.c.case_id == case_id))


async def _one(connection: AsyncConnection, query: Select[Any]) -> dict[str, Any] | None:
    row = (await connection.execute(query)).one_or_none()
    return dict(row._mapping) if row else None


async def deadlines(connection: AsyncConnection, case_id: str) -> list[dict[str, Any]]:
    """Every running clock of a case, the nearest first."""
    wanted = select(deadline).where(deadline.c.case_id == case_id).order_by(deadline.c.due_at, deadline.c.clock)
    return [dict(row._mapping) for row in await connection.execute(wanted)]


def personal(keys: KeyStore, row: dict[str, Any]) -> tuple[dict[str, str], str]:
    """The customer's contact and the description in a row; empty where the case's key was destroyed."""
    try:
        contact = unseal(keys, row["contact"], table="complaint_case", column="contact", row=row["case_id"])
        text = unseal(keys, row["description"], table="complaint_case", column="description", row=row["case_id"])
    except Unreadable:
        return {}, ""
    return dict(contact), str(text)
