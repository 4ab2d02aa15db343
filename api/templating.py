"""Pages from templates: everything escaped, instants in the policy's zone."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ZONE = ZoneInfo("Asia/Shanghai")

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def _local(at: datetime | None) -> str:
    return at.astimezone(ZONE).strftime("%m-%d %H:%M:%S") if at else "—"


_pages.filters["local"] = _local


def render(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page."""
    return HTMLResponse(_pages.get_template(template).render(**values), status_code=status)
