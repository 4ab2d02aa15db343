"""To whom a notice goes: its recipients, or who stands in for those who are away; at every try the same ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from complaints.orders import Notice, NotifyOrder, RecordOrder
from complaints.vocabulary import Role
from records import deputies, notices, people
from records.database import Connection
from records.people import Listed


@dataclass(frozen=True)
class Addressee:
    """Who gets a notice, and the absent persons it was meant for."""

    id: str
    address: str
    on_behalf_of: tuple[str, ...] = ()
    absent: tuple[str, ...] = field(default=(), compare=False)
    """Their names."""


Meant = dict[str, tuple[str, ...]]
"""Ids of who gets a notice, each with those it was meant for."""


async def addressees(
    connection: Connection, order: RecordOrder | NotifyOrder
) -> dict[str, tuple[Addressee, ...]]:
    """By the notices' keys; whoever was noted at an earlier try stays, whoever is away or back since."""
    known = await notices.addressed(connection, order.case_id, [each.key for each in order.notices])
    away = await deputies.in_force(connection)
    found = await people.recipients(connection, [each.recipient for each in order.notices])
    reached = {each.key: dict(_reached(each, found[each.recipient])) for each in order.notices}
    meant = {
        each.key: known.get(each.key) or deputies.resolved(reached[each.key], away, each.recipient.but)
        for each in order.notices
    }
    others = {one for key, ids in meant.items() for one in ({*ids} - {*reached[key]}).union(*ids.values())}
    listed = await people.directory(connection, others) if others else {}
    return {each.key: _addressees(each, meant[each.key], reached[each.key], listed) for each in order.notices}


def _reached(notice: Notice, found: Sequence[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Ids and addresses of whom a notice is for, nobody among them the complaint is about."""
    wanted = notice.recipient
    if wanted.role is Role.CUSTOMER:
        return [("customer", wanted.email or "")]
    return [each for each in found if each[0] not in wanted.but]


def _addressees(
    notice: Notice, meant: Meant, reached: Mapping[str, str], listed: Mapping[str, Listed]
) -> tuple[Addressee, ...]:
    """An empty address where there is nobody or nowhere to send to."""
    if not meant:
        return (Addressee(f"nobody:{notice.recipient.role.value}", ""),)
    return tuple(
        Addressee(
            each,
            reached[each] if each in reached else listed[each].email if each in listed else "",
            absent,
            tuple(listed[one].name if one in listed else one for one in absent),
        )
        for each, absent in meant.items()
    )
