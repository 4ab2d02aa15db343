"""Open cases follow a calendar that got a new version: a notice of the State Council moves their deadlines.

By the same means as a director's adoption, but nobody's decision: every case that is reckoned by an older version is
told, whatever people did to it since.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from api.adopting import Adopting
from api.folding import Judged, judged
from api.targets import to_calendar
from complaints.values import Actor
from complaints.vocabulary import ActorKind, Role
from plumbing.keys import KeyStore
from policies.calendars import Calendar
from records import adoptions, calendars
from records.adoptions import Standing
from records.database import Connection

LOADED = Actor(kind=ActorKind.OPERATOR, id="calendar import", roles=(Role.SYSTEM,))
"""Who tells the cases: whoever loads a calendar decides nothing about any of them."""

Group = tuple[str, str]
"""A policy and the calendar it is reckoned by."""


async def follow(connection: Connection, adopting: Adopting, keys: KeyStore) -> list[dict[str, Any]]:
    """Have every open case take its calendar's newest version; the adoptions this makes, one for each policy."""
    newest = await calendars.newest(connection)
    found = []
    for (policy, key), behind in (await _behind(connection, keys, newest)).items():
        target = to_calendar(policy, newest[key])
        adoption_id = await adopting.note(connection, target, behind, f"calendar {target.calendar}", LOADED)
        await adoptions.start(connection, adoption_id, adoption_id, LOADED.id)
        head = await adoptions.one(connection, policy, adoption_id)
        assert head is not None
        await adopting.tell(connection, head, target, LOADED)
        found.append(head)
    return found


async def _behind(
    connection: Connection, keys: KeyStore, newest: Mapping[str, Calendar]
) -> dict[Group, list[Standing]]:
    """The open cases that are reckoned by an older version than the newest of their calendar."""
    found: dict[Group, list[Standing]] = defaultdict(list)
    for batch in adoptions.batches(await adoptions.open_cases(connection)):
        for each in await judged(connection, keys, batch):
            if _is_behind(each, newest):
                assert each.rules.calendar is not None
                found[each.standing.policy, each.rules.calendar.key].append(each.standing)
    return found


def _is_behind(each: Judged, newest: Mapping[str, Calendar]) -> bool:
    has = each.rules.calendar
    return has is not None and has.key in newest and newest[has.key].version != has.version
