"""What running cases are to be judged by from now on: another version of their policy, or a calendar's new one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.folding import Judged
from api.shelf import Shelf
from complaints.policy import Rules
from policies import Policy
from records.database import Connection


@dataclass(frozen=True, kw_only=True)
class Target:
    """`version` is empty where each case keeps its own; `rules` compiles what a case is judged by then."""

    policy: str
    version: str
    calendar: str
    rules: Callable[[Judged], Rules]

    def version_of(self, judged: Judged) -> str:
        """The version this case takes."""
        return self.version or judged.standing.policy_version


async def to_version(connection: Connection, policy: Policy) -> Target:
    """A version of a policy, reckoned by the calendars as this deployment keeps them."""
    return Target(
        policy=policy.key, version=policy.version, calendar="", rules=lambda each: policy.rules(each.opened_at)
    )


async def of(connection: Connection, shelf: Shelf, head: dict[str, Any]) -> Target:
    """The target an adoption's row names."""
    return await to_version(connection, await shelf.at(connection, head["policy"], head["to_version"]))
