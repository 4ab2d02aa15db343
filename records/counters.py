"""Running numbers: each is given out once, in the transaction that uses it (SOP-1.3)."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from records.tables import counter


async def take(connection: AsyncConnection, key: str, count: int = 1) -> int:
    """The next number, or the last of the next `count`; the counter stays locked until the transaction ends."""
    first = insert(counter).values(key=key, value=count)
    taking = first.on_conflict_do_update(
        index_elements=[counter.c.key], set_={"value": counter.c.value + count}
    ).returning(counter.c.value)
    return int((await connection.execute(taking)).scalar_one())
