"""A desk with its doors for tests: the whole application on a real PostgreSQL, and people who come in.

Temporal is away unless a test brings it: then a real worker records to the same database, and only mail and the
company's records are stood in for.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from fastapi import FastAPI
from pwdlib import PasswordHash
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.number_revisit import RevisitActivities
from activities.post import Post
from activities.record import RecordActivities
from api.app import create_app
from complaints.orders import NotifyResult, RecordOrder
from complaints.values import Actor
from complaints.vocabulary import Role
from plumbing.keys import FileKeyStore
from plumbing.links import make_token
from plumbing.ports import free_port
from plumbing.settings import Settings
from plumbing.temporal import data_converter
from records import people
from records.database import Database
from records.people import Staff
from tests.builders import (
    AGENT,
    DIRECTOR,
    EXECUTIVE,
    LOGISTICS_EXECUTOR,
    LOGISTICS_HEAD,
    PRODUCT_HEAD,
    REVISITOR,
    SUPERVISOR,
    staff,
)
from tests.flow.stage import World, add_search_attributes, with_converter
from workflows.complaint_case import ComplaintCase
from workflows.guard import SignalGuard
from workflows.names import TASK_QUEUE
from workflows.running import workflow_runner

NOWHERE = "127.0.0.1:9"
"""An address at which no Temporal answers."""

PASSWORD = "a long enough password"
HASH = PasswordHash.recommended().hash(PASSWORD)

ENGINEER = staff("engineer-1", Role.ENGINEER)
ADMIN = staff("admin-1", Role.ADMIN)
EVERYBODY = (
    AGENT, SUPERVISOR, DIRECTOR, EXECUTIVE, PRODUCT_HEAD, LOGISTICS_HEAD, LOGISTICS_EXECUTOR, REVISITOR, ENGINEER,
    ADMIN,
)  # fmt: skip


def execute(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement outside of our own code."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def hire(url: str, person: Actor, *, must_change: bool = False) -> None:
    """An account with the tests' password."""
    execute(
        url,
        "insert into staff (id, login, name, email, roles, department, password_hash, must_change)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        person.id, person.id, person.id, f"{person.id}@desk.example", [str(role) for role in person.roles],
        person.department, HASH, must_change,
    )  # fmt: skip


@dataclass
class House:
    """The application, what it works with, and ways in."""

    app: FastAPI
    settings: Settings
    database: Database
    keys: FileKeyStore
    url: str
    wrote: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def recorded(self, number: str, kind: str) -> None:
        """Wait until the journal of a case holds a fact of this kind."""
        fact = "select 1 from journal join complaint_case using (case_id) where number = %s and journal.kind = %s"
        async with asyncio.timeout(30), self.wrote:
            await self.wrote.wait_for(lambda: bool(execute(self.url, fact, number, kind)))

    @property
    def stranger(self) -> httpx2.AsyncClient:
        """A client nobody knows."""
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://desk.test")

    async def staff(self, person: Actor) -> httpx2.AsyncClient:
        """A client with an API key of this person."""
        async with self.database.transaction() as connection:
            key = await people.create_api_key(connection, "test", person.id, timedelta(days=1))
        return self._bearing(key)

    def customer(self, case_id: str) -> httpx2.AsyncClient:
        """A client with the link token of a case's customer."""
        return self._bearing(make_token(case_id, self.app.state.tools.secret))

    def _bearing(self, token: str) -> httpx2.AsyncClient:
        client = self.stranger
        client.headers["authorization"] = f"Bearer {token}"
        return client

    async def session(self, person: Actor) -> tuple[httpx2.AsyncClient, str]:
        """A client with a session cookie of this person, and the secret its changes must carry."""
        known = Staff(
            id=person.id, login=person.id, name=person.id, roles=person.roles, department=person.department
        )
        async with self.database.transaction() as connection:
            token, csrf = await people.open_session(connection, known)
        client = self.stranger
        client.cookies.set("desk_session", token)
        return client, csrf

    def case_id(self, number: str) -> str:
        """The id behind a number."""
        ((found,),) = execute(self.url, "select case_id::text from complaint_case where number = %s", number)
        return str(found)


def settings_for(folder: Path, url: str, temporal_address: str = NOWHERE, **given: Any) -> Settings:
    """Settings with key files of their own."""
    (folder / "master.key").write_text("B" * 43 + "=")
    (folder / "session.secret").write_text(secrets.token_urlsafe(32))
    return Settings(
        database_url=url,
        temporal_address=temporal_address,
        key_file=folder / "keys.db",
        master_key_file=folder / "master.key",
        session_secret_file=folder / "session.secret",
        smtp_port=free_port(),
        **given,
    )


@asynccontextmanager
async def a_house(
    folder: Path, url: str, temporal_address: str = NOWHERE, **given: Any
) -> AsyncIterator[House]:
    """The application without its background tasks."""
    settings = settings_for(folder, url, temporal_address, **given)
    app = create_app(settings)
    tools = app.state.tools
    try:
        yield House(app, settings, tools.database, tools.keys, url)
    finally:
        await tools.database.close()


class Recording(RecordActivities):
    """The real activities, which tell whoever waits that something was written."""

    def __init__(self, house: House) -> None:
        tools = house.app.state.tools
        super().__init__(house.database, house.keys, Post(house.database, house.settings, tools.secret))
        self.wrote = house.wrote

    @activity.defn(name="record")
    async def record(self, order: RecordOrder) -> NotifyResult:
        result = await super().record(order)
        async with self.wrote:
            self.wrote.notify_all()
        return result


@asynccontextmanager
async def working(house: House, env: WorkflowEnvironment, world: World | None = None) -> AsyncIterator[Client]:
    """A worker for this house: facts go to its database, mail and look-ups are remembered only.

    There is no mail server at the house's port, so every notice comes to `notify`.
    """
    world = world or World()
    record, revisits = Recording(house), RevisitActivities(house.database)
    client = with_converter(env.client, data_converter(house.keys))
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ComplaintCase],
        activities=[record.record, record.who_is, world.notify, world.look_up, revisits.number_revisit],
        workflow_runner=workflow_runner(),
        interceptors=[SignalGuard()],
    ):
        yield client


async def ready(env: WorkflowEnvironment) -> str:
    """The server's address, its search attributes registered."""
    await add_search_attributes(env.client)
    return env.client.service_client.config.target_host
