"""What the record says about now, on real PostgreSQL: every gauge moves when its matter does."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints.vocabulary import Grade
from records import figures
from records.database import Database
from tests.builders import Desk
from tests.world.recording import execute
from tests.world.test_worklists import Shelf, shelf

__all__ = ["shelf"]


async def gauge(database: Database, name: str) -> figures.Reading:
    async with database.transaction() as connection:
        return (await figures.read(connection))[name]


def fresh() -> Desk:
    return Desk(datetime.now(UTC))


async def test_an_empty_record_says_nothing_is_waiting(database: Database) -> None:
    async with database.transaction() as connection:
        found = await figures.read(connection)
    assert set(found) == {each.name for each in figures.FIGURES}
    assert all(reading in ({}, {(): 0.0}) for reading in found.values())


async def test_open_cases_are_counted_by_policy_stage_and_grade(shelf: Shelf, postgres_url: str) -> None:
    await shelf.put("n1", fresh())
    await shelf.put("n2", fresh())
    await shelf.put("n3", fresh().drafted(grade=Grade.URGENT))
    await shelf.put("n4", fresh().closed())
    execute(postgres_url, "update complaint_case set state = 'ended' where number = 'n4'")
    assert await gauge(shelf.database, "complaint_cases_open") == {
        ("sop", "received", ""): 2.0,
        ("sop", "approving", "urgent"): 1.0,
    }


async def test_what_passed_while_nothing_ran_is_overdue_and_not_in_the_journal(shelf: Shelf) -> None:
    await shelf.put("fresh", fresh())
    assert await gauge(shelf.database, "complaint_cases_overdue") == {(): 0.0}
    assert await gauge(shelf.database, "complaint_journal_lag_seconds") == {(): 0.0}
    await shelf.put("late", Desk(datetime.now(UTC) - timedelta(days=2)))
    assert await gauge(shelf.database, "complaint_cases_overdue") == {(): 1.0}
    assert (await gauge(shelf.database, "complaint_limits_overdue"))[("first_response",)] == 1.0
    assert (await gauge(shelf.database, "complaint_rungs_unrecorded"))[()] >= 2
    assert (await gauge(shelf.database, "complaint_journal_lag_seconds"))[()] > timedelta(days=1).total_seconds()


RECEIPT = (
    "insert into receipt (command_id, case_id, number, kind, caller, request_hash, envelope, taken_at)"
    " values (gen_random_uuid(), gen_random_uuid(), 'n', 'urge', 'c', 'h', '', now() - interval '1 hour')"
)
NOTICE = (
    "insert into notice (case_id, number, seq, notice_key, template, recipient_role, recipient_id, channel, status,"
    " message_id, created_at) values (gen_random_uuid(), 'n', 1, 'k', 't', 'customer', 'customer', 'mail', 'sending',"
    " 'm', now() - interval '1 hour')"
)
HOUR = pytest.approx(3600, abs=60)


@pytest.mark.parametrize(
    ("statement", "moved"),
    [
        ("update complaint_case set next_due = null", {"complaint_cases_without_clock": 1}),
        ("update complaint_case set waiting_for_customer = true", {"complaint_cases_waiting_for_customer": 1}),
        ("update complaint_case set needs_hand = true", {"complaint_cases_needing_hand": 1}),
        (
            "update complaint_case set state = 'opening', opened_at = now() - interval '1 hour'",
            {"complaint_cases_opening": 1, "complaint_cases_opening_oldest_age_seconds": HOUR},
        ),
        (RECEIPT, {"complaint_receipts_unsettled": 1, "complaint_receipts_unsettled_oldest_age_seconds": HOUR}),
        (NOTICE, {"complaint_notices_sending": 1, "complaint_notices_sending_oldest_age_seconds": HOUR}),
    ],
)
async def test_what_should_not_be_waiting_is_counted_and_how_long(
    shelf: Shelf, postgres_url: str, statement: str, moved: dict[str, float]
) -> None:
    await shelf.put("n1", fresh())
    before = {name: await gauge(shelf.database, name) for name in moved}
    assert all(reading == {(): 0.0} for reading in before.values())
    execute(postgres_url, statement)
    for name, value in moved.items():
        assert await gauge(shelf.database, name) == {(): value}
