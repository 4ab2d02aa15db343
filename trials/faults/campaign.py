"""A campaign from its first case to its reckoning: volley after volley, each followed by a catch-up that is timed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx2

from plumbing.keys import FileKeyStore, read_master_key
from records.backlog import Backlog
from records.database import Database
from trials.faults import waiting
from trials.faults.grounds import Grounds
from trials.faults.load import Load, UnhurriedPeople
from trials.faults.plan import Volley, plan
from trials.faults.reconcile import Reckoning, reconcile
from trials.people import passwords

CATCH_UP_SECONDS = 30.0
"""So long after the last outage of a volley nothing may be behind any more."""

LONGEST_SECONDS = 120.0

Tell = Callable[[str], None]


@dataclass(frozen=True)
class CaughtUp:
    """How long after a volley nothing was behind, and no notice was on its way any more; None: not in time."""

    volley: Volley
    work: float | None
    notices: float | None

    @property
    def in_time(self) -> bool:
        return self.work is not None and self.work <= CATCH_UP_SECONDS


@dataclass
class Campaign:
    """One run and what came of it."""

    seed: int
    faults: int
    under_way: int
    tell: Tell
    caught_up: list[CaughtUp] = field(default_factory=list)
    lived: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    reckoning: Reckoning = field(default_factory=Reckoning)
    seconds: float = 0.0

    async def run(self, folder: Path) -> None:
        """All of it; what was found is in the fields."""
        began = time.monotonic()
        async with Grounds(folder) as grounds:
            self.tell(f"the desk is ready after {time.monotonic() - began:.0f} s; its log is in {folder}")
            database = Database(grounds.postgres.url)
            try:
                await self._fight(grounds, database)
                at = await self._settle(database)
                await grounds.close_desk()
                self.tell("everything is settled; the reckoning")
                await self._reckon(grounds, database, at)
            finally:
                await database.close()
        self.seconds = time.monotonic() - began

    async def _fight(self, grounds: Grounds, database: Database) -> None:
        seeded = passwords(grounds.desk.screen)
        address = grounds.desk.address("My desk and API")
        load = Load(UnhurriedPeople(address, grounds.mailbox, seeded, chance=Random(self.seed)), self.under_way)
        await load.log_in()
        running = asyncio.create_task(load.run())
        try:
            done = 0
            for volley in plan(self.seed, self.faults):
                await asyncio.gather(*map(grounds.strike, volley))
                self.caught_up.append(await self._catch_up(volley, grounds, database))
                done += len(volley)
                self._report(done, load)
            load.end()
            await running
        finally:
            running.cancel()
            await load.people.close()
        self.lived = {name: len(numbers) for name, numbers in load.lived.items()}
        self.differences += load.failed

    async def _catch_up(self, volley: Volley, grounds: Grounds, database: Database) -> CaughtUp:
        """Time from the end of the last outage until the desk is ready and all that was due by then is done."""
        at, began = datetime.now(UTC), time.monotonic()
        work: float | None = None
        left: Backlog | None = None
        while (spent := time.monotonic() - began) < (CATCH_UP_SECONDS if work is not None else LONGEST_SECONDS):
            left = await waiting.left(database, at)
            if left and left.is_caught_up() and (work is not None or await asyncio.to_thread(grounds.desk.ready)):
                work = spent if work is None else work
                if not left.notices:
                    return CaughtUp(volley, work, spent)
            await asyncio.sleep(waiting.LOOK_SECONDS)
        if work is None:
            self.differences.append(f"{LONGEST_SECONDS:.0f} s after {_names(volley)} there wait: {left}")
        return CaughtUp(volley, work, None)

    async def _settle(self, database: Database) -> datetime:
        """The moment the desk had done everything, or gave up doing it."""
        try:
            return await waiting.settled(database, LONGEST_SECONDS)
        except waiting.NeverSettled as never:
            self.differences.append(f"at the end, {never}")
            return datetime.now(UTC)

    async def _reckon(self, grounds: Grounds, database: Database, at: datetime) -> None:
        async with httpx2.AsyncClient(base_url=grounds.mailbox, timeout=60) as client:
            mails = [mail["message_id"] for mail in (await client.get("/api/messages")).json()]
        folder = grounds.desk_folder
        keys = FileKeyStore(folder.key_file, read_master_key(folder.master_key_file))
        try:
            self.reckoning = await reconcile(database, keys, mails, at)
        finally:
            keys.close()
        late = [each for each in self.caught_up if not each.in_time and each.work is not None]
        self.differences += [f"{each.work:.0f} s to catch up after {_names(each.volley)}" for each in late]
        self.differences += self.reckoning.differences

    def _report(self, done: int, load: Load) -> None:
        last = self.caught_up[-1]
        took = f"{last.work:.1f} s" if last.work is not None else "never"
        self.tell(f"fault {done}/{self.faults}  lives {load.ended()}  caught up in {took} after {_names(last.volley)}")


def _names(volley: Volley) -> str:
    return " + ".join(map(str, volley))
