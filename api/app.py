"""Puts the application together: tools, routes, error answers, headers, sweeper and reconciler beside them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI, Request, Response

from api import errors, reference
from api.customer import pages as customer_pages
from api.digesting import digest_for_ever
from api.reconciling import reconcile_for_ever
from api.rest import adoptions, commands, complaints, deadlines, deputies, handbook, health, policies, sessions
from api.staff import handbook as handbook_page
from api.staff import pages as staff_pages
from api.tools import Tools, make_tools
from plumbing.keys import KeyStoreAway
from plumbing.settings import Settings
from records.database import DatabaseAway

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
        beside = [
            asyncio.create_task(_sweep_for_ever(desk)),
            asyncio.create_task(reconcile_for_ever(desk.reconciler, settings.reconcile_seconds)),
            asyncio.create_task(digest_for_ever(desk.digests)),
        ]
        yield
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
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
    for part in (
        complaints, deadlines, commands, policies, adoptions, handbook, deputies, sessions, health, reference,
        staff_pages, handbook_page, customer_pages,
    ):  # fmt: skip
        app.include_router(part.router)
    reference.mount_static(app)
    return app


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bodies have a limit; every answer carries the strict headers."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return errors.shown(request, 413, "too_large", f"A request has at most {LARGEST_BODY} bytes.")
    if request.method in ("POST", "PUT", "PATCH") and "content-length" not in request.headers:
        return errors.shown(request, 411, "length_required", "Send the request with its length.")
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
