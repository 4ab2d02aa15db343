"""The line to Temporal: made when first needed, kept, and given up on quickly while the server is away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from workflows import names

CONNECT_SECONDS = 1.0
QUIET_SECONDS = 0.5
"""After a failed try, callers within this time are told at once."""


class TemporalAway(Exception):
    """Temporal doesn't answer now; what was to be said to it is kept in the database and said later."""


class Line:
    """One client for the process, whenever there is one to be had."""

    def __init__(self, connect: Callable[[], Awaitable[Client]]) -> None:
        self._connect_to = connect
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._failed_at = float("-inf")

    async def client(self) -> Client:
        """The client; raises TemporalAway."""
        # Several requests wait here at once; one connects, the others find what it found.
        async with self._connecting:
            if self._client is None:
                self._client = await self._connect()
            return self._client

    async def case(self, number: str) -> WorkflowHandle[Any, Any]:
        """The workflow of a complaint, whether it runs or not; raises TemporalAway."""
        client = await self.client()
        return client.get_workflow_handle(names.workflow_id(number))

    async def _connect(self) -> Client:
        if time.monotonic() - self._failed_at < QUIET_SECONDS:
            raise TemporalAway
        try:
            return await asyncio.wait_for(self._connect_to(), CONNECT_SECONDS)
        except (RuntimeError, RPCError, TimeoutError) as error:
            self._failed_at = time.monotonic()
            raise TemporalAway from error

    async def is_there(self) -> bool:
        """Whether the server answers."""
        try:
            client = await self.client()
            await asyncio.wait_for(
                client.service_client.check_health(timeout=timedelta(seconds=CONNECT_SECONDS)), CONNECT_SECONDS
            )
        except (TemporalAway, RPCError, TimeoutError):
            return False
        return True
