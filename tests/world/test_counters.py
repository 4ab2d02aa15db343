"""Running numbers: each given out once, whoever asks at the same time."""

import asyncio

import pytest

from records import counters
from records.database import Database


async def take(database: Database, key: str) -> int:
    async with database.transaction() as connection:
        return await counters.take(connection, key)


@pytest.mark.clause("SOP-1.3")
async def test_a_hundred_at_once_get_a_hundred_numbers(database: Database) -> None:
    taken = await asyncio.gather(*(take(database, "sop:20260520") for _ in range(100)))
    assert sorted(taken) == list(range(1, 101))


@pytest.mark.clause("SOP-1.3")
async def test_every_period_counts_for_itself(database: Database) -> None:
    assert [await take(database, "20260520"), await take(database, "20260521"), await take(database, "20260520")] == [
        1, 1, 2,
    ]  # fmt: skip


async def test_several_numbers_taken_at_once_are_given_to_nobody_else(database: Database) -> None:
    async with database.transaction() as connection:
        assert await counters.take(connection, "k", 5) == 5
    assert await take(database, "k") == 6


async def take_and_crash(database: Database, key: str) -> None:
    async with database.transaction() as connection:
        await counters.take(connection, key)
        raise RuntimeError("in the middle")


async def test_a_number_of_a_transaction_that_failed_is_given_out_again(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await take_and_crash(database, "k")
    assert await take(database, "k") == 1
