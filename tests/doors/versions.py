"""Versions of the SOP for tests: the shipped file with some limits moved, under a version of its own."""

from typing import Any
from uuid import uuid4

import policies
from complaints.values import Actor
from tests.builders import DIRECTOR
from tests.doors.house import House
from tests.doors.test_opening_api import keyed

SHIPPED = (policies.HERE / "sop.toml").read_text("utf-8")
FASTER_FIRST = {"first_response": ("10min", "2min"), "registration": ("2h", "5h"), "archive": ("7d", "30d")}


def moved(version: str = "2", limits: dict[str, tuple[str, str]] | None = None) -> str:
    """The SOP at this version, whose limits are moved: the first response sooner, registration later."""
    text = SHIPPED.replace('version = "1"', f'version = "{version}"', 1)
    for name, (before, after) in (FASTER_FIRST if limits is None else limits).items():
        was = f'[limits.{name}]\nwithin = "{before}"'
        assert was in text, name
        text = text.replace(was, f'[limits.{name}]\nwithin = "{after}"')
    return text


def policy(text: str) -> policies.Policy:
    return policies.read("sop", text)


async def publish(house: House, text: str, by: Actor = DIRECTOR) -> Any:
    """Publish it over REST; the answer."""
    async with await house.staff(by) as client:
        return await client.post("/api/v1/policies/sop/versions", json={"text": text}, headers=keyed(str(uuid4())))


async def preview(house: House, by: Actor = DIRECTOR, **asked: Any) -> Any:
    """Ask what the newest version would change; the answer."""
    async with await house.staff(by) as client:
        return await client.post("/api/v1/policies/sop/adoptions/preview", json={"reason": "新版流程", **asked})


async def adopt(house: House, preview_id: str, by: Actor = DIRECTOR, key: str = "adopt-1") -> Any:
    """Have a preview done; the answer."""
    async with await house.staff(by) as client:
        path = "/api/v1/policies/sop/adoptions"
        return await client.post(path, json={"preview": preview_id}, headers=keyed(key))


async def adoption(house: House, adoption_id: str, by: Actor = DIRECTOR, **asked: Any) -> Any:
    """How far it got."""
    async with await house.staff(by) as client:
        return await client.get(f"/api/v1/policies/sop/adoptions/{adoption_id}", params=asked)
