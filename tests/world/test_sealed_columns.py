"""What lies in the tables while a case runs: nothing personal, in any column, however encoded."""

import asyncio
import base64
import json

import pytest

from complaints.commands import AttachEvidence, CorrectContact, Note
from complaints.values import Contact
from plumbing.keys import FileKeyStore
from records import notices, people, receipts, seeds
from records.database import Database
from records.notices import Outgoing
from tests.builders import AGENT, CONTACT, Desk, registration, words
from tests.world.recording import CASE, NUMBER, execute, opened, order_of, recorder

COMMAND = "0190a0a0-0000-5000-8000-00000000000a"
SECRETS = {
    "name": CONTACT.name,
    "phone": CONTACT.phone,
    "mail": CONTACT.email,
    "order": "JD20260520XYZ",
    "arrival": "热水器漏水淹了客厅",
    "demand": "要求退一赔三",
    "note": "客户住在朝阳区某某路八号",
    "new phone": "13987654321",
    "mail text": "您的热水器投诉已受理",
    "command": "请于周六上门",
}


def written_as(value: str) -> set[str]:
    """The ways a text could lie in a dump: as it is, as JSON, as hex, as base64."""
    raw = value.encode()
    return {value, json.dumps(value)[1:-1], raw.hex(), base64.b64encode(raw).decode().rstrip("=")[:-1]}


def dump(url: str) -> str:
    """Every row of every table as text, as `pg_dump` would show it."""
    tables = execute(url, "select table_name from information_schema.tables where table_schema = 'public'")
    rows = [execute(url, f"select t::text from {name} t") for (name,) in tables]
    return "\n".join(str(row[0]) for table in rows for row in table)


@pytest.mark.clause("SVC-5.2")
async def test_a_dump_shows_nothing_personal(database: Database, postgres_url: str, keys: FileKeyStore) -> None:
    await a_case_with_everything(database, postgres_url, keys)
    seen = dump(postgres_url)
    assert NUMBER in seen, "the dump must be one that would show something"
    for what, value in SECRETS.items():
        for shape in written_as(value):
            assert shape not in seen, what


async def a_case_with_everything(database: Database, postgres_url: str, keys: FileKeyStore) -> None:
    key = await opened(database, keys, start_input=json.dumps(SECRETS), description=SECRETS["arrival"])
    desk = Desk().responded()
    form = {"description": SECRETS["arrival"], "demand": SECRETS["demand"], "order_number": SECRETS["order"]}
    desk.do(registration(**form), AGENT)
    desk.do(Note(words=words(SECRETS["note"])), AGENT)
    desk.do(CorrectContact(contact=Contact(name=CONTACT.name, phone=SECRETS["new phone"])), AGENT)
    desk.do(AttachEvidence(words=words(SECRETS["note"]), sha256="0" * 64), AGENT)
    await recorder(database, keys).record(order_of(desk.entries, desk))
    mail = {"to": CONTACT.email, "subject": SECRETS["mail text"], "text": SECRETS["mail text"]}
    async with database.transaction() as connection:
        outgoing = Outgoing(
            case_id=CASE, number=NUMBER, seq=1, notice_key="1:calming:customer", template="calming",
            recipient_role="customer", recipient_id="customer", channel="mail", message=mail,
        )  # fmt: skip
        await notices.begin_sending(connection, key, [outgoing])
        await receipts.take(
            connection, key, command_id=COMMAND, case_id=CASE, number=NUMBER, kind="note", caller="agent-1",
            request_hash="digest", envelope=json.dumps({"body": SECRETS["command"]}),
        )  # fmt: skip
    await asyncio.to_thread(seeds.seed, postgres_url)


@pytest.mark.clause("SVC-5.2")
async def test_passwords_sessions_and_api_keys_are_kept_as_hashes(database: Database, postgres_url: str) -> None:
    made = await asyncio.to_thread(seeds.seed, postgres_url)
    person = await people.authenticate(database, made[0].login, made[0].password)
    async with database.transaction() as connection:
        token, _ = await people.open_session(connection, person)
        key = await people.create_api_key(connection, "shop", person.id, people.SESSION_LASTS)
    seen = dump(postgres_url)
    for secret in (*(each.password for each in made), token, key.split("_", 2)[2]):
        for shape in written_as(secret):
            assert shape not in seen
