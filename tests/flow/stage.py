"""A stage for the workflow: the time-skipping server, a real worker, and a world that only remembers.

The world can be told to be away. Payloads are marked authentic as the codec would mark them, unless sent by hand.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from complaints.commands import HumanCommand
from complaints.facts import Entry
from complaints.orders import (
    CaseView,
    Delivery,
    LookUpOrder,
    LookUpResult,
    Notice,
    NotifyOrder,
    NotifyResult,
    Outcome,
    RecordOrder,
    RevisitOrder,
    WhoIs,
)
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import LookUpStatus, Role
from tests.builders import AGENT, arrived, rules
from workflows import names
from workflows.complaint_case import ComplaintCase
from workflows.guard import SignalGuard
from workflows.messages import CaseStart, Envelope
from workflows.running import workflow_runner


class AuthenticConverter(PydanticPayloadConverter):
    """Marks every payload authentic, as the codec marks what it could open."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        payloads = super().to_payloads(values)
        for payload in payloads:
            payload.metadata["authentic"] = b"1"
        return payloads


AUTHENTIC = DataConverter(payload_converter_class=AuthenticConverter)


HOUR = timedelta(hours=1)


class Away(ApplicationError):
    """The world doesn't answer."""


@dataclass
class World:
    """Stub activities, registered by the real ones' names: they remember what was asked of them."""

    recorded: dict[int, Entry] = field(default_factory=dict)
    views: list[CaseView] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    notified_at: list[datetime] = field(default_factory=list)
    staff: dict[str, Actor] = field(default_factory=dict)
    found: LookUpResult = field(default_factory=lambda: LookUpResult(status=LookUpStatus.FOUND))
    look_ups: int = 0
    revisits: int = 0
    database_away: bool = False
    company_away: bool = False
    mail_away: bool = False
    sent_again: int = 0
    undeliverable: frozenset[str] = frozenset()
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @activity.defn(name="record")
    async def record(self, order: RecordOrder) -> NotifyResult:
        if self.database_away:
            raise Away("the database is away")
        self.recorded.update({entry.seq: entry for entry in order.entries})
        self.views.append(order.view)
        self.outcomes += order.outcomes
        self.changed.set()
        if self.mail_away:
            return NotifyResult(deliveries=(), waiting=tuple(each.key for each in order.notices))
        return self._sent(order.notices)

    @activity.defn(name="notify")
    async def notify(self, order: NotifyOrder) -> NotifyResult:
        if self.database_away or self.mail_away:
            raise Away("the database or the mail server is away")
        self.sent_again += len(order.notices)
        return self._sent(order.notices)

    def _sent(self, notices: tuple[Notice, ...]) -> NotifyResult:
        self.notices += notices
        return NotifyResult(deliveries=tuple(self._delivery(each) for each in notices))

    def _delivery(self, notice: Notice) -> Delivery:
        refused = notice.template in self.undeliverable
        return Delivery(
            notice_key=notice.key,
            template=notice.template,
            delivered=not refused,
            to_customer=notice.recipient.role is Role.CUSTOMER,
            at=activity.info().current_attempt_scheduled_time,
            reason="no_address" if refused else "",
        )

    @activity.defn(name="look_up")
    async def look_up(self, order: LookUpOrder) -> LookUpResult:
        self.look_ups += 1
        if self.company_away:
            raise Away("the company's server is away")
        return self.found

    @activity.defn(name="who_is")
    async def who_is(self, staff_id: str) -> WhoIs:
        return WhoIs(actor=self.staff.get(staff_id))

    @activity.defn(name="number_revisit")
    async def number_revisit(self, order: RevisitOrder) -> str:
        if self.database_away:
            raise Away("the database is away")
        self.revisits += 1
        return f"HF{order.called_at:%Y%m}{self.revisits:03}"

    def activities(self) -> list[Any]:
        return [self.record, self.notify, self.look_up, self.who_is, self.number_revisit]

    def facts(self, kind: str) -> list[Any]:
        return [entry.fact for _, entry in sorted(self.recorded.items()) if entry.fact.kind == kind]


