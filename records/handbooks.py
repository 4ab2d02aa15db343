"""Who has read the handbook of a policy's version: said once, kept for ever (APP-9.1)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert

from complaints.chart import STAFF
from records.database import Connection
from records.tables import handbook_receipt as receipt
from records.tables import staff


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One of the staff, and when that one has read it; None where it hasn't."""

    staff_id: str
    name: str
    read_at: datetime | None


async def read(connection: Connection, policy: str, version: str, staff_id: str) -> datetime:
    """Somebody has read this version; the answer is when that was first said."""
    values = {"policy": policy, "version": version, "staff_id": staff_id}
    await connection.execute(insert(receipt).values(**values).on_conflict_do_nothing())
    found = await read_at(connection, policy, version, staff_id)
    assert found is not None, "it was written a moment ago"
    return found


async def read_at(connection: Connection, policy: str, version: str, staff_id: str) -> datetime | None:
    """When somebody has read this version."""
    wanted = select(receipt.c.read_at).where(
        receipt.c.policy == policy, receipt.c.version == version, receipt.c.staff_id == staff_id
    )
    found: datetime | None = (await connection.execute(wanted)).scalar_one_or_none()
    return found


async def readers(connection: Connection, policy: str, version: str) -> list[Reader]:
    """Everybody who works on cases, who has read it and who hasn't."""
    same = and_(receipt.c.staff_id == staff.c.id, receipt.c.policy == policy, receipt.c.version == version)
    wanted = select(staff.c.id, staff.c.name, receipt.c.read_at).outerjoin(receipt, same)
    wanted = wanted.where(staff.c.active, staff.c.roles.overlap([role.value for role in STAFF]))
    rows = await connection.execute(wanted.order_by(staff.c.id))
    return [Reader(staff_id=row.id, name=row.name, read_at=row.read_at) for row in rows]
