"""Every answer that is no success has the one shape, also where the framework itself refuses."""

import json
from typing import Any

import httpx2
import pytest

from tests.builders import AGENT
from tests.doors.house import House
from tests.doors.test_opening_api import ARRIVAL, keyed


def check_shape(answer: httpx2.Response, *statuses: int) -> dict[str, Any]:
    """The error, once its shape has been looked at."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:300])
    body: dict[str, Any] = answer.json()
    assert set(body) == {"code", "message", "fields"}
    assert body["code"]
    assert body["message"]
    assert all({"path", "message"} <= set(field) for field in body["fields"])
    return body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/complaints", 404),
        ("PUT", "/api/v1/complaints", 405),
        ("DELETE", "/api/v1/complaints/20260520001", 405),
        ("POST", "/healthz", 405),
        ("GET", "/static/../app.py", 404),
        ("GET", "/api/v1/complaints?stage=flying", 422),
        ("GET", "/api/v1/complaints?limit=0", 422),
        ("GET", "/api/v1/complaints?limit=many", 422),
        ("GET", "/api/v1/complaints?cursor=made-up", 422),
        ("GET", "/api/v1/complaints?cursor=WzEsMl0=", 422),
        ("GET", "/api/v1/policies/none", 404),
        ("GET", "/api/v1/policies/%00", 404),
    ],
)
async def test_the_framework_refuses_in_our_shape(house: House, method: str, path: str, status: int) -> None:
    async with await house.staff(AGENT) as client:
        content = b"{}" if method in ("POST", "PUT") else None
        check_shape(await client.request(method, path, content=content), status)


DEEP = b'{"contact":' * 60_000 + b"1" + b"}" * 60_000
BROKEN = {
    "no JSON": b"{",
    "no UTF-8": b'{"channel": "\xff\xfe"}',
    "half a surrogate pair": b'{"channel": "phone", "text": "\\ud800"}',
    "a list": b"[]",
    "a number": b"7",
    "nothing": b"",
    "nested without end": DEEP,
    "a number without end": b'{"channel": ' + b"9" * 10_000 + b"}",
    "no number": b'{"channel": NaN}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
async def test_a_broken_body_is_refused(house: House, content: bytes) -> None:
    headers = {**keyed(), "content-type": "application/json"}
    async with await house.staff(AGENT) as client:
        check_shape(await client.post("/api/v1/complaints", content=content, headers=headers), 400, 413, 422)


async def test_a_body_of_another_kind_is_refused(house: House) -> None:
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", data={"channel": "phone"}, headers=keyed())
    check_shape(answer, 415, 422)


async def test_too_much_is_refused_before_it_is_read(house: House) -> None:
    body = json.dumps({**ARRIVAL, "brand": "长" * 600_000}).encode()
    headers = {**keyed(), "content-type": "application/json"}
    async with await house.staff(AGENT) as client:
        check_shape(await client.post("/api/v1/complaints", content=body, headers=headers), 413)
        lying = await client.post("/api/v1/complaints", content=body, headers={**headers, "content-length": "-1"})
        check_shape(lying, 400, 413)


async def test_an_error_repeats_nothing_it_was_sent(house: House) -> None:
    async with await house.staff(AGENT) as client:
        body = {**ARRIVAL, "contact": {"phone": "13812345678\u0000", "fax": "王小明"}}
        answer = await client.post("/api/v1/complaints", json=body, headers=keyed())
    check_shape(answer, 422)
    assert "13812345678" not in answer.text
    assert "王小明" not in answer.text


async def test_a_fault_is_an_answer_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("13812345678")

    monkeypatch.setattr("records.worklists.cases", broken)
    async with await house.staff(AGENT) as client:
        answer = await client.get("/api/v1/complaints")
    check_shape(answer, 500)
    assert "13812345678" not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/complaints", "/healthz", "/login", "/c", "/docs", "/api/v1/nothing"])
async def test_every_answer_carries_the_strict_headers(house: House, path: str) -> None:
    async with house.stranger as client:
        answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
