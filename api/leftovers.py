"""What was left lying: commands nobody knows the outcome of, and notices nobody sends any more.

It only looks; a command or notice that is on its way is left to whoever has it in hand.
"""

from datetime import timedelta

from api.census import Census, Silent, Wedged, asked_of_each
from api.findings import Finding, about
from plumbing.keys import KeyStore
from records import notices, receipts, reconciliation
from records.database import Database
from records.notices import Outgoing
from records.receipts import Receipt
from records.reconciliation import Standing


class Leftovers:
    """One look at receipts and notices older than `settled`."""

    def __init__(self, database: Database, keys: KeyStore, census: Census, *, settled: timedelta) -> None:
        self._database = database
        self._keys = keys
        self._census = census
        self._settled = settled

    async def commands(self) -> list[Finding]:
        """Commands without an outcome, though they were taken long enough ago."""
        async with self._database.transaction() as connection:
            waiting = await receipts.unsettled(connection, self._keys, self._settled)
        return await asked_of_each(self._command, waiting)

    async def _command(self, waiting: tuple[Receipt, str]) -> list[Finding]:
        """An aborted case's commands wait with it; they are sent when it is brought back."""
        receipt = waiting[0]
        async with self._database.transaction() as connection:
            case = await reconciliation.standing(connection, receipt.number)
        if case is None or case.aborted_at is not None:
            return []
        if case.state == "ended":
            return [about(case, "too_late", waiting, receipt.kind)]
        try:
            return await self._heard(case, waiting)
        except (Silent, Wedged):
            return []

    async def _heard(self, case: Standing, waiting: tuple[Receipt, str]) -> list[Finding]:
        receipt = waiting[0]
        run = await self._census.run(case.number)
        if run is None or not run.is_running:
            return []
        outcome = await self._census.outcome(case.number, receipt.command_id)
        if outcome is None:
            return [about(case, "unheard", waiting, receipt.kind)]
        # Nobody may hear an answer that isn't in the record.
        written = max(outcome.facts, default=0) <= case.version
        return [about(case, "unsettled", outcome, receipt.kind)] if written and run.is_idle else []

    async def letters(self) -> list[Finding]:
        """Notices begun and not settled, while nothing runs any more that would settle them."""
        async with self._database.transaction() as connection:
            begun = await notices.left(connection, self._keys, self._settled)
        return await asked_of_each(self._letter, begun)

    async def _letter(self, begun: Outgoing) -> list[Finding]:
        run = await self._census.run(begun.number)
        if run and run.is_running and not run.is_idle:
            return []
        return [Finding(code="notice_left", number=begun.number, note=begun.template, subject=begun)]
