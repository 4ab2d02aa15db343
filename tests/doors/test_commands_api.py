"""Commands over REST: what they answer with a worker, without one, and with Temporal away; who may send what."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from complaints.values import Actor
from plumbing.temporal import data_converter
from tests.builders import AGENT, DIRECTOR, LOGISTICS_EXECUTOR, LOGISTICS_HEAD, PRODUCT_HEAD, REVISITOR, SUPERVISOR
from tests.doors.house import ADMIN, ENGINEER, House, execute, ready, working
from tests.doors.test_opening_api import ARRIVAL, WHOLE, keyed, opened
from tests.flow.stage import with_converter
from workflows.names import workflow_id


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow test machine gets its answer too, rather than a receipt."""
    monkeypatch.setattr("api.casework.ANSWER_SECONDS", 20.0)
    monkeypatch.setattr("api.casework.CALL_TIMEOUT", timedelta(seconds=10))


@pytest.fixture
async def at_work(busy_house: House, env: WorkflowEnvironment, patient: None) -> AsyncIterator[House]:
    """The desk with Temporal and a worker."""
    async with working(busy_house, env):
        yield busy_house


async def send(
    house: House, number: str, body: dict[str, Any], by: Actor = AGENT, key: str | None = None
) -> httpx2.Response:
    async with await house.staff(by) as client:
        return await client.post(
            f"/api/v1/complaints/{number}/commands", json=body, headers=keyed(key or str(uuid4()))
        )


def respond() -> dict[str, Any]:
    return {"kind": "respond", "channel": "phone", "contacted_at": datetime.now(UTC).isoformat()}


async def test_a_command_is_answered_with_its_facts(at_work: House) -> None:
    number = await opened(at_work)
    answer = await send(at_work, number, {"kind": "note", "words": {"text": "先查物流"}})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["kind"], said["status"], said["number"]) == ("note", "accepted", number)
    assert said["facts"]
    async with await at_work.staff(AGENT) as client:
        again = await client.get(f"/api/v1/commands/{said['command_id']}")
    assert again.status_code == 200
    assert again.json()["facts"] == said["facts"]


async def test_the_same_command_twice_is_one(at_work: House) -> None:
    number = await opened(at_work)
    body = {"kind": "note", "words": {"text": "一次"}}
    first = await send(at_work, number, body, key="note-1")
    second = await send(at_work, number, body, key="note-1")
    other = await send(at_work, number, {"kind": "note", "words": {"text": "两次"}}, key="note-1")
    assert (first.status_code, second.status_code, other.status_code) == (200, 200, 409)
    assert first.json()["command_id"] == second.json()["command_id"]
    assert first.json()["facts"] == second.json()["facts"]
    assert other.json()["code"] == "idempotency_conflict"


async def test_what_the_case_refuses_comes_with_code_and_reason(at_work: House) -> None:
    number = await opened(at_work)
    answer = await send(at_work, number, {"kind": "approve"}, SUPERVISOR)
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_now"
    assert "register" in answer.json()["message"]
    unknown = await send(at_work, number, {"kind": "discard", "words": {"text": "重复"}, "duplicate_of": "x"})
    assert unknown.status_code == 200


