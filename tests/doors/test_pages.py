"""The pages: staff log in and see their desk, customers see their case and speak; nobody sees what isn't theirs."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

from api.customer.pages import limiter
from complaints.values import Actor
from plumbing.links import make_token
from tests.builders import AGENT, LOGISTICS_EXECUTOR, LOGISTICS_HEAD, PRODUCT_HEAD, SUPERVISOR
from tests.doors.house import PASSWORD, House, execute, hire, working
from tests.doors.test_commands_api import send
from tests.doors.test_opening_api import WHOLE, opened

FRESH = Actor(kind=AGENT.kind, id="fresh-1", roles=AGENT.roles, department=AGENT.department)


@pytest.fixture
async def at_work(
    busy_house: House, env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The desk with Temporal and a worker, and time for a slow test machine."""
    monkeypatch.setattr("api.casework.ANSWER_SECONDS", 20.0)
    monkeypatch.setattr("api.casework.CALL_TIMEOUT", timedelta(seconds=10))
    async with working(busy_house, env):
        yield busy_house


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No test uses up another's tries."""
    limiter.storage.reset()


async def log_in(client: httpx2.AsyncClient, **form: str) -> httpx2.Response:
    return await client.post("/login", data={"login": AGENT.id, "password": PASSWORD, **form})


# ── staff ──


@pytest.mark.parametrize("path", ["/", "/cases/20260520001"])
async def test_strangers_are_sent_to_the_login(house: House, path: str) -> None:
    async with house.stranger as client:
        answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=/")


GOALS = {
    "/": "/",
    "/cases/20260520001": "/cases/20260520001",
    "http://localhost:8081/": "http://localhost:8081/",
    "http://localhost:8081/namespaces/default": "http://localhost:8081/namespaces/default",
    "//evil.example/": "/",
    "/\\evil.example": "/",
    "https://evil.example/": "/",
    "http://localhost:8081.evil.example/": "/",
    "http://localhost:8081@evil.example/": "/",
    "javascript:alert(1)": "/",
}


@pytest.mark.parametrize(("wanted", "goal"), GOALS.items())
async def test_a_login_leads_on_within_this_host_only(house: House, wanted: str, goal: str) -> None:
    async with house.stranger as client:
        answer = await log_in(client, next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, goal)


async def test_a_wrong_password_is_said_on_the_page(house: House) -> None:
    async with house.stranger as client:
        answer = await log_in(client, password="guess", next="/cases/1")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert 'role="alert"' in answer.text


async def test_the_first_password_is_changed_at_the_login(house: House) -> None:
    hire(house.url, FRESH, must_change=True)
    async with house.stranger as client:
        asked = await log_in(client, login=FRESH.id)
        weak = await log_in(client, login=FRESH.id, new_password="short")
        done = await log_in(client, login=FRESH.id, new_password="another long password")
        desk = await client.get("/")
    assert "new_password" in asked.text
    assert "set-cookie" not in asked.headers
    assert weak.status_code == 422
    assert (done.status_code, desk.status_code) == (303, 200)


@pytest.mark.clause("APP-7.3")
async def test_my_desk_lists_open_cases_by_due_time(at_work: House) -> None:
    first = await opened(at_work, {**WHOLE, "arrived_at": (datetime.now(UTC) - timedelta(hours=3)).isoformat()})
    second = await opened(at_work, {"channel": "phone"}, key="key-2")
    await at_work.recorded(first, "registered")
    await at_work.recorded(second, "arrived")
    client, csrf = await at_work.session(AGENT)
    async with client:
        desk = await client.get("/")
        out = await client.post("/logout", data={"csrf": csrf})
        after = await client.get("/")
    assert desk.text.index(first) < desk.text.index(second)
    assert "核实中" in desk.text
    assert (out.status_code, after.status_code) == (303, 303)


