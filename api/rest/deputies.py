"""Deputies: who stands in for whom, from when until when; named by the person, those above, or an admin."""

from fastapi import APIRouter, Request

from api import access
from api.access import Caller
from api.errors import NOT_ALLOWED, DoorError, documented
from api.rest.complaints import Asking
from api.rest.shapes import DeputiesOut, DeputyIn, DeputyOut, Done
from api.tools import tools
from complaints.errors import BadValue
from complaints.vocabulary import Role
from records import deputies
from records.database import Connection
from records.deputies import Absence
from records.people import Staff

router = APIRouter(prefix="/api/v1/staff/{login}/deputies", tags=["staff"])

NAMES_DEPUTIES = (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)
"""Who names a deputy for somebody else; for oneself everybody may."""


@router.get("", responses=documented(401, 403, 404, 422, 503))
async def list_deputies(request: Request, login: str, asking: Asking) -> DeputiesOut:
    """The absences of a person that last or are to come; what is over isn't shown."""
    access.staff_only(asking)
    async with tools(request).database.transaction() as connection:
        person = await _person(connection, login)
        found = await deputies.of(connection, person.id)
        away = await deputies.in_force(connection)
    shown = [_shown(each, in_force=away.get(person.id) == each.deputy) for each in found]
    return DeputiesOut(deputies=shown)


@router.post("", status_code=201, responses=documented(400, 401, 403, 404, 422, 503))
async def name_deputy(request: Request, login: str, new: DeputyIn, asking: Asking) -> DeputyOut:
    """Name who stands in for a person; a chain of deputies may be as long as it takes, but closes in no circle."""
    async with tools(request).database.transaction() as connection:
        person = await _person_of(connection, login, asking)
        stands_in = await deputies.person(connection, new.deputy)
        if stands_in is None:
            raise DoorError(422, "invalid", "There is nobody with this login.", ("body.deputy",))
        try:
            absence = _absence(person, stands_in, new)
            made = await deputies.name(connection, absence, asking.id)
        except BadValue as wrong:
            raise DoorError(422, "invalid", f"{wrong}.", (f"body.{wrong.field}",)) from None
        away = await deputies.in_force(connection)
    return _shown(absence, id=made, in_force=away.get(person.id) == stands_in.id)


@router.delete("/{absence_id}", responses=documented(401, 403, 404, 422, 503))
async def end_deputy(request: Request, login: str, absence_id: int, asking: Asking) -> Done:
    """The person is back, or won't go: the deputy has no part in it from now on."""
    async with tools(request).database.transaction() as connection:
        person = await _person_of(connection, login, asking)
        if not await deputies.end(connection, person.id, absence_id, asking.id):
            raise DoorError(404, "no_such_deputy", "This person has no such absence that isn't over.")
    return Done()


async def _person(connection: Connection, login: str) -> Staff:
    person = await deputies.person(connection, login)
    if person is None:
        raise DoorError(404, "no_such_person", "There is nobody with this login.")
    return person


async def _person_of(connection: Connection, login: str, asking: Caller) -> Staff:
    """The person whose deputies the caller may name."""
    if asking.staff is None:
        raise NOT_ALLOWED
    if login not in (asking.staff.login, asking.staff.id):
        access.require(asking, *NAMES_DEPUTIES)
    return await _person(connection, login)


def _absence(person: Staff, stands_in: Staff, new: DeputyIn) -> Absence:
    """Raises BadValue for one that can't be."""
    return Absence(
        person=person.id, deputy=stands_in.id, starts_at=new.starts_at, ends_at=new.ends_at, reason=new.reason
    )


def _shown(absence: Absence, *, in_force: bool, id: int = 0) -> DeputyOut:  # noqa: A002  # the field's own name
    return DeputyOut(
        id=id or absence.id,
        person=absence.person,
        deputy=absence.deputy,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
        reason=absence.reason,
        in_force=in_force,
    )
