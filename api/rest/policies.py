"""The policies of this deployment, as data."""

from typing import Any

from fastapi import APIRouter, Request

from api.errors import DoorError, documented
from api.rest.complaints import Asking
from api.rest.shapes import PoliciesOut, PolicyOut
from api.tools import tools

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])


@router.get("", responses=documented(401, 403, 503))
async def list_policies(request: Request, asking: Asking) -> PoliciesOut:
    """Every policy with its version."""
    found = tools(request).casework.policies()
    return PoliciesOut(policies=[PolicyOut(**each) for each in found])


@router.get("/{key}", responses=documented(401, 403, 404, 422, 503))
async def one_policy(request: Request, key: str, asking: Asking) -> dict[str, Any]:
    """A whole policy: every value with its source, the document or an assumption."""
    body = tools(request).casework.policy(key)
    if body is None:
        raise DoorError(404, "no_such_policy", "There is no policy with this key.")
    return body
