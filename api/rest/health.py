"""Whether this process lives, whether it can do its work, and its figures."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import CollectorRegistry

from api.errors import documented
from api.tools import tools
from records import worklists

router = APIRouter(tags=["health"])

FIGURES = {
    "open": "Cases that have not ended.",
    "overdue": "Open cases with a company limit missed and its act not done.",
    "without_clock": "Open cases without an armed deadline; stays 0.",
    "opening": "Cases numbered whose workflow is not started yet.",
}


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


@router.get("/metrics", responses=documented(503), response_class=Response)
async def metrics(request: Request) -> Response:
    """Business figures and this process's own, for Prometheus; nothing personal."""
    async with tools(request).database.transaction() as connection:
        counts = await worklists.counts(connection)
    business = CollectorRegistry()
    business.register(_Figures(counts))
    return Response(generate_latest(business) + generate_latest(), media_type=CONTENT_TYPE_LATEST)


class _Figures:
    """Counts read a moment ago, as gauges."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    def collect(self) -> list[GaugeMetricFamily]:
        return [
            GaugeMetricFamily(f"complaint_cases_{name}", says, value=self.counts[name])
            for name, says in FIGURES.items()
        ]
