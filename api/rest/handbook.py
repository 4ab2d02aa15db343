"""The staff handbook of a policy, and who has read which version of it (APP-9.1)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api import access
from api.errors import documented
from api.handbook import handbook, policy_of
from api.rest.complaints import Asking
from api.rest.shapes import HandbookOut, HandbookReceiptOut, HandbookReceiptsOut, ReaderOut
from api.tools import tools
from complaints.account import Language
from complaints.vocabulary import Role
from records import handbooks

router = APIRouter(prefix="/api/v1/policies/{key}/handbook", tags=["policies"])

SEES_READERS = (Role.SUPERVISOR, Role.DIRECTOR, Role.EXECUTIVE, Role.ADMIN)


@router.get("", responses=documented(401, 403, 404, 422, 503))
async def one_handbook(
    request: Request, key: str, asking: Asking, lang: Annotated[Language, Query()] = "zh"
) -> HandbookOut:
    """What the policy asks of its people, as Markdown, and when the caller has read it."""
    access.staff_only(asking)
    desk = tools(request)
    made = handbook(await policy_of(desk, key), lang)
    async with desk.database.transaction() as connection:
        read_at = await handbooks.read_at(connection, key, made.version, asking.id)
    return HandbookOut(policy=key, version=made.version, language=lang, markdown=made.markdown(), read_at=read_at)


@router.post("/receipt", responses=documented(401, 403, 404, 422, 503))
async def say_read(request: Request, key: str, asking: Asking) -> HandbookReceiptOut:
    """The caller has read the handbook of the newest version; saying so again changes nothing."""
    access.staff_only(asking)
    desk = tools(request)
    version = (await policy_of(desk, key)).version
    async with desk.database.transaction() as connection:
        read_at = await handbooks.read(connection, key, version, asking.id)
    return HandbookReceiptOut(policy=key, version=version, read_at=read_at)


@router.get("/receipts", responses=documented(401, 403, 404, 422, 503))
async def readers(request: Request, key: str, asking: Asking) -> HandbookReceiptsOut:
    """Who has read the newest version, and who hasn't."""
    access.require(asking, *SEES_READERS)
    desk = tools(request)
    version = (await policy_of(desk, key)).version
    async with desk.database.transaction() as connection:
        found = await handbooks.readers(connection, key, version)
    shown = [ReaderOut(staff_id=each.staff_id, name=each.name, read_at=each.read_at) for each in found]
    return HandbookReceiptsOut(
        policy=key,
        version=version,
        read=[each for each in shown if each.read_at],
        unread=[each for each in shown if not each.read_at],
    )
