"""Worker, API, PostgreSQL and Temporal are each killed in the middle of cases: every case ends as it would have."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
import psutil
import pytest
from pydantic import TypeAdapter

import policies
from complaints.orders import CaseView
from plumbing.children import until
from records import notices, thread, worklists
from records.database import Database
from tests.journeys.test_desk_up import PATIENCE_SECONDS, Desk, Start, folder, start
from trials.people import People, complaint, live, passwords

__all__ = ["folder", "start"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(200)]

CASES = 8
VICTIMS = ("worker", "api", "postgres", "temporal")
EXPECTED = [
    "arrived", "registered", "responded", "verified", "grade_endorsed", "liability_determined", "handling_started",
    "plan_drafted", "plan_approved", "plan_sent", "plan_proposed", "plan_accepted", "step_recorded", "work_completed",
    "result_confirmed", "revisited", "closed",
]  # fmt: skip
NOTICES = Counter({
    "calming": 1, "endorsement_wanted": 1, "grade_told": 1, "plan_wanted": 1, "approval_wanted": 1,
    "telling_wanted": 1, "plan_told": 1, "execution_wanted": 1, "completion_told": 1, "revisit_wanted": 1,
    "closed_told": 1,
})  # fmt: skip
VIEW = TypeAdapter(CaseView)


async def test_a_kill_of_each_process_in_the_middle_of_cases_changes_nothing(start: Start) -> None:
    desk = start()
    desk.until_it_says("Ready.")
    people = People(desk.address("My desk and API"), desk.address("Mailbox"), passwords(desk.screen))
    openings = [await people.open(complaint()) for _ in range(CASES)]
    for login in ("supervisor-1", "logistics-head", "logistics-executor", "revisit-1"):
        await people.staff(login)
    lives = [asyncio.create_task(live(people, opened)) for opened in openings]
    for victim in VICTIMS:
        await asyncio.to_thread(kill, desk, victim)
    numbers = await asyncio.gather(*lives)
    await people.close()
    await reconcile(desk, numbers)


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


async def reconcile(desk: Desk, numbers: list[str]) -> None:
    """Every case whole: its facts, its chain, its rebuild, and each notice once per Message-ID."""
    database = Database(desk.family()["worker"].environ()["DATABASE_URL"])
    mails = await settled_mails(desk, database, numbers)
    for number in numbers:
        async with database.transaction() as connection:
            row = await worklists.one(connection, number)
            assert row is not None
            await check_journal(connection, row)
            sent = await notices.of_case(connection, row["case_id"])
        assert Counter(each["template"] for each in sent) == NOTICES
        assert {each["status"] for each in sent} == {"sent"}
        assert {each["message_id"] for each in sent} <= mails
    await database.close()


async def settled_mails(desk: Desk, database: Database, numbers: list[str]) -> set[str]:
    """The Message-IDs in the mailbox once every case is written to its end and every notice sent."""
    async with asyncio.timeout(60):
        while not await _all_written(database, numbers):
            await asyncio.sleep(0.2)
    async with httpx2.AsyncClient() as client:
        answer = await client.get(desk.address("Mailbox") + "/api/messages")
    return {mail["message_id"] for mail in answer.json()}


async def _all_written(database: Database, numbers: list[str]) -> bool:
    async with database.transaction() as connection:
        for number in numbers:
            row = await worklists.one(connection, number)
            sent = await notices.of_case(connection, row["case_id"]) if row else []
            told = Counter(each["template"] for each in sent if each["status"] == "sent")
            if row is None or row["stage"] != "closed" or told != NOTICES:
                return False
    return True


async def check_journal(connection: Any, row: dict[str, Any]) -> None:
    facts = await thread.entries(connection, None, row["case_id"])
    done = [entry.fact.kind for entry in facts if not entry.fact.kind.startswith(("limit_", "miss_"))]
    assert sorted(done) == sorted(EXPECTED)
    assert not [entry for entry in facts if entry.fact.kind == "limit_missed"]
    assert await thread.first_broken(connection, row["case_id"]) is None
    rules = policies.load(row["policy"]).rules(row["opened_at"])
    _, seen = await thread.rebuild(connection, row["case_id"], row["number"], rules)
    assert VIEW.dump_python(seen, mode="json") == row["view"]

