"""How late a due time is noticed: many open cases with one limit each, their due times spread over some minutes."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from complaints.policy import Rules
from records.tables import journal, notice
from trials.bench.ground import Ground, say
from trials.bench.meter import Meter
from trials.bench.opening import open_cases, start_all
from trials.bench.settling import all_written, until
from trials.bench.sizes import Size
from trials.bench.table import Found, percentile, spread
from workflows.messages import CaseStart

LIMIT = "first_response"
RUNGS = ("limit_missed", "escalated")
"""What each due time must bring forth, once: the miss, and the first step of the ladder, due with it."""

AT_ONCE = 25
RESERVE = 1.2
LEAST = timedelta(seconds=5)
"""A case is due no sooner after its opening: it is to wait, not to be late from the start."""

LOST_AFTER_SECONDS = 300.0
SEED = 20260520


@dataclass(frozen=True)
class Told:
    """A rung as the journal has it, in seconds after its due time."""

    case_id: str
    seq: int
    kind: str
    decided: float
    written: float


async def awaited(ground: Ground, size: Size) -> Found:
    """Open the cases, wait for their due times, and read from the journal what became of each."""
    starts, meter = await _opened(ground, size), Meter(ground.desk)
    due = {start.case_id: start.arrived.arrived_at + _limit(start.rules) for start in starts}
    with meter.reading("due time"):
        await _let_pass(min(due.values()), max(due.values()))
        with suppress(TimeoutError):  # what never came is counted as lost
            await until(lambda: _all_there(ground, due), LOST_AFTER_SECONDS)
        await all_written(ground)
    found = await _found(ground, due)
    found.lines += meter.account(len(due))
    return found


async def _let_pass(first: datetime, last: datetime) -> None:
    ready = (first - datetime.now(UTC)).total_seconds()
    say(f"the cases are open; in {ready:.0f} s due times begin to pass, for {(last - first).total_seconds():.0f} s")
    await asyncio.sleep(max((last - datetime.now(UTC)).total_seconds(), 0))


def _limit(rules: Rules) -> timedelta:
    within = rules.limit(LIMIT).within
    assert within is not None
    return within


async def _opened(ground: Ground, size: Size) -> list[CaseStart]:
    """Open cases whose due times lie behind the last opening, as far as a few openings foretell how long they take."""
    dice, pace = random.Random(SEED), await _pace(ground)
    first = datetime.now(UTC) + size.awaited * pace * RESERVE + LEAST
    starts: list[CaseStart] = []
    while len(starts) < size.awaited:
        spans = _spans(dice, first, timedelta(seconds=size.spread))
        count = min(AT_ONCE, size.awaited - len(starts))
        more = await open_cases(ground, count, lambda rules, spans=spans: _one_limit(rules, next(spans)))  # type: ignore[misc]
        await start_all(ground, more)
        starts += more
    await all_written(ground)
    return starts


def _spans(dice: random.Random, first: datetime, spread: timedelta) -> Iterator[timedelta]:
    """How long cases opened now have until they are due: somewhere in the time that is left."""
    now = datetime.now(UTC)
    earliest = max(first - now, LEAST)
    latest = max(first + spread - now, earliest)
    while True:
        yield earliest + (latest - earliest) * dice.random()


async def _pace(ground: Ground) -> timedelta:
    """How long one opening takes, many of them at once."""
    began = datetime.now(UTC)
    await start_all(ground, await open_cases(ground, AT_ONCE, lambda rules: rules))
    await all_written(ground)
    return (datetime.now(UTC) - began) / AT_ONCE


def _one_limit(rules: Rules, within: timedelta) -> Rules:
    return replace(rules, limits=(replace(rules.limit(LIMIT), within=within, warn_at=()),))


async def _all_there(ground: Ground, due: dict[str, datetime]) -> bool:
    return len(await _rungs(ground, due)) >= len(due) * len(RUNGS)


async def _rungs(ground: Ground, due: dict[str, datetime]) -> list[Told]:
    wanted = select(journal.c.case_id, journal.c.seq, journal.c.kind, journal.c.at, journal.c.recorded_at)
    async with ground.database.transaction() as connection:
        rows = (await connection.execute(wanted.where(journal.c.kind.in_(RUNGS)))).all()
    return [
        Told(row.case_id, row.seq, row.kind, _late(row.at, due[row.case_id]), _late(row.recorded_at, due[row.case_id]))
        for row in rows
        if row.case_id in due
    ]


async def _notices(ground: Ground, due: dict[str, datetime]) -> list[Any]:
    wanted = select(notice.c.case_id, notice.c.seq, notice.c.sent_at, notice.c.recipient_id, notice.c.attempts)
    async with ground.database.transaction() as connection:
        rows = (await connection.execute(wanted.where(notice.c.template.in_(RUNGS)))).all()
    return [row for row in rows if row.case_id in due]


def _late(at: datetime, due: datetime) -> float:
    return (at - due).total_seconds()


async def _found(ground: Ground, due: dict[str, datetime]) -> Found:
    rungs, sent = await _rungs(ground, due), await _notices(ground, due)
    times = Counter((each.case_id, each.kind) for each in rungs)
    told = Counter((row.case_id, row.seq, row.recipient_id) for row in sent)
    misses = [each for each in rungs if each.kind == "limit_missed"]
    delivered = [_late(row.sent_at, due[row.case_id]) for row in sent if row.sent_at is not None]
    again = sum(row.attempts > 1 for row in sent)
    decided = [each.decided for each in misses]
    figures = {
        "lateness_p99_s": percentile(decided, 0.99),
        "lateness_max_s": max(decided),
        "lost": float(sum((case_id, kind) not in times for case_id in due for kind in RUNGS)),
        "duplicates": float(sum(count - 1 for count in [*times.values(), *told.values()])),
    }
    over = (max(due.values()) - min(due.values())).total_seconds()
    lines = [
        f"{len(due)} open cases, one limit each, due over {over:.0f} s; a rung acts 0.5 s after it is due",
        f"decided  {spread(decided, 's')}",
        f"written  {spread([each.written for each in misses], 's')}",
        f"notices delivered  {spread(delivered, 's')} ({len(sent)} notices, {again} tried more than once)",
    ]
    return Found(figures, {"notice_p99_s": percentile(delivered, 0.99)}, lines)
