"""The desk under measurement, and how one reaches into it: its settings, database, keys and Temporal server."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rich.console import Console
from temporalio.client import Client, WorkflowHandle

from plumbing.keys import FileKeyStore
from plumbing.settings import Settings
from plumbing.temporal import connect
from records.database import Database
from trials.stack import Desk

POOL = 4
console = Console(highlight=False)
BEGAN = time.monotonic()


def say(sentence: str) -> None:
    """A line of progress, with the time since the bench began."""
    console.print(f"[dim]{time.monotonic() - BEGAN:6.1f} s[/dim]  {sentence}")


@dataclass(frozen=True)
class Ground:
    """A running desk and what reaches into it."""

    desk: Desk
    settings: Settings
    database: Database
    keys: FileKeyStore
    client: Client


@asynccontextmanager
async def standing_on(desk: Desk) -> AsyncIterator[Ground]:
    """The ground of a desk that is ready."""
    settings = settings_of(desk)
    database, keys = Database(settings.database_url, POOL), FileKeyStore.of(settings)
    try:
        yield Ground(desk, settings, database, keys, await connect(settings, keys))
    finally:
        await database.close()
        keys.close()


def settings_of(desk: Desk) -> Settings:
    """The settings its worker runs with."""
    given = {name.lower(): value for name, value in desk.family()["worker"].environ().items()}
    return Settings.read(**{name: given[name] for name in Settings.model_fields if name in given})


async def is_quiet(handle: WorkflowHandle[object, object]) -> bool:
    """Whether a case has nothing in hand: no activity, no workflow task; asking is no billable action."""
    seen = (await handle.describe()).raw_description
    return not seen.pending_activities and not seen.HasField("pending_workflow_task")
