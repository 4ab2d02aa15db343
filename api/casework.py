"""Opens cases, submits commands, asks what became of them: the one link between the doors and Temporal.

What people send is first noted in the database, then told to the workflow. A crash or an absent Temporal in between
loses nothing: the sweeper starts what was only opened and sends again what was never taken.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
import uuid_utils
from pydantic import TypeAdapter
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.errors import DoorError
from api.line import Line, TemporalAway
from api.opening import (
    FutureArrival,
    NewComplaint,
    as_data,
    case_start,
    check_arrival,
    check_at_once,
    check_channel,
    command_id,
    opening_row,
)
from api.verdicts import Verdicts
from complaints.case import Case
from complaints.decide import allowed
from complaints.values import Actor
from plumbing.keys import KeyStore
from policies import Policy, load
from policies import keys as policy_keys
from policies.document import Document
from records import cases, counters, locks, receipts, thread, worklists
from records import policies as kept_policies
from records.cases import Opened
from records.database import Database
from records.receipts import Receipt
from records.shelf import NoSuchPolicy, Shelf
from workflows import names
from workflows.messages import CaseStart, Envelope

ANSWER_SECONDS = 2.0
"""How long a caller waits for the outcome of a command before getting a receipt instead."""

CALL_TIMEOUT = timedelta(seconds=1)

SETTLING = timedelta(seconds=5)
"""Older than this, an opening or a receipt is the sweeper's."""

START = TypeAdapter(CaseStart)
ACTOR = TypeAdapter(Actor)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class NewCommand:
    """A command to send, its body as loose data that fits its kind."""

    kind: str
    body: dict[str, Any]
    expected_version: int | None = None


__all__ = ["Casework", "FutureArrival", "NewCommand", "NewComplaint", "NoSuchPolicy", "command_id"]


