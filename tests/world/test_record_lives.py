"""What the record keeps of whole lives: written in any batches it reads back as the case and as its view."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from complaints.commands import CorrectContact, Note, Urge
from complaints.orders import CaseView, WhoIs
from complaints.values import Contact
from complaints.vocabulary import Role, Stage
from plumbing.keys import FileKeyStore
from records import seeds, thread, worklists
from records.database import Database
from tests.builders import AGENT, CUSTOMER, PRODUCT_HEAD, SUPERVISOR, Desk, registration, words
from tests.rules.test_machine import PEOPLE, commands
from tests.world.recording import CASE, NUMBER, execute, opened, order_of, recorder

VIEW = TypeAdapter(CaseView)


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a record order writes, without when it was written."""
    journal = "select case_id, seq, kind, at, taken_at, actor, plain, sealed, prev_hash, hash from journal order by seq"
    return {
        "journal": execute(url, journal),
        "deadline": execute(url, "select * from deadline order by case_id, clock"),
        "case": execute(url, "select * from complaint_case"),
    }


async def test_many_at_the_same_time_are_once(database: Database, postgres_url: str, keys: FileKeyStore) -> None:
    """A time-out makes Temporal try again while the first try may still be writing."""
    await opened(database, keys)
    desk = Desk().approved()
    record = recorder(database, keys)
    await asyncio.gather(*(record.record(order_of(desk.entries, desk)) for _ in range(8)))
    assert len(contents(postgres_url)["journal"]) == len(desk.entries)
    async with database.transaction() as connection:
        assert await thread.first_broken(connection, CASE) is None


