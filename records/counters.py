"""Running numbers: each is given out once, in the transaction that uses it (SOP-1.3)."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from records.tables import counter


async def take(connection: AsyncConnection, key: str) -> int:
    """The next number of this counter; the row stays locked until the transaction ends."""
    first = insert(counter).values(key=key, value=1)
    taking = first.on_conflict_do_update(
        index_elements=[counter.c.key], set_={"value": counter.c.value + 1}
    ).returning(counter.c.value)
    return int((await connection.execute(taking)).scalar_one())
