"""Puts the application together: tools, routes, error answers, headers, and the sweeper beside them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI, Request, Response

from api import errors, reference
from api.casework import Casework
from api.customer import pages as customer_pages
from api.figures import ApiFigures
from api.rest import commands, complaints, health, policies, sessions
from api.staff import pages as staff_pages
from api.tools import Tools
from plumbing.keys import FileKeyStore, KeyStoreAway
from plumbing.settings import Settings
from plumbing.telemetry import core_figures
from plumbing.temporal import connect
from policies import keys as policy_keys
from records.database import Database, DatabaseAway

SWEEP_SECONDS = 10
LARGEST_BODY = 1_000_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

log = structlog.get_logger(__name__)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; it starts with database and Temporal away, and answers 503 or 202 until they are there."""
    settings = settings or Settings.read()
    desk = make_tools(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweep_for_ever(desk))
        yield
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        await desk.database.close()

    app = FastAPI(
        title="Complaint Desk 投诉台",
        version="1",
        description="Every complaint one durable case, from arrival to archive.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        telemetry=desk.figures.telemetry(),
        lifespan=lifespan,
    )
    app.state.tools = desk
    app.middleware("http")(_guarded)
    errors.install(app)
    for part in (complaints, commands, policies, sessions, health, reference, staff_pages, customer_pages):
        app.include_router(part.router)
    reference.mount_static(app)
    return app


def make_tools(settings: Settings) -> Tools:
    """What the routes work with."""
    keys = FileKeyStore.of(settings)
    database = Database(settings.database_url, settings.database_pool_size)
    offered = policy_keys(with_demo=settings.demo_policy)
    return Tools(
        settings=settings,
        database=database,
        keys=keys,
        casework=Casework(
            database, keys, lambda: connect(settings, keys, runtime=core_figures().runtime), offered
        ),
        figures=ApiFigures(),
        secret=settings.session_secret_file.read_text("utf-8").strip(),
    )


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bodies have a limit; every answer carries the strict headers."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return errors.answer(413, "too_large", f"A request has at most {LARGEST_BODY} bytes.")
    if request.method in ("POST", "PUT", "PATCH") and "content-length" not in request.headers:
        return errors.answer(411, "length_required", "Send the request with its length.")
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _sweep_for_ever(desk: Tools) -> None:
    """Every few seconds start and send what a crash left behind."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        desk.figures.drain()
        try:
            started, sent = await desk.casework.sweep()
            if started or sent:
                log.info("made up for a crash", started=started, sent=sent)
        except (DatabaseAway, KeyStoreAway) as error:
            log.warning("sweeping waits", reason=type(error).__name__)
        except Exception:  # one bad row must not end the sweeping; the engineers see it in the log
            log.exception("sweeping failed")
