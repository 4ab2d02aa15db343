"""Opens many cases as the API does, but all their rows at once: numbers, keys, sealed rows; then the workflows."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import uuid_utils
from psycopg import sql
from temporalio.client import WorkflowHandle

import policies
from api.casework import START
from api.opening import NewComplaint, case_start, opening_row
from complaints.commands import Register, Respond
from complaints.policy import Rules
from complaints.values import Arrival
from complaints.vocabulary import Channel
from plumbing.keys import CaseKey, KeyStore
from records import cases, counters
from records.database import Database
from trials.bench.ground import Ground
from trials.bench.path import AGENT, CONTACT
from workflows import names
from workflows.messages import CaseStart

POLICY = "sop"
ARRIVAL = Arrival(text="来电: 热水器漏水", contact=CONTACT)
STARTING = 16
"""Workflows that are being started at once."""


async def open_cases(
    ground: Ground, count: int, change: Callable[[Rules], Rules], registration: Register | None = None
) -> list[CaseStart]:
    """Number, key and row of each case, answered at once where it is registered; `change` says what differs in its
    rules. Their workflows don't run yet.
    """
    policy, at = policies.load(POLICY), datetime.now(UTC)
    response = Respond(channel=Channel.PHONE, contacted_at=at) if registration else None
    new = NewComplaint(
        policy=POLICY, channel=Channel.PHONE, arrival=ARRIVAL, registration=registration, response=response
    )
    starts = []
    for number in await numbers(ground.database, at, count):
        case_id = str(uuid_utils.uuid7())
        start = case_start(new, policy, case_id, number, AGENT, at, f"bench/{case_id}")
        starts.append(replace(start, rules=change(start.rules)))
    made = make_keys(ground.keys, ((start.number, start.case_id) for start in starts))
    rows = [as_row(ground.keys, key, new, start) for key, start in zip(made, starts, strict=True)]
    await asyncio.to_thread(copy, ground.settings.database_url, "complaint_case", rows)
    return starts


async def numbers(database: Database, at: datetime, count: int) -> list[str]:
    """The next numbers of the day."""
    policy = policies.load(POLICY)
    async with database.transaction() as connection:
        last = await counters.take(connection, policy.counter(at, Channel.PHONE), count)
    return [policy.number(at, serial, Channel.PHONE) for serial in range(last - count + 1, last + 1)]


def make_keys(keys: Any, pairs: Iterable[tuple[str, str]]) -> list[CaseKey]:
    """A key for each number and case."""
    made: list[CaseKey] = keys.create_many([(names.workflow_id(number), case_id) for number, case_id in pairs])
    return made


def as_row(keys: KeyStore, key: CaseKey, new: NewComplaint, start: CaseStart) -> dict[str, Any]:
    """The row of a case whose workflow the bench starts itself: no sweeper is to do so before."""
    opening = opening_row(new, start, AGENT.id, start.opening_id, "bench", START.dump_json(start).decode())
    return {**cases.as_row(keys, key, opening), "state": "open"}


def copy(url: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of one shape as fast as PostgreSQL takes them."""
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    command = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor().copy(command) as writing:
        for row in rows:
            writing.write_row(tuple(row.values()))


async def start(ground: Ground, case: CaseStart) -> WorkflowHandle[Any, Any]:
    """Start the workflow of a case that has its row."""
    return await ground.client.start_workflow(
        names.COMPLAINT_CASE, case, id=names.workflow_id(case.number), task_queue=names.TASK_QUEUE
    )


async def start_all(ground: Ground, started: Sequence[CaseStart]) -> None:
    """Start the workflows of these cases, a few at once."""
    turns = asyncio.Semaphore(STARTING)

    async def one(case: CaseStart) -> None:
        async with turns:
            await start(ground, case)

    await asyncio.gather(*map(one, started))
