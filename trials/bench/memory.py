"""What an open case costs the worker that keeps it in memory."""

import psutil

from trials.bench.ground import Ground, say
from trials.bench.opening import open_cases, start_all
from trials.bench.path import REGISTER
from trials.bench.settling import all_written
from trials.bench.table import Found

WARMING = 20
"""Cases opened before counting: they bring in modules, connections and threads that no later case pays for."""


async def remembered(ground: Ground, count: int) -> Found:
    """Open cases in a fresh worker and weigh it before and after."""
    worker = ground.desk.family()["worker"]
    await _open(ground, WARMING)
    before = _kilobytes(worker)
    await _open(ground, count)
    after = _kilobytes(worker)
    each = (after - before) / count
    say(f"{count} open cases weigh {each:.0f} kB each in the worker")
    lines = [f"worker {before / 1024:.0f} MB with {WARMING} open cases, {after / 1024:.0f} MB with {count} more"]
    return Found({"worker_kb_per_case": each}, lines=lines)


async def _open(ground: Ground, count: int) -> None:
    starts = await open_cases(ground, count, lambda rules: rules, REGISTER)
    await start_all(ground, starts)
    await all_written(ground)


def _kilobytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1024
