"""Running cases in every stage take a new version: every deadline before and after in the record, nothing twice.

On a real Temporal server, PostgreSQL and mail server. CI moves two hundred cases; `make migration` a thousand.
"""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from rich.console import Console

from complaints.deadlines import running
from complaints.evolve import begin, evolve
from complaints.facts import Entry, Escalated, LimitMissed, LimitWarned, MissWithdrawn, PolicyAdopted
from complaints.policy import Rules
from records import thread
from records.database import Database
from tests.builders import AGENT, DIRECTOR, SUPERVISOR
from tests.doors.test_opening_api import ARRIVAL, REGISTER, keyed
from tests.doors.versions import SHIPPED, adopt, adoption, moved, policy, preview, publish
from tests.doors.whole_house import WholeHouse, a_whole_house

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

MANY = int(os.environ.get("MIGRATED", "200"))
AT_ONCE = 8
WORDS = {"text": "说明"}

SECOND = moved(limits={
    "first_response": ("10min", "2min"), "registration": ("2h", "5h"), "verification": ("4h", "1h"),
    "liability": ("4h", "2h"), "progress": ("24h", "12h"), "archive": ("7d", "30d"),
})  # fmt: skip
"""Some limits end before now, some much later."""


@dataclass(frozen=True)
class Path_:
    """How long ago a case arrived, whether its form was complete, and what was done with it since."""

    ago: timedelta = timedelta(0)
    registered: bool = False
    steps: tuple[tuple[str, dict[str, Any]], ...] = ()


VERIFY = ("agent", {"kind": "verify", "words": WORDS})
ENDORSE = ("supervisor", {"kind": "endorse", "grade": "general"})
DETERMINE = ("agent", {"kind": "determine_liability", "party": "carrier", "department": "logistics"})
PATHS = (
    Path_(),
    Path_(ago=timedelta(hours=3)),
    Path_(registered=True),
    Path_(ago=timedelta(minutes=30), registered=True),
    Path_(ago=timedelta(hours=3), registered=True, steps=(VERIFY,)),
    Path_(ago=timedelta(hours=26), registered=True, steps=(VERIFY, ENDORSE)),
    Path_(ago=timedelta(hours=26), registered=True, steps=(VERIFY, ENDORSE, DETERMINE)),
    Path_(ago=timedelta(hours=3), steps=(("agent", {"kind": "discard", "words": WORDS}),)),
)


@pytest.fixture
async def whole(database: Database, postgres_url: str, tmp_path: Path) -> AsyncIterator[WholeHouse]:
    """Everything but a worker."""
    async with a_whole_house(tmp_path, postgres_url) as opened:
        yield opened


@dataclass
class Desk:
    """The people at work, a few cases at a time."""

    whole: WholeHouse
    people: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def fill(self) -> None:
        self.people = {
            "agent": await self.whole.house.staff(AGENT), "supervisor": await self.whole.house.staff(SUPERVISOR),
        }  # fmt: skip
        await asyncio.gather(*(self._case(place) for place in range(MANY)))
        for client in self.people.values():
            await client.aclose()

    async def _case(self, place: int) -> None:
        path = PATHS[place % len(PATHS)]
        arrived = {"arrived_at": (datetime.now(UTC) - path.ago).isoformat()} if path.ago else {}
        body = {**ARRIVAL, **arrived, **({"register": REGISTER} if path.registered else {})}
        async with self.turns:
            answer = await self.people["agent"].post("/api/v1/complaints", json=body, headers=keyed(f"case-{place}"))
            assert answer.status_code == 201, answer.text
            for step, (who, command) in enumerate(path.steps):
                await self._do(who, answer.json()["number"], command, f"{place}/{step}")

    async def _do(self, who: str, number: str, command: dict[str, Any], key: str) -> None:
        answer = await self.people[who].post(
            f"/api/v1/complaints/{number}/commands", json=command, headers=keyed(key)
        )
        assert answer.status_code in (200, 202), answer.text

    async def quiet(self) -> None:
        """Wait until record and workflows agree on everything and nothing is waited for."""
        async with asyncio.timeout(300):
            while not self._all_written() or await self.whole.found(repairing=False):
                await asyncio.sleep(0.5)

    def _all_written(self) -> bool:
        waiting = "select count(*) from receipt where settled_at is null"
        unwritten = "select count(*) from complaint_case where version = 0"
        return self.whole.sql(waiting) + self.whole.sql(unwritten) == [(0,), (0,)]

    def clocks(self) -> dict[str, dict[str, datetime]]:
        """Every running clock of every case, as the record shows it."""
        found: dict[str, dict[str, datetime]] = {}
        for number, clock, due_at in self.whole.sql(
            "select number, clock, due_at from complaint_case left join deadline using (case_id)"
        ):
            found.setdefault(number, {}).update({clock: due_at} if clock else {})
        return found

    async def journals(self) -> dict[str, list[Entry]]:
        rows = dict(self.whole.sql("select case_id::text, number from complaint_case"))
        async with self.whole.house.database.transaction() as connection:
            found = await thread.entries_of(connection, list(rows))
        return {rows[case_id]: entries for case_id, entries in found.items()}


