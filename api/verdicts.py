"""What became of a command: read in the record a moment after the case decided, or heard from the case itself."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError

from api.line import Line, TemporalAway
from complaints.orders import Outcome
from records import receipts
from records.database import Database, DatabaseAway
from records.receipts import Receipt
from workflows import names

ASK_AGAIN_SECONDS = 0.03
RECORD_FIRST_SECONDS = 0.25
"""So long an outcome is looked for in the record alone, which costs the case nothing."""


class Verdicts:
    """Waits for outcomes, never longer than it is told; a receipt comes back as it was where there is none in time."""

    def __init__(self, database: Database, line: Line) -> None:
        self._database = database
        self._line = line

    async def answered(self, receipt: Receipt, until: float) -> Receipt:
        """The record has the outcome a moment after the case decided; where it hasn't, the case is asked."""
        recorded = await self._written(receipt, time.monotonic() + RECORD_FIRST_SECONDS)
        if recorded.verdict is not None:
            return recorded
        heard = await self.heard(receipt, until)
        return await self._written(heard, until) if heard.verdict is not None else heard

    async def heard(self, receipt: Receipt, until: float) -> Receipt:
        """Ask the workflow until it knows, or until time is up."""
        try:
            handle = await self._line.case(receipt.number)
        except TemporalAway:
            return receipt
        while (left := until - time.monotonic()) > 0:
            outcome = await _outcome(handle, receipt.command_id, left)
            if outcome is not None:
                return _settled(receipt, outcome)
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        return receipt

    async def _written(self, heard: Receipt, until: float) -> Receipt:
        """Wait for the record as long as there is time: who reads on after an answer finds what was answered."""
        while time.monotonic() < until:
            try:
                async with self._database.transaction() as connection:
                    receipt = await receipts.by_id(connection, heard.command_id)
            except DatabaseAway:  # the case knows the outcome, whatever the record can show of it now
                return heard
            if receipt is not None and receipt.verdict is not None:
                return receipt
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        return heard


async def _outcome(handle: WorkflowHandle[Any, Any], command_id: str, left: float) -> Outcome | None:
    """What the workflow knows of a command; None while no worker answers."""
    kind: Any = Outcome | None
    try:
        async with asyncio.timeout(left):
            found: Outcome | None = await handle.query(
                names.OUTCOME_QUERY, command_id, result_type=kind, rpc_timeout=timedelta(seconds=left)
            )
    except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError, TimeoutError):
        return None
    return found


def _settled(receipt: Receipt, outcome: Outcome) -> Receipt:
    return replace(
        receipt,
        verdict=outcome.verdict.value,
        code=outcome.code,
        message=outcome.message,
        fields=outcome.fields,
        facts=outcome.facts,
        settled_at=outcome.at,
    )
