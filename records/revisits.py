"""The numbers of revisits: each given out once, to one round of one case (SVC-4.1)."""

from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from complaints.numbering import counter_key, number
from complaints.orders import RevisitOrder
from records import counters, policies
from records.tables import revisit


async def number_of(connection: AsyncConnection, order: RevisitOrder) -> str:
    """This round's number; two who ask at the same time take turns, so that the second finds the first one's."""
    turn = func.hashtextextended(f"{order.case_id}\nrevisit", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(turn)))
    known = select(revisit.c.number).where(revisit.c.case_id == order.case_id, revisit.c.round == order.round)
    found = (await connection.execute(known)).scalar_one_or_none()
    return found or await _taken(connection, order)


async def _taken(connection: AsyncConnection, order: RevisitOrder) -> str:
    body = await policies.body(connection, order.policy, order.policy_version)
    pattern = body["numbers"]["revisit"]["value"]
    day = order.called_at.astimezone(ZoneInfo(body["policy"]["zone"]["value"])).date()
    made = number(pattern, day, await counters.take(connection, counter_key(pattern, day)))
    row = {"case_id": order.case_id, "round": order.round, "number": made, "called_at": order.called_at}
    await connection.execute(insert(revisit).values(**row))
    return made
