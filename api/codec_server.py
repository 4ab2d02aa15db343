"""Who may read sealed payloads in the Temporal Web UI, and the page that hands them out.

The UI sends what it found in the history to `/decode`; staff with a reading role get it back readable,
everybody else as the ciphertext it was. Who somebody is comes from the staff session the API made: a
cookie counts for a host name, whatever the port, so both need the same one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from html import escape
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads

from api.access import staff_from_cookie
from api.temporal_front import Front
from api.tools import make_tools
from complaints.vocabulary import Role
from plumbing.codec import CaseCodec, is_sealed, key_id_of
from plumbing.keys import KeyStore, KeyStoreAway
from plumbing.settings import Settings

READERS = frozenset({Role.ENGINEER, Role.DIRECTOR, Role.SUPERVISOR, Role.ADMIN})
HEADERS = ["content-type", "x-namespace", "authorization", "authorization-extras"]
LOOPBACK_NAMES = ("localhost", "127.0.0.1")
LOGGED_NAMESPACE = 64

log = structlog.get_logger(__name__)


class Reader(Protocol):
    """What must be known of a person to decide whether they may read."""

    @property
    def id(self) -> str: ...

    @property
    def roles(self) -> Iterable[Role]: ...


WhoIs = Callable[[Request], Awaitable[Reader | None]]


def build_app(settings: Settings, keys: KeyStore, who_is: WhoIs, front: Front | None = None) -> FastAPI:
    """The codec server, with the keys it may use and the way to tell who asks."""
    front = front or Front(settings.temporal_ui_upstream or settings.temporal_ui_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await front.close()

    app = FastAPI(title="Codec server", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=ui_origins(settings.temporal_ui_url),
        allow_methods=["POST"],
        allow_headers=HEADERS,
        allow_credentials=True,
    )
    _add_payload_routes(app, CaseCodec(keys), who_is)
    _add_page_routes(app, settings, who_is, front)
    return app


def ui_origins(url: str) -> list[str]:
    """The UI's origin; on this machine under both of its names."""
    parts = urlsplit(url)
    names = LOOPBACK_NAMES if parts.hostname in LOOPBACK_NAMES else (parts.hostname or "",)
    port = f":{parts.port}" if parts.port else ""
    return [urlunsplit((parts.scheme, f"{name}{port}", "", "", "")) for name in names]


def _add_payload_routes(app: FastAPI, codec: CaseCodec, who_is: WhoIs) -> None:
    @app.post("/decode")
    async def decode(request: Request) -> Response:
        payloads = await _payloads(request)
        if payloads is None:
            return JSONResponse({"message": "The body is not a list of payloads."}, 400)
        reader = await who_is(request)
        if reader is None or not may_read(reader):
            return _answer(payloads, 403, _refusal(reader))
        _note(request, reader, payloads)
        try:
            decoded = await codec.decode(payloads.payloads)
        except KeyStoreAway:
            return _answer(payloads, 503, "The key store can't be read just now; try again.")
        return _answer(Payloads(payloads=decoded))

    @app.post("/encode")
    async def encode(request: Request) -> Response:
        """What is typed into the UI stays as typed: only our own doors seal, and thereby vouch."""
        payloads = await _payloads(request)
        if payloads is None:
            return JSONResponse({"message": "The body is not a list of payloads."}, 400)
        return _answer(payloads)


def _add_page_routes(app: FastAPI, settings: Settings, who_is: WhoIs, front: Front) -> None:
    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/")
    async def start(request: Request) -> Response:
        reader = await who_is(request)
        if reader is None or not may_read(reader):
            return _login_hint(settings, reader)
        return RedirectResponse(f"/namespaces/{settings.temporal_namespace}/workflows", 303)

    @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    async def temporal_ui(request: Request, path: str) -> Response:
        reader = await who_is(request)
        if reader is None or not may_read(reader):
            return _login_hint(settings, reader)
        return await front.fetch(request)


def may_read(reader: Reader) -> bool:
    """Whether one of the person's roles reads payloads (SVC-5.2)."""
    return not READERS.isdisjoint(reader.roles)


async def _payloads(request: Request) -> Payloads | None:
    try:
        return json_format.Parse(await request.body(), Payloads(), ignore_unknown_fields=True)
    except (json_format.ParseError, UnicodeDecodeError, RecursionError):
        return None


def _answer(payloads: Payloads, status: int = 200, message: str | None = None) -> Response:
    content = {"payloads": [], **json_format.MessageToDict(payloads)}
    return JSONResponse(content | ({"message": message} if message else {}), status)


def _refusal(reader: Reader | None) -> str:
    if reader is None:
        return "Log in to read sealed payloads. 请先登录，再查看加密内容。"
    return "Your roles do not read sealed payloads. 您的角色无权查看加密内容。"


def _note(request: Request, reader: Reader, payloads: Payloads) -> None:
    sealed = [payload for payload in payloads.payloads if is_sealed(payload)]
    log.info(
        "payloads read",
        staff=reader.id,
        namespace=request.headers.get("x-namespace", "")[:LOGGED_NAMESPACE],
        payloads=len(sealed),
        keys=len({key_id_of(payload) for payload in sealed}),
    )


def _login_hint(settings: Settings, reader: Reader | None) -> Response:
    login, ui = escape(settings.public_url, quote=True), escape(settings.temporal_ui_url, quote=True)
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Codec server</title>'
        f"<h1>Codec server</h1><p>{escape(_refusal(reader))}</p>"
        f'<p><a href="{login}">Log in at the complaint desk · 登录</a>, then come back to this page: '
        "it shows the Temporal Web UI with readable payloads.</p>"
        f'<p><a href="{ui}">Temporal Web UI without readable payloads</a></p></html>'
    )
    return HTMLResponse(page, 403, {"content-security-policy": "default-src 'none'"})


def create_app(settings: Settings | None = None) -> FastAPI:
    """The codec server of this deployment: who asks is told by the API's session cookie."""
    settings = settings or Settings.read()
    desk = make_tools(settings)
    app = build_app(settings, desk.keys, staff_from_cookie)
    app.state.tools = desk
    return app
