"""Log in and out, change a password, make keys for other systems."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from api import access
from api.access import COOKIE
from api.errors import DoorError, documented
from api.rest.complaints import Asking
from api.rest.shapes import ApiKeyIn, ApiKeyOut, Done, LoginIn, PasswordIn, SessionOut
from api.tools import tools
from complaints.vocabulary import Role
from records import people

router = APIRouter(prefix="/api/v1", tags=["sessions"])


@router.post("/session", responses=documented(400, 401, 422, 503))
async def log_in(request: Request, response: Response, login: LoginIn) -> SessionOut:
    """Start a session: a cookie for this host, and the secret every change by cookie must carry."""
    desk = tools(request)
    person = await people.authenticate(desk.database, login.login, login.password)
    async with desk.database.transaction() as connection:
        token, csrf = await people.open_session(connection, person)
    give_cookie(request, response, token)
    return SessionOut(
        staff_id=person.id,
        name=person.name,
        roles=[role.value for role in person.roles],
        department=person.department,
        must_change=person.must_change,
        csrf=csrf,
    )


def give_cookie(request: Request, response: Response, token: str) -> None:
    """The session's cookie: not for scripts, only over TLS where there is TLS."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")


@router.delete("/session", responses=documented(401, 403, 503))
async def log_out(request: Request, response: Response, asking: Asking) -> Done:
    """End the session."""
    token = request.cookies.get(COOKIE)
    if token:
        async with tools(request).database.transaction() as connection:
            await people.end_session(connection, token)
    response.delete_cookie(COOKIE, path="/")
    return Done()


@router.post("/password", responses=documented(400, 401, 422, 503))
async def change_password(request: Request, change: PasswordIn) -> Done:
    """Change a password, a seeded one first of all; every session of the person ends."""
    database = tools(request).database
    person = await people.authenticate(database, change.login, change.old_password)
    await people.change_password(database, person, change.old_password, change.new_password)
    return Done()


@router.post("/api-keys", status_code=201, responses=documented(400, 401, 403, 422, 503))
async def create_api_key(request: Request, wanted: ApiKeyIn, asking: Asking) -> ApiKeyOut:
    """A key with the rights of a person, shown once."""
    access.require(asking, Role.ADMIN)
    async with tools(request).database.transaction() as connection:
        if await people.who_is(connection, wanted.staff_id) is None:
            raise DoorError(422, "invalid", "There is nobody with this id.", ("body.staff_id",))
        token = await people.create_api_key(connection, wanted.name, wanted.staff_id, timedelta(days=wanted.days))
    return ApiKeyOut(api_key=token)
