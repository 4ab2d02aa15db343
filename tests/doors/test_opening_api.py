"""Opening complaints over REST: the number, repeats, what is refused, and both servers behind the door away."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from complaints.values import Actor
from records.database import Database
from tests.builders import (
    AGENT,
    CONTACT,
    DIRECTOR,
    EXECUTIVE,
    PRODUCT_HEAD,
    REVISITOR,
    SUPERVISOR,
)
from tests.doors.house import ADMIN, ENGINEER, House, a_house, execute, ready, working
from workflows.names import workflow_id

FORM = {
    "contact": {"name": CONTACT.name, "phone": CONTACT.phone, "email": CONTACT.email},
    "description": "5月19日晚, 家中, 热水器漏水",
    "demand": "换货",
}
REGISTER = {"form": FORM, "category": "logistics_delay", "grade": "general"}
ARRIVAL = {"channel": "phone", "text": "热水器漏水", "contact": FORM["contact"]}
WHOLE = {**ARRIVAL, "register": REGISTER}


def keyed(key: str = "key-1") -> dict[str, str]:
    return {"idempotency-key": key}


async def opened(house: House, body: dict[str, Any] | None = None, key: str = "key-1", by: Actor = AGENT) -> str:
    """A complaint's number."""
    async with await house.staff(by) as client:
        answer = await client.post("/api/v1/complaints", json=body or ARRIVAL, headers=keyed(key))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


@pytest.mark.clause("SOP-1.1", "SOP-1.2")
async def test_an_agent_on_the_phone_responds_and_registers_while_opening(
    busy_house: House, env: WorkflowEnvironment
) -> None:
    called = datetime.now(UTC) - timedelta(minutes=3)
    body = {**WHOLE, "respond": {"channel": "phone", "contacted_at": called.isoformat()}}
    async with working(busy_house, env), await busy_house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json=body, headers=keyed())
        again = await client.post("/api/v1/complaints", json=body, headers=keyed())
        other = await client.post("/api/v1/complaints", json=WHOLE, headers=keyed())
        number = answer.json()["number"]
        await busy_house.recorded(number, "registered")
        found = (await client.get(f"/api/v1/complaints/{number}/journal")).json()["entries"]
    assert (answer.status_code, again.json()["number"], other.status_code) == (201, number, 409)
    facts = [entry["fact"] for entry in found]
    assert [fact["kind"] for fact in facts] == ["arrived", "responded", "limit_met", "registered", "limit_met"]
    assert datetime.fromisoformat(facts[0]["arrived_at"]) == called, "it arrived no later than it was answered"
    assert not facts[2]["late"]


@pytest.mark.parametrize("contacted", [timedelta(minutes=5), -timedelta(days=400)])
async def test_a_contact_in_the_future_or_long_ago_is_refused_by_its_field(house: House, contacted: timedelta) -> None:
    body = {**WHOLE, "respond": {"channel": "phone", "contacted_at": (datetime.now(UTC) + contacted).isoformat()}}
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json=body, headers=keyed())
    assert answer.status_code == 422
    assert [field["path"] for field in answer.json()["fields"]] == ["body.respond.contacted_at"]


@pytest.mark.clause("SOP-1.3")
async def test_a_complaint_is_numbered_with_temporal_away(house: House) -> None:
    async with await house.staff(AGENT) as client:
        first = await client.post("/api/v1/complaints", json=WHOLE, headers=keyed())
        second = await client.post("/api/v1/complaints", json=WHOLE, headers=keyed("key-2"))
    assert (first.status_code, second.status_code) == (201, 201)
    day = datetime.now(UTC) + timedelta(hours=8)
    assert first.json()["number"] in {f"{at:%Y%m%d}001" for at in (day, day - timedelta(minutes=1))}
    assert second.json()["number"] == first.json()["number"][:8] + "002"
    assert first.json()["stage"] == "received"
    assert first.json()["links"]["self"].endswith(first.json()["number"])
    assert execute(house.url, "select distinct state from complaint_case") == [("opening",)]


@pytest.mark.clause("SVC-1.1", "WKS-1.1")
async def test_a_form_the_policy_would_refuse_opens_no_case(house: House) -> None:
    """Better refused at the door than lost in a case that was opened without it; no number is used up."""
    registered = {**REGISTER, "category": "product_quality"}
    unformed = {**ARRIVAL, "policy": "svc", "register": registered}
    elsewhere = {**ARRIVAL, "policy": "wks", "channel": "shop"}
    async with await house.staff(AGENT) as client:
        refused = await client.post("/api/v1/complaints", json=unformed, headers=keyed("key-1"))
        closed = await client.post("/api/v1/complaints", json=elsewhere, headers=keyed("key-2"))
    assert (refused.status_code, refused.json()["code"]) == (422, "form_incomplete")
    assert [each["path"] for each in refused.json()["fields"]] == [
        "body.register.form.product", "body.register.form.occurred_at",
    ]  # fmt: skip
    assert (closed.status_code, [each["path"] for each in closed.json()["fields"]]) == (422, ["body.channel"])
    assert execute(house.url, "select count(*) from complaint_case") == [(0,)]
    assert execute(house.url, "select count(*) from counter") == [(0,)]


