"""Compares the cases of the record with their workflows, both ways: who is open here and there, clocks, what is shown.

It only looks. Every difference is asked for twice, the second time of the workflow and the row themselves, in an order
in which a case that merely goes on meanwhile is never taken for one that is wrong: what a workflow has decided it
writes, so a row read first can't know more than the workflow asked after it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zlib import crc32

from pydantic import TypeAdapter
from temporalio.client import WorkflowExecutionStatus as Status

from api.census import GIVEN_UP_AFTER, Census, Run, Silent, Wedged, asked_of_each
from api.findings import Finding, about
from complaints.orders import CaseView
from complaints.vocabulary import Stage
from records import reconciliation, worklists
from records.database import Database
from records.reconciliation import Standing

SHARE = 200
"""How many cases a scheduled reconciliation looks into beside the suspicious; the next one takes others."""

ALIKE = timedelta(seconds=1)

ENDED: dict[Status, str] = {
    Status.TERMINATED: "aborted",
    Status.COMPLETED: "ended_unrecorded",
    Status.FAILED: "failed",
    Status.TIMED_OUT: "failed",
    Status.CANCELED: "failed",
}
"""What it means that an open case's workflow ended like this."""

VIEW = TypeAdapter(CaseView)
CLOCK = ("due_at", "next_rung_at", "state", "paused", "level")


class Comparison:
    """One look at every case; `turn` says which share is also looked into, None all of them."""

    def __init__(self, database: Database, census: Census, *, settled: timedelta, turn: int | None) -> None:
        self._database = database
        self._census = census
        self._settled = settled
        self._turn = turn
        self._running: dict[str, datetime | None] = {}
        self._wedged: frozenset[str] = frozenset()
        self.open: dict[str, Standing] = {}
        self.answered = 0
        self.silent = 0

    async def findings(self) -> list[Finding]:
        """Cases against workflows, then workflows against cases."""
        async with self._database.transaction() as connection:
            cases = await reconciliation.open_cases(connection, self._settled)
        self.open = {each.number: each for each in cases}
        self._running = await self._census.running()
        self._wedged = await self._census.wedged()
        strangers = [number for number in self._running if number not in self.open]
        found = await asked_of_each(self._case, cases) + await asked_of_each(self._stranger, strangers)
        return [*found, *self._silence()]

    def _silence(self) -> Iterable[Finding]:
        if self.silent and not self.answered:
            yield Finding(code="silent")

    # ── one case ──

    async def _case(self, case: Standing) -> list[Finding]:
        if case.number in self._wedged:
            return [about(case, "wedged")]
        if case.number not in self._running:
            return await self._without_workflow(case)
        if case.aborted_at is not None or self._is_suspicious(case) or self._is_its_turn(case):
            return await self._looked_into(case)
        return []

    def _is_suspicious(self, case: Standing) -> bool:
        shown = self._running[case.number]
        if shown is None or case.next_due is None or case.state == "opening":
            return True
        return abs(shown - case.next_due) > ALIKE

    def _is_its_turn(self, case: Standing) -> bool:
        if self._turn is None:
            return True
        slots = max(1, -(-len(self.open) // SHARE))
        return crc32(case.case_id.encode()) % slots == self._turn % slots

    async def _without_workflow(self, case: Standing) -> list[Finding]:
        run = await self._census.run(case.number)
        now = await self._standing(case.number)
        if now is None or now.state == "ended":
            return []
        if run is None:
            code = "not_started" if now.state == "opening" else "lost"
        elif run.status not in ENDED:  # it only hadn't reached Temporal's list yet
            return []
        else:
            code = ENDED[run.status]
        return [about(now, "aborted" if now.aborted_at and code != "ended_unrecorded" else code)]

    async def _looked_into(self, case: Standing) -> list[Finding]:
        """What the workflow says of itself against the row read before it was asked."""
        if self.silent - self.answered >= GIVEN_UP_AFTER:
            return []
        try:
            seen = await self._census.view(case.number)
        except Wedged:
            return [about(case, "wedged")]
        except Silent:
            return await self._unanswered(case)
        self.answered += 1
        run = await self._census.run(case.number)
        if run is None or not run.is_running:
            return []
        found = [about(case, "brought_back")] if case.aborted_at else []
        return [*found, *await self._differences(case, seen, run)]

    async def _unanswered(self, case: Standing) -> list[Finding]:
        """A worker that can't go on with a case doesn't answer for it either."""
        run = await self._census.run(case.number)
        if run is not None and run.is_wedged:
            return [about(case, "wedged")]
        self.silent += 1
        return []

    async def _differences(self, case: Standing, seen: CaseView | None, run: Run) -> list[Finding]:
        version = seen.version if seen else 0
        if "JournalDiffers" in run.failures:
            return [about(case, "differs")]
        if case.version > version:
            return [about(case, "older")]
        if seen is None:
            return []
        if version > case.version:
            return await self._behind(case, version, run)
        found = [] if seen.clocks or seen.stage is Stage.ARCHIVED else [about(case, "no_clock")]
        return found if await self._shown_right(case, seen) else [*found, about(case, "shown_wrongly", seen)]

    async def _behind(self, case: Standing, version: int, run: Run) -> list[Finding]:
        """The workflow is ahead of the row: right while it writes, wrong once it has nothing left to write."""
        comes_too_early = "ValueError" in run.failures
        if not comes_too_early and ("record" in run.acts or run.thinks):
            return []
        now = await self._standing(case.number)
        if now is None or now.version >= version:
            return []
        return [about(case, "record_behind", note=f"#{now.version + 1} to #{version}")]

    async def _shown_right(self, case: Standing, seen: CaseView) -> bool:
        async with self._database.transaction() as connection:
            row = await worklists.one(connection, case.number)
            shown = await worklists.deadlines(connection, case.case_id)
        if row is None or row["version"] != seen.version:  # it went on meanwhile
            return True
        # Read rather than compared as text: a row written before a field was added shows the same case.
        same = VIEW.validate_python(row["view"]) == seen and row["next_due"] == seen.next_due
        clocks = {each.key: tuple(getattr(each, name) for name in CLOCK) for each in seen.clocks}
        return same and clocks == {each["clock"]: tuple(each[name] for name in CLOCK) for each in shown}

    # ── a workflow without an open case ──

    async def _stranger(self, number: str) -> list[Finding]:
        case = await self._standing(number)
        if case is None:
            return [Finding(code="unknown_case", number=number)]
        if case.state != "ended":  # it was opened a moment ago
            return []
        run = await self._census.run(number)
        return [about(case, "outlived")] if run and run.is_running and run.is_idle else []

    async def _standing(self, number: str) -> Standing | None:
        async with self._database.transaction() as connection:
            return await reconciliation.standing(connection, number)
