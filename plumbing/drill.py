"""A rehearsal: one case's clocks run ahead, so that people see an escalation in seconds. Never on a real case.

The server moves the time of that one workflow; every other case keeps the real time. It only does so when it was
started for drills (`desk up --drills`), and refuses otherwise.
"""

from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper


class NoDrills(RuntimeError):
    """The Temporal server wasn't started for drills."""


async def fast_forward(client: Client, workflow_id: str, span: timedelta) -> bool:
    """Let that much time pass for one workflow; False where it ended first. Raises NoDrills."""
    try:
        return await TimeSkipper(client).fast_forward(client.get_workflow_handle(workflow_id), span)
    except RPCError as error:
        if "time-skipping" in error.message.lower():
            raise NoDrills("This Temporal server isn't for drills: start the desk with `desk up --drills`.") from error
        raise
