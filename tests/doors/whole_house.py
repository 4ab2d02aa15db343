"""A house on a real Temporal server with a real worker and a real mail server, whose parts tests take away."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.notify import NotifyActivities
from api.casework import NewCommand
from api.census import Census, Run
from api.findings import Report
from complaints.commands import HumanCommand
from complaints.values import Actor
from plumbing.embedded_temporal import EmbeddedTemporal, TemporalShape
from plumbing.mailbox import Mailbox, serve_smtp
from plumbing.search_attributes import as_flags
from plumbing.temporal import connect
from records import worklists
from tests.builders import AGENT, LOGISTICS_EXECUTOR, LOGISTICS_HEAD, SUPERVISOR
from tests.doors.house import EVERYBODY, House, Recording, a_house, execute, hire
from tests.doors.test_opening_api import WHOLE, keyed, opened
from tests.flow.stage import World, as_data
from workflows.complaint_case import ComplaintCase
from workflows.guard import SignalGuard
from workflows.names import SEARCH_ATTRIBUTES, TASK_QUEUE, workflow_id
from workflows.running import workflow_runner

AT_ONCE = timedelta(0)


@dataclass
class WholeHouse:
    """The house, its servers, and what people do in it."""

    house: House
    temporal: EmbeddedTemporal
    mailbox: Mailbox

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Client]:
        """A worker with every activity real but the look-up."""
        house = self.house
        record = Recording(house)
        notify = NotifyActivities(house.database, house.keys, record.post)
        client = await connect(house.settings, house.keys)
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[ComplaintCase],
            activities=[record.record, record.who_is, notify.notify, World().look_up],
            workflow_runner=workflow_runner(),
            interceptors=[SignalGuard()],
        ):
            yield client

    async def reconcile(self, **how: Any) -> Report:
        """One reconciliation, with nothing too young for it."""
        return await self.house.app.state.tools.reconciler.run(**{"settled": AT_ONCE, **how})  # type: ignore[no-any-return]

    async def found(self, **how: Any) -> list[tuple[str, str, bool]]:
        """What it found: number, code, whether repaired."""
        return [(each.number, each.code, each.repaired) for each in (await self.reconcile(**how)).findings]

    async def idle(self, number: str) -> None:
        """Wait until the case has nothing in hand: all is written and told, or refused."""
        await self.until(number, lambda run: run.is_idle)

    async def until(self, number: str, fits: Callable[[Run], bool]) -> None:
        """Wait until the case's last run is like this."""
        census = await self.census()
        async with asyncio.timeout(40):
            while not (run := await census.run(number)) or not fits(run):
                await asyncio.sleep(0.05)

    async def listed(self, number: str) -> None:
        """Wait until Temporal's list shows the case, which lags by a moment."""
        async with asyncio.timeout(30):
            while number not in await (await self.census()).running():
                await asyncio.sleep(0.05)

    async def census(self) -> Census:
        return Census(await self.house.app.state.tools.casework.line.client())

    async def open(self, key: str = "key-1") -> str:
        """A complaint, registered and written."""
        number = await opened(self.house, WHOLE, key)
        await self.house.recorded(number, "registered")
        return number

    async def send(self, number: str, by: Actor, **body: Any) -> Any:
        """A command, and what was answered."""
        async with await self.house.staff(by) as client:
            path = f"/api/v1/complaints/{number}/commands"
            return (await client.post(path, json=body, headers=keyed(str(uuid4())))).json()

    async def tell(self, number: str, by: Actor, command: HumanCommand) -> None:
        """A command the desk itself puts together."""
        async with self.house.database.transaction() as connection:
            row = await worklists.one(connection, number)
        assert row
        body = as_data(command)
        await self.house.app.state.tools.casework.submit(
            row, NewCommand(kind=command.kind, body=body), by, by.id, str(uuid4())
        )

    async def do(self, number: str, by: Actor, kind: str, fact: str, **body: Any) -> None:
        """A command that is accepted, and its fact written."""
        answer = await self.send(number, by, kind=kind, **body)
        assert answer.get("status") in ("accepted", "taken"), answer
        await self.house.recorded(number, fact)

    async def to_approving(self, number: str) -> None:
        """Everything up to a plan that waits for its approval."""
        words, until = {"text": "说明"}, (datetime.now(UTC) + timedelta(days=1)).isoformat()
        measure = {"kind": "resend", "text": "重新发货", "actor": "物流专员", "until": until}
        plan = {"cause": "运输损坏", "measures": [measure]}
        await self.do(number, AGENT, "respond", "responded", channel="phone", contacted_at=now())
        await self.do(number, AGENT, "verify", "verified", words=words)
        await self.do(number, SUPERVISOR, "endorse", "grade_endorsed", grade="general")
        department = {"party": "carrier", "department": "logistics"}
        await self.do(number, AGENT, "determine_liability", "liability_determined", **department)
        await self.do(number, LOGISTICS_HEAD, "start_handling", "handling_started", first_action="联系")
        await self.do(number, LOGISTICS_EXECUTOR, "draft_plan", "plan_drafted", plan=plan)

    def clocks(self, number: str) -> list[tuple[Any, ...]]:
        """Every clock with its times, as the record shows it."""
        return self.sql(
            "select clock, due_at, next_rung, next_rung_at, deadline.state from deadline"
            " join complaint_case using (case_id) where number = %s order by clock", number,
        )  # fmt: skip

    def facts(self, number: str) -> list[str]:
        """The kinds in the journal, in order."""
        rows = self.sql("select kind from journal join complaint_case using (case_id) where number = %s order by seq",
                        number)  # fmt: skip
        return [kind for (kind,) in rows]

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return execute(self.house.url, statement, *values)

    async def lose_temporal(self) -> None:
        """The server's store is gone; another comes up at the same address."""
        self.temporal.stop()
        for file in self.temporal.folder.glob("temporal.db*"):
            file.unlink()
        self.temporal.start()

    def keep_temporal(self, copy: Path) -> None:
        """A copy of the stopped server's store."""
        self.temporal.stop()
        shutil.copytree(self.temporal.folder, copy)
        self.temporal.start()

    def bring_temporal_back(self, copy: Path) -> None:
        """The store as it was when it was copied."""
        self.temporal.stop()
        for file in self.temporal.folder.glob("temporal.db*"):
            file.unlink()
        for file in copy.glob("temporal.db*"):
            shutil.copy(file, self.temporal.folder)
        self.temporal.start()


async def listening(whole: WholeHouse) -> None:
    """Wait until the house has its line to a server that was away."""
    async with asyncio.timeout(30):
        while not await whole.house.app.state.tools.casework.is_there():
            await asyncio.sleep(0.1)


def workflow(client: Client, number: str) -> WorkflowHandle[Any, Any]:
    return client.get_workflow_handle(workflow_id(number))


def now() -> str:
    return datetime.now(UTC).isoformat()


@asynccontextmanager
async def a_whole_house(folder: Path, url: str) -> AsyncIterator[WholeHouse]:
    """Servers up, staff hired, no worker yet."""
    for person in EVERYBODY:
        hire(url, person)
    temporal = EmbeddedTemporal(
        folder / "temporal", shape=TemporalShape(search_attributes=as_flags(SEARCH_ATTRIBUTES))
    )
    temporal.start()
    mailbox = Mailbox()
    async with a_house(folder, url, temporal.address) as house:
        smtp = serve_smtp(mailbox, "127.0.0.1", house.settings.smtp_port)
        try:
            yield WholeHouse(house, temporal, mailbox)
        finally:
            smtp.stop()
            temporal.stop()
