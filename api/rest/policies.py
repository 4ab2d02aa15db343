"""The policies of this deployment, as data: which there are, one whole, its versions, and a new version of it."""

from typing import Any

from fastapi import APIRouter, Request

from api import access, publishing
from api.casework import command_id
from api.errors import documented
from api.rest.complaints import Asking, Key
from api.rest.policy_shapes import VersionIn, VersionOut, VersionsOut
from api.rest.shapes import PoliciesOut, PolicyOut
from api.tools import tools
from complaints.vocabulary import Role
from records import policies as kept
from records.policies import Publication

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])

PUBLISHES = (Role.DIRECTOR, Role.ADMIN)

@router.get("", responses=documented(401, 403, 503))
async def list_policies(request: Request, asking: Asking) -> PoliciesOut:
    """Every policy with the version new cases get."""
    found = await tools(request).casework.policies()
    return PoliciesOut(policies=[PolicyOut(**each) for each in found])


@router.get("/{key}", responses=documented(401, 403, 404, 422, 503))
async def one_policy(request: Request, key: str, asking: Asking) -> dict[str, Any]:
    """A whole policy: every value with its source, the document or an assumption."""
    return await tools(request).casework.policy(key)


@router.get("/{key}/versions", responses=documented(401, 403, 404, 422, 503))
async def versions(request: Request, key: str, asking: Asking) -> VersionsOut:
    """Which version new cases get, and who published which when; a policy nobody published is the shipped one."""
    access.staff_only(asking)
    desk = tools(request)
    async with desk.database.transaction() as connection:
        newest = await desk.casework.shelf.newest(connection, key)
        rows = await kept.history(connection, key)
    return VersionsOut(newest=newest.version, published=[VersionOut(**row) for row in rows])


@router.post("/{key}/versions", status_code=201, responses=documented(400, 401, 403, 409, 422, 503))
async def publish(request: Request, key: str, new: VersionIn, asking: Asking, idempotency_key: Key) -> VersionsOut:
    """Publish a policy file: cases opened from now on get it, running ones keep theirs until a director's adoption."""
    access.require(asking, *PUBLISHES)
    desk = tools(request)
    async with desk.database.transaction() as connection:
        templates = new.templates or await publishing.templates_in_force(connection, key)
        policy = await publishing.checked(connection, key, new.text, templates)
        publication = Publication(
            id=command_id(asking.id, f"policy {key}", idempotency_key),
            key=key,
            version=policy.version,
            body=new.text,
            templates=templates,
            published_by=asking.id,
            request_hash=desk.casework.digest("publish", key, new.text, new.templates),
        )
        await publishing.publish(connection, desk.casework.shelf, policy, publication)
    return await versions(request, key, asking)
