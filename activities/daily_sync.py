"""The daily sync: once a working day, who owes something overdue or silent, and what (WKS-4.1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from complaints.orders import Recipient
from complaints.vocabulary import Role
from policies import Policy, calendars
from records import calendars as kept_calendars
from records import deputies, digests, owed, people
from records.database import Connection
from records.digests import CHASE, SUMMARY, Draft
from records.owed import Owed


async def due(connection: Connection, policy: Policy, now: datetime) -> datetime | None:
    """The instant of today's sync on the policy's clock; None where it isn't time, was done, or is no workday."""
    told_at = policy.document.progress.daily_sync.value
    local = now.astimezone(ZoneInfo(policy.document.policy.zone.value))
    if not told_at or local.time() < time.fromisoformat(told_at):
        return None
    key = policy.document.policy.calendar.value
    calendar = (await kept_calendars.newest(connection)).get(key) or calendars.load(key)
    if not calendar.slice(now).shifts_on(local.date()):
        return None
    if await digests.synced(connection, policy.key, local.date()):
        return None
    return datetime.combine(local.date(), time.fromisoformat(told_at), local.tzinfo)


async def drafts(connection: Connection, policy: Policy, period: datetime, now: datetime) -> list[Draft]:
    """A chase for each person with all that person owes, and the whole list for those the policy names."""
    since = now - policy.document.progress.silent_after.value
    found = [*await owed.overdue(connection, policy.key), *await owed.silent(connection, policy.key, since)]
    chases: dict[str, Draft] = {}
    lines = []
    for each in found:
        who = await _reached(connection, each.by)
        lines.append({**each.line(), "who": ", ".join(who)})
        for person, absent in who.items():
            empty = Draft(kind=CHASE, policy=policy.key, recipient_id=person, period=period)
            chases[person] = _with(chases.get(person, empty), each, absent)
    whole = Draft(kind=SUMMARY, policy=policy.key, recipient_id="", period=period, lines=tuple(lines))
    told = policy.document.progress.told.value if lines else ()
    return [*chases.values(), *await _summaries(connection, told, whole)]


def _with(draft: Draft, item: Owed, absent: tuple[str, ...]) -> Draft:
    on_behalf_of = tuple(dict.fromkeys((*draft.on_behalf_of, *absent)))
    return replace(draft, lines=(*draft.lines, item.line()), on_behalf_of=on_behalf_of)


async def _reached(connection: Connection, wanted: Recipient) -> dict[str, tuple[str, ...]]:
    """Who is chased: the persons meant, or who stands in for them; the whole role where the one meant has left."""
    found = await people.recipients(connection, [wanted])
    there = [person for person, _ in found[wanted] if person not in wanted.but]
    if not there and wanted.staff_id is not None:
        return await _reached(connection, replace(wanted, staff_id=None))
    return deputies.resolved(there, await deputies.in_force(connection), wanted.but)


async def _summaries(connection: Connection, told: Sequence[Role], whole: Draft) -> list[Draft]:
    """Once a person, whatever roles the person has."""
    found: dict[str, Draft] = {}
    for role in told:
        for person, absent in (await _reached(connection, Recipient(role=role))).items():
            found[person] = replace(whole, recipient_id=person, on_behalf_of=absent)
    return list(found.values())
