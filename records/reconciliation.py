"""What the record knows that workflows can be compared with, the mark of an aborted case, and what was found."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from records.database import Connection
from records.tables import complaint_case as case
from records.tables import reconciliation

KEPT_FOR = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a case stands in the record: what its workflow should agree with."""

    case_id: str
    number: str
    state: str
    version: int
    next_due: datetime | None
    opened_at: datetime
    aborted_at: datetime | None


_STANDING: Select[Any] = select(
    case.c.case_id, case.c.number, case.c.state, case.c.version, case.c.next_due, case.c.opened_at, case.c.aborted_at
)


async def open_cases(connection: Connection, older_than: timedelta) -> list[Standing]:
    """Every case that hasn't ended; an opening younger than this is still being started."""
    long_ago = and_(case.c.state == "opening", case.c.opened_at < func.clock_timestamp() - older_than)
    wanted = _STANDING.where(or_(case.c.state == "open", long_ago)).order_by(case.c.opened_at)
    return [Standing(**row._mapping) for row in await connection.execute(wanted)]


async def standing(connection: Connection, number: str) -> Standing | None:
    """How the case with this number stands now."""
    row = (await connection.execute(_STANDING.where(case.c.number == number))).one_or_none()
    return Standing(**row._mapping) if row else None


async def mark_aborted(connection: Connection, case_id: str) -> None:
    """Its workflow was terminated; the case stays where it is until somebody brings it back."""
    marking = update(case).where(case.c.case_id == case_id, case.c.aborted_at.is_(None))
    await connection.execute(marking.values(aborted_at=func.clock_timestamp()))


async def mark_going_on(connection: Connection, case_id: str) -> None:
    """A workflow runs for it again."""
    marking = update(case).where(case.c.case_id == case_id, case.c.aborted_at.is_not(None))
    await connection.execute(marking.values(aborted_at=None))


async def keep(connection: Connection, figures: dict[str, int]) -> None:
    """Note what a reconciliation found; what is older than a month goes."""
    await connection.execute(insert(reconciliation).values(figures=figures))
    old = reconciliation.c.ran_at < func.clock_timestamp() - KEPT_FOR
    await connection.execute(delete(reconciliation).where(old))


async def latest(connection: Connection) -> tuple[datetime, dict[str, int]] | None:
    """When the last reconciliation was done and its figures; None before the first."""
    wanted = select(reconciliation.c.ran_at, reconciliation.c.figures).order_by(reconciliation.c.id.desc()).limit(1)
    row = (await connection.execute(wanted)).one_or_none()
    return (row.ran_at, dict(row.figures)) if row else None
