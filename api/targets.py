"""What running cases are to be judged by from now on: another version of their policy, or a calendar's new one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from api.folding import Judged
from complaints.policy import Rules
from policies import Policy
from policies.calendars import Calendar
from records import calendars
from records.database import Connection
from records.shelf import Shelf


@dataclass(frozen=True, kw_only=True)
class Target:
    """`version` is empty where each case keeps its own; `rules` says what a case is judged by then."""

    policy: str
    version: str
    calendar: str
    rules: Callable[[Judged], Rules]

    def version_of(self, judged: Judged) -> str:
        """The version this case takes."""
        return self.version or judged.standing.policy_version


async def to_version(connection: Connection, shelf: Shelf, policy: Policy) -> Target:
    """A version of a policy, reckoned by its calendar as this deployment keeps it."""
    calendar = await shelf.calendar(connection, policy)
    return Target(
        policy=policy.key,
        version=policy.version,
        calendar="",
        rules=lambda each: policy.rules(each.standing.opened_at, calendar, each.case.arrived_at),
    )


def to_calendar(policy: str, calendar: Calendar) -> Target:
    """The same rules with another version of their calendar."""
    return Target(
        policy=policy,
        version="",
        calendar=f"{calendar.key} {calendar.version}",
        rules=lambda each: replace(each.rules, calendar=calendar.slice(each.standing.opened_at, each.case.arrived_at)),
    )


async def of(connection: Connection, shelf: Shelf, head: dict[str, Any]) -> Target:
    """The target an adoption's row names."""
    key, _, version = head["calendar"].partition(" ")
    calendar = await calendars.version(connection, key, version) if key else None
    if calendar is not None:
        return to_calendar(head["policy"], calendar)
    return await to_version(connection, shelf, await shelf.at(connection, head["policy"], head["to_version"]))
