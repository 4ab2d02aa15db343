"""Waits until what was asked for is written and said, by what the record and the worker's own figures show."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
from sqlalchemy import func, select

from records.tables import complaint_case
from trials.bench.ground import Ground

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 900.0
SLOTS_USED = "temporal_worker_task_slots_used"


async def until(holds: Callable[[], Awaitable[bool]], patience: float = PATIENCE_SECONDS) -> None:
    """Look now and again; raises TimeoutError when it doesn't come true in time."""
    async with asyncio.timeout(patience):
        while not await holds():
            await asyncio.sleep(LOOK_SECONDS)


async def all_written(ground: Ground) -> None:
    """Until every case stands in the record and the worker has no act in hand."""

    async def settled() -> bool:
        return not await _unwritten(ground) and not await worker_figure(ground, "ActivityWorker", SLOTS_USED)

    await until(settled)


async def _unwritten(ground: Ground) -> int:
    query = select(func.count()).where(complaint_case.c.version == 0)
    async with ground.database.transaction() as connection:
        return int((await connection.execute(query)).scalar_one())


async def worker_figure(ground: Ground, label: str, name: str) -> float:
    """A figure of the worker's own, summed over the lines that carry the label."""
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"http://{ground.settings.metrics_host}:{ground.settings.metrics_port}/metrics")
    found = (line for line in answer.text.splitlines() if line.startswith(f"{name}{{") and label in line)
    return sum(float(line.rsplit(maxsplit=1)[1]) for line in found)