async def test_a_case_page_tells_what_happened_and_what_may_be_done(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    await at_work.recorded(number, "registered")
    pages: dict[str, httpx2.Response] = {}
    for person in (AGENT, LOGISTICS_HEAD, PRODUCT_HEAD):
        client, _ = await at_work.session(person)
        async with client:
            pages[person.id] = await client.get(f"/cases/{number}")
    mine, heads, strangers = pages["agent-1"], pages["logistics-head"], pages["product-head"]
    assert (mine.status_code, heads.status_code, strangers.status_code) == (200, 200, 404)
    assert "verify" in mine.text
    assert "13812345678" in mine.text
    assert "13812345678" not in heads.text
    assert f"/workflows/complaint-{number}" in mine.text
    assert "registered" in mine.text
    async with await at_work.staff(AGENT) as client:
        possible = (await client.get(f"/api/v1/complaints/{number}/commands")).json()["commands"]
    assert f"possible now: {', '.join(possible)}<" in mine.text
    assert not {"name_involved", "check_off"} & set(possible), "the SOP has neither"


async def test_what_a_customer_wrote_is_shown_as_text(house: House) -> None:
    number = await opened(house, {"channel": "email", "text": "<script>alert('x')</script>"})
    client, _ = await house.session(AGENT)
    async with client:
        page = await client.get(f"/cases/{number}")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


# ── customers ──


def token(house: House, number: str) -> str:
    return make_token(house.case_id(number), house.app.state.tools.secret)


def form_key(page: httpx2.Response) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def told(house: House) -> str:
    """A case whose customer has been told the plan by a call."""
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    measure = {"kind": "resend", "text": "明天重新发货", "actor": "物流专员", "until": until}
    number = await opened(house, WHOLE)
    steps: list[tuple[Actor, dict[str, Any]]] = [
        (AGENT, {"kind": "verify", "words": {"text": "属实"}}),
        (SUPERVISOR, {"kind": "endorse", "grade": "general"}),
        (AGENT, {"kind": "determine_liability", "party": "company", "department": "logistics"}),
        (LOGISTICS_EXECUTOR, {"kind": "draft_plan", "plan": {"cause": "丢件", "measures": [measure]}}),
        (LOGISTICS_HEAD, {"kind": "approve"}),
    ]
    for person, body in steps:
        answer = await send(house, number, body, person)
        assert answer.status_code == 200, answer.text
    await house.recorded(number, "plan_approved")
    return number


@pytest.mark.clause("SOP-3.4", "SOP-4.3")
async def test_the_customer_reads_the_plan_once_told_and_answers_it(at_work: House) -> None:
    number = await told(at_work)
    address = f"/c/{token(at_work, number)}"
    async with at_work.stranger as client:
        early = await client.get(address)
        call = {"kind": "propose", "way": "call", "words": {"reference": "call-17"}}
        assert (await send(at_work, number, call)).status_code == 200
        await at_work.recorded(number, "plan_proposed")
        page = await client.get(address)
        form = {"act": "accepted", "key": form_key(page), "words": "好的"}
        first = await client.post(address, data=form)
        again = await client.post(address, data=form)
    assert "明天重新发货" not in early.text
    assert 'value="accepted"' not in early.text
    assert "明天重新发货" in page.text
    assert (first.status_code, again.status_code) == (200, 200)
    await at_work.recorded(number, "plan_accepted")
    kinds = execute(at_work.url, "select count(*) from receipt where kind = 'answer' and verdict = 'accepted'")
    assert kinds == [(1,)]


async def test_the_customers_words_are_kept_whole_or_not_at_all(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    address = f"/c/{token(at_work, number)}"
    async with at_work.stranger as client:
        page = await client.get(address)
        odd = await client.post(address, data={"act": "urge", "key": form_key(page), "words": "a\u0000b"})
        kept = await client.post(address, data={"act": "urge", "key": form_key(page), "words": "  请 <b>快</b> 🙏 "})
        empty = await client.post(address, data={"act": "contest", "key": form_key(page), "words": " "})
        strange = await client.post(address, data={"act": "approve", "key": form_key(page)})
    await at_work.recorded(number, "urged")
    async with await at_work.staff(AGENT) as client:
        journal = (await client.get(f"/api/v1/complaints/{number}/journal")).json()["entries"]
    urged = [entry["fact"]["private"] for entry in journal if entry["fact"]["kind"] == "urged"]
    assert (odd.status_code, kept.status_code, empty.status_code, strange.status_code) == (422, 200, 422, 422)
    assert "words" in odd.text
    assert urged == [[{"text": "  请 <b>快</b> 🙏 ", "reference": ""}]]


async def test_what_goes_wrong_at_a_customers_form_is_told_on_a_page_with_the_way_back(at_work: House) -> None:
    number = await opened(at_work, WHOLE)
    address = f"/c/{token(at_work, number)}"
    async with at_work.stranger as client:
        form = {"act": "urge", "key": form_key(await client.get(address)), "words": "请快"}
        assert (await client.post(address, data=form)).status_code == 200
        went_back = await client.post(address, data={**form, "words": "请快一点"})
        long = await client.post(address, data={**form, "words": "长" * 4001})
        unasked = await client.post(f"{address}/questionnaire", data=form)
        broken = await client.post(f"{address}x/questionnaire", data=form)
    for answer, status, says in (
        (went_back, 409, "这一页的内容已经提交过"),
        (long, 422, "at most 4000 characters"),
        (unasked, 404, "Nothing is asked of you"),
        (broken, 404, "没有您可以查看的这件投诉"),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert says in answer.text
        assert 'href="/c/' in answer.text
        assert "Idempotency" not in answer.text
    assert f'href="{address}"' in went_back.text


async def test_staff_are_told_on_a_page_what_is_not_there_and_programs_in_their_own_shape(house: House) -> None:
    client, _ = await house.session(AGENT)
    async with client:
        for path in ("/handbook/nosuch", "/cases/20260520999"):
            page = await client.get(path)
            assert (page.status_code, 'role="alert"' in page.text) == (404, True)
            assert page.headers["content-security-policy"]
        assert (await client.get("/api/v1/complaints/20260520999")).json()["code"] == "no_such_complaint"


async def test_a_link_that_is_none_leads_to_the_look_up(house: House) -> None:
    async with house.stranger as client:
        for made_up in ("x", "a.b.c", token(house, await opened(house)) + "x"):
            answer = await client.get(f"/c/{made_up}")
            assert answer.status_code == 404
            assert 'name="last4"' in answer.text


@pytest.mark.clause("SOP-1.3")
async def test_number_and_phone_show_the_stage_and_nothing_else(house: House) -> None:
    number = await opened(house, WHOLE)
    async with house.stranger as client:
        right = await client.post("/c", data={"number": number, "last4": "5678"})
        wrong = await client.post("/c", data={"number": number, "last4": "0000"})
        nobody = await client.post("/c", data={"number": "20260520999", "last4": "5678"})
        odd = await client.post("/c", data={"number": "\u0000", "last4": "%%%%"})
    assert (right.status_code, wrong.status_code, nobody.status_code, odd.status_code) == (200, 404, 404, 404)
    assert "已接收" in right.text
    assert "王小明" not in right.text
    assert "漏水" not in right.text
    assert wrong.text.replace(number, "") == nobody.text.replace("20260520999", "")


async def test_guessing_is_stopped(house: House) -> None:
    number = await opened(house, WHOLE)
    async with house.stranger as client:
        tries = [await client.post("/c", data={"number": number, "last4": f"{n:04}"}) for n in range(11)]
        right = await client.post("/c", data={"number": number, "last4": "5678"})
    assert [answer.status_code for answer in tries] == [404] * 10 + [429]
    assert right.status_code == 429
