"""Complaints: open, list, look at, and the parts of one: journal, deadlines, notices."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import TypeAdapter

from api import access
from api.access import Caller, caller
from api.casework import FutureArrival, NewComplaint, NoSuchPolicy
from api.errors import DoorError, documented
from api.rest import persons, showing
from api.rest.shapes import (
    ComplaintIn,
    ComplaintOut,
    ComplaintsOut,
    EntryOut,
    JournalOut,
    NoticeOut,
    NoticesOut,
    Opened,
)
from api.tools import tools
from complaints.facts import Entry
from complaints.vocabulary import Grade, Matter, Role, Stage
from records import notices, thread, worklists
from records import policies as stored
from records.worklists import Wanted

router = APIRouter(prefix="/api/v1/complaints", tags=["complaints"])

Asking = Annotated[Caller, Depends(caller)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
ENTRY = TypeAdapter(Entry)


@router.post("", status_code=201, responses=documented(400, 401, 403, 409, 422, 503))
async def open_complaint(request: Request, new: ComplaintIn, asking: Asking, idempotency_key: Key) -> Opened:
    """Number a complaint and start its case; the same key and body find the same case (SOP-1.3)."""
    access.require(asking, *access.OPENS_CASES)
    desk = tools(request)
    involved = {"involved": new.register_form.involved} if new.register_form else {}
    if absent := await persons.strangers(desk, involved, "body.register"):
        raise DoorError(422, "invalid", absent[0].message, tuple(each.path for each in absent))
    wanted = NewComplaint(
        policy=new.policy or desk.settings.default_policy,
        channel=new.channel,
        arrived_at=new.arrived_at,
        brand=new.brand,
        arrival=new.arrival(),
        response=new.respond,
        registration=new.register_form,
    )
    try:
        opened, _ = await desk.casework.open(wanted, asking.actor, asking.id, idempotency_key)
    except FutureArrival:
        raise DoorError(422, "invalid", "A complaint can't have arrived in the future.", ("body.arrived_at",)) from None
    except NoSuchPolicy:
        raise DoorError(422, "invalid", "There is no such policy: see /api/v1/policies.", ("body.policy",)) from None
    return Opened(
        number=opened.number,
        stage=Stage.RECEIVED.value,
        links=showing.links(desk, opened.number, opened.case_id, asking),
    )


@router.get("", responses=documented(401, 403, 422, 503))
async def list_complaints(
    request: Request,
    asking: Asking,
    stage: Stage | None = None,
    grade: Grade | None = None,
    owner: Annotated[Role | None, Query(description="whose turn it is")] = None,
    owner_id: Annotated[str | None, Query(max_length=200)] = None,
    department: Annotated[str | None, Query(max_length=200)] = None,
    matter: Annotated[Matter | None, Query(description="complaint, problem or inquiry (WKS-1.3)")] = None,
    overdue: bool | None = None,
    waiting: bool | None = None,
    involved: Annotated[str | None, Query(max_length=200, description="id of somebody the complaint is about")] = None,
    text: Annotated[str | None, Query(max_length=200, description="two letters or more, a phone, or a number")] = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ComplaintsOut:
    """Complaints the caller may see, the nearest due time first."""
    access.staff_only(asking)
    desk = tools(request)
    wanted = Wanted(
        stage=stage.value if stage else None,
        grade=grade.value if grade else None,
        owner_role=owner.value if owner else None,
        owner_id=_clean(owner_id),
        department=_clean(department),
        matter=matter.value if matter else None,
        overdue=overdue,
        waiting=waiting,
        involved=_clean(involved),
        text=_clean(text),
        departments=access.departments_seen(asking),
        persons=asking.persons(),
        cursor=cursor,
        limit=limit,
    )
    async with desk.database.transaction() as connection:
        page = await worklists.cases(connection, desk.keys, wanted)
    shown = [showing.complaint(desk, row, asking) for row in page.rows]
    return ComplaintsOut(complaints=shown, next_cursor=page.next_cursor)


def _clean(text: str | None) -> str | None:
    """What PostgreSQL can't hold can't be found either."""
    return text.replace("\x00", "") if text else text


@router.get("/{number}", responses=documented(401, 403, 404, 422, 503))
async def one_complaint(request: Request, response: Response, number: str, asking: Asking) -> ComplaintOut:
    """A complaint as it stands; its version is the ETag."""
    row = await showing.visible_case(request, asking, number)
    desk = tools(request)
    async with desk.database.transaction() as connection:
        body = await stored.body(connection, row["policy"], row["policy_version"])
        determined = await thread.latest(connection, row["case_id"], "liability_determined")
    response.headers["ETag"] = f'"{row["version"]}"'
    liability = showing.liability(determined) if asking.staff else None
    return showing.complaint(desk, row, asking, body.get("stages", {}).get(row["stage"], {}), liability)


@router.get("/{number}/journal", responses=documented(401, 403, 404, 422, 503))
async def journal(request: Request, number: str, asking: Asking) -> JournalOut:
    """Every fact of the case in its order; words only for those who work on it."""
    access.staff_only(asking)
    row = await showing.visible_case(request, asking, number)
    desk = tools(request)
    keys = desk.keys if access.may_see_words(asking) else None
    async with desk.database.transaction() as connection:
        entries = await thread.entries(connection, keys, row["case_id"])
    return JournalOut(entries=[_entry(entry, asking) for entry in entries])


def _entry(entry: Entry, asking: Caller) -> EntryOut:
    data = ENTRY.dump_python(entry, mode="json")
    private = data["fact"].get("private")
    if private is not None and not access.may_see_contact(asking):
        data["fact"]["private"] = _without_contact(private)
    return EntryOut.model_validate(data)


def _without_contact(private: Any) -> Any:
    """The same words with contact data masked wherever they stand."""
    if isinstance(private, list):
        return [_without_contact(each) for each in private]
    if not isinstance(private, dict):
        return private
    if set(private) == {"name", "phone", "email"}:
        return showing.masked(private)
    return {name: _without_contact(value) for name, value in private.items()}


@router.get("/{number}/notices", responses=documented(401, 403, 404, 422, 503))
async def sent_notices(request: Request, number: str, asking: Asking) -> NoticesOut:
    """Every notice with its delivery state; their text stays sealed."""
    access.staff_only(asking)
    row = await showing.visible_case(request, asking, number)
    async with tools(request).database.transaction() as connection:
        rows = await notices.of_case(connection, row["case_id"])
    return NoticesOut(notices=[NoticeOut(**each) for each in rows])
