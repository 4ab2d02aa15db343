"""Ask the company's own records about an order: order, logistics, service (docs/connector.md says the shape)."""

from typing import Any
from urllib.parse import quote

import httpx2
from temporalio import activity
from temporalio.exceptions import ApplicationError

from complaints.orders import LookUpOrder, LookUpResult
from complaints.values import LookUpAnswer
from complaints.vocabulary import LookUpStatus
from plumbing.settings import Settings

PARTS = ("orders", "logistics", "services")


class LookUpActivities:
    """The activity that asks."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.company_url
        self.timeout = settings.company_timeout

    @activity.defn(name="look_up")
    async def look_up(self, order: LookUpOrder) -> LookUpResult:
        """What the records say, and where they contradict the customer; raises while they don't answer."""
        if self.url is None:
            return LookUpResult(status=LookUpStatus.FAILED)
        async with httpx2.AsyncClient(base_url=self.url, timeout=self.timeout) as client:
            found = [await _ask(client, part, order.order_number) for part in PARTS]
        ordered, logistics, service = found
        if ordered is None:
            return LookUpResult(status=LookUpStatus.NOT_FOUND)
        answer = LookUpAnswer(order=_text(ordered), logistics=_text(logistics), service=_text(service))
        return LookUpResult(
            status=LookUpStatus.FOUND, contradictions=contradictions(ordered, logistics, order.phone), answer=answer
        )


async def _ask(client: httpx2.AsyncClient, part: str, number: str) -> dict[str, Any] | None:
    """One record; None where there is none. What goes wrong is named without the order's number."""
    try:
        response = await client.get(f"/{part}/{quote(number, safe='')}")
    except httpx2.HTTPError as error:
        raise ApplicationError(f"the company's {part} record didn't answer: {type(error).__name__}") from None
    if response.status_code == 404:
        return None
    if response.status_code != 200:
        raise ApplicationError(f"the company's {part} record answered {response.status_code}")
    try:
        record = response.json()
    except ValueError:
        raise ApplicationError(f"the company's {part} record is no JSON") from None
    if not isinstance(record, dict):
        raise ApplicationError(f"the company's {part} record is no JSON object")
    return record


def contradictions(order: dict[str, Any], logistics: dict[str, Any] | None, phone: str) -> tuple[str, ...]:
    """Where the records say other than the customer, as codes."""
    found = []
    if phone and order.get("phone_suffix") and not phone.replace(" ", "").endswith(str(order["phone_suffix"])):
        found.append("other_phone")
    if order.get("status") == "cancelled":
        found.append("order_cancelled")
    if logistics is not None and logistics.get("status") == "returned":
        found.append("goods_returned")
    return tuple(found)


def _text(record: dict[str, Any] | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (record or {}).items())[:2000]
