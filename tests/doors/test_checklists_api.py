"""At the doors: a case shows its checklist, and whom a complaint is about can be looked up and stays out of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from temporalio.testing import WorkflowEnvironment

import policies
from complaints.commands import CheckOff
from records import policies as stored
from tests.builders import AGENT, LOGISTICS_EXECUTOR, LOGISTICS_HEAD, NOON, Desk
from tests.doors.house import House, working
from tests.doors.test_commands_api import patient, send
from tests.doors.test_opening_api import WHOLE, keyed, opened
from tests.world import recording

__all__ = ["patient"]

ABOUT = {**WHOLE, "register": {**WHOLE["register"], "involved": [LOGISTICS_EXECUTOR.id]}}


@pytest.fixture
async def at_work(busy_house: House, env: WorkflowEnvironment, patient: None) -> AsyncIterator[House]:
    async with working(busy_house, env):
        yield busy_house


@pytest.mark.clause("DSP-1.4")
async def test_whom_a_complaint_is_about_is_looked_up_and_refused(at_work: House) -> None:
    number = await opened(at_work, ABOUT)
    for each in (number, await opened(at_work, WHOLE, key="key-2")):
        await at_work.recorded(each, "registered")
    async with await at_work.staff(AGENT) as client:
        found = await client.get("/api/v1/complaints", params={"involved": LOGISTICS_EXECUTOR.id})
    assert [(each["number"], each["involved"]) for each in found.json()["complaints"]] == [
        (number, [LOGISTICS_EXECUTOR.id])
    ]
    refused = await send(at_work, number, {"kind": "escalate", "words": {"text": "不归我"}}, LOGISTICS_EXECUTOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "recused")
    noted = await send(at_work, number, {"kind": "note", "words": {"text": "我的说法"}}, LOGISTICS_EXECUTOR)
    assert noted.status_code == 200
    other = await send(at_work, number, {"kind": "escalate", "words": {"text": "催"}}, LOGISTICS_HEAD)
    assert other.status_code == 200
    async with at_work.customer(at_work.case_id(number)) as client:
        assert (await client.get(f"/api/v1/complaints/{number}")).json()["involved"] == [], "not the customer's to know"


@pytest.mark.clause("DSP-1.4")
async def test_persons_there_are_not_are_refused_by_their_field(house: House) -> None:
    body = {**WHOLE, "register": {**WHOLE["register"], "involved": ["nobody-7"]}}
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json=body, headers=keyed("x"))
    assert (answer.status_code, answer.json()["fields"][0]["path"]) == (422, "body.register.involved")
    number = await opened(house, WHOLE)
    named = await send(house, number, {"kind": "name_involved", "involved": ["nobody-7"]})
    assert (named.status_code, named.json()["fields"][0]["path"]) == (422, "body.involved")


@pytest.mark.clause("APP-7.3")
async def test_a_case_shows_what_is_ticked_off_and_what_is_open(house: House) -> None:
    """A policy with a checklist, as somebody may write one."""
    listed = '\nchecklist = { order = { zh = "订单已核对", en = "Order" }, proof = { zh = "凭证已核", en = "Proof" } }'
    owner = '[stages.verifying]\nowner = "agent"'
    policy = policies.read("sop", (policies.HERE / "sop.toml").read_text("utf-8").replace(owner, owner + listed))
    desk = Desk(rules_=policy.rules(NOON)).registered().do(CheckOff(items=("order",)), AGENT)
    async with house.database.transaction() as connection:
        await stored.store(connection, policy)
    await recording.opened(house.database, house.keys)
    order = replace(recording.order_of(desk.entries, desk), policy_version=policy.version)
    await recording.recorder(house.database, house.keys).record(order)
    async with await house.staff(AGENT) as client:
        shown = (await client.get(f"/api/v1/complaints/{recording.NUMBER}")).json()["checklist"]
    assert [(each["item"], each["zh"], each["done"]) for each in shown] == [
        ("order", "订单已核对", True), ("proof", "凭证已核", False),
    ]  # fmt: skip
    client, _ = await house.session(AGENT)
    async with client:
        page = (await client.get(f"/cases/{recording.NUMBER}")).text
    assert "☑ 订单已核对" in page
    assert "☐ 凭证已核" in page
