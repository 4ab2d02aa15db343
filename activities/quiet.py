"""Quiet hours: what can wait is kept back over night, on the policy's own clock; never a customer's, never urgent."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints.orders import Notice
from complaints.vocabulary import Role

DAY = timedelta(days=1)


def held_until(notice: Notice, body: dict[str, Any], at: datetime) -> datetime | None:
    """When a notice goes out in a digest instead; None where it goes out at once. `body` is the policy's."""
    section = body.get("notices")
    if section is None or notice.urgent or notice.recipient.role is Role.CUSTOMER:
        return None
    if notice.template not in section["can_wait"]["value"]:
        return None
    zone = ZoneInfo(body["policy"]["zone"]["value"])
    return quiet_until(section["quiet_from"]["value"], section["quiet_until"]["value"], at.astimezone(zone))


def quiet_until(begins: str, ends: str, local: datetime) -> datetime | None:
    """When the quiet hours end that a clock on the wall stands in; they may go over midnight."""
    if not begins or not ends:
        return None
    since, until, now = time.fromisoformat(begins), time.fromisoformat(ends), local.time()
    inside = since <= now < until if since <= until else now >= since or now < until
    if not inside:
        return None
    day = local if now < until else local + DAY
    return datetime.combine(day.date(), until, local.tzinfo).astimezone(UTC)
