"""Deputies at the doors: named with their dates, followed along a chain, and acting for who is away, both on record."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

from complaints.values import Actor
from complaints.vocabulary import Role
from desk import app
from tests.builders import AGENT, LOGISTICS_EXECUTOR, LOGISTICS_HEAD, PRODUCT_HEAD, REVISITOR, SUPERVISOR, staff
from tests.doors.house import ADMIN, House, execute, hire, working
from tests.doors.test_commands_api import patient, send
from tests.doors.test_opening_api import WHOLE, opened

__all__ = ["patient"]

WEEK = timedelta(days=7)
SUPERVISOR_2 = staff("supervisor-2", Role.SUPERVISOR, department="customer_service")


def dates(start: timedelta = -WEEK, end: timedelta = WEEK) -> dict[str, str]:
    now = datetime.now(UTC)
    return {"from": (now + start).isoformat(), "until": (now + end).isoformat()}


async def named(
    house: House, person: Actor, deputy: Actor, by: Actor | None = None, **when: timedelta
) -> httpx2.Response:
    async with await house.staff(by or person) as client:
        body = {"deputy": deputy.id, "reason": "年假", **dates(**when)}
        return await client.post(f"/api/v1/staff/{person.id}/deputies", json=body)


async def listed(house: House, person: Actor) -> list[dict[str, Any]]:
    async with await house.staff(person) as client:
        found: list[dict[str, Any]] = (await client.get(f"/api/v1/staff/{person.id}/deputies")).json()["deputies"]
    return found


@pytest.fixture
async def at_work(busy_house: House, env: WorkflowEnvironment, patient: None) -> AsyncIterator[House]:
    async with working(busy_house, env):
        yield busy_house


@pytest.mark.parametrize(("by", "status"), [(SUPERVISOR, 201), (ADMIN, 201), (LOGISTICS_HEAD, 201), (AGENT, 403)])
async def test_a_deputy_is_named_by_the_person_or_by_those_above(house: House, by: Actor, status: int) -> None:
    answer = await named(house, LOGISTICS_HEAD, PRODUCT_HEAD, by)
    assert answer.status_code == status, answer.text


async def test_what_is_over_or_ended_has_no_effect_and_is_not_shown(house: House) -> None:
    over = await named(house, LOGISTICS_HEAD, PRODUCT_HEAD, start=-2 * WEEK, end=-WEEK)
    assert (over.status_code, over.json()["fields"][0]["path"]) == (422, "body.until")
    made = (await named(house, LOGISTICS_HEAD, PRODUCT_HEAD)).json()
    shown = [(each["deputy"], each["in_force"]) for each in await listed(house, LOGISTICS_HEAD)]
    assert shown == [("product-head", True)]
    async with await house.staff(LOGISTICS_HEAD) as client:
        path = f"/api/v1/staff/logistics-head/deputies/{made['id']}"
        ended, again = await client.delete(path), await client.delete(path)
    assert (ended.status_code, again.status_code, await listed(house, LOGISTICS_HEAD)) == (200, 404, [])


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "from"),
        ((datetime.now(UTC) - WEEK).isoformat(), "9999-12-31T23:59:59-12:00", "until"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00+14:00", "until"),
    ],
    ids=("for ever", "no end", "long over"),
)
async def test_an_absence_lies_within_a_year_back_and_ten_ahead(house: House, start: str, end: str, field: str) -> None:
    async with await house.staff(SUPERVISOR) as client:
        path, away = "/api/v1/staff/logistics-head/deputies", {"from": start, "until": end}
        refused = await client.post(path, json={"deputy": PRODUCT_HEAD.id, **away})
    assert (refused.status_code, refused.json()["fields"][0]["path"]) == (422, f"body.{field}"), refused.text
    assert await listed(house, LOGISTICS_HEAD) == []


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "0", "9223372036854775808"])
async def test_a_number_no_absence_can_have_is_none(house: House, number: str) -> None:
    async with await house.staff(LOGISTICS_HEAD) as client:
        answer = await client.delete(f"/api/v1/staff/logistics-head/deputies/{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_deputy")


async def test_chains_are_allowed_circles_and_two_at_once_are_not(house: House) -> None:
    assert (await named(house, LOGISTICS_HEAD, PRODUCT_HEAD)).status_code == 201
    assert (await named(house, PRODUCT_HEAD, SUPERVISOR)).status_code == 201
    circle = await named(house, SUPERVISOR, LOGISTICS_HEAD)
    assert (circle.status_code, "circle" in circle.text) == (422, True)
    later = await named(house, SUPERVISOR, LOGISTICS_HEAD, start=2 * WEEK, end=3 * WEEK)
    assert later.status_code == 201, "a circle at no instant is none"
    twice = await named(house, LOGISTICS_HEAD, AGENT, start=timedelta(days=6), end=2 * WEEK)
    themselves = await named(house, AGENT, AGENT)
    assert [twice.status_code, themselves.status_code] == [422, 422]


@pytest.mark.clause("SOP-3.3")
async def test_a_deputy_acts_for_who_is_away_and_both_are_on_record(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    await at_work.recorded(number, "registered")
    body = {"kind": "escalate", "words": {"text": "代为升级"}, "on_behalf_of": LOGISTICS_HEAD.id}
    async with await at_work.staff(PRODUCT_HEAD) as client:
        assert (await client.get(f"/api/v1/complaints/{number}")).status_code == 404, "another department's"
    assert (await named(at_work, LOGISTICS_HEAD, REVISITOR)).status_code == 201
    assert (await named(at_work, REVISITOR, PRODUCT_HEAD)).status_code == 201
    sent = await send(at_work, number, body, PRODUCT_HEAD)
    assert sent.status_code == 200, sent.text
    await at_work.recorded(number, "escalated")
    async with await at_work.staff(PRODUCT_HEAD) as client:
        entries = (await client.get(f"/api/v1/complaints/{number}/journal")).json()["entries"]
    (actor,) = [each["actor"] for each in entries if each["fact"]["kind"] == "escalated"]
    assert (actor["id"], actor["on_behalf_of"], actor["department"]) == ("product-head", "logistics-head", "logistics")
    client, _ = await at_work.session(PRODUCT_HEAD)
    async with client:
        assert "product-head 代 for logistics-head" in (await client.get(f"/cases/{number}")).text


async def test_without_an_absence_in_force_nobody_acts_for_another(house: House) -> None:
    number = await opened(house, WHOLE)
    await named(house, SUPERVISOR, AGENT, start=WEEK, end=2 * WEEK)
    body = {"kind": "escalate", "words": {"text": "越权"}, "on_behalf_of": SUPERVISOR.id}
    early = await send(house, number, body, AGENT)
    nobody = await send(house, number, {**body, "on_behalf_of": "nobody-1"}, AGENT)
    assert [(each.status_code, each.json()["code"]) for each in (early, nobody)] == [(403, "no_deputy")] * 2


async def test_the_commands_open_to_a_deputy_are_the_absent_persons(at_work: House) -> None:
    """The rules go through what a deputy then may approve; here the door passes the roles of the absent one only."""
    hire(at_work.url, SUPERVISOR_2)
    number = await opened(at_work, WHOLE)
    await at_work.recorded(number, "registered")
    assert (await named(at_work, LOGISTICS_EXECUTOR, SUPERVISOR_2)).status_code == 201
    path = f"/api/v1/complaints/{number}/commands"
    async with await at_work.staff(SUPERVISOR_2) as client:
        own = (await client.get(path)).json()["commands"]
        theirs = (await client.get(path, params={"on_behalf_of": LOGISTICS_EXECUTOR.id})).json()["commands"]
    assert ("verify" in own, "verify" in theirs) == (True, False)


def test_the_command_line_names_lists_and_ends(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    execute(postgres_url, "delete from deputy")
    execute(postgres_url, "delete from staff")
    for person in (AGENT, SUPERVISOR):
        hire(postgres_url, person)
    desk = CliRunner()
    first, last = ((datetime.now(UTC) + each).date().isoformat() for each in (-WEEK, WEEK))
    week = ["--from", first, "--until", last]
    added = desk.invoke(app, ["deputy", "add", "supervisor-1", "agent-1", *week, "--reason", "年假"])
    assert added.exit_code == 0, added.output
    shown = desk.invoke(app, ["deputy", "list", "supervisor-1"]).stdout
    number, person, deputy, *_ = shown.split("\t")
    assert (person, deputy, "年假" in shown) == ("supervisor-1", "agent-1", True)
    circle = desk.invoke(app, ["deputy", "add", "agent-1", "supervisor-1", *week])
    assert (circle.exit_code, "circle" in circle.stderr) == (1, True)
    assert desk.invoke(app, ["deputy", "end", "supervisor-1", number]).exit_code == 0
    assert desk.invoke(app, ["deputy", "end", "supervisor-1", number]).exit_code == 1
    unknown = desk.invoke(app, ["deputy", "end", "supervisor-1", "99999999999999999999"])
    assert (unknown.exit_code, "has no absence 99999999999999999999" in unknown.stderr) == (1, True)
    assert desk.invoke(app, ["deputy", "list"]).stdout == ""
