"""Helpers for tests of the records: plain SQL past our own code, and orders as a workflow makes them."""

from collections.abc import Sequence
from typing import Any

import psycopg

from activities.post import Post
from activities.record import RecordActivities
from complaints.evolve import begin, evolve
from complaints.facts import Entry
from complaints.orders import Outcome, RecordOrder
from complaints.view import view
from plumbing.keys import CaseKey, FileKeyStore
from plumbing.ports import free_port
from plumbing.settings import Settings
from records import cases
from records.database import Database
from tests.builders import CONTACT, NOON, Desk

CASE = "0190a0a0-0000-7000-8000-000000000001"
NUMBER = "20260520001"
SECRET = "a secret of tests only"


def execute(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement outside of our own code, as somebody with psql would."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def opening(**changes: Any) -> cases.Opening:
    given = {
        "case_id": CASE,
        "number": NUMBER,
        "policy": "sop",
        "policy_version": "1",
        "brand": "",
        "channel": "phone",
        "arrived_at": NOON,
        "opened_at": NOON,
        "opened_by": "agent-1",
        "caller": "agent-1",
        "idempotency_key": f"key-{changes.get('number', NUMBER)}",
        "request_hash": "digest",
        "start_input": '{"arrived": "热水器漏水"}',
        "contact": {"name": CONTACT.name, "phone": CONTACT.phone, "email": CONTACT.email},
        "description": "热水器漏水",
        "order_number": "",
    }
    return cases.Opening(**{**given, **changes})


def recorder(database: Database, keys: FileKeyStore, smtp_port: int | None = None) -> RecordActivities:
    """The activities that write; where no port is given there is no mail server."""
    settings = Settings.read(
        database_url=str(database.engine.url), temporal_address="localhost:1", key_file="k", master_key_file="m",
        session_secret_file="s", smtp_port=smtp_port or free_port(), mail_from="desk@example.com",
        public_url="http://desk.example",
    )  # fmt: skip
    return RecordActivities(database, keys, Post(database, settings, SECRET))


async def opened(database: Database, keys: FileKeyStore, **changes: Any) -> CaseKey:
    """A case as the API opens it; the answer is its key."""
    wanted = opening(**changes)
    key = keys.create(f"complaint-{wanted.number}", wanted.case_id)
    async with database.transaction() as connection:
        await cases.open_case(connection, keys, key, wanted)
    return key


def order_of(
    entries: Sequence[Entry], desk: Desk, *, first: int = 1, case_id: str = CASE, number: str = NUMBER,
    outcomes: tuple[Outcome, ...] = (),
) -> RecordOrder:  # fmt: skip
    """The order that writes these entries from `first` on, with the view that follows from all of them."""
    case = begin(number, entries[0])
    for entry in entries[1:]:
        case = evolve(case, entry)
    return RecordOrder(
        case_id=case_id,
        number=number,
        policy="sop",
        policy_version="1",
        entries=tuple(entries[first - 1 :]),
        view=view(case, desk.rules),
        outcomes=outcomes,
        ended=case.stage == "archived",
    )
