"""Revisit numbers from the real counter: one a round, however often and by how many they are asked for."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

import policies
from activities.number_revisit import RevisitActivities
from complaints.orders import RevisitOrder
from records import policies as kept
from records.database import Database

pytestmark = pytest.mark.clause("SVC-4.1")

TEXT = (policies.HERE / "sop.toml").read_text("utf-8")
NUMBERED = policies.read("sop", TEXT.replace('revisit = { value = ""', 'revisit = { value = "HF{yyyy}{mm}{serial:3}"'))
LATE_IN_APRIL = datetime(2024, 4, 30, 16, 30, tzinfo=UTC)
"""Half past midnight on the first of May in Shanghai."""


@pytest.fixture
async def numbering(database: Database) -> RevisitActivities:
    async with database.transaction() as connection:
        await kept.store(connection, NUMBERED)
    return RevisitActivities(database)


def asked(case_id: str, round_: int = 1, at: datetime = LATE_IN_APRIL) -> RevisitOrder:
    return RevisitOrder(
        case_id=case_id, policy="sop", policy_version=NUMBERED.version, round=round_, called_at=at
    )


async def test_a_revisit_is_numbered_by_the_month_of_the_policys_zone(numbering: RevisitActivities) -> None:
    assert await numbering.number_revisit(asked(str(uuid4()))) == "HF202405001"
    assert await numbering.number_revisit(asked(str(uuid4()))) == "HF202405002"
    june = datetime(2024, 6, 3, tzinfo=UTC)
    assert await numbering.number_revisit(asked(str(uuid4()), at=june)) == "HF202406001"


async def test_asked_again_a_round_has_the_number_it_had_and_none_is_used_up(numbering: RevisitActivities) -> None:
    case_id, later = str(uuid4()), datetime(2024, 6, 3, tzinfo=UTC)
    first = await numbering.number_revisit(asked(case_id))
    assert await numbering.number_revisit(asked(case_id, at=later)) == first
    assert await numbering.number_revisit(asked(case_id, 2)) == "HF202405002"


async def test_two_workers_at_once_give_one_number(numbering: RevisitActivities) -> None:
    case_id = str(uuid4())
    given = await asyncio.gather(*[numbering.number_revisit(asked(case_id)) for _ in range(5)])
    assert set(given) == {"HF202405001"}
    assert await numbering.number_revisit(asked(str(uuid4()))) == "HF202405002"