class Casework:
    """The desk's back office, one for the process."""

    def __init__(
        self,
        database: Database,
        keys: KeyStore,
        connect: Callable[[], Awaitable[Client]],
        offered: Sequence[str],
    ) -> None:
        self._database = database
        self._keys = keys
        self.line = Line(connect)
        self._verdicts = Verdicts(database, self.line)
        self.shelf = Shelf(offered)

    async def is_there(self) -> bool:
        """Whether Temporal answers."""
        return await self.line.is_there()

    # ── opening ──

    async def open(self, new: NewComplaint, actor: Actor, caller: str, key: str) -> tuple[Opened, bool]:
        """Give the complaint its number and start its workflow, now or when Temporal is back; whether it is new."""
        digest = self.digest("open", as_data(new))
        async with self._database.transaction() as connection:
            known = await cases.earlier(connection, caller, key, digest)
            if known is not None:
                return known, False
            policy = await self.shelf.newest(connection, new.policy)
            check_channel(new, policy)
            at = await cases.now(connection)
            check_arrival(new, at)
            number = policy.number(at, await counters.take(connection, policy.counter(at, new.channel)), new.channel)
            case_id = str(uuid_utils.uuid7())
            case_key = self._keys.create(names.workflow_id(number), case_id)
            calendar = await self.shelf.calendar(connection, policy)
            start = case_start(new, policy, case_id, number, actor, at, command_id(caller, "", key), calendar)
            check_at_once(start)
            start_input = START.dump_json(start).decode()
            await kept_policies.store(connection, policy)
            opening = opening_row(new, start, caller, key, digest, start_input)
            await cases.open_case(connection, self._keys, case_key, opening)
        await self.start_quietly(case_id, number, start_input)
        return Opened(case_id, number, policy.key, "opening"), True

    async def start_quietly(self, case_id: str, number: str, start_input: str) -> bool:
        """Start the workflow; where Temporal is away the opening stays for the sweeper."""
        try:
            await self._start(case_id, number, start_input)
        except (TemporalAway, RPCError, TimeoutError) as error:
            log.warning("start deferred", number=number, error=type(error).__name__)
            return False
        return True

    async def _start(self, case_id: str, number: str, start_input: str) -> None:
        client = await self.line.client()
        start = START.validate_json(start_input)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await client.start_workflow(
                    names.COMPLAINT_CASE,
                    start,
                    id=names.workflow_id(number),
                    task_queue=names.TASK_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    static_summary=f"{number} · {start.policy} · {start.arrived.channel.value}",
                    rpc_timeout=CALL_TIMEOUT,
                )
        except WorkflowAlreadyStartedError:
            log.info("started already", number=number)
        async with self._database.transaction() as connection:
            await cases.mark_started(connection, case_id)

    # ── commands ──

    async def submit(
        self, row: Mapping[str, Any], new: NewCommand, actor: Actor, caller: str, key: str
    ) -> Receipt:
        """Note a command, tell the workflow, and say what became of it if that is known in time."""
        until = time.monotonic() + ANSWER_SECONDS
        envelope = {
            "actor": ACTOR.dump_python(actor, mode="json"),
            "expected_version": new.expected_version,
            "body": new.body,
        }
        receipt = await self._note(row, new.kind, json.dumps(envelope), caller, key)
        if receipt.verdict is None:
            receipt = await self.tell(receipt, envelope)
        if receipt.verdict is None and receipt.signalled:
            receipt = await self._verdicts.answered(receipt, until)
        return receipt

    async def _note(self, row: Mapping[str, Any], kind: str, envelope: str, caller: str, key: str) -> Receipt:
        case_key = self._keys.for_case(row["case_id"])
        if case_key is None:
            raise DoorError(410, "erased", "The personal data of this case were erased; it takes nothing more.")
        async with self._database.transaction() as connection:
            receipt, _ = await receipts.take(
                connection,
                case_key,
                command_id=command_id(caller, row["case_id"], key),
                case_id=row["case_id"],
                number=row["number"],
                kind=kind,
                caller=caller,
                request_hash=self.digest("command", kind, envelope),
                envelope=envelope,
            )
        return receipt

    async def tell(self, receipt: Receipt, envelope: dict[str, Any]) -> Receipt:
        """Send the signal; where that isn't possible now the receipt stays for the sweeper."""
        try:
            return await self._signal(receipt, envelope)
        except (TemporalAway, RPCError, TimeoutError) as error:
            log.warning("signal deferred", number=receipt.number, kind=receipt.kind, error=type(error).__name__)
            return receipt

    async def _signal(self, receipt: Receipt, envelope: dict[str, Any]) -> Receipt:
        handle = await self.line.case(receipt.number)
        sending = Envelope(
            command_id=receipt.command_id,
            actor=ACTOR.validate_python(envelope["actor"]),
            taken_at=receipt.taken_at,
            expected_version=envelope["expected_version"],
            body=envelope["body"],
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await handle.signal(receipt.kind, sending, rpc_timeout=CALL_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._without_workflow(receipt)
        async with self._database.transaction() as connection:
            await receipts.mark_signalled(connection, receipt.command_id)
        return replace(receipt, signalled=True)

    async def _without_workflow(self, receipt: Receipt) -> Receipt:
        """No workflow runs under the number: it hasn't started yet, or it has ended and takes nothing more."""
        async with self._database.transaction() as connection:
            row = await worklists.by_id(connection, receipt.case_id)
            state = row["state"] if row else "ended"
            if state == "ended":
                says = "This case is archived; a new complaint can be opened and linked to it."
                await receipts.refuse(connection, receipt.command_id, "archived", says)
                return await receipts.by_id(connection, receipt.command_id) or receipt
        if row and state == "open" and row["aborted_at"] is None:
            log.error("no workflow for an open case", number=receipt.number)
        return receipt

    async def outcome(self, receipt: Receipt) -> Receipt:
        """The receipt with what is known of its command now, also where the record is behind the workflow."""
        if receipt.verdict is not None or not receipt.signalled:
            return receipt
        return await self._verdicts.heard(receipt, time.monotonic() + CALL_TIMEOUT.total_seconds())

    # ── what the rules say of a case ──

    async def allowed(self, row: Mapping[str, Any], actor: Actor) -> tuple[str, ...]:
        """The commands this person's roles may send to the case now."""
        async with self._database.transaction() as connection:
            body = await kept_policies.body(connection, row["policy"], row["policy_version"])
            policy = _policy(row, body)
            rules = policy.rules(
                row["opened_at"], await self.shelf.calendar(connection, policy), row["arrived_at"]
            )
            if row["version"] == 0:
                return allowed(_just_arrived(row), actor, rules)
            case, _ = await thread.rebuild(connection, row["case_id"], row["number"], rules)
        return allowed(case, actor, rules)

    async def policies(self) -> list[dict[str, Any]]:
        """The policies a complaint may be opened under: key, version and title."""
        async with self._database.transaction() as connection:
            offered = await self.shelf.all(connection)
        return [
            {"key": each.key, "version": each.version, "title": each.document.policy.title.model_dump()}
            for each in offered
        ]

    async def policy(self, key: str) -> dict[str, Any]:
        """The whole of a policy as new cases get it; raises NoSuchPolicy."""
        async with self._database.transaction() as connection:
            policy = await self.shelf.newest(connection, key)
        return {"key": policy.key, "version": policy.version, **policy.document.model_dump(mode="json")}

    # ── what a crash or an absent Temporal left ──

    async def sweep(self, older_than: timedelta = SETTLING) -> tuple[int, int]:
        """Start what was only opened, send again what was never taken: how many of each; one process at a time."""
        if not await self.is_there():
            return 0, 0
        async with self._database.transaction() as held:
            if not await locks.try_hold(held, "sweep"):
                return 0, 0
            async with self._database.transaction() as connection:
                openings = await cases.unstarted(connection, self._keys, older_than)
            started = [await self.start_quietly(*opening) for opening in openings]
            # Read after the starts: what was said to a case that hadn't started can be sent now.
            async with self._database.transaction() as connection:
                waiting = await receipts.unsignalled(connection, self._keys, older_than)
            sent = [await self.tell(receipt, json.loads(envelope)) for receipt, envelope in waiting]
        return sum(started), sum(each.signalled for each in sent)

    def digest(self, *parts: Any) -> str:
        """What tells a repeat from another request, keyed: a complaint can't be guessed from it."""
        content = json.dumps(parts, sort_keys=True, default=str)
        return hmac.new(self._keys.lookup_key(), content.encode(), hashlib.sha256).hexdigest()


def _policy(row: Mapping[str, Any], body: dict[str, Any]) -> Policy:
    """The policy the case is judged by, which may be older than the shipped one."""
    shipped = load(row["policy"]) if row["policy"] in policy_keys(with_demo=True) else None
    if shipped is not None and (shipped.version == row["policy_version"] or not body):
        return shipped
    return Policy(Document.model_validate(body), body, {})


def _just_arrived(row: Mapping[str, Any]) -> Case:
    return Case(number=row["number"], arrived_at=row["arrived_at"], opened_at=row["opened_at"])
