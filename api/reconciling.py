"""The reconciliation: compares, repairs, and keeps the figures; one process of a desk at a time.

The sweeper's slower, thorough sister: scheduled in the API it repairs by itself, but not a flood. More lost cases than
a few look like a wrong Temporal, and a case started there too would live twice; then a person calls `desk reconcile`.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog
from temporalio.service import RPCError

from activities.mending import Mending
from api.casework import Casework
from api.census import Census
from api.comparing import Comparison
from api.findings import Finding, Report
from api.leftovers import Leftovers
from api.line import TemporalAway
from api.repairs import Repairs
from plumbing.keys import KeyStore, KeyStoreAway
from records import locks, reconciliation
from records.database import Database, DatabaseAway

LOCK = "reconcile"
SETTLED = timedelta(minutes=1)
"""What is younger is still on its way."""

FEW = 20
"""So many lost cases are restarted without a person."""

log = structlog.get_logger(__name__)


class Busy(Exception):
    """Another process reconciles just now."""


class NotToRestart(Exception):
    """The case can't be brought back, and why."""


class Reconciler:
    """Compares and repairs with one desk's tools."""

    def __init__(self, database: Database, keys: KeyStore, casework: Casework, mending: Mending) -> None:
        self._database = database
        self._keys = keys
        self._casework = casework
        self._mending = mending
        self._turn = 0

    async def run(
        self, *, whole: bool = True, repairing: bool = True, few: int | None = None, settled: timedelta = SETTLED
    ) -> Report:
        """Compare, repair unless only asked to look, keep the figures; raises Busy, TemporalAway, DatabaseAway."""
        client = await self._casework.line.client()
        repairs = Repairs(self._database, self._keys, self._casework, self._mending, client)
        census = Census(client)
        self._turn += 1
        turn = None if whole else self._turn
        comparison = Comparison(self._database, census, settled=settled, turn=turn)
        leftovers = Leftovers(self._database, self._keys, census, settled=settled)
        async with self._database.transaction() as held:
            if not await locks.try_hold(held, LOCK):
                raise Busy
            found: list[Finding] = []
            # Workflows first: a receipt can be sent, and a notice judged, only when its case goes on.
            for compare in (comparison.findings, leftovers.commands, leftovers.letters):
                fresh = _braked(await compare(), few)
                found += [await repairs.repair(each) for each in fresh] if repairing else fresh
            report = Report(
                findings=tuple(found), compared=len(comparison.open), looked_into=comparison.answered
            )
            if repairing:
                async with self._database.transaction() as connection:
                    await reconciliation.keep(connection, report.figures())
        _tell(report)
        return report

    async def bring_back(self, number: str) -> None:
        """Restart a case whose workflow is gone, as the record tells it; raises NotToRestart."""
        client = await self._casework.line.client()
        repairs = Repairs(self._database, self._keys, self._casework, self._mending, client)
        async with self._database.transaction() as held:
            if not await locks.try_hold(held, LOCK):
                raise Busy
            async with self._database.transaction() as connection:
                case = await reconciliation.standing(connection, number)
            if case is None or case.state == "ended":
                raise NotToRestart(f"There is no open case {number}.")
            run = await Census(client).run(number)
            if run is not None and run.is_running:
                raise NotToRestart(f"The workflow of {number} runs; there is nothing to bring back.")
            done = await repairs.repair(Finding(code="lost", number=number, case=case))
        if not done.repaired:
            raise NotToRestart(f"{number}: {done.kind.says}; {done.kind.done}.")
        log.warning("brought back", number=number)


async def reconcile_for_ever(reconciler: Reconciler, seconds: float) -> None:
    """Every few minutes compare and repair; what is away now is there the next time."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await reconciler.run(whole=False, few=FEW)
        except Busy:
            continue
        except (DatabaseAway, KeyStoreAway, TemporalAway, RPCError) as error:
            log.warning("reconciling waits", reason=type(error).__name__)
        except Exception:  # one odd case must not end the reconciling; the engineers see it in the log
            log.exception("reconciling failed")


def _braked(found: list[Finding], few: int | None) -> list[Finding]:
    """With too many cases lost at once, none is restarted."""
    lost = [each for each in found if each.code == "lost"]
    if few is None or len(lost) <= few:
        return found
    return [replace(each, code="many_lost") if each.code == "lost" else each for each in found]


def _tell(report: Report) -> None:
    for each in report.findings:
        say = log.warning if each.repaired else log.error
        say("a difference", number=each.number, code=each.code, repaired=each.repaired)
