"""Whole cases a second, against a bare flow with the same signals, timers, upserts and activities, turn about.

Both sides are signalled directly, each signal when the one before has its outcome; each worker is a process of its own.
The rows of the cases, which the API writes when it opens one, are there before the clock starts.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from complaints.orders import CaseView, Outcome
from plumbing.children import Launch, PidFile, Program
from trials.bench.bare import QUEUE, BareFlow, Beat
from trials.bench.bare_worker import bare_client
from trials.bench.budget import soon_archived
from trials.bench.ground import Ground, say
from trials.bench.histories import wakes
from trials.bench.meter import Meter
from trials.bench.opening import open_cases, start
from trials.bench.path import ACTORS, REGISTER, STEPS, Step
from trials.bench.sizes import Size
from trials.bench.table import Found
from trials.stack import REPOSITORY
from workflows import names
from workflows.messages import CaseStart, Envelope

ASK_AGAIN_SECONDS = 0.02
TOLD_SECONDS = 0.25
"""Between two looks whether a notice is delivered: seldom enough that looking costs neither side anything."""

Handle = WorkflowHandle[Any, Any]


async def compared(ground: Ground, folder: Path, size: Size) -> Found:
    """Runs of both sides, alternating; the first of each only warms up. A bare run beats as the cases before it did."""
    async with bare_worker(ground, folder) as (client, bare_process):
        warmed = await open_cases(ground, size.together, soon_archived, REGISTER)
        await timed(warmed, size, lambda case: live(ground, case))
        beats = await beats_of(ground, warmed)
        await timed(warmed, size, partial(beat_through, client, beats))
        ours, bare, meter = [], [], Meter(ground.desk, bare_worker=bare_process)
        for turn in range(size.rounds):
            cases = await open_cases(ground, size.lives, soon_archived, REGISTER)
            with meter.reading("case of ours"):
                ours.append(await timed(cases, size, lambda case: live(ground, case)))
            beats = await beats_of(ground, cases)
            with meter.reading("bare flow"):
                bare.append(await timed(cases, size, partial(beat_through, client, beats)))
            say(f"round {turn + 1}: {ours[-1]:.2f} cases/s, bare {bare[-1]:.2f} flows/s")
    found = _found(ours, bare, beats, size)
    found.lines += meter.account(size.rounds * size.lives)
    return found


def _found(ours: Sequence[float], bare: Sequence[float], beats: Sequence[Beat], size: Size) -> Found:
    ratio = median(ours) / median(bare)
    totals = [sum(count) for count in zip(*((b.activities, len(b.timers), b.upserts) for b in beats), strict=True)]
    lines = [
        f"cases/s {[round(each, 2) for each in ours]}, bare flows/s {[round(each, 2) for each in bare]}",
        f"{size.lives} a run, {size.together} in hand at once; each {len(STEPS)} signals, "
        "{} activities, {} timers, {} upserts (as the middle case of the last run had)".format(*totals),
    ]
    return Found({"case_rate_ratio": ratio}, {"cases_per_s": median(ours), "bare_flows_per_s": median(bare)}, lines)


async def timed(cases: Sequence[CaseStart], size: Size, one: Callable[[CaseStart], Awaitable[None]]) -> float:
    """How many of these are lived through a second."""
    turns = asyncio.Semaphore(size.together)

    async def in_turn(case: CaseStart) -> None:
        async with turns:
            await one(case)

    began = time.monotonic()
    await asyncio.gather(*map(in_turn, cases))
    return len(cases) / (time.monotonic() - began)


# ── our side ──


async def live(ground: Ground, case: CaseStart) -> None:
    """One case from its start to its archive."""
    handle = await start(ground, case)
    for step in STEPS:
        await _send(handle, step)
    await handle.result()


async def _send(handle: Handle, step: Step) -> None:
    now, command_id = datetime.now(UTC), str(uuid4())
    envelope = Envelope(command_id=command_id, actor=ACTORS[step.who], taken_at=now, body=step.body(now))
    await handle.signal(step.kind, envelope)
    kind: Any = Outcome | None
    while (outcome := await handle.query(names.OUTCOME_QUERY, command_id, result_type=kind)) is None:
        await asyncio.sleep(ASK_AGAIN_SECONDS)
    assert outcome.verdict == "accepted", f"{step.kind}: {outcome.code} {outcome.message}"
    while step.told and not (await handle.query(names.VIEW_QUERY, result_type=CaseView)).waiting_for_customer:
        await asyncio.sleep(TOLD_SECONDS)


async def beats_of(ground: Ground, cases: Sequence[CaseStart]) -> list[Beat]:
    """What the middle one of these cases did at each wake: how much a record takes along depends on the hurry."""
    handles = [ground.client.get_workflow_handle(names.workflow_id(case.number)) for case in cases]
    lives = [wakes((await handle.fetch_history()).events) for handle in handles]
    beats = [[wake.beat() for wake in life] for life in lives]
    return sorted(beats, key=lambda each: sum(beat.activities for beat in each))[len(beats) // 2]


# ── the bare side ──


@asynccontextmanager
async def bare_worker(ground: Ground, folder: Path) -> AsyncIterator[tuple[Client, int]]:
    """A client as bare as the flow, and the pid of the flow's worker, which runs while it is needed."""
    settings = ground.settings
    argv, env = (sys.executable, "-m", "trials.bench.bare_worker"), {**os.environ, **settings.as_environment()}
    launch = Launch(argv, folder / "bare-worker.log", cwd=REPOSITORY, env=env)
    program = Program("bare worker", launch, PidFile(folder / "bare-worker.pid"))
    pid = program.start()
    try:
        yield await bare_client(settings), pid
    finally:
        program.stop()


async def beat_through(client: Client, beats: list[Beat], _: CaseStart) -> None:
    """One bare flow from its start to its end, in the place of a case."""
    handle: Handle = await client.start_workflow(BareFlow.run, beats, id=f"bare-{uuid4()}", task_queue=QUEUE)
    for step in STEPS:
        command_id = str(uuid4())
        await handle.signal(BareFlow.take, command_id)
        while not await handle.query(BareFlow.outcome, command_id):
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        while step.told and not await handle.query(BareFlow.told):
            await asyncio.sleep(TOLD_SECONDS)
    await handle.result()
