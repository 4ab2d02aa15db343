"""What Temporal has of the cases: who runs, who is wedged, how one stands, what one says of itself.

Lists come from Temporal's visibility, which may lag by a moment; what they suggest is asked again of the workflow
itself before anything is done about it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from complaints.orders import CaseView, Outcome
from workflows import names

RUNNING = f'WorkflowType = "{names.COMPLAINT_CASE}" AND ExecutionStatus = "Running"'
WEDGED = f"{RUNNING} AND TemporalReportedProblems IS NOT NULL"
ASK_TIMEOUT = timedelta(seconds=5)
GIVEN_UP_AFTER = 3
WEDGED_TRIES = 3
AT_ONCE = 8
"""Workflows asked at the same time; one that is not in a worker's memory has to be replayed first."""


class Silent(Exception):
    """No worker answers for this workflow now."""


class Wedged(Exception):
    """The workflow can't answer: its last task failed."""


@dataclass(frozen=True)
class Run:
    """The last run of a case's workflow, as the server knows it: its status, and what it waits for."""

    status: WorkflowExecutionStatus
    acts: frozenset[str]
    failures: frozenset[str]
    thinks: bool
    tries: int

    @property
    def is_running(self) -> bool:
        return self.status is WorkflowExecutionStatus.RUNNING

    @property
    def is_wedged(self) -> bool:
        """Whether it tries the same task over and over; a worker that died in the middle costs one try."""
        return self.tries >= WEDGED_TRIES

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on that could still change record or notices."""
        return not self.acts and not self.thinks


class Census:
    """Questions to one Temporal."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def running(self) -> dict[str, datetime | None]:
        """The numbers of all running cases, each with the nearest due time it shows."""
        return {
            names.number_of(each.id): each.typed_search_attributes.get(names.NEXT_DUE)
            async for each in self._listed(RUNNING)
        }

    async def wedged(self) -> frozenset[str]:
        """The numbers of cases whose workflow fails at the same task again and again."""
        return frozenset([names.number_of(each.id) async for each in self._listed(WEDGED)])

    async def _listed(self, query: str) -> AsyncIterator[WorkflowExecution]:
        async for each in self._client.list_workflows(query):
            if each.id.startswith(names.workflow_id("")):
                yield each

    async def run(self, number: str) -> Run | None:
        """The last run of this case; None where Temporal knows none."""
        try:
            found = await self._client.get_workflow_handle(names.workflow_id(number)).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        return _run(found)

    async def view(self, number: str) -> CaseView | None:
        """The case as its workflow sees it, None before it has arrived; raises Silent or Wedged."""
        kind: Any = CaseView | None
        found: CaseView | None = await self._ask(number, names.VIEW_QUERY, (), kind)
        return found

    async def outcome(self, number: str, command_id: str) -> Outcome | None:
        """What the case knows of a command; raises Silent or Wedged."""
        kind: Any = Outcome | None
        found: Outcome | None = await self._ask(number, names.OUTCOME_QUERY, (command_id,), kind)
        return found

    async def _ask(self, number: str, query: str, about: tuple[str, ...], kind: Any) -> Any:
        handle = self._client.get_workflow_handle(names.workflow_id(number))
        try:
            return await handle.query(query, args=about, result_type=kind, rpc_timeout=ASK_TIMEOUT)
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
            raise Wedged from error
        except RPCError as error:
            raise (Wedged if error.status is RPCStatusCode.FAILED_PRECONDITION else Silent) from error


def _run(found: WorkflowExecutionDescription) -> Run:
    raw = found.raw_description
    waiting = raw.pending_activities
    return Run(
        status=found.status or WorkflowExecutionStatus.RUNNING,
        acts=frozenset(each.activity_type.name for each in waiting),
        failures=frozenset(each.last_failure.application_failure_info.type for each in waiting),
        thinks=raw.HasField("pending_workflow_task"),
        tries=raw.pending_workflow_task.attempt,
    )


async def asked_of_each(ask: Callable[[Any], Awaitable[list[Any]]], about: Sequence[Any]) -> list[Any]:
    """All the answers about all of these, a few asked at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(each: Any) -> list[Any]:
        async with turns:
            return await ask(each)

    return [found for answer in await asyncio.gather(*map(one, about)) for found in answer]
