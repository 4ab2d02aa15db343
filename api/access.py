"""The one place that says who is asking and what they may do: role, department, own case.

Staff come by session cookie or API key, customers by the signed link to their case. REST, pages and the codec server
ask here and nowhere else.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from api.errors import NOT_ALLOWED, NOT_LOGGED_IN, DoorError
from api.tools import Tools, tools
from complaints.values import Actor
from complaints.vocabulary import ActorKind, Role
from plumbing.links import read_link
from records import deputies, people
from records.database import Connection
from records.people import Staff

COOKIE = "desk_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

SEES_EVERY_CASE = (Role.AGENT, Role.SUPERVISOR, Role.DIRECTOR, Role.EXECUTIVE, Role.REVISIT_SPECIALIST)
SEES_OWN_DEPARTMENT = (Role.DEPARTMENT_HEAD, Role.EXECUTOR)
SEES_CONTACT = (Role.AGENT, Role.SUPERVISOR, Role.DIRECTOR, Role.REVISIT_SPECIALIST)
OPENS_CASES = (Role.AGENT, Role.SUPERVISOR)
READS_METRICS = (Role.ENGINEER, Role.ADMIN)


@dataclass(frozen=True)
class Caller:
    """Who is asking: a person of the staff, or the customer of one case.

    `absent` are those the person stands in for now: what they may see, the deputy may see.
    """

    actor: Actor
    staff: Staff | None = None
    case_id: str | None = None
    by_cookie: bool = False
    absent: tuple[Actor, ...] = ()

    @property
    def id(self) -> str:
        return f"customer of {self.case_id}" if self.case_id else self.actor.id

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.actor.roles

    def persons(self) -> tuple[str, ...]:
        """The person, and those it stands in for, by their ids."""
        return tuple(each.id for each in (self.actor, *self.absent))

    def stands_for(self, *roles: Role) -> bool:
        """Whether the person has one of these roles, or somebody it stands in for."""
        return any(each.is_any(*roles) for each in (self.actor, *self.absent))

    def on_behalf_of(self, absent: str) -> Actor | None:
        """The person acting for an absent one, with that one's roles and department; None where it may not."""
        for each in self.absent:
            if each.id == absent:
                return replace(self.actor, roles=each.roles, department=each.department, on_behalf_of=each.id)
        return None


async def caller(request: Request) -> Caller:
    """Who is asking; raises 401 for nobody, 403 for a forged form or a password that must be changed first."""
    found = await _find(request, tools(request))
    if found is None:
        raise NOT_LOGGED_IN
    if found.by_cookie and request.method not in SAFE_METHODS:
        _check_csrf(request, found)
    if found.staff is not None and found.staff.must_change:
        raise DoorError(403, "password_must_change", "Change the seeded password first: POST /api/v1/password.")
    return found


async def _find(request: Request, desk: Tools) -> Caller | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await _by_token(desk, token.strip())
    staff = await staff_from_cookie(request)
    return await caller_of(desk, staff, by_cookie=True) if staff else None


async def caller_of(desk: Tools, staff: Staff, *, by_cookie: bool = False) -> Caller:
    """A person of the staff, with those it stands in for at this moment."""
    async with desk.database.transaction() as connection:
        return replace(await _with_absent(connection, staff), by_cookie=by_cookie)


async def _with_absent(connection: Connection, staff: Staff) -> Caller:
    absent = await deputies.represented(connection, staff.id)
    return Caller(staff.actor(), staff=staff, absent=tuple(each.actor() for each in absent))


async def _by_token(desk: Tools, token: str) -> Caller | None:
    if token.startswith("desk_"):
        async with desk.database.transaction() as connection:
            staff = await people.of_api_key(connection, token)
            return await _with_absent(connection, staff) if staff else None
    case_id = read_link(token, desk.secret)
    return customer(case_id) if case_id else None


def customer(case_id: str) -> Caller:
    """The customer of a case."""
    return Caller(Actor(kind=ActorKind.CUSTOMER, id="customer", roles=(Role.CUSTOMER,)), case_id=case_id)


async def staff_from_cookie(request: Request) -> Staff | None:
    """Whose staff session the request carries; None where there is none."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    async with tools(request).database.transaction() as connection:
        return await people.of_session(connection, token)


def _check_csrf(request: Request, found: Caller) -> None:
    """A cookie alone never changes anything: the session's secret must come in a header (or a form's field)."""
    given = request.headers.get(CSRF_HEADER, "")
    expected = found.staff.csrf if found.staff else ""
    if not expected or not secrets.compare_digest(given, expected):
        raise DoorError(403, "csrf", f"A request by session cookie needs the session's secret in {CSRF_HEADER}.")


def require(asking: Caller, *roles: Role) -> None:
    """Refuse whoever has none of these roles."""
    if not asking.actor.is_any(*roles):
        raise NOT_ALLOWED


def staff_only(asking: Caller) -> None:
    """Refuse the customer: lists, journal, clocks and notices are the department's own."""
    if asking.staff is None:
        raise NOT_ALLOWED


def departments_seen(asking: Caller) -> tuple[str, ...] | None:
    """Which departments' cases a person may list: None means all, nothing means none."""
    if asking.stands_for(*SEES_EVERY_CASE):
        return None
    own = (each for each in (asking.actor, *asking.absent) if each.is_any(*SEES_OWN_DEPARTMENT) and each.department)
    return tuple(dict.fromkeys(each.department for each in own if each.department))


def may_see(asking: Caller, case: dict[str, Any]) -> bool:
    """Whether a case is anything of this caller's business."""
    if asking.case_id is not None:
        return bool(case["case_id"] == asking.case_id)
    departments = departments_seen(asking)
    if departments is None or asking.actor.is_any(Role.ENGINEER):
        return True
    concerned = {case["department"], *case["others"], case["suggestion_to"]}
    own = {case["owner_id"], case["lead"]}
    return not concerned.isdisjoint(departments) or not own.isdisjoint(asking.persons())


def may_see_contact(asking: Caller) -> bool:
    """Whether contact data are shown in full; everybody else sees them masked."""
    return asking.case_id is not None or asking.stands_for(*SEES_CONTACT)


def may_see_words(asking: Caller) -> bool:
    """Whether free texts are shown: to whoever works on the case, not to engineers (SVC-5.2)."""
    return asking.stands_for(*SEES_EVERY_CASE, *SEES_OWN_DEPARTMENT, Role.CUSTOMER)
