"""What one happy case costs in events and billable actions: steps one by one, all its notices, to the archive."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import Client, Interceptor, OutboundInterceptor, QueryWorkflowInput, WorkflowHandle

from api.casework import Casework, NewCommand
from complaints.policy import Rules
from records import notices, worklists
from trials.bench.ground import Ground, is_quiet, say
from trials.bench.histories import account, by_kind, wakes
from trials.bench.opening import open_cases, start
from trials.bench.path import ACTORS, REGISTER, STEPS, Step
from trials.bench.settling import until
from trials.bench.table import Found

ARCHIVED_AFTER = timedelta(seconds=1)


class Queries(Interceptor):
    """Counts the queries a client asks."""

    asked = 0

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  # the library's name
        return _Counting(self, next)


class _Counting(OutboundInterceptor):
    def __init__(self, queries: Queries, next: OutboundInterceptor) -> None:  # noqa: A002  # the library's name
        super().__init__(next)
        self.queries = queries

    async def query_workflow(self, input: QueryWorkflowInput) -> Any:  # noqa: A002  # the library's name
        self.queries.asked += 1
        return await super().query_workflow(input)


def soon_archived(rules: Rules) -> Rules:
    """The same rules, but a closed case is archived at once."""
    limits = (replace(each, within=ARCHIVED_AFTER) if each.name == "archive" else each for each in rules.limits)
    return replace(rules, limits=tuple(limits))


async def spent(ground: Ground) -> Found:
    """Live one case through the desk's casework and count its history."""
    queries = Queries()
    casework = _casework(ground, queries)
    (opened,) = await open_cases(ground, 1, soon_archived, REGISTER)
    handle = await start(ground, opened)
    for step in STEPS:
        await until(lambda: is_quiet(handle))
        await _do(ground, casework, opened.case_id, step)
    await handle.result()
    return await _counted(ground, opened.case_id, handle, queries)


def _casework(ground: Ground, queries: Queries) -> Casework:
    async def counted() -> Client:
        return Client(ground.client.service_client, data_converter=ground.client.data_converter, interceptors=[queries])

    return Casework(ground.database, ground.keys, counted, offered=("sop",))


async def _do(ground: Ground, casework: Casework, case_id: str, step: Step) -> None:
    row: Mapping[str, Any] | None
    async with ground.database.transaction() as connection:
        row = await worklists.by_id(connection, case_id)
    assert row is not None
    command = NewCommand(kind=step.kind, body=step.body(datetime.now(UTC)))
    receipt = await casework.submit(row, command, ACTORS[step.who], step.who, str(uuid4()))
    while receipt.verdict is None:
        await asyncio.sleep(0.1)
        receipt = await casework.outcome(receipt)
    assert receipt.verdict == "accepted", f"{step.kind}: {receipt.code} {receipt.message}"


async def _counted(ground: Ground, case_id: str, handle: WorkflowHandle[Any, Any], queries: Queries) -> Found:
    events = (await handle.fetch_history()).events
    cut = wakes(events)
    actions = sum(wake.actions() for wake in cut)
    async with ground.database.transaction() as connection:
        sent = await notices.of_case(connection, case_id)
    told = sum(each["status"] == "sent" for each in sent)
    say(f"a happy case of {len(STEPS)} commands and {told} notices: {len(events)} events, {actions} actions")
    kinds = ", ".join(f"{name} {count}" for name, count in by_kind(events).most_common())
    lines = [
        f"{len(STEPS)} commands after the opening, {told} notices sent, to the archive",
        f"besides, the API asked {queries.asked} queries for its answers, which leave no event but are billed as well",
        *account(cut),
        f"events by kind: {kinds}",
    ]
    beside = {"commands": len(STEPS), "notices": told, "queries": queries.asked}
    return Found({"events_per_case": len(events), "actions_per_case": actions}, beside, lines)
