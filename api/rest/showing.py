"""From rows to answers: what a caller may see of a case, masked where they may not."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from fastapi import Request

from api import access
from api.access import Caller
from api.errors import NO_SUCH_CASE
from api.rest.shapes import CheckOut, CommandOut, ComplaintOut, LiabilityOut, Links
from api.tools import Tools, tools
from complaints.facts import Entry, LiabilityDetermined
from plumbing.links import customer_link
from plumbing.masking import mask_email, mask_name, mask_phone
from records import worklists
from records.receipts import Receipt

NOTHING: Mapping[str, Any] = MappingProxyType({})


async def visible_case(request: Request, asking: Caller, number: str) -> dict[str, Any]:
    """The case with this number; 404 for one that is none of the caller's business, as for one there isn't."""
    async with tools(request).database.transaction() as connection:
        row = await worklists.one(connection, number)
    if row is None or not access.may_see(asking, row):
        raise NO_SUCH_CASE
    return row


def links(desk: Tools, row_number: str, case_id: str, asking: Caller) -> Links:
    """Where the parts of a case are; the customer's page only for the customer.

    Whoever holds that link speaks as the customer, and staff who enter a customer's word must name their evidence.
    """
    base = f"/api/v1/complaints/{row_number}"
    ui = desk.settings.codec_url.rstrip("/")
    return Links(
        self=base,
        journal=f"{base}/journal",
        deadlines=f"{base}/deadlines",
        notices=f"{base}/notices",
        commands=f"{base}/commands",
        temporal_ui=f"{ui}/namespaces/{desk.settings.temporal_namespace}/workflows/complaint-{row_number}",
        customer=customer_link(desk.settings.public_url, case_id, desk.secret) if asking.case_id else None,
    )


def complaint(
    desk: Tools,
    row: dict[str, Any],
    asking: Caller,
    stage: Mapping[str, Any] = NOTHING,
    liability: LiabilityOut | None = None,
) -> ComplaintOut:
    """A row as this caller may see it; with what the policy says of its stage, its standard and checklist too."""
    contact, description = worklists.personal(desk.keys, row)
    if not access.may_see_contact(asking):
        contact = masked(contact)
    sealed = ("contact", "description") if asking.staff else ("contact", "description", "involved")
    plain = {name: row[name] for name in ComplaintOut.model_fields if name in row and name not in sealed}
    return ComplaintOut(
        **{"involved": [], **plain},
        contact=contact,
        description=description if access.may_see_words(asking) else None,
        standard=stage.get("standard", {}).get("zh"),
        checklist=[CheckOut(**each) for each in checklist(row, stage)] if asking.staff else [],
        liability=liability,
        links=links(desk, row["number"], row["case_id"], asking),
    )


def checklist(row: Mapping[str, Any], stage: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What has to be ticked off before the stage is left, and what of it is."""
    done = set((row.get("view") or {}).get("checked", ()))
    items: Mapping[str, Mapping[str, str]] = stage.get("checklist", {})
    return [{"item": item, **words, "done": item in done} for item, words in items.items()]


def liability(determined: Entry | None) -> LiabilityOut | None:
    """Who was found to have to answer for it; None before that."""
    if determined is None or not isinstance(determined.fact, LiabilityDetermined):
        return None
    fact = determined.fact
    return LiabilityOut(party=fact.party, department=fact.department, others=list(fact.others), lead=fact.lead)


def masked(contact: dict[str, str]) -> dict[str, str]:
    """Contact data as those see them who needn't reach the customer."""
    masks = {"name": mask_name, "phone": mask_phone, "email": mask_email}
    return {field: masks[field](value) if value else "" for field, value in contact.items()}


def command(receipt: Receipt) -> CommandOut:
    """A receipt as its caller sees it."""
    return CommandOut(
        command_id=receipt.command_id,
        number=receipt.number,
        kind=receipt.kind,
        status=receipt.verdict or "taken",
        code=receipt.code,
        message=receipt.message,
        fields=list(receipt.fields),
        facts=list(receipt.facts),
        taken_at=receipt.taken_at,
        settled_at=receipt.settled_at,
    )


def remaining(due_at: datetime) -> float:
    """Seconds until a due time, by the server's clock; negative once it has passed."""
    return (due_at - datetime.now(UTC)).total_seconds()
