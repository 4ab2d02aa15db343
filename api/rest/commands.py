"""Commands: what the caller may do now, doing it, and what became of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.access import Caller
from api.casework import NewCommand
from api.errors import DoorError, FieldProblem, answer, documented, named, problems
from api.rest import examples, persons, showing
from api.rest.complaints import Asking, Key
from api.rest.shapes import AllowedOut, CommandIn, CommandOut
from api.tools import tools
from complaints.chart import CHART
from complaints.commands import HUMAN_COMMANDS, THROUGH_THE_DESK
from complaints.values import Actor
from records import deputies, receipts

router = APIRouter(prefix="/api/v1", tags=["commands"])

ROLES = {kind: {role for row in CHART if row.command == kind for role in row.who} for kind in HUMAN_COMMANDS}
"""Who may ever send a command of a kind, at whatever stage."""


@router.get("/complaints/{number}/commands", responses=documented(401, 403, 404, 422, 503))
async def allowed_commands(
    request: Request, number: str, asking: Asking, on_behalf_of: Annotated[str | None, Query(max_length=200)] = None
) -> AllowedOut:
    """What the caller's roles, or an absent person's, may do at this stage; what a command says may be refused."""
    row = await showing.visible_case(request, asking, number)
    mine = await tools(request).casework.allowed(row, await _acting(request, asking, on_behalf_of))
    return AllowedOut(stage=row["stage"], version=row["version"], commands=list(mine))


@router.post(
    "/complaints/{number}/commands",
    responses={**documented(400, 401, 403, 404, 409, 422, 503), 202: {"model": CommandOut, "description": "Taken"}},
)
async def send_command(
    request: Request,
    response: Response,
    number: str,
    command: Annotated[CommandIn, Body(openapi_examples=examples.COMMANDS)],
    asking: Asking,
    idempotency_key: Key,
) -> Any:
    """Do something with a case: 200 with the facts, 409 with the reason, or 202 with a receipt."""
    row = await showing.visible_case(request, asking, number)
    if command.kind not in HUMAN_COMMANDS:
        raise DoorError(422, "invalid", "There is no such command; the chart lists them all.", ("body.kind",))
    if command.kind in THROUGH_THE_DESK:
        raise DoorError(422, "invalid", "Ask for this at /api/v1/policies/{key}/adoptions.", ("body.kind",))
    actor = await _acting(request, asking, command.on_behalf_of)
    if not actor.is_any(*ROLES[command.kind]):
        raise DoorError(403, "not_your_role", "Your role may not send this command.")
    body = command.body()
    problems = unfit(command.kind, body) or await persons.strangers(tools(request), body)
    if problems:
        return answer(422, "invalid", "Some fields don't fit; each is named with its rule.", problems)
    desk = tools(request)
    new = NewCommand(kind=command.kind, body=body, expected_version=command.expected_version)
    receipt = await desk.casework.submit(row, new, actor, asking.id, idempotency_key)
    if receipt.verdict == "refused":
        status = 403 if receipt.code == "not_your_role" else 409
        return answer(status, receipt.code, receipt.message, named(receipt.fields, receipt.message))
    if receipt.settled_at is None:
        response.status_code = 202
        response.headers["Location"] = f"/api/v1/commands/{receipt.command_id}"
    return showing.command(receipt)


async def _acting(request: Request, asking: Caller, login: str | None) -> Actor:
    """The caller, or the caller standing in for somebody absent, with that one's roles for this command."""
    if login is None:
        return asking.actor
    async with tools(request).database.transaction() as connection:
        absent = await deputies.person(connection, login)
    actor = asking.on_behalf_of(absent.id) if absent else None
    if actor is None:
        says = "You don't stand in for this person now: GET /api/v1/staff/{login}/deputies shows who does."
        raise DoorError(403, "no_deputy", says, ("body.on_behalf_of",))
    return actor


def unfit(kind: str, body: dict[str, Any]) -> list[FieldProblem]:
    """What doesn't fit in a command's body, each field by its path and rule."""
    try:
        TypeAdapter(HUMAN_COMMANDS[kind]).validate_python(body)
    except ValidationError as error:
        return problems(error.errors(include_input=False, include_url=False), "body")
    return []


@router.get("/commands/{command_id}", responses=documented(401, 403, 404, 422, 503))
async def one_command(request: Request, command_id: str, asking: Asking) -> CommandOut:
    """What became of a command the caller sent, or of one on a case the caller may see."""
    missing = DoorError(404, "no_such_command", "There is no command with this id that you may see.")
    if not _is_uuid(command_id):
        raise missing
    async with tools(request).database.transaction() as connection:
        receipt = await receipts.by_id(connection, command_id)
    if receipt is None:
        raise missing
    if receipt.caller != asking.id:
        await showing.visible_case(request, asking, receipt.number)
    return showing.command(await tools(request).casework.outcome(receipt))


def _is_uuid(text: str) -> bool:
    bare = text.replace("-", "")
    return len(text) == 36 and len(bare) == 32 and all(letter in "0123456789abcdef" for letter in bare.lower())


