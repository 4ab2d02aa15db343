"""The description of the API: every route says what it does and answers, examples fit, errors have the one shape."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.rest import commands, shapes
from complaints.commands import HUMAN_COMMANDS, THROUGH_THE_DESK
from tests.builders import AGENT
from tests.doors.house import House
from tests.doors.test_opening_api import keyed

PUBLIC = {("/api/v1/session", "post"), ("/api/v1/password", "post")}
"""Routes one can't be logged in for yet."""


def described(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    paths = app.openapi()["paths"]
    return [(path, method, route) for path, methods in paths.items() for method, route in methods.items()]


def api_routes(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    return [each for each in described(app) if each[0].startswith("/api/")]


ISSUED = {
    ("post", "/api/v1/complaints"), ("get", "/api/v1/complaints"), ("get", "/api/v1/complaints/{number}"),
    ("get", "/api/v1/complaints/{number}/journal"), ("get", "/api/v1/complaints/{number}/deadlines"),
    ("get", "/api/v1/complaints/{number}/deadlines/{clock}"),
    ("get", "/api/v1/complaints/{number}/notices"), ("get", "/api/v1/complaints/{number}/commands"),
    ("post", "/api/v1/complaints/{number}/commands"), ("get", "/api/v1/commands/{command_id}"),
    ("get", "/api/v1/policies"), ("get", "/api/v1/policies/{key}"), ("get", "/healthz"), ("get", "/readyz"),
    ("get", "/metrics"), ("get", "/api/v1/health"), ("post", "/api/v1/session"), ("delete", "/api/v1/session"),
    ("post", "/api/v1/password"), ("post", "/api/v1/api-keys"), ("get", "/api/v1/policies/{key}/versions"),
    ("post", "/api/v1/policies/{key}/versions"), ("post", "/api/v1/policies/{key}/adoptions/preview"),
    ("post", "/api/v1/policies/{key}/adoptions"), ("get", "/api/v1/policies/{key}/adoptions"),
    ("get", "/api/v1/policies/{key}/adoptions/{adoption_id}"),
    ("get", "/api/v1/staff/{login}/deputies"), ("post", "/api/v1/staff/{login}/deputies"),
    ("delete", "/api/v1/staff/{login}/deputies/{absence_id}"), ("get", "/api/v1/policies/{key}/handbook"),
    ("post", "/api/v1/policies/{key}/handbook/receipt"), ("get", "/api/v1/policies/{key}/handbook/receipts"),
}  # fmt: skip


async def test_every_promised_route_is_there(house: House) -> None:
    assert {(method, path) for path, method, _ in described(house.app)} == ISSUED


async def test_every_route_of_the_application_is_described_or_a_page(house: House) -> None:
    hidden = {route.path for route in house.app.routes if isinstance(route, APIRoute) and not route.include_in_schema}
    assert not [path for path in hidden if path.startswith("/api/")]


async def test_every_route_says_what_it_does_and_how_it_refuses(house: House) -> None:
    for path, method, route in api_routes(house.app):
        where = f"{method} {path}"
        assert route.get("description"), where
        answers = route["responses"]
        takes_nothing = method == "delete" or path.startswith(("/api/v1/policies", "/api/v1/health"))
        assert {"422", "503"} <= set(answers) or takes_nothing, where
        if (path, method) not in PUBLIC:
            assert "401" in answers, where
            assert "403" in answers, where
        for status, answer in answers.items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (where, status)


async def test_fields_of_requests_and_answers_have_types(house: House) -> None:
    schemas = house.app.openapi()["components"]["schemas"]
    for name, schema in schemas.items():
        for field, says in schema.get("properties", {}).items():
            assert {"type", "$ref", "anyOf", "allOf", "oneOf", "const", "enum"} & set(says), (name, field)


async def test_examples_of_requests_fit(house: House) -> None:
    async with await house.staff(AGENT) as client:
        answer = await client.post("/api/v1/complaints", json=shapes.EXAMPLE, headers=keyed())
    assert answer.status_code == 201, answer.text
    for schema in house.app.openapi()["components"]["schemas"].values():
        for example in schema.get("examples", []):
            model = getattr(shapes, schema["title"], None)
            if model is not None:
                TypeAdapter(model).validate_python(example)


@pytest.mark.parametrize("kind", [kind for kind in HUMAN_COMMANDS if kind not in THROUGH_THE_DESK])
async def test_every_command_is_described_with_its_fields_and_an_example_that_fits(house: House, kind: str) -> None:
    content = house.app.openapi()["paths"]["/api/v1/complaints/{number}/commands"]["post"]["requestBody"]["content"]
    examples = content["application/json"]["examples"]
    assert examples[kind]["summary"]
    body = examples[kind]["value"]
    assert body["kind"] == kind
    assert commands.unfit(kind, {name: value for name, value in body.items() if name != "expected_version"}) == []


async def test_the_reference_is_our_own_page(house: House) -> None:
    async with house.stranger as client:
        page = await client.get("/docs")
        style = await client.get("/static/desk.css")
        raw = await client.get("/api/v1/openapi.json")
    assert (page.status_code, style.status_code, raw.status_code) == (200, 200, 200)
    assert "<script" not in page.text
    assert "https://" not in page.text
    for method, path in ISSUED:
        assert f"{method.upper()} {path}" in page.text
