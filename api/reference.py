"""The API reference, from the OpenAPI description itself: a page of our own, no script, no outside host."""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.templating import render

router = APIRouter(include_in_schema=False)


def mount_static(app: FastAPI) -> None:
    """The style sheet."""
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")


@router.get("/docs", response_class=HTMLResponse)
async def reference(request: Request) -> HTMLResponse:
    """Every route with its fields and answers."""
    schema = request.app.openapi()
    return render("reference.html", title=schema["info"]["title"], routes=_routes(schema))


def _routes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, "does": route.get("description", ""), "takes": _takes(route, schema),
         "examples": _examples(route),
         "answers": {status: each["description"] for status, each in route["responses"].items()}}
        for path, methods in schema["paths"].items()
        for method, route in methods.items()
    ]  # fmt: skip


def _examples(route: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, summary and body of each example of a route."""
    content = route.get("requestBody", {}).get("content", {}).get("application/json", {})
    return [
        (name, each["summary"], json.dumps(each["value"], ensure_ascii=False))
        for name, each in content.get("examples", {}).items()
    ]


def _takes(route: dict[str, Any], schema: dict[str, Any]) -> list[tuple[str, str]]:
    taken = [(each["name"], each["in"]) for each in route.get("parameters", [])]
    content = route.get("requestBody", {}).get("content", {})
    for body in content.values():
        name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        fields = schema["components"]["schemas"].get(name, {}).get("properties", {})
        taken += [(field, "body") for field in fields]
    return taken
