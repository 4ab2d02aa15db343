"""Which policies a deployment offers: the shipped ones, and the demo's only where it is set to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import policies
from records.database import Database
from tests.builders import AGENT
from tests.doors.house import EVERYBODY, House, a_house, hire
from tests.doors.test_opening_api import ARRIVAL, keyed

DEMO = {**ARRIVAL, "policy": "demo"}


@pytest.fixture
async def demo_house(database: Database, postgres_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The desk of a deployment that shows the product."""
    for person in EVERYBODY:
        hire(postgres_url, person)
    async with a_house(tmp_path, postgres_url, demo_policy=True) as opened:
        yield opened


async def test_a_production_desk_knows_no_demo(house: House) -> None:
    async with await house.staff(AGENT) as client:
        listed = (await client.get("/api/v1/policies")).json()["policies"]
        whole = await client.get("/api/v1/policies/demo")
        opened = await client.post("/api/v1/complaints", json=DEMO, headers=keyed())
    assert [each["key"] for each in listed] == list(policies.keys())
    assert (whole.status_code, opened.status_code) == (404, 422)
    assert "body.policy" in opened.text


async def test_where_it_is_set_complaints_are_opened_under_the_demo(demo_house: House) -> None:
    async with await demo_house.staff(AGENT) as client:
        listed = (await client.get("/api/v1/policies")).json()["policies"]
        whole = (await client.get("/api/v1/policies/demo")).json()
        opened = await client.post("/api/v1/complaints", json=DEMO, headers=keyed())
        row = (await client.get(f"/api/v1/complaints/{opened.json()['number']}")).json()
        plain = await client.post("/api/v1/complaints", json=ARRIVAL, headers=keyed("key-2"))
    assert [each["key"] for each in listed] == list(policies.keys(with_demo=True))
    assert whole["limits"]["first_response"]["within"] == "PT3S"
    assert row["policy"] == "demo"
    assert plain.json()["number"] == row["number"][:-1] + "2"
