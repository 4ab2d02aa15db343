"""How late a due time is noticed: many open cases with one limit each, their due times spread over some minutes."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from complaints.policy import Rules
from records.tables import journal, notice
from trials.bench.ground import Ground, say
from trials.bench.opening import open_cases, start_all
from trials.bench.settling import all_written, until
from trials.bench.sizes import Size
from trials.bench.table import Found, percentile, spread
from workflows.messages import CaseStart

LIMIT = "first_response"
RUNGS = ("limit_missed", "escalated")
"""What each due time must bring forth, once: the miss, and the first step of the ladder, due with it."""

OPENINGS_A_SECOND = 12.0
"""How fast the cases are reckoned to open; the first due time lies behind all of them."""

SETTLING = timedelta(seconds=5)
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
    lead = timedelta(seconds=size.awaited / OPENINGS_A_SECOND) + SETTLING
    starts = await _opened(ground, size, lead)
    due = {start.case_id: start.arrived.arrived_at + _limit(start.rules) for start in starts}
    await _let_pass(min(due.values()), max(due.values()))
    await until(lambda: _all_there(ground, due))
    await all_written(ground)
    return await _found(ground, due, size)


def _limit(rules: Rules) -> timedelta:
    within = rules.limit(LIMIT).within
    assert within is not None
    return within


async def _opened(ground: Ground, size: Size, lead: timedelta) -> list[CaseStart]:
    """Open cases whose due times begin after `lead`; which case is due when has nothing to do with its age."""
    spans = [lead + timedelta(seconds=size.spread * place / size.awaited) for place in range(size.awaited)]
    random.Random(SEED).shuffle(spans)
    due = iter(spans)
    began = datetime.now(UTC)
    starts = await open_cases(ground, size.awaited, lambda rules: _one_limit(rules, next(due)))
    await start_all(ground, starts)
    await all_written(ground)
    took = datetime.now(UTC) - began
    say(f"{size.awaited} cases are open after {took.total_seconds():.0f} s, the first is due after {lead.total_seconds():.0f} s")
    assert took < lead, "the cases were not open before the first of them was due: the machine is too busy to measure"
    return starts


def _one_limit(rules: Rules, within: timedelta) -> Rules:
    return replace(rules, limits=(replace(rules.limit(LIMIT), within=within, warn_at=()),))


async def _let_pass(first: datetime, last: datetime) -> None:
    say(f"due times pass for {(last - first).total_seconds():.0f} s")
    await asyncio.sleep(max((last - datetime.now(UTC)).total_seconds(), 0))


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


async def _found(ground: Ground, due: dict[str, datetime], size: Size) -> Found:
    rungs, sent = await _rungs(ground, due), await _notices(ground, due)
    times = Counter((each.case_id, each.kind) for each in rungs)
    lost = sum((case_id, kind) not in times for case_id in due for kind in RUNGS)
    told = Counter((row.case_id, row.seq, row.recipient_id) for row in sent)
    duplicates = sum(count - 1 for count in [*times.values(), *told.values()])
    decided = [each.decided for each in rungs if each.kind == "limit_missed"]
    figures = {
        "lateness_p99_s": percentile(decided, 0.99),
        "lateness_max_s": max(decided),
        "lost": float(lost),
        "duplicates": float(duplicates),
    }
    delivered = [_late(row.sent_at, due[row.case_id]) for row in sent if row.sent_at is not None]
    return Found(figures, {"notice_p99_s": percentile(delivered, 0.99)}, _account(size, rungs, sent, delivered))


def _account(size: Size, rungs: Sequence[Told], sent: Sequence[Any], delivered: Sequence[float]) -> list[str]:
    decided = [each.decided for each in rungs if each.kind == "limit_missed"]
    written = [each.written for each in rungs if each.kind == "limit_missed"]
    again = sum(row.attempts > 1 for row in sent)
    return [
        f"{size.awaited} open cases, one limit each, due over {size.spread:.0f} s; a rung acts 0.5 s after its due time",
        f"decided  {spread(decided, 's')}",
        f"written  {spread(written, 's')}",
        f"notices delivered  {spread(delivered, 's')} ({len(sent)} notices, {again} tried more than once)",
    ]
