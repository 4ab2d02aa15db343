"""Whether this process lives, whether it can do its work, and its figures."""

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api import access
from api.errors import documented
from api.rest.complaints import Asking
from api.rest.shapes import HealthOut
from api.tools import Tools, tools
from plumbing.keys import KeyStore, KeyStoreAway
from records import figures, reconciliation
from records.database import DatabaseAway

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, bool]:
    """The process answers."""
    return {"alive": True}


@router.get("/readyz", responses={503: {"description": "Something is away"}})
async def ready(request: Request, response: Response) -> dict[str, bool]:
    """Database and Temporal answer."""
    desk = tools(request)
    found = {"database": await desk.database.is_there(), "temporal": await desk.casework.is_there()}
    if not all(found.values()):
        response.status_code = 503
    return found


@router.get("/api/v1/health", responses=documented(401, 403, 503))
async def health(request: Request, asking: Asking) -> HealthOut:
    """How record and workflows agree: what the last reconciliation compared and found, for engineers."""
    access.require(asking, *access.READS_METRICS)
    async with tools(request).database.transaction() as connection:
        last = await reconciliation.latest(connection)
    at, found = last or (None, {})
    return HealthOut(reconciled_at=at, reconciliation=found)


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Figures of the business and of this process, for Prometheus; nothing personal."""
    desk = tools(request)
    readings = await _readings(desk)
    reachable = {
        "database": readings is not None,
        "temporal": await desk.casework.is_there(),
        "key_store": await asyncio.to_thread(_answers, desk.keys),
    }
    return Response(desk.figures.page(reachable, readings or {}), media_type=CONTENT_TYPE_LATEST)


async def _readings(desk: Tools) -> dict[str, figures.Reading] | None:
    """What the record says about now; None while it is away."""
    try:
        async with desk.database.transaction() as connection:
            return await figures.read(connection)
    except DatabaseAway:
        return None


def _answers(keys: KeyStore) -> bool:
    """Whether the key store can be read; asked for a key nobody has, which is in no cache."""
    try:
        keys.by_id("nobody's")
    except KeyStoreAway:
        return False
    return True