@pytest.mark.clause("SOP-2.6", "SVC-5.1")
async def test_running_cases_take_a_new_version_and_nothing_falls_silent_or_is_said_twice(whole: WholeHouse) -> None:
    desk, told = Desk(whole), Console(highlight=False)
    async with whole.working():
        began = time.monotonic()
        await desk.fill()
        await desk.quiet()
        before, filled = desk.clocks(), time.monotonic()
        assert (await publish(whole.house, SECOND)).status_code == 201
        seen = (await preview(whole.house)).json()
        previewed = time.monotonic()
        assert (await adopt(whole.house, seen["id"])).status_code == 202
        started = time.monotonic()
        await desk.quiet()
        done = time.monotonic()
        report = await whole.reconcile(repairing=False)
        found = (await adoption(whole.house, seen["id"], limit=1000)).json()
    journals, after = await desk.journals(), desk.clocks()
    assert found["progress"] == {"waiting": 0, "adopted": MANY, "refused": 0, "skipped": 0}
    assert seen["figures"]["cases"] == len(before) == MANY
    assert (report.findings, report.figures()["without_clock"], report.compared) == ((), 0, MANY)
    for each in found["cases"]:
        check_record(journals[each["number"]], each["changes"], before[each["number"]], after[each["number"]])
        check_rungs(journals[each["number"]])
    assert seen["figures"]["earlier"] > MANY / 4
    assert seen["figures"]["later"] > MANY / 4
    assert seen["figures"]["newly_overdue"] > MANY / 10
    mails = {mail.message_id: (mail.to, mail.subject, mail.text) for mail in whole.mailbox.mails}
    assert all(mails[mail.message_id] == (mail.to, mail.subject, mail.text) for mail in whole.mailbox.mails)
    told.print(
        f"\n{MANY} cases opened in {filled - began:.1f} s, previewed in {previewed - filled:.1f} s, told in "
        f"{started - previewed:.1f} s, all adopted and written {done - previewed:.1f} s after the director's word\n"
        f"{json.dumps(seen['figures'])}\nstages: {stages(whole)}", soft_wrap=True,
    )  # fmt: skip


def check_record(
    journal: Sequence[Entry], changes: list[dict[str, Any]], before: dict[str, datetime], after: dict[str, datetime]
) -> None:
    """Both due times of every clock are in the journal and the adoption, and are what the rules give."""
    [place] = [place for place, entry in enumerate(journal) if isinstance(entry.fact, PolicyAdopted)]
    fact = journal[place].fact
    assert isinstance(fact, PolicyAdopted)
    told = {each.clock: (each.before, each.after) for each in fact.changes}
    assert told == {each["clock"]: (_at(each["before"]), _at(each["after"])) for each in changes}
    old, new = (policy(text).rules(journal[0].taken_at) for text in (SHIPPED, SECOND))
    given = {clock: (due(journal[:place], old).get(clock), due(journal[:place], new).get(clock)) for clock in told}
    assert given == told
    moved_clocks = {clock: at for clock, at in before.items() if clock in told}
    assert moved_clocks == {clock: both[0] for clock, both in told.items() if both[0]}
    assert after == due(journal, new)
    assert journal[place].actor.id == DIRECTOR.id


def due(entries: Sequence[Entry], rules: Rules) -> dict[str, datetime]:
    """When each running clock of a case with this journal is due by these rules."""
    case = begin("20260520001", entries[0])
    for entry in entries[1:]:
        case = evolve(case, entry)
    return {clock.key: clock.due_at for clock in running(case, rules)}


def check_rungs(journal: Sequence[Entry]) -> None:
    """No clock warns, misses or climbs to a level twice, unless its miss was taken back in between."""
    seen: set[tuple[str, object]] = set()
    missed: Counter[str] = Counter()
    for entry in journal:
        match entry.fact:
            case MissWithdrawn(clock=clock):
                missed[clock] -= 1
                seen = {each for each in seen if each[0] != clock}
            case LimitMissed(clock=clock):
                missed[clock] += 1
            case LimitWarned(clock=clock, share=share, due_at=due_at):
                assert (clock, (share, due_at)) not in seen
                seen.add((clock, (share, due_at)))
            case Escalated(clock=clock, level=level, scheduled_at=at) if clock:
                assert (clock, (level, at)) not in seen
                seen.add((clock, (level, at)))
    assert set(missed.values()) <= {0, 1}


def stages(whole: WholeHouse) -> dict[str, int]:
    return dict(whole.sql("select stage, count(*) from complaint_case group by stage order by stage"))


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