@pytest.mark.clause("SOP-1.3")
async def test_the_same_key_and_body_find_the_same_case(house: House) -> None:
    async with await house.staff(AGENT) as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/complaints", json=WHOLE, headers=keyed()) for _ in range(5))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert execute(house.url, "select count(*) from complaint_case") == [(1,)]
    assert execute(house.url, "select value from counter") == [(1,)]


async def test_the_same_key_with_another_body_conflicts(house: House) -> None:
    await opened(house)
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json={**ARRIVAL, "text": "别的"}, headers=keyed())
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_conflict"


async def test_a_key_is_its_callers_own(house: House) -> None:
    assert await opened(house) != await opened(house, by=SUPERVISOR)


async def test_a_request_without_key_is_refused(house: House) -> None:
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json=ARRIVAL)
    assert answer.status_code == 422
    assert [field["path"] for field in answer.json()["fields"]] == ["header.Idempotency-Key"]


@pytest.mark.parametrize("person", [DIRECTOR, EXECUTIVE, PRODUCT_HEAD, REVISITOR, ENGINEER, ADMIN], ids=lambda p: p.id)
async def test_only_the_desk_opens_complaints(house: House, person: Actor) -> None:
    async with await house.staff(person) as client:
        answer = await client.post("/api/v1/complaints", json=ARRIVAL, headers=keyed())
    assert answer.status_code == 403
    assert execute(house.url, "select count(*) from complaint_case") == [(0,)]


BAD = [
    ({"channel": "fax"}, "body.channel"),
    ({"channel": None}, "body.channel"),
    ({"policy": "no-such"}, "body.policy"),
    ({"text": 7}, "body.text"),
    ({"text": "长" * 20_001}, "body.text"),
    ({"colour": "red"}, "body.colour"),
    ({"contact": {"name": "a\u0000b"}}, "body.contact.name"),
    ({"contact": {"fax": "1"}}, "body.contact.fax"),
    ({"arrived_at": "2126-05-20T12:00:00+08:00"}, "body.arrived_at"),
    ({"arrived_at": "1926-05-20T12:00:00+08:00"}, "body.arrived_at"),
    ({"arrived_at": "0001-01-01T00:00:00+14:00"}, "body.arrived_at"),
    ({"arrived_at": "2026-05-20T12:00:00"}, "body.arrived_at"),
    ({"register": {**REGISTER, "category": "weather"}}, "body.register.category"),
    ({"register": {**REGISTER, "grade": "extreme"}}, "body.register.grade"),
    ({"register": {**REGISTER, "form": {**FORM, "demand": " "}}}, "body.register.form.demand"),
    ({"register": {**REGISTER, "form": {**FORM, "description": "\u0000"}}}, "body.register.form.description"),
    ({"register": {**REGISTER, "form": {**FORM, "contact": {"name": "王"}}}}, "body.register.form.contact"),
]


@pytest.mark.parametrize(("change", "path"), BAD, ids=[f"{path} {n}" for n, (_, path) in enumerate(BAD)])
async def test_what_does_not_fit_is_named_by_its_path(house: House, change: dict[str, Any], path: str) -> None:
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json={**ARRIVAL, **change}, headers=keyed())
    assert answer.status_code == 422, answer.text
    assert path in [field["path"] for field in answer.json()["fields"]]
    assert execute(house.url, "select count(*) from complaint_case") == [(0,)]


@pytest.mark.clause("SOP-1.1")
async def test_an_arrival_entered_late_keeps_both_instants(house: House) -> None:
    at = datetime.now(UTC) - timedelta(hours=3)
    number = await opened(house, {**ARRIVAL, "arrived_at": at.isoformat()})
    async with await house.staff(AGENT) as client:
        case = (await client.get(f"/api/v1/complaints/{number}")).json()
    assert datetime.fromisoformat(case["arrived_at"]) == at
    assert datetime.now(UTC) - datetime.fromisoformat(case["opened_at"]) < timedelta(minutes=1)


@pytest.mark.clause("SVC-5.2")
async def test_nothing_personal_lies_open_in_the_database(house: House) -> None:
    await opened(house, WHOLE)
    rows = execute(house.url, "select complaint_case::text from complaint_case")
    for personal in (CONTACT.name, CONTACT.phone, CONTACT.email, "漏水"):
        assert personal not in str(rows)
        assert personal.encode().hex() not in str(rows)


async def test_with_the_database_away_nothing_is_taken(tmp_path: Path) -> None:
    async with a_house(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:9/none") as house, house.stranger as client:
        client.headers["authorization"] = "Bearer desk_00_secret"
        answer = await client.post("/api/v1/complaints", json=ARRIVAL, headers=keyed())
        ready = await client.get("/readyz")
        alive = await client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_away"
    assert answer.headers["retry-after"]
    assert (ready.status_code, alive.status_code) == (503, 200)




@pytest.mark.clause("SOP-1.3")
async def test_the_sweeper_starts_what_was_opened_while_temporal_was_away(
    database: Database, house: House, env: WorkflowEnvironment, tmp_path: Path
) -> None:
    number = await opened(house, WHOLE)
    await ready(env)
    casework = house.app.state.tools.casework
    assert await casework.sweep(timedelta(0)) == (0, 0)
    async with working(house, env) as client:
        casework.line._client = client
        assert await casework.sweep(timedelta(0)) == (1, 0)
        handle = client.get_workflow_handle(workflow_id(number))
        assert (await handle.query("view"))["stage"] == "verifying"
        assert await casework.sweep(timedelta(0)) == (0, 0)
