"""Receipts and openings: noted before anything is signalled, so that a crash loses none and a repeat adds none."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from complaints.orders import Outcome
from complaints.vocabulary import Verdict
from plumbing.keys import CaseKey, FileKeyStore
from records import cases, receipts
from records.cases import IdempotencyConflict, Opened
from records.database import Database
from records.receipts import Receipt
from tests.builders import NOON, Desk
from tests.world.recording import CASE, NUMBER, execute, opened, opening, order_of, recorder

AT_ONCE = timedelta(0)
COMMAND = str(uuid4())


@pytest.fixture
async def key(database: Database, keys: FileKeyStore) -> CaseKey:
    return await opened(database, keys)


async def take(database: Database, key: CaseKey, **changes: Any) -> tuple[Receipt, bool]:
    given = {
        "command_id": COMMAND, "case_id": CASE, "number": NUMBER, "kind": "approve", "caller": "director-1",
        "request_hash": "digest", "envelope": '{"kind": "approve"}',
    }  # fmt: skip
    async with database.transaction() as connection:
        return await receipts.take(connection, key, **{**given, **changes})


async def unsignalled(database: Database, keys: FileKeyStore, older_than: timedelta = AT_ONCE) -> list[str]:
    async with database.transaction() as connection:
        return [envelope for _, envelope in await receipts.unsignalled(connection, keys, older_than)]


def outcome(command_id: str = COMMAND, **changes: Any) -> Outcome:
    given = {"command_id": command_id, "kind": "approve", "verdict": Verdict.ACCEPTED, "at": NOON}
    return Outcome(**{**given, **changes})


async def settle(database: Database, *outcomes: Outcome) -> Receipt | None:
    async with database.transaction() as connection:
        await receipts.settle(connection, outcomes)
        return await receipts.by_id(connection, COMMAND)


# ── commands ──


async def test_a_command_is_taken_once_however_many_send_it_at_once(database: Database, key: CaseKey) -> None:
    taken = await asyncio.gather(*(take(database, key) for _ in range(10)))
    assert [fresh for _, fresh in taken].count(True) == 1
    assert len({receipt.taken_at for receipt, _ in taken}) == 1


async def test_the_database_says_when_it_was_taken(database: Database, postgres_url: str, key: CaseKey) -> None:
    (before,) = execute(postgres_url, "select clock_timestamp()")[0]
    receipt, _ = await take(database, key)
    (after,) = execute(postgres_url, "select clock_timestamp()")[0]
    assert before <= receipt.taken_at <= after


async def test_the_same_key_with_another_body_is_a_conflict(database: Database, key: CaseKey) -> None:
    await take(database, key)
    with pytest.raises(IdempotencyConflict):
        await take(database, key, request_hash="another")


async def test_what_was_taken_and_not_signalled_is_sent_again(
    database: Database, keys: FileKeyStore, key: CaseKey
) -> None:
    await take(database, key)
    assert await unsignalled(database, keys) == ['{"kind": "approve"}']
    assert await unsignalled(database, keys, timedelta(minutes=1)) == [], "whoever took it may still be signalling"
    async with database.transaction() as connection:
        await receipts.mark_signalled(connection, COMMAND)
    assert await unsignalled(database, keys) == []


async def test_one_unreadable_receipt_keeps_no_other_from_being_sent(
    database: Database, keys: FileKeyStore, key: CaseKey
) -> None:
    await take(database, key)
    other = await opened(database, keys, case_id=str(uuid4()), number="20260520002")
    await take(database, other, command_id=str(uuid4()), case_id=other.case_id, number="2", envelope="{}")
    keys.destroy(CASE)
    assert await unsignalled(database, keys) == ["{}"]


async def test_an_outcome_settles_its_receipt_once(database: Database, keys: FileKeyStore, key: CaseKey) -> None:
    await take(database, key)
    refused = outcome(verdict=Verdict.REFUSED, code="own_plan", message="Nobody approves a plan of their own.")
    settled = await settle(database, refused)
    assert settled is not None
    assert (settled.verdict, settled.code, settled.settled_at) == ("refused", "own_plan", NOON)
    assert await settle(database, outcome(facts=(7,))) == settled
    assert await unsignalled(database, keys) == [], "the workflow knew it, so it needs no second signal"


async def test_outcomes_come_with_the_facts_they_made(database: Database, keys: FileKeyStore, key: CaseKey) -> None:
    await take(database, key)
    desk = Desk().registered()
    made = outcome(facts=(2, 3), fields=("a",))
    order = order_of(desk.entries, desk, outcomes=(made,))
    await recorder(database, keys).record(order)
    async with database.transaction() as connection:
        receipt = await receipts.by_id(connection, COMMAND)
    assert receipt is not None
    assert (receipt.facts, receipt.fields) == ((2, 3), ("a",))


@pytest.mark.parametrize("command_id", ["hand-0190a0a0-approve-1", "open", "", "\x00"])
async def test_an_outcome_without_a_receipt_stops_no_record(
    database: Database, keys: FileKeyStore, key: CaseKey, command_id: str
) -> None:
    """Commands sent by hand have an id of their own and no receipt."""
    await take(database, key)
    unsettled = await settle(database, outcome(command_id))
    assert unsettled is not None
    assert unsettled.settled_at is None


@pytest.mark.parametrize("command_id", ["", "nonsense", "\x00", CASE])
async def test_there_is_no_receipt_for_an_id_never_given_out(database: Database, command_id: str) -> None:
    async with database.transaction() as connection:
        assert await receipts.by_id(connection, command_id) is None


# ── openings ──


async def earlier(database: Database, **changes: str) -> Opened | None:
    given = {"caller": "agent-1", "key": f"key-{NUMBER}", "request_hash": "digest"}
    async with database.transaction() as connection:
        return await cases.earlier(connection, **{**given, **changes})


async def test_a_repeat_finds_the_case_it_opened(database: Database, key: CaseKey) -> None:
    assert await earlier(database) == Opened(CASE, NUMBER, "sop", "opening")
    assert await earlier(database, caller="somebody-else") is None
    assert await earlier(database, key="another") is None


async def test_the_same_key_with_another_complaint_is_a_conflict(database: Database, key: CaseKey) -> None:
    with pytest.raises(IdempotencyConflict):
        await earlier(database, request_hash="another")


@pytest.mark.clause("SOP-1.3")
async def test_two_requests_at_once_open_one_case(database: Database, postgres_url: str, keys: FileKeyStore) -> None:
    async def open_once(place: int) -> str:
        made = opening(case_id=str(uuid4()), number=f"n{place}", idempotency_key="same")
        async with database.transaction() as connection:
            known = await cases.earlier(connection, made.caller, made.idempotency_key, made.request_hash)
            if known is not None:
                return known.number
            await cases.open_case(connection, keys, keys.create(f"complaint-n{place}", made.case_id), made)
            return made.number

    numbers = await asyncio.gather(*(open_once(place) for place in range(6)))
    assert len(set(numbers)) == 1
    assert execute(postgres_url, "select count(*) from complaint_case") == [(1,)]


async def test_an_opening_a_crash_left_is_started_from_its_row(
    database: Database, keys: FileKeyStore, key: CaseKey
) -> None:
    async with database.transaction() as connection:
        (left,) = await cases.unstarted(connection, keys, AT_ONCE)
        assert left == (CASE, NUMBER, opening().start_input)
        assert await cases.unstarted(connection, keys, timedelta(days=10_000)) == []
        await cases.mark_started(connection, CASE)
        assert await cases.unstarted(connection, keys, AT_ONCE) == []


async def test_starting_again_never_opens_an_ended_case(database: Database, postgres_url: str, key: CaseKey) -> None:
    execute(postgres_url, "update complaint_case set state = 'ended'")
    async with database.transaction() as connection:
        await cases.mark_started(connection, CASE)
    assert execute(postgres_url, "select state from complaint_case") == [("ended",)]
