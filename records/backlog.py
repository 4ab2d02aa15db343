"""What waits: all that should have been done before an instant and isn't, by what it is. Nothing after a catch-up."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from records.tables import complaint_case, deadline, notice, receipt


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How many of each: cases not begun, commands without an outcome, rungs not recorded, notices not sent."""

    openings: int
    receipts: int
    rungs: int
    notices: int

    def is_caught_up(self) -> bool:
        """Whether every case, command and clock is where it should be; notices may still be on their way."""
        return not (self.openings or self.receipts or self.rungs)

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in asdict(self).items() if count) or "nothing"


async def before(connection: AsyncConnection, at: datetime, grace: timedelta) -> Backlog:
    """What should have been done by then; a rung acts `grace` after its time (policy)."""
    unbegun = or_(complaint_case.c.state == "opening", complaint_case.c.version == 0)
    waiting: dict[str, ColumnElement[bool]] = {
        "openings": and_(complaint_case.c.opened_at < at, unbegun),
        "receipts": and_(receipt.c.taken_at < at, receipt.c.settled_at.is_(None)),
        "rungs": deadline.c.next_rung_at < at - grace,
        "notices": and_(notice.c.created_at < at, notice.c.status == "sending"),
    }
    counts = (select(func.count()).where(each).scalar_subquery().label(name) for name, each in waiting.items())
    query = select(*counts)
    return Backlog(**(await connection.execute(query)).one()._mapping)
