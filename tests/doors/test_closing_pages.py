"""The end of a case at the doors: the signed sheet, the questionnaire, its number, and who may see a suggestion."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

import policies
from api.customer import forms, questionnaire
from complaints.values import Actor
from complaints.vocabulary import Matter, Role
from tests.builders import AGENT, LOGISTICS_EXECUTOR, PRODUCT_HEAD, staff
from tests.doors.house import House, execute, hire, working
from tests.doors.test_commands_api import send
from tests.doors.test_opening_api import opened
from tests.doors.test_pages import form_key, token, told
from tests.doors.versions import moved, publish

HEAD = staff("service-head", Role.DEPARTMENT_HEAD, department="customer_service")
CHANGES = {
    'ways = { value = ["phone"]': 'ways = { value = ["phone", "questionnaire"]',
    "signature = { value = false": "signature = { value = true",
    'revisit = { value = ""': 'revisit = { value = "HF{yyyy}{mm}{serial:3}"',
}
FILLED = {"solved": "yes", "effect_score": "5", "attitude_score": "4", "open_suggestion": "说明书再清楚些"}

WRITTEN = ["solved", "effect_score", "attitude_score"]
"""The questions with choices in the order in which the policy's file has them."""


def numbered() -> str:
    """The SOP with numbered revisits, a questionnaire and a signature, as the service document has them."""
    text = moved(limits={})
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
async def at_work(
    busy_house: House, env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The desk with Temporal and a worker, under that policy."""
    monkeypatch.setattr("api.casework.ANSWER_SECONDS", 20.0)
    monkeypatch.setattr("api.casework.CALL_TIMEOUT", timedelta(seconds=10))
    hire(busy_house.url, HEAD)
    published = await publish(busy_house, numbered())
    assert published.status_code == 201, published.text
    async with working(busy_house, env):
        yield busy_house


async def done(house: House) -> str:
    """A case whose work is done: the customer has to say so."""
    number = await told(house)
    evidence = {"reference": "call-17"}
    steps: list[tuple[Actor, dict[str, Any]]] = [
        (AGENT, {"kind": "propose", "way": "call", "words": evidence}),
        (AGENT, {"kind": "answer", "answer": "accepted", "evidence": evidence}),
        (LOGISTICS_EXECUTOR, {"kind": "complete", "words": {"text": "新机已签收"}}),
    ]
    for person, body in steps:
        answer = await send(house, number, body, person)
        assert answer.status_code == 200, answer.text
    await house.recorded(number, "work_completed")
    return number


async def signed(house: House, number: str) -> httpx2.Response:
    """The page after the customer signed on it."""
    address = f"/c/{token(house, number)}"
    async with house.stranger as client:
        page = await client.get(address)
        assert "结果确认单" in page.text
        assert "新机已签收" in page.text
        empty = await client.post(address, data={"act": "confirm", "key": form_key(page), "words": " "})
        assert "Sign with your name" in empty.text
        form = {"act": "confirm", "key": str(uuid4()), "words": "王小明"}
        await client.post(address, data=form)
        await house.recorded(number, "revisit_numbered")
        return await client.get(address)


@pytest.mark.clause("SVC-3.1", "SVC-4.1", "SVC-5.3", "APP-5.2")
async def test_the_customer_signs_then_answers_the_questionnaire_once_and_without_script(at_work: House) -> None:
    number = await done(at_work)
    page = await signed(at_work, number)
    address = f"/c/{token(at_work, number)}/questionnaire"
    async with at_work.stranger as client:
        half = await client.post(address, data={"key": str(uuid4()), "solved": "yes"})
        first = await client.post(address, data={"key": form_key(page), **FILLED})
        tapped_again = await client.post(address, data={"key": form_key(page), **FILLED})
        other = await client.post(address, data={"key": str(uuid4()), **FILLED})
    assert "<script" not in page.text
    assert page.text.count('type="radio"') == 12
    assert [answer.status_code for answer in (half, first, tapped_again, other)] == [422, 200, 200, 200]
    assert "已收到" in first.text
    assert "answered already" in other.text
    assert execute(at_work.url, "select count(*) from journal where kind = 'revisited'") == [(1,)]


@pytest.mark.clause("SVC-4.1", "SVC-4.3")
async def test_a_case_is_found_by_its_revisits_number_and_the_suggestions_head_sees_and_answers_it(
    at_work: House,
) -> None:
    number = await done(at_work)
    await signed(at_work, number)
    async with at_work.stranger as client:
        await client.post(f"/c/{token(at_work, number)}/questionnaire", data={"key": str(uuid4()), **FILLED})
    await at_work.recorded(number, "suggestion_made")
    async with await at_work.staff(AGENT) as client:
        one = (await client.get(f"/api/v1/complaints/{number}")).json()
        found = (await client.get("/api/v1/complaints", params={"text": one["revisit_number"]})).json()
        none = (await client.get("/api/v1/complaints", params={"matter": Matter.INQUIRY})).json()
    assert one["revisit_number"].startswith("HF")
    assert [each["number"] for each in found["complaints"]] == [number]
    assert not none["complaints"]
    answer = {"kind": "answer_suggestion", "words": {"text": "新版已加图示"}}
    assert (await send(at_work, number, answer, PRODUCT_HEAD)).status_code == 404
    async with await at_work.staff(HEAD) as client:
        listed = (await client.get("/api/v1/complaints")).json()["complaints"]
    assert [(each["number"], each["suggestion_to"]) for each in listed] == [(number, "customer_service")]
    assert (await send(at_work, number, answer, HEAD)).status_code == 200


@pytest.mark.clause("WKS-1.3")
async def test_lists_are_filtered_by_matter(at_work: House) -> None:
    number = await opened(at_work)
    async with await at_work.staff(AGENT) as client:
        found = (await client.get("/api/v1/complaints", params={"matter": Matter.COMPLAINT})).json()
        odd = await client.get("/api/v1/complaints", params={"matter": "gossip"})
    assert [(each["number"], each["matter"]) for each in found["complaints"]] == [(number, "complaint")]
    assert odd.status_code == 422


# ── what is asked, by stage and policy ──


def offered(policy: str, **row: Any) -> list[str]:
    """What the buttons of a case's page send, and `questionnaire` where it is there."""
    case = {"number": "1", "matter": "complaint", "waiting_for_customer": False, "closing": None, **row}
    found = forms.wanted(case, policies.load(policy).body)
    buttons = [name for form in found for name, _, _ in form.buttons]
    return [*("questionnaire" for form in found if form.questions), *buttons]


@pytest.mark.clause("WKS-1.3", "WKS-5.1", "DSP-5.1", "SVC-3.3")
@pytest.mark.parametrize(
    ("policy", "row", "says"),
    [
        ("wks", {"stage": "answering", "matter": "inquiry"}, ["urge"]),
        ("wks", {"stage": "confirming", "matter": "inquiry"}, ["confirm", "contest", "urge"]),
        ("wks", {"stage": "revisiting"}, ["contest", "urge"]),
        ("dsp", {"stage": "revisiting"}, ["questionnaire", "contest", "urge"]),
        ("sop", {"stage": "verifying"}, ["provide_information", "urge"]),
        ("sop", {"stage": "proposing"}, ["urge"]),
        ("sop", {"stage": "closed", "closing": "closed_unconfirmed"}, ["contest"]),
        ("sop", {"stage": "closed", "closing": "discarded"}, []),
        ("sop", {"stage": "archived", "closing": "resolved"}, []),
    ],
)
def test_a_page_offers_what_the_stage_takes_and_nothing_else(policy: str, row: dict[str, Any], says: list[str]) -> None:
    assert offered(policy, **row) == says


@pytest.mark.clause("WKS-5.1")
def test_where_the_revisit_confirms_the_page_says_what_is_asked_of_the_customer() -> None:
    row = {"stage": "revisiting", "number": "1", "matter": "complaint"}
    notes = [form.note for form in forms.wanted(row, policies.load("wks").body)]
    assert forms.BY_REVISIT in notes


@pytest.mark.clause("SVC-5.3", "SVC-4.2")
def test_open_answers_are_kept_by_question_and_a_score_that_is_none_is_no_answer() -> None:
    asked = questionnaire.questions(policies.load("dsp").body)
    assert [each.kind for each in asked].count("open") >= 1
    body = questionnaire.command(asked, FILLED)
    assert body is not None
    assert (body["solved"], body["effect_score"], body["suggestion"]) == (True, 5, "说明书再清楚些")
    assert questionnaire.command(asked, {**FILLED, "effect_score": "6"}) is None
    assert questionnaire.command(asked, {}) is None


@pytest.mark.clause("SVC-5.3")
async def test_questions_are_asked_in_the_order_they_are_written_and_a_long_answer_is_refused_not_cut(
    at_work: House,
) -> None:
    number = await done(at_work)
    page = await signed(at_work, number)
    fields = [name for name in re.findall(r'name="(\w+)"', page.text) if name in WRITTEN or name.startswith("open_")]
    assert list(dict.fromkeys(fields)) == [*WRITTEN, "open_suggestion"]
    address = f"/c/{token(at_work, number)}/questionnaire"
    async with at_work.stranger as client:
        long = await client.post(address, data={"key": form_key(page), **FILLED, "open_suggestion": "长" * 4001})
        assert (long.status_code, "at most 4000 characters" in long.text) == (422, True)
        assert not execute(at_work.url, "select 1 from journal where kind = 'revisited'")
        longest = await client.post(address, data={"key": form_key(page), **FILLED, "open_suggestion": "长" * 4000})
    assert (longest.status_code, "已收到" in longest.text) == (200, True)
