"""The API's page of figures: requests by route, what answers and what doesn't, and never anybody's address."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from api.figures import REACHABLE
from records.figures import FIGURES
from tests.builders import AGENT
from tests.doors.house import NOWHERE, House, a_house
from tests.doors.test_opening_api import ARRIVAL, keyed

Series = dict[str, list[tuple[dict[str, str], float]]]


async def page(house: House) -> tuple[str, Series]:
    """The page as it is, and by the names on it."""
    async with house.stranger as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    found: Series = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return answer.text, found


def reachable(series: Series) -> dict[str, float]:
    return {labels["part"]: value for labels, value in series[REACHABLE.name]}


async def test_requests_are_counted_by_route_and_status(house: House) -> None:
    async with await house.staff(AGENT) as client:
        opened = (await client.post("/api/v1/complaints", json=ARRIVAL, headers=keyed())).json()
        await client.get(f"/api/v1/complaints/{opened['number']}")
        await client.get("/api/v1/complaints/nobody-knows-this")
    async with house.customer(house.case_id(opened["number"])) as client:
        token = client.headers["authorization"].removeprefix("Bearer ")
        await client.get(f"/c/{token}")
        await client.get("/no/such/page")
    text, series = await page(house)
    counted = {
        (labels["http_route"], labels["http_response_status_code"]): value
        for labels, value in series["http_server_request_duration_seconds_count"]
    }
    assert counted[("/api/v1/complaints", "201")] == 1
    assert counted[("/api/v1/complaints/{number}", "200")] == 1
    assert counted[("/api/v1/complaints/{number}", "404")] == 1
    assert counted[("", "404")] == 1
    assert "/metrics" not in {route for route, _ in counted}
    for personal in (opened["number"], token, "nobody-knows-this", "/no/such/page", "13812345678"):
        assert personal not in text
    assert ({"policy": "sop", "stage": "received", "grade": ""}, 1.0) in series["complaint_cases_open"]
    assert reachable(series) == {"database": 1, "temporal": 0, "key_store": 1}


async def test_with_temporal_there_its_client_is_measured(busy_house: House) -> None:
    _, series = await page(busy_house)
    assert reachable(series)["temporal"] == 1
    assert sum(value for _, value in series["temporal_request_total"]) >= 1
    assert sum(value for _, value in series["temporal_request_latency_seconds_count"]) >= 1
    assert {name for labels, _ in series["temporal_request_total"] for name in labels} <= {
        "namespace", "operation", "status_code"
    }  # fmt: skip


async def test_with_the_database_away_the_page_says_so(tmp_path: Path) -> None:
    async with a_house(tmp_path, f"postgresql+psycopg://nobody@{NOWHERE}/nothing") as house:
        _, series = await page(house)
    assert reachable(series)["database"] == 0
    assert not {figure.name for figure in FIGURES} & set(series)


async def test_with_the_key_store_away_the_page_says_so(house: House) -> None:
    house.keys.close()
    _, series = await page(house)
    assert reachable(series) == {"database": 1, "temporal": 0, "key_store": 0}