async def test_an_old_order_that_comes_late_changes_nothing(
    database: Database, postgres_url: str, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    desk = Desk().approved()
    record = recorder(database, keys)
    await record.record(order_of(desk.entries[:4], desk))
    await record.record(order_of(desk.entries, desk, first=3))
    before = contents(postgres_url)
    await record.record(order_of(desk.entries[:4], desk))
    assert contents(postgres_url) == before


async def first_case(database: Database) -> dict[str, Any]:
    async with database.transaction() as connection:
        row = await worklists.one(connection, NUMBER)
    assert row is not None
    return row


@pytest.mark.clause("APP-7.3")
async def test_the_projection_names_owner_and_every_clock(database: Database, keys: FileKeyStore) -> None:
    await opened(database, keys)
    desk = Desk().registered()
    order = order_of(desk.entries, desk)
    await recorder(database, keys).record(order)
    row = await first_case(database)
    assert (row["state"], row["stage"], row["owner_role"]) == ("open", "verifying", "agent")
    assert row["next_due"] == order.view.next_due
    async with database.transaction() as connection:
        clocks = await worklists.deadlines(connection, CASE)
    assert {each["clock"]: each["due_at"] for each in clocks} == {each.key: each.due_at for each in order.view.clocks}


async def test_an_archived_case_has_ended(database: Database, keys: FileKeyStore) -> None:
    await opened(database, keys)
    desk = Desk().closed()
    while desk.case.stage is not Stage.ARCHIVED:
        desk.wait(days=1)
    await recorder(database, keys).record(order_of(desk.entries, desk))
    row = await first_case(database)
    assert (row["state"], row["stage"], row["closing"]) == ("ended", "archived", "resolved")


async def test_a_late_first_try_never_opens_an_ended_case_again(
    database: Database, postgres_url: str, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    desk = Desk().closed()
    while desk.case.stage is not Stage.ARCHIVED:
        desk.wait(days=1)
    order = order_of(desk.entries, desk)
    await recorder(database, keys).record(order)
    before = contents(postgres_url)
    await recorder(database, keys).record(replace(order, ended=False))
    assert contents(postgres_url) == before


async def test_who_a_staff_id_is(database: Database, postgres_url: str, keys: FileKeyStore) -> None:
    await asyncio.to_thread(seeds.seed, postgres_url)
    activities = recorder(database, keys)
    found = await activities.who_is("director-1")
    assert found.actor is not None
    assert found.actor.roles == (Role.DIRECTOR,)
    assert await activities.who_is("nobody") == WhoIs(actor=None)


@pytest.mark.clause("APP-7.3")
@given(data=st.data())
@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_the_projection_is_always_what_a_rebuild_gives(postgres_url: str, tmp_path: Path, data: st.DataObject) -> None:
    """Any life of a case, written in any batches with repeats, reads back as the case and as its view."""
    desk = a_life(data)
    orders = list(batches(desk, data))
    case_id, number = str(uuid4()), f"n-{uuid4().hex}"

    async def write_and_compare() -> None:
        keys = FileKeyStore(tmp_path / "keys.db", b"m" * 32)
        database = Database(postgres_url)
        await opened(database, keys, case_id=case_id, number=number)
        record = recorder(database, keys)
        for first, last in orders:
            await record.record(order_of(desk.entries[:last], desk, first=first, case_id=case_id, number=number))
        async with database.transaction() as connection:
            _, view = await thread.rebuild(connection, case_id, number, desk.rules)
            row = await worklists.by_id(connection, case_id)
            assert await thread.entries(connection, keys, case_id) == desk.entries
            assert await thread.first_broken(connection, case_id) is None
        assert row is not None
        assert VIEW.validate_python(row["view"]) == view
        await database.close()
        keys.close()

    asyncio.run(write_and_compare())


def a_life(data: st.DataObject) -> Desk:
    desk = Desk()
    start = data.draw(st.sampled_from(["registered", "approved", "executing", "closed"]))
    getattr(desk, start)()
    for _ in range(data.draw(st.integers(0, 12))):
        if desk.case.stage is Stage.ARCHIVED:
            break
        if data.draw(st.booleans()):
            desk.wait(minutes=data.draw(st.integers(1, 2000)))
        else:
            desk.send(data.draw(commands(desk.case, desk.at, desk.rules)), data.draw(st.sampled_from(PEOPLE)))
    return desk


def batches(desk: Desk, data: st.DataObject) -> list[tuple[int, int]]:
    """From where to where each order writes: none leaves a gap, some repeat, the last is whole."""
    total = len(desk.entries)
    ends = sorted(data.draw(st.sets(st.integers(1, total), max_size=4)) | {total})
    made = [(data.draw(st.integers(1, before + 1)), end) for before, end in zip([0, *ends], ends, strict=False)]
    return [*made, data.draw(st.sampled_from(made))]


async def test_a_case_is_found_by_all_that_was_said_of_it(database: Database, keys: FileKeyStore) -> None:
    """By its arrival's text, the form's, and a corrected name; by the phone of today alone."""
    await opened(database, keys)
    form = {"description": "内胆开裂", "demand": "换新", "order_number": "JD-2026-7"}
    desk = Desk().responded().do(registration(**form), AGENT)
    desk.do(CorrectContact(contact=Contact(name="欧阳晓晓", phone="13987654321")), AGENT)
    await recorder(database, keys).record(order_of(desk.entries, desk))
    async with database.transaction() as connection:
        for text in ("热水器", "内胆", "换新", "王小明", "欧阳晓晓", "jd-2026-7", "13987654321"):
            found = await worklists.cases(connection, keys, worklists.Wanted(text=text))
            assert [row["number"] for row in found.rows] == [NUMBER], text
        assert (await worklists.cases(connection, keys, worklists.Wanted(text="13812345678"))).rows == []


async def test_every_kind_of_person_can_be_read_back(database: Database, keys: FileKeyStore) -> None:
    await opened(database, keys)
    desk = Desk().registered(category="product_use")
    desk.send(Note(words=words("已电话")), SUPERVISOR)
    desk.send(Note(words=words("已电话")), PRODUCT_HEAD)
    desk.send(Urge(words=words("请尽快")), CUSTOMER)
    await recorder(database, keys).record(order_of(desk.entries, desk))
    async with database.transaction() as connection:
        kept = await thread.entries(connection, keys, CASE)
    assert [entry.actor for entry in kept] == [entry.actor for entry in desk.entries]