@dataclass
class Play:
    """One case on the stage."""

    env: WorkflowEnvironment
    client: Client
    by_hand: Client
    world: World
    handle: WorkflowHandle[Any, str]
    count: int = 0

    async def now(self) -> datetime:
        return await self.env.get_current_time()

    async def skip(self, **span: float) -> None:
        """Let time pass, an hour at a time: the test server answers each only when all in it is done."""
        left = timedelta(**span)
        while left > timedelta(0):
            await self.env.sleep(min(left, HOUR))
            left -= HOUR

    async def signal(
        self,
        command: HumanCommand | dict[str, Any],
        actor: Actor,
        *,
        kind: str = "",
        command_id: str | None = None,
        taken_at: datetime | None = None,
        expected_version: int | None = None,
    ) -> str:
        """Send a command as the API does; the answer is its id."""
        self.count += 1
        body = command if isinstance(command, dict) else as_data(command)
        envelope = Envelope(
            command_id=command_id or f"c{self.count}",
            actor=actor,
            taken_at=taken_at or await self.now(),
            expected_version=expected_version,
            body=body,
        )
        await self.handle.signal(kind or body["kind"], envelope)
        return envelope.command_id

    async def outcome(self, command_id: str) -> Outcome | None:
        return await self.handle.query(names.OUTCOME_QUERY, command_id, result_type=Outcome | None)  # type: ignore[arg-type]

    async def do(self, command: HumanCommand, actor: Actor, **more: Any) -> Outcome:
        """Send a command and insist that it is accepted."""
        outcome = await self.outcome(await self.signal(command, actor, **more))
        assert outcome is not None
        assert outcome.verdict == "accepted", outcome
        return outcome

    async def settled(self) -> None:
        """Wait until everything decided so far is recorded."""
        version = (await self.view()).version
        async with asyncio.timeout(20):
            while version not in self.world.recorded:
                await self.world.changed.wait()
                self.world.changed.clear()

    async def view(self) -> CaseView:
        return await self.handle.query(names.VIEW_QUERY, result_type=CaseView)


def as_data(command: HumanCommand) -> dict[str, Any]:
    """A command as JSON would carry it."""
    payload = pydantic_data_converter.payload_converter.to_payload(command)
    data: dict[str, Any] = pydantic_data_converter.payload_converter.from_payload(payload, dict)
    return data


def case_start(at: datetime, arrived_at: datetime | None = None, **changes: Any) -> CaseStart:
    start = CaseStart(
        case_id="0190a0a0-0000-7000-8000-000000000001",
        number="20260520001",
        policy="sop",
        policy_version="1",
        rules=rules(at),
        arrived=arrived(arrived_at or at),
        opened_by=AGENT,
        opened_at=at,
        opening_id="open",
    )
    return replace(start, **changes)


def worker(client: Client, world: World, queue: str, **options: Any) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=[ComplaintCase],
        activities=world.activities(),
        workflow_runner=workflow_runner(),
        interceptors=[SignalGuard()],
        **options,
    )


def with_converter(client: Client, converter: DataConverter) -> Client:
    return Client(**{**client.config(), "data_converter": converter})


async def add_search_attributes(client: Client) -> None:
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            search_attributes={key.name: key.indexed_value_type.value for key in names.SEARCH_ATTRIBUTES},
            namespace=client.namespace,
        )
    )


@asynccontextmanager
async def playing(
    env: WorkflowEnvironment, world: World | None = None, rules_: Rules | None = None, **changes: Any
) -> AsyncIterator[Play]:
    """A case just arrived, with a worker running."""
    world = world or World()
    await add_search_attributes(env.client)
    client = with_converter(env.client, AUTHENTIC)
    at = await env.get_current_time()
    start = case_start(at, **changes)
    if rules_:
        start = replace(start, rules=rules_)
    queue = f"test-{uuid4()}"
    async with worker(client, world, queue):
        handle = await client.start_workflow(
            ComplaintCase.run, start, id=names.workflow_id(start.number), task_queue=queue
        )
        yield Play(env, client, with_converter(env.client, pydantic_data_converter), world, handle)
