"""Running cases take another version of their policy: the director looks first, then has it done (SOP-2.6)."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response

from api import access
from api.adopting import NoSuchAdoption, NotToAdopt
from api.errors import DoorError, documented
from api.rest.complaints import Asking, Key
from api.rest.policy_shapes import AdoptionHeadOut, AdoptionIn, AdoptionOut, AdoptionsOut, PreviewIn, case, head
from api.tools import Tools, tools
from complaints.vocabulary import Role
from records import adoptions

router = APIRouter(prefix="/api/v1/policies/{key}/adoptions", tags=["adoptions"])

PAGE = 100
NO_SUCH_ADOPTION = DoorError(
    404, "no_such_adoption", "There is no adoption or preview with this id; a preview is kept for a day."
)
NOT_AT_ANOTHER = "Each must be an open case of this policy that is judged by another version and takes none just now."

After = Annotated[str, Query(max_length=200, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.post("/preview", responses=documented(400, 401, 403, 404, 422, 503))
async def preview(request: Request, key: str, asked: PreviewIn, asking: Asking, limit: Limit = PAGE) -> AdoptionOut:
    """Every deadline a version would change in running cases, before and after; nothing changes by looking."""
    access.require(asking, Role.DIRECTOR)
    desk = tools(request)
    try:
        found = await desk.adopting.preview(key, asked.to_version, asked.numbers, asked.reason, asking.actor)
    except NotToAdopt as wrong:
        places = tuple(f"body.numbers.{place}" for place in wrong.places)
        raise DoorError(422, "not_to_adopt", NOT_AT_ANOTHER, places) from None
    return await _shown(desk, key, found, "", limit)


@router.post("", status_code=202, responses=documented(400, 401, 403, 404, 409, 422, 503))
async def adopt(
    request: Request, response: Response, later: BackgroundTasks, key: str, wanted: AdoptionIn, asking: Asking,
    idempotency_key: Key,
) -> AdoptionOut:  # fmt: skip
    """Have a preview done: every case of it is told, those that moved on since are skipped. It can be asked again."""
    access.require(asking, Role.DIRECTOR)
    desk = tools(request)
    try:
        await desk.adopting.start(key, wanted.preview, asking.actor, idempotency_key)
    except NoSuchAdoption:
        raise NO_SUCH_ADOPTION from None
    later.add_task(desk.adopting.send, wanted.preview)
    response.headers["Location"] = f"/api/v1/policies/{key}/adoptions/{wanted.preview}"
    return await _shown(desk, key, wanted.preview, "", PAGE)


@router.get("", responses=documented(401, 403, 422, 503))
async def list_adoptions(request: Request, key: str, asking: Asking) -> AdoptionsOut:
    """The adoptions of a policy, the last first."""
    access.require(asking, Role.DIRECTOR)
    async with tools(request).database.transaction() as connection:
        rows = await adoptions.of_policy(connection, key)
    return AdoptionsOut(adoptions=[AdoptionHeadOut(**head(row)) for row in rows])


@router.get("/{adoption_id}", responses=documented(401, 403, 404, 422, 503))
async def one_adoption(
    request: Request, key: str, adoption_id: str, asking: Asking, after: After = "", limit: Limit = PAGE
) -> AdoptionOut:
    """How far an adoption got, and what it changes in each case."""
    access.require(asking, Role.DIRECTOR)
    return await _shown(tools(request), key, adoption_id, after, limit)


async def _shown(desk: Tools, key: str, adoption_id: str, after: str, limit: int) -> AdoptionOut:
    async with desk.database.transaction() as connection:
        row = await adoptions.one(connection, key, adoption_id)
        if row is None:
            raise NO_SUCH_ADOPTION
        progress = await adoptions.progress(connection, adoption_id)
        found = await adoptions.page(connection, adoption_id, after.replace("\x00", ""), limit + 1)
    shown = [case(each) for each in found[:limit]]
    return AdoptionOut(
        **head(row), progress=progress, cases=shown, next=shown[-1].number if len(found) > limit else None
    )
