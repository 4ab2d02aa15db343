"""The codec server: who may read does, who may not gets back the ciphertext, strangers get nothing."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from google.protobuf import json_format
from structlog.testing import capture_logs
from temporalio.api.common.v1 import Payload, Payloads

from api.codec_server import build_app, ui_origins
from api.temporal_front import Front
from complaints.vocabulary import Role
from plumbing.codec import seal_payload
from plumbing.keys import FileKeyStore
from plumbing.settings import Settings

UI = "http://localhost:8233"
CASE = "case-1"
WORDS = "王小明 13812345678"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(WORDS).encode())


@dataclass(frozen=True)
class Somebody:
    """A member of staff, as far as the codec server asks."""

    id: str
    roles: tuple[Role, ...]


async def by_cookie(request: Request) -> Somebody | None:
    """Stands for the API's sessions: the cookie names the role."""
    role = request.cookies.get("staff")
    return Somebody(f"staff-{role}", (Role[role.upper()],)) if role else None


def temporal_ui(request: httpx2.Request) -> httpx2.Response:
    """Stands for the Temporal Web UI: says what it was asked, and tries to set two cookies."""
    return httpx2.Response(
        200,
        json={
            "method": request.method,
            "target": request.url.raw_path.decode(),
            "headers": dict(request.headers),
            "body": request.content.decode(),
        },
        headers=[("set-cookie", "_csrf=t; Path=/"), ("set-cookie", "other=1"), ("x-inner", "1")],
    )


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    store = FileKeyStore(tmp_path / "keys.db", b"m" * 32)
    store.create("complaint-1", CASE)
    return store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url="postgresql://localhost/x",
        temporal_address="localhost:7233",
        key_file=tmp_path / "keys.db",
        master_key_file=tmp_path / "master.key",
        session_secret_file=tmp_path / "session.secret",
        temporal_ui_url=UI,
        public_url="http://localhost:8000",
    )


@pytest.fixture
def visitor(settings: Settings, keys: FileKeyStore) -> Iterator[TestClient]:
    front = Front(UI, httpx2.MockTransport(temporal_ui))
    app = build_app(settings, keys, by_cookie, front)
    with TestClient(app, base_url="http://localhost:8081", follow_redirects=False) as client:
        yield client


@pytest.fixture
def sealed(keys: FileKeyStore) -> dict[str, Any]:
    key = keys.for_case(CASE)
    assert key is not None
    return json_format.MessageToDict(Payloads(payloads=[seal_payload(key, PLAIN), PLAIN]))


def log_in(visitor: TestClient, role: Role) -> None:
    visitor.cookies.set("staff", role.value)


def read(answer: httpx2.Response, at: int = 0) -> str:
    return base64.b64decode(answer.json()["payloads"][at]["data"]).decode(errors="replace")


READING = [Role.ENGINEER, Role.DIRECTOR, Role.SUPERVISOR, Role.ADMIN]


@pytest.mark.clause("SVC-5.2")
@pytest.mark.parametrize("role", READING)
def test_reading_roles_read(visitor: TestClient, sealed: dict[str, Any], role: Role) -> None:
    log_in(visitor, role)
    answer = visitor.post("/decode?preserveStorageRefs=true", json=sealed)
    assert answer.status_code == 200
    assert json.loads(read(answer)) == json.loads(read(answer, 1)) == WORDS


@pytest.mark.clause("SVC-5.2")
@pytest.mark.parametrize("role", [None, *(role for role in Role if role not in READING)])
def test_everybody_else_gets_the_ciphertext_back(
    visitor: TestClient, sealed: dict[str, Any], role: Role | None
) -> None:
    if role:
        log_in(visitor, role)
    answer = visitor.post("/decode", json=sealed)
    assert answer.status_code == 403
    assert answer.json()["payloads"] == sealed["payloads"]
    assert ("Log in" if role is None else "roles") in answer.json()["message"]


def test_the_payloads_of_an_erased_case_come_back_marked(
    visitor: TestClient, sealed: dict[str, Any], keys: FileKeyStore
) -> None:
    keys.destroy(CASE)
    log_in(visitor, Role.ENGINEER)
    answer = visitor.post("/decode", json=sealed)
    assert answer.status_code == 200
    assert list(json.loads(read(answer))) == ["unreadable"]


def test_a_key_store_away_is_said(visitor: TestClient, sealed: dict[str, Any], keys: FileKeyStore) -> None:
    log_in(visitor, Role.ENGINEER)
    keys.close()
    answer = visitor.post("/decode", json=sealed)
    assert answer.status_code == 503
    assert answer.json()["payloads"] == sealed["payloads"]


