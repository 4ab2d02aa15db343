"""From what went wrong to an HTTP answer, in one table; every error body has one shape."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api import problem_page
from complaints.errors import BadValue, PolicyMistake, Refused
from plumbing.keys import KeyStoreAway
from records.cases import IdempotencyConflict
from records.database import DatabaseAway
from records.people import WeakPassword, WrongPassword
from records.shelf import NoSuchPolicy
from records.worklists import BadCursor


class FieldProblem(BaseModel):
    """One field that doesn't fit, and the rule it breaks."""

    path: str = Field(examples=["body.form.demand"])
    message: str = Field(examples=["must not be empty"])


class Problem(BaseModel):
    """The one shape of every error."""

    code: str = Field(examples=["not_now"])
    message: str = Field(examples=["Not possible while the case is received; possible now: register, discard."])
    fields: list[FieldProblem] = []


@dataclass
class DoorError(Exception):
    """What a door itself finds wrong."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = field(default=())


NOT_LOGGED_IN = DoorError(401, "not_logged_in", "Log in, or send an API key as a bearer token.")
NOT_ALLOWED = DoorError(403, "not_allowed", "Your role may not do this.")
NO_SUCH_CASE = DoorError(404, "no_such_complaint", "There is no complaint with this number that you may see.")

PLAIN: dict[type[Exception], tuple[int, str, str]] = {
    IdempotencyConflict: (409, "idempotency_conflict", "This Idempotency-Key was used for another request."),
    DatabaseAway: (503, "database_away", "The database is away; send the same request again in a moment."),
    KeyStoreAway: (503, "key_store_away", "The key store is away; send the same request again in a moment."),
    WrongPassword: (401, "wrong_password", "Login or password is wrong, or the account is locked for a while."),
    WeakPassword: (422, "weak_password", "A new password has at least 10 characters and differs from the old one."),
    NoSuchPolicy: (404, "no_such_policy", "There is no policy with this key, or none at this version."),
    BadCursor: (422, "bad_cursor", "This cursor was not given out by this list."),
}
RETRY_AFTER_SECONDS = "5"


def answer(status: int, code: str, message: str, fields: list[FieldProblem] | None = None) -> JSONResponse:
    """An error answer in the one shape."""
    problem = Problem(code=code, message=message, fields=fields or [])
    return JSONResponse(problem.model_dump(), status_code=status, headers=_headers(status))


def shown(request: Request, status: int, code: str, message: str, fields: list[FieldProblem] | None = None) -> Response:
    """The same for whoever asked: as a page where the address is a page's."""
    if not problem_page.is_page(request):
        return answer(status, code, message, fields)
    page = problem_page.page(request, status, code, message, fields or [])
    page.headers.update(_headers(status))
    return page


def _headers(status: int) -> dict[str, str]:
    return {"Retry-After": RETRY_AFTER_SECONDS} if status in (429, 503) else {}


def named(fields: tuple[str, ...], message: str) -> list[FieldProblem]:
    """Problems for fields that share one message."""
    return [FieldProblem(path=path, message=message) for path in fields]


def install(app: FastAPI) -> None:
    """Give the application its translations."""
    app.add_exception_handler(DoorError, _door)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(PolicyMistake, _mistakes)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in PLAIN:
        app.add_exception_handler(kind, _plain)
    app.add_exception_handler(Exception, _fault)


def _door(request: Request, error: Any) -> Response:
    return shown(request, error.status, error.code, error.message, named(error.fields, error.message))


def _refused(request: Request, error: Any) -> Response:
    status = 403 if error.code in ("not_your_role", "not_allowed") else 409
    return shown(request, status, error.code, error.message, named(error.fields, error.message))


def _mistakes(request: Request, error: Any) -> Response:
    found = [FieldProblem(path=f"body.text.{path}", message=says) for path, _, says in map(_parted, error.mistakes)]
    return shown(request, 422, "policy_mistakes", "The policy has mistakes; each is named by its path.", found)


def _parted(mistake: str) -> tuple[str, str, str]:
    return mistake.partition(": ")


def _invalid(request: Request, error: Any) -> Response:
    found = problems(error.errors())
    return shown(request, 422, "invalid", "Some fields don't fit; each is named with its rule.", found)


def problems(found: Iterable[Any], *under: str) -> list[FieldProblem]:
    """Each field by its path and rule, also one the rules themselves refuse; the value is never repeated."""
    return [_problem(each, [*under, *(str(part) for part in each["loc"])]) for each in found]


def _problem(each: Any, path: list[str]) -> FieldProblem:
    cause = each.get("ctx", {}).get("error")
    if isinstance(cause, BadValue):
        return FieldProblem(path=".".join([*path, cause.field]), message=cause.rule)
    return FieldProblem(path=".".join(path), message=str(each["msg"]))


def _http(request: Request, error: Any) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    return shown(request, error.status_code, phrase.lower().replace(" ", "_"), f"{phrase}.")


def _plain(request: Request, error: Exception) -> Response:
    status, code, message = PLAIN[type(error)]
    return shown(request, status, code, message)


def _fault(request: Request, error: Exception) -> Response:
    """What nobody foresaw: the server logs its type and place, the answer tells nothing."""
    return shown(request, 500, "fault", "Something went wrong on our side; the engineers see it in the log.")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for its documentation."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}
