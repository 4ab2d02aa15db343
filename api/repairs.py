"""Repairs what a reconciliation found, kind by kind in one table; each repair may be done twice."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from json import loads
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.mending import Mending
from api.casework import Casework
from api.findings import Finding
from api.restarting import BrokenJournal, from_the_record, restart
from complaints.orders import RecordOrder
from complaints.view import view
from plumbing.keys import KeyStore
from records import cases, receipts, reconciliation
from records.database import Database
from records.reconciliation import Standing
from records.sealed import Unreadable

log = structlog.get_logger(__name__)


class Repairs:
    """Everything a repair needs."""

    def __init__(
        self, database: Database, keys: KeyStore, casework: Casework, mending: Mending, client: Client
    ) -> None:
        self._database = database
        self._keys = keys
        self._casework = casework
        self._mending = mending
        self._client = client

    async def repair(self, found: Finding) -> Finding:
        """The finding, repaired where it can be; one that turns out worse comes back as what it is."""
        wanted = _REPAIRS.get(found.code)
        if wanted is None:
            return found
        try:
            return replace(found, repaired=await wanted(self, found))
        except Unreadable:
            return replace(found, code="unreadable")
        except BrokenJournal:
            return replace(found, code="broken")
        except WorkflowAlreadyStartedError:  # somebody else was faster
            return replace(found, repaired=True)
        except (RPCError, TimeoutError) as error:
            log.warning("repair waits", number=found.number, code=found.code, error=type(error).__name__)
            return found

    # ── workflows ──

    async def _start(self, found: Finding) -> bool:
        case = _case(found)
        async with self._database.transaction() as connection:
            start = await cases.start_input(connection, self._keys, case.case_id)
        return await self._casework.start_quietly(case.case_id, case.number, start)

    async def _restart(self, found: Finding) -> bool:
        return await self.restart(_case(found))

    async def _replace(self, found: Finding) -> bool:
        return await self.restart(_case(found), replacing=True)

    async def restart(self, case: Standing, *, replacing: bool = False) -> bool:
        """A new run from the record, then every command it may not have heard of."""
        async with self._database.transaction() as connection:
            start = await from_the_record(connection, self._keys, case.case_id, case.number)
        await restart(self._client, start, replacing=replacing)
        async with self._database.transaction() as connection:
            await cases.mark_started(connection, case.case_id)
            await reconciliation.mark_going_on(connection, case.case_id)
            waiting = await receipts.unsettled_of(connection, self._keys, case.case_id)
        for receipt, envelope in waiting:
            await self._casework.tell(receipt, loads(envelope))
        return True

    async def _mark_aborted(self, found: Finding) -> bool:
        """Said in the record, and left to a person: whoever terminated it may have had a reason."""
        async with self._database.transaction() as connection:
            await cases.mark_started(connection, _case(found).case_id)
            await reconciliation.mark_aborted(connection, _case(found).case_id)
        return False

    async def _mark_going_on(self, found: Finding) -> bool:
        async with self._database.transaction() as connection:
            await reconciliation.mark_going_on(connection, _case(found).case_id)
        return True

    # ── record, receipts, notices ──

    async def _show_again(self, found: Finding) -> bool:
        """Only where journal and workflow agree; which of them is right no program can say."""
        case, seen = _case(found), found.subject
        async with self._database.transaction() as connection:
            start = await from_the_record(connection, self._keys, case.case_id, case.number)
        if start.carried is None or view(start.carried.case, start.rules) != seen:
            return False
        order = RecordOrder(
            case_id=case.case_id, number=case.number, policy=start.policy, policy_version=start.policy_version,
            entries=(), view=seen, outcomes=(),
        )  # fmt: skip
        await self._mending.show_again(order)
        return True

    async def _settle(self, found: Finding) -> bool:
        async with self._database.transaction() as connection:
            await receipts.settle(connection, [found.subject])
        return True

    async def _tell(self, found: Finding) -> bool:
        """Sent again; where the case has ended meanwhile, refused."""
        receipt, envelope = found.subject
        told = await self._casework.tell(receipt, loads(envelope))
        return told.signalled or told.verdict is not None

    async def _send(self, found: Finding) -> bool:
        return await self._mending.send_left(found.subject)


def _case(found: Finding) -> Standing:
    assert found.case is not None, "this kind of finding is about a case of the record"
    return found.case


_REPAIRS: dict[str, Callable[[Any, Finding], Awaitable[bool]]] = {
    "not_started": Repairs._start,
    "lost": Repairs._restart,
    "failed": Repairs._restart,
    "older": Repairs._replace,
    "differs": Repairs._replace,
    "aborted": Repairs._mark_aborted,
    "brought_back": Repairs._mark_going_on,
    "shown_wrongly": Repairs._show_again,
    "unsettled": Repairs._settle,
    "unheard": Repairs._tell,
    "too_late": Repairs._tell,
    "notice_left": Repairs._send,
}