def test_what_is_typed_into_the_ui_stays_plain(visitor: TestClient) -> None:
    typed = json_format.MessageToDict(Payloads(payloads=[PLAIN]))
    assert visitor.post("/encode", json=typed).json() == typed


@pytest.mark.parametrize("body", [b"", b"not json", b"3", b'{"payloads": 3}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_payloads_is_refused(visitor: TestClient, body: bytes) -> None:
    log_in(visitor, Role.ENGINEER)
    assert visitor.post("/decode", content=body).status_code == 400


def test_no_payloads_are_a_fine_answer(visitor: TestClient) -> None:
    log_in(visitor, Role.ENGINEER)
    assert visitor.post("/decode", json={}).json() == {"payloads": []}


@pytest.mark.clause("SVC-5.2")
def test_who_read_is_logged_and_what_is_not(visitor: TestClient, sealed: dict[str, Any]) -> None:
    log_in(visitor, Role.ENGINEER)
    with capture_logs() as lines:
        visitor.post("/decode", json=sealed, headers={"x-namespace": "default"})
    (line,) = [line for line in lines if line["event"] == "payloads read"]
    assert line["staff"] == "staff-engineer"
    assert (line["namespace"], line["payloads"], line["keys"]) == ("default", 1, 1)
    assert WORDS not in repr(lines)


def preflight(visitor: TestClient, origin: str) -> httpx2.Response:
    return visitor.options(
        "/decode",
        headers={
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,x-namespace",
        },
    )


@pytest.mark.parametrize("origin", ["http://localhost:8233", "http://127.0.0.1:8233"])
def test_the_ui_may_ask_with_its_login(visitor: TestClient, origin: str) -> None:
    answer = preflight(visitor, origin)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize("origin", ["http://localhost:9999", "https://localhost:8233", "http://example.com"])
def test_other_pages_may_not(visitor: TestClient, sealed: dict[str, Any], origin: str) -> None:
    assert preflight(visitor, origin).status_code == 400
    log_in(visitor, Role.ENGINEER)
    answer = visitor.post("/decode", json=sealed, headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("https://temporal.example.com/", ["https://temporal.example.com"]),
        ("http://127.0.0.1:1/ui", ["http://localhost:1", "http://127.0.0.1:1"]),
    ],
)
def test_origins(url: str, origins: list[str]) -> None:
    assert ui_origins(url) == origins


def test_a_stranger_is_shown_where_to_log_in(visitor: TestClient) -> None:
    for path in ("/", "/namespaces/default/workflows", "/api/v1/settings"):
        answer = visitor.get(path)
        assert answer.status_code == 403
        assert 'href="http://localhost:8000"' in answer.text
        assert "default-src" in answer.headers["content-security-policy"]


def test_a_reader_is_led_to_the_ui(visitor: TestClient) -> None:
    log_in(visitor, Role.ENGINEER)
    answer = visitor.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/namespaces/default/workflows")


def test_the_front_passes_on_what_the_ui_needs_and_no_more(visitor: TestClient) -> None:
    log_in(visitor, Role.ENGINEER)
    visitor.cookies.set("_csrf", "token")
    answer = visitor.post(
        "/api/v1/a%2Fb?query=%E7%8E%8B", content=b"{}", headers={"x-csrf-token": "token", "x-secret": "no"}
    )
    seen = answer.json()
    assert (seen["method"], seen["target"], seen["body"]) == ("POST", "/api/v1/a%2Fb?query=%E7%8E%8B", "{}")
    assert seen["headers"]["cookie"] == "_csrf=token"
    assert seen["headers"]["x-csrf-token"] == "token"
    assert "x-secret" not in seen["headers"]
    assert answer.headers.get_list("set-cookie") == ["_csrf=t; Path=/"]
    assert "x-inner" not in answer.headers


def test_the_front_goes_nowhere_else(visitor: TestClient) -> None:
    log_in(visitor, Role.ENGINEER)
    answer = visitor.get("http://localhost:8081//example.com/x")
    assert answer.json()["headers"]["host"] == "localhost:8233"


def test_a_ui_that_does_not_answer_is_said(settings: Settings, keys: FileKeyStore) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    app = build_app(settings, keys, by_cookie, Front(UI, httpx2.MockTransport(refuse)))
    with TestClient(app) as client:
        client.cookies.set("staff", "engineer")
        assert client.get("/namespaces").status_code == 502


def test_health_needs_no_login(visitor: TestClient) -> None:
    assert visitor.get("/healthz").json() == {"status": "ok"}
