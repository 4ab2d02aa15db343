"""The record on real PostgreSQL: once however often asked, chained, sealed, and equal to its rebuild."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from complaints import commands as c
from complaints.facts import Entry, Registered, RegistrationCorrected
from complaints.orders import Outcome, RecordOrder
from complaints.values import Contact
from complaints.view import view
from complaints.vocabulary import LookUpStatus, Verdict
from plumbing.keys import FileKeyStore
from records import cases, journal, receipts, thread, worklists
from records.cases import IdempotencyConflict, Opening
from records.database import Database
from tests import builders as b
from tests.world.recording import recorder

CASE = "0190a0a0-0000-7000-8000-000000000001"
NUMBER = "20260520001"


def opening(case_id: str = CASE, number: str = NUMBER, **changes: Any) -> Opening:
    values: dict[str, Any] = {
        "case_id": case_id, "number": number, "policy": "sop", "policy_version": "1", "brand": "", "channel": "phone",
        "arrived_at": b.NOON, "opened_at": b.NOON, "opened_by": "agent-1", "caller": "agent-1",
        "idempotency_key": number, "request_hash": "h", "start_input": "{}", "description": "热水器漏水",
        "contact": {"name": "王小明", "phone": "13812345678", "email": "wang@example.com"}, "order_number": "A1001",
    }  # fmt: skip
    return Opening(**{**values, **changes})


async def opened(database: Database, keys: FileKeyStore, **changes: Any) -> None:
    made = opening(**changes)
    key = keys.create(f"complaint-{made.number}", made.case_id)
    async with database.transaction() as connection:
        await cases.open_case(connection, keys, key, made)


def order(desk: b.Desk, entries: list[Entry] | None = None, **changes: Any) -> RecordOrder:
    made = RecordOrder(
        case_id=CASE, number=NUMBER, policy="sop", policy_version="1", view=view(desk.case, desk.rules), outcomes=(),
        entries=tuple(desk.entries if entries is None else entries),
    )  # fmt: skip
    return replace(made, **changes)


async def test_facts_asked_for_twice_and_in_overlapping_batches_are_written_once(
    database: Database, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    activities = recorder(database, keys)
    desk = b.Desk().registered(order_number="A1001")
    early = order(desk)
    await activities.record(early)
    await activities.record(early)
    desk.do(c.TellLookedUp(status=LookUpStatus.FOUND), b.SYSTEM_ACTOR)
    desk.do(c.Verify(words=b.words("核实")), b.AGENT)
    await activities.record(order(desk, desk.entries[2:]))
    await activities.record(early)
    async with database.transaction() as connection:
        assert await thread.entries(connection, keys, CASE) == desk.entries
        row = await worklists.one(connection, NUMBER)
        assert row is not None
        assert (row["stage"], row["version"], row["state"]) == ("grading", desk.case.version, "open")


async def test_another_fact_under_a_written_number_is_refused_loudly(database: Database, keys: FileKeyStore) -> None:
    """What a workflow reset to before its last words would tell: never passed over as if it had been written."""
    await opened(database, keys)
    activities = recorder(database, keys)
    written, reset = b.Desk().registered(), b.Desk().registered()
    written.do(c.Note(words=b.words("第一次")), b.AGENT)
    reset.do(c.Urge(), b.CUSTOMER)
    await activities.record(order(written))
    with pytest.raises(journal.JournalDiffers, match=f"#{reset.entries[-1].seq}"):
        await activities.record(order(reset))


async def test_a_batch_that_leaves_a_gap_is_refused_whole(database: Database, keys: FileKeyStore) -> None:
    await opened(database, keys)
    desk = b.Desk().registered()
    with pytest.raises(ValueError, match="too early"):
        await recorder(database, keys).record(order(desk, desk.entries[1:]))
    async with database.transaction() as connection:
        assert await thread.entries(connection, keys, CASE) == []


async def test_the_projection_equals_a_rebuild_from_plain_facts_after_the_key_is_gone(
    database: Database, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    desk = b.Desk().closed()
    await recorder(database, keys).record(order(desk))
    keys.destroy(CASE)
    async with database.transaction() as connection:
        _, seen = await thread.rebuild(connection, CASE, NUMBER, desk.rules)
        assert seen == view(desk.case, desk.rules)
        entries = await thread.entries(connection, keys, CASE)
        assert [entry.fact.kind for entry in entries] == [entry.fact.kind for entry in desk.entries]
        assert all(getattr(entry.fact, "private", None) is None for entry in entries)


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        ("update journal set plain = jsonb_set(plain, '{stage}', '\"closed\"') where seq = 3", 3),
        ("update journal set at = at + interval '1 second' where seq = 2", 2),
        ("delete from journal where seq = 4", 4),
        ("update journal set sealed = sealed || '\\x00' where seq = 1", 1),
        ("update journal set seq = seq + 100 where seq = 5", 5),
    ],
)
async def test_a_row_changed_removed_or_moved_by_sql_is_found_and_named(
    database: Database, keys: FileKeyStore, harm: str, broken: int
) -> None:
    await opened(database, keys)
    await recorder(database, keys).record(order(b.Desk().endorsed()))
    async with database.transaction() as connection:
        assert await thread.first_broken(connection, CASE) is None
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(text(harm))
        assert await thread.first_broken(connection, CASE) == broken


@pytest.mark.parametrize("harm", ["update journal set kind = 'x'", "delete from journal", "truncate journal"])
async def test_the_journal_refuses_change(database: Database, keys: FileKeyStore, harm: str) -> None:
    await opened(database, keys)
    await recorder(database, keys).record(order(b.Desk()))
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as connection:
            await connection.execute(text(harm))


@pytest.mark.clause("SVC-5.2")
async def test_nothing_personal_lies_readable_in_any_table(database: Database, keys: FileKeyStore) -> None:
    await opened(database, keys)
    await recorder(database, keys).record(order(b.Desk().closed(order_number="A1001")))
    async with database.transaction() as connection:
        names = (await connection.execute(text("select tablename from pg_tables where schemaname='public'"))).scalars()
        dump = ""
        for name in names.all():
            rows = await connection.execute(text(f"select t::text from {name} t"))
            dump += "\n".join(rows.scalars())
    hexed = [value.encode().hex() for value in ("王小明", "13812345678", "热水器")]
    for personal in ("王小明", "13812345678", "wang@example.com", "热水器", "A1001", *hexed):
        assert personal not in dump


async def test_a_case_is_found_by_text_phone_and_order_and_pages_follow_due_times(
    database: Database, keys: FileKeyStore
) -> None:
    activities = recorder(database, keys)
    for place in range(5):
        case_id, number = str(uuid4()), f"2026052000{place + 1}"
        await opened(database, keys, case_id=case_id, number=number)
        desk = b.Desk(b.NOON).wait(minutes=place)
        await activities.record(order(desk, case_id=case_id, number=number))
    async with database.transaction() as connection:
        for sought in ("漏水", "水器", "138 1234 5678", "WANG@example.com", "a1001"):
            page = await worklists.cases(connection, keys, worklists.Wanted(text=sought))
            assert len(page.rows) == 5, sought
        assert not (await worklists.cases(connection, keys, worklists.Wanted(text="冰箱"))).rows
        seen: list[str] = []
        cursor = None
        while True:
            page = await worklists.cases(connection, keys, worklists.Wanted(limit=2, cursor=cursor))
            seen += [row["number"] for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 5


@pytest.mark.clause("SVC-1.5")
async def test_a_corrected_registration_is_found_by_what_is_right_and_both_lie_sealed(
    database: Database, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    contact = Contact(name="王小敏", phone="13911112222")
    right = b.registration(contact=contact, description="冰箱不制冷", order_number="B2002").form
    desk = b.Desk().registered(order_number="A1001").do(c.CorrectRegistration(form=right), b.AGENT)
    await recorder(database, keys).record(order(desk))
    async with database.transaction() as connection:
        for sought, found in {"139 1111 2222": 1, "b2002": 1, "不制冷": 1, "13812345678": 0, "a1001": 0}.items():
            page = await worklists.cases(connection, keys, worklists.Wanted(text=sought))
            assert len(page.rows) == found, sought
        row = await worklists.one(connection, NUMBER)
        kept = await thread.entries(connection, keys, CASE)
    assert row is not None
    shown, description = worklists.personal(keys, row)
    assert (shown["name"], shown["phone"], description) == ("王小敏", "13911112222", "冰箱不制冷\n换货")
    forms = [entry.fact.private for entry in kept if isinstance(entry.fact, Registered | RegistrationCorrected)]
    assert [form.order_number for form in forms if form] == ["A1001", "B2002"]


async def test_the_same_key_opens_one_case_and_another_request_is_a_conflict(
    database: Database, keys: FileKeyStore
) -> None:
    await opened(database, keys)
    async with database.transaction() as connection:
        again = await cases.earlier(connection, "agent-1", NUMBER, "h")
        assert again is not None
        assert again.number == NUMBER
        assert await cases.earlier(connection, "agent-2", NUMBER, "h") is None
        with pytest.raises(IdempotencyConflict):
            await cases.earlier(connection, "agent-1", NUMBER, "other")


async def test_a_receipt_is_taken_once_and_settled_by_its_outcome(database: Database, keys: FileKeyStore) -> None:
    await opened(database, keys)
    key = keys.for_case(CASE)
    assert key is not None
    taking = {
        "command_id": str(uuid4()), "case_id": CASE, "number": NUMBER, "kind": "note", "caller": "agent-1",
        "request_hash": "h", "envelope": "{}",
    }  # fmt: skip
    async with database.transaction() as connection:
        first, fresh = await receipts.take(connection, key, **taking)
        again, second = await receipts.take(connection, key, **taking)
        assert (fresh, second, first.taken_at) == (True, False, again.taken_at)
        with pytest.raises(IdempotencyConflict):
            await receipts.take(connection, key, **{**taking, "request_hash": "other"})
    outcome = Outcome(
        command_id=taking["command_id"], kind="note", verdict=Verdict.ACCEPTED, facts=(2,), at=datetime.now(UTC)
    )
    await recorder(database, keys).record(order(b.Desk(), outcomes=(outcome,)))
    async with database.transaction() as connection:
        settled = await receipts.by_id(connection, taking["command_id"])
        assert settled is not None
        assert (settled.verdict, settled.facts) == ("accepted", (2,))
