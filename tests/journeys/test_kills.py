"""Worker, API, PostgreSQL and Temporal are each killed in the middle of cases: every case ends as it would have."""

import asyncio
from pathlib import Path

import httpx2
import psutil
import pytest

from plumbing.children import until
from plumbing.data_folder import DataFolder
from plumbing.keys import FileKeyStore, read_master_key
from records.database import Database
from tests.journeys.test_desk_up import PATIENCE_SECONDS, Desk, Start, folder, start
from trials.faults import waiting
from trials.faults.reconcile import Reckoning, reconcile
from trials.people import People, complaint, live, passwords

__all__ = ["folder", "start"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(200)]

CASES = 8
VICTIMS = ("worker", "api", "postgres", "temporal")
SETTLING_SECONDS = 90.0


async def test_a_kill_of_each_process_in_the_middle_of_cases_changes_nothing(start: Start, folder: Path) -> None:
    desk = start()
    desk.until_it_says("Ready.")
    people = People(desk.address("My desk and API"), desk.address("Mailbox"), passwords(desk.screen))
    openings = [await people.open(complaint()) for _ in range(CASES)]
    for login in ("supervisor-1", "logistics-head", "logistics-executor", "revisit-1"):
        await people.staff(login)
    lives = [asyncio.create_task(live(people, opened)) for opened in openings]
    for victim in VICTIMS:
        await asyncio.to_thread(kill, desk, victim)
    await asyncio.gather(*lives)
    await people.close()
    found = await reckoning(desk, DataFolder(folder))
    assert found.differences == []
    assert (found.cases, found.closed, found.missed, found.undeliverable) == (CASES, CASES, 0, 0)


def kill(desk: Desk, victim: str) -> None:
    """Kill a process for good, and go on once another has taken its place."""
    old = desk.family()[victim]
    old.kill()
    assert until(lambda: _is_back(desk, victim, old.pid), PATIENCE_SECONDS), f"{victim} never came back"


def _is_back(desk: Desk, victim: str, old: int) -> bool:
    try:
        found = desk.family().get(victim)
        return found is not None and found.pid != old and desk.ready()
    except psutil.Error:
        return False


async def reckoning(desk: Desk, folder: DataFolder) -> Reckoning:
    """Every case held against its commands and the rules, once nothing is behind."""
    database = Database(desk.family()["worker"].environ()["DATABASE_URL"])
    keys = FileKeyStore(folder.key_file, read_master_key(folder.master_key_file))
    at = await waiting.settled(database, SETTLING_SECONDS)
    async with httpx2.AsyncClient(base_url=desk.address("Mailbox")) as client:
        mails = [mail["message_id"] for mail in (await client.get("/api/messages")).json()]
    found = await reconcile(database, keys, mails, at)
    keys.close()
    await database.close()
    return found