async def test_a_stale_version_is_refused(at_work: House) -> None:
    number = await opened(at_work)
    assert (await send(at_work, number, {"kind": "note", "words": {"text": "甲"}})).status_code == 200
    await at_work.recorded(number, "noted")
    stale = await send(at_work, number, {"kind": "note", "words": {"text": "乙"}, "expected_version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    async with await at_work.staff(AGENT) as client:
        case = await client.get(f"/api/v1/complaints/{number}")
    assert case.headers["etag"] == f'"{case.json()["version"]}"'


async def test_a_deadline_explains_itself(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    await at_work.recorded(number, "registered")
    async with await at_work.staff(AGENT) as client:
        clocks = (await client.get(f"/api/v1/complaints/{number}/deadlines")).json()["deadlines"]
        clock = next(each for each in clocks if each["limit"] == "verification")
        account = (await client.get(f"/api/v1/complaints/{number}/deadlines/{clock['clock']}")).json()
        unknown = await client.get(f"/api/v1/complaints/{number}/deadlines/nothing.1")
    assert (account["unit"], account["span_seconds"], account["due_at"]) == ("natural", 4 * 3600, clock["due_at"])
    assert [step["why"] for step in account["steps"]] == ["natural"]
    assert account["steps"][-1]["end"] == clock["due_at"]
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_clock")


@pytest.mark.clause("SOP-1.2", "SOP-1.1")
async def test_a_case_shows_what_was_done_to_it(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    assert (await send(at_work, number, respond())).status_code == 200
    await at_work.recorded(number, "responded")
    async with await at_work.staff(AGENT) as client:
        case = (await client.get(f"/api/v1/complaints/{number}")).json()
        journal = (await client.get(f"/api/v1/complaints/{number}/journal")).json()["entries"]
        clocks = (await client.get(f"/api/v1/complaints/{number}/deadlines")).json()["deadlines"]
        notices = await client.get(f"/api/v1/complaints/{number}/notices")
        may = (await client.get(f"/api/v1/complaints/{number}/commands")).json()
        listed = (await client.get("/api/v1/complaints?stage=verifying")).json()["complaints"]
    assert (case["stage"], case["owner_role"], case["category"]) == ("verifying", "agent", "logistics_delay")
    assert [entry["fact"]["kind"] for entry in journal][:2] == ["arrived", "registered"]
    assert {clock["limit"] for clock in clocks} >= {"verification", "start_handling"}
    assert notices.status_code == 200
    assert "verify" in may["commands"]
    assert "approve" not in may["commands"]
    assert [each["number"] for each in listed] == [number]


BAD = [
    ({"kind": "fly"}, "body.kind"),
    ({"kind": "Robert'); drop table"}, "body.kind"),
    ({"words": {"text": "?"}}, "body.kind"),
    ({"kind": "note"}, "body.words"),
    ({"kind": "note", "words": {"text": " "}}, "body.words.text"),
    ({"kind": "note", "words": {"text": "a\u0000b"}}, "body.words.text"),
    ({"kind": "note", "words": {"text": "长" * 20_001}}, "body.words.text"),
    ({"kind": "note", "words": {"text": "x"}, "colour": 1}, "body.colour"),
    ({"kind": "note", "words": {"text": "x"}, "expected_version": -1}, "body.expected_version"),
    ({"kind": "respond", "channel": "fax", "contacted_at": "2026-05-20T12:00:00Z"}, "body.channel"),
    ({"kind": "respond", "channel": "phone", "contacted_at": "2026-05-20T12:00:00"}, "body.contacted_at"),
    ({"kind": "record_revisit", "solved": True, "effect_score": 9, "attitude_score": 3}, "body.effect_score"),
    ({"kind": "tell_delivered", "template": "plan_told"}, "body.kind"),
]


@pytest.mark.parametrize(("body", "path"), BAD, ids=[f"{path} {n}" for n, (_, path) in enumerate(BAD)])
async def test_a_command_that_does_not_fit_is_named_by_path(house: House, body: dict[str, Any], path: str) -> None:
    number = await opened(house)
    answer = await send(house, number, body, REVISITOR if body.get("kind") == "record_revisit" else AGENT)
    assert answer.status_code == 422, answer.text
    assert path in [field["path"] for field in answer.json()["fields"]]


DENIED: list[tuple[Actor, dict[str, Any]]] = [
    (AGENT, {"kind": "approve"}),
    (AGENT, {"kind": "endorse", "grade": "general"}),
    (REVISITOR, {"kind": "register"}),
    (LOGISTICS_EXECUTOR, {"kind": "approve"}),
    (ENGINEER, {"kind": "withdraw"}),
    (SUPERVISOR, {"kind": "record_revisit", "solved": True, "effect_score": 5, "attitude_score": 5}),
]


async def test_what_the_desk_puts_together_nobody_sends(house: House) -> None:
    number = await opened(house)
    async with await house.staff(DIRECTOR) as client:
        body = {"kind": "adopt_policy", "version": "2", "rules": {"key": "sop"}}
        answer = await client.post(f"/api/v1/complaints/{number}/commands", json=body, headers=keyed("adopt"))
    assert (answer.status_code, answer.json()["fields"][0]["path"]) == (422, "body.kind")


@pytest.mark.clause("SOP-3.3")
@pytest.mark.parametrize(("person", "body"), DENIED, ids=[f"{p.id} {b['kind']}" for p, b in DENIED])
async def test_roles_are_kept_apart(house: House, person: Actor, body: dict[str, Any]) -> None:
    number = await opened(house, WHOLE)
    answer = await send(house, number, body, person)
    assert answer.status_code in (403, 404), answer.text


async def test_departments_see_their_own_cases_only(at_work: House) -> None:
    number = await opened(at_work, WHOLE)  # a case of the logistics department
    await at_work.recorded(number, "registered")
    async with await at_work.staff(PRODUCT_HEAD) as client:
        assert (await client.get(f"/api/v1/complaints/{number}")).status_code == 404
        assert (await client.get("/api/v1/complaints")).json()["complaints"] == []
    async with await at_work.staff(LOGISTICS_HEAD) as client:
        assert (await client.get(f"/api/v1/complaints/{number}")).status_code == 200
        assert len((await client.get("/api/v1/complaints")).json()["complaints"]) == 1


@pytest.mark.clause("WKS-2.2")
async def test_a_case_of_several_departments_shows_who_leads_to_all_of_them(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    shared = {"party": "carrier", "department": "logistics", "others": ["product"], "lead": "logistics-head"}
    await send(at_work, number, {"kind": "verify", "words": {"text": "核实"}})
    nobody = await send(at_work, number, {"kind": "endorse", "grade": "general", **shared, "lead": "x"}, SUPERVISOR)
    assert (nobody.status_code, nobody.json()["fields"][0]["path"]) == (422, "body.lead")
    answer = await send(at_work, number, {"kind": "endorse", "grade": "general", **shared}, SUPERVISOR)
    assert answer.status_code == 200, answer.text
    await at_work.recorded(number, "liability_determined")
    for person in (AGENT, PRODUCT_HEAD, LOGISTICS_EXECUTOR):
        async with await at_work.staff(person) as client:
            case = await client.get(f"/api/v1/complaints/{number}")
            listed = await client.get("/api/v1/complaints")
        assert case.json()["liability"] == shared, person.id
        assert case.json()["owner_id"] == "logistics-head"
        assert [each["number"] for each in listed.json()["complaints"]] == [number]
    async with at_work.customer(at_work.case_id(number)) as client:
        assert (await client.get(f"/api/v1/complaints/{number}")).json()["liability"] is None


@pytest.mark.clause("SVC-1.5")
async def test_a_corrected_registration_changes_what_the_desk_shows(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    form = {**WHOLE["register"]["form"], "contact": {"name": "王小敏", "phone": "13911112222", "email": ""}}
    answer = await send(at_work, number, {"kind": "correct_registration", "form": form})
    assert answer.status_code == 200, answer.text
    said = {"text": "逐项复述", "reference": "call-2"}
    assert (await send(at_work, number, {"kind": "confirm_facts", "words": said})).status_code == 200
    await at_work.recorded(number, "facts_confirmed")
    for person, phone in ((AGENT, "13911112222"), (LOGISTICS_HEAD, "139****2222")):
        async with await at_work.staff(person) as client:
            case = await client.get(f"/api/v1/complaints/{number}")
            journal = await client.get(f"/api/v1/complaints/{number}/journal")
        assert case.json()["contact"]["phone"] == phone
        assert ("13911112222" in journal.text) is (person is AGENT)


@pytest.mark.clause("SVC-5.2")
async def test_contact_is_masked_for_who_need_not_call(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    await at_work.recorded(number, "registered")
    seen: dict[str, Any] = {}
    for person in (AGENT, SUPERVISOR, LOGISTICS_HEAD, ENGINEER):
        async with await at_work.staff(person) as client:
            case = await client.get(f"/api/v1/complaints/{number}")
            journal = await client.get(f"/api/v1/complaints/{number}/journal")
        seen[person.id] = case.json()["contact"]["phone"], "13812345678" in journal.text, "漏水" in journal.text
    assert seen == {
        "agent-1": ("13812345678", True, True),
        "supervisor-1": ("13812345678", True, True),
        "logistics-head": ("138****5678", False, True),
        "engineer-1": ("138****5678", False, False),
    }


async def test_the_customers_link_opens_one_case_and_only_the_customers_side(at_work: House) -> None:
    number, other = await opened(at_work, WHOLE), await opened(at_work, ARRIVAL, key="key-2")
    async with at_work.customer(at_work.case_id(number)) as client:
        own = await client.get(f"/api/v1/complaints/{number}")
        foreign = await client.get(f"/api/v1/complaints/{other}")
        inside = [await client.get(f"/api/v1/complaints/{number}/{part}") for part in ("journal", "notices")]
        lists = await client.get("/api/v1/complaints")
        opening = await client.post("/api/v1/complaints", json=ARRIVAL, headers=keyed())
        path = f"/api/v1/complaints/{number}/commands"
        urged = await client.post(path, json={"kind": "urge", "words": {"text": "请快"}}, headers=keyed("u1"))
        graded = await client.post(path, json={"kind": "grade", "grade": "urgent"}, headers=keyed("u2"))
    assert (own.status_code, foreign.status_code) == (200, 404)
    assert [each.status_code for each in inside] == [403, 403]
    assert (lists.status_code, opening.status_code) == (403, 403)
    assert (urged.status_code, graded.status_code) == (200, 403)


async def test_staff_do_not_get_the_customers_link(house: House) -> None:
    """What staff enter for a customer needs its evidence; the link would let them speak as the customer."""
    number = await opened(house)
    async with await house.staff(AGENT) as client:
        assert "/c/" not in (await client.get(f"/api/v1/complaints/{number}")).text


async def test_a_command_is_taken_with_temporal_away(house: House) -> None:
    number = await opened(house)
    answer = await send(house, number, {"kind": "note", "words": {"text": "先记下"}}, key="n1")
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/commands/{answer.json()['command_id']}"
    assert answer.json()["status"] == "taken"
    async with await house.staff(AGENT) as client:
        receipt = await client.get(answer.headers["location"])
        unknown = await client.get(f"/api/v1/commands/{uuid4()}")
        nonsense = await client.get("/api/v1/commands/none")
    assert receipt.json()["status"] == "taken"
    assert (unknown.status_code, nonsense.status_code) == (404, 404)


@pytest.mark.clause("SOP-3.3")
async def test_a_command_without_worker_is_a_receipt_and_counts_when_the_worker_is_back(
    busy_house: House, env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await opened(busy_house)
    taken = await send(busy_house, number, {"kind": "note", "words": {"text": "无人值守"}}, key="n1")
    assert taken.status_code == 202
    monkeypatch.setattr("api.casework.ANSWER_SECONDS", 20.0)
    async with working(busy_house, env):
        answer = await send(busy_house, number, {"kind": "note", "words": {"text": "无人值守"}}, key="n1")
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert answer.json()["command_id"] == taken.json()["command_id"]
    assert answer.json()["taken_at"] == taken.json()["taken_at"]


async def test_the_sweeper_sends_what_was_taken_while_temporal_was_away(
    house: House, busy: Client, env: WorkflowEnvironment, patient: None
) -> None:
    number = await opened(house)
    taken = await send(house, number, {"kind": "note", "words": {"text": "等一等"}})
    assert taken.status_code == 202
    casework = house.app.state.tools.casework
    casework.line._client = busy
    async with working(house, env):
        assert await casework.sweep(timedelta(0)) == (1, 1)
        async with await house.staff(AGENT) as client:
            receipt = await client.get(f"/api/v1/commands/{taken.json()['command_id']}")
        assert await casework.sweep(timedelta(0)) == (0, 0)
    assert receipt.json()["status"] == "accepted"


async def test_an_archived_case_takes_nothing_more(at_work: House, env: WorkflowEnvironment) -> None:
    number = await opened(at_work)
    discarded = await send(at_work, number, {"kind": "discard", "words": {"text": "打错了"}})
    assert discarded.status_code == 200
    # Its clock would end it in a month; the test ends it the short way.
    await env.client.get_workflow_handle(workflow_id(number)).terminate()
    execute(at_work.url, "update complaint_case set state = 'ended' where number = %s", number)
    answer = await send(at_work, number, {"kind": "note", "words": {"text": "太晚"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "archived")


@pytest.fixture
async def busy(env: WorkflowEnvironment, house: House) -> Client:
    """A client as the house will have once Temporal is back."""
    await ready(env)
    return with_converter(env.client, data_converter(house.keys))


@pytest.mark.parametrize("person", [AGENT, ADMIN], ids=lambda p: p.id)
async def test_a_case_there_is_not_is_not_found(house: House, person: Actor) -> None:
    for number in ("20260520999", "x", "%00", "%ED%A0%80", "a" * 300, "' or 1=1 --"):
        async with await house.staff(person) as client:
            for part in ("", "/journal", "/deadlines", "/notices", "/commands"):
                answer = await client.get(f"/api/v1/complaints/{number}{part}")
                assert answer.status_code == 404, (number, part, answer.text)
                assert set(answer.json()) == {"code", "message", "fields"}
