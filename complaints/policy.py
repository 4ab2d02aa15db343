"""One document's rules as a frozen value: what travels with a case and judges it to its end.

Only what decides anything is here; titles, templates and words stay in the policy's own table. At most 8 KB as JSON.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from complaints.vocabulary import Debtor, Grade, Indicator, Role, Stage
from complaints.workcalendar import ZoneOffset as ZoneOffset  # the rules carry it, so who compiles them finds it here


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One time limit: what it runs from, what meets it, how long it is, who owes the act.

    `runs_from` and `met_by` name kinds of facts. `by_grade` wins over `within`; with neither for the case's grade the
    clock doesn't run yet. `each_round` starts it anew with every round (SOP-3.5). `owner` is None where whoever's turn
    it is owes the act. `may_wait` lets it wait for information asked of the customer (APP-2.1). `promise` marks a
    clock whose due time is what the customer was promised, for one step or for the whole plan.
    """

    name: str
    debtor: Debtor
    owner: Role | None
    runs_from: str
    met_by: tuple[str, ...]
    within: timedelta | None = None
    by_grade: dict[Grade, timedelta] | None = None
    stages: tuple[Stage, ...] = ()
    each_round: bool = False
    may_wait: bool = False
    warn_at: tuple[float, ...] = ()
    promise: Literal["", "step", "plan"] = ""

    def length(self, grade: Grade | None) -> timedelta | None:
        """How long the debtor has for a case of this grade; None where the clock doesn't run."""
        if grade is not None and self.by_grade and grade in self.by_grade:
            return self.by_grade[grade]
        return self.within


@dataclass(frozen=True, kw_only=True)
class LadderStep:
    """One step of the ladder: who is brought in, how long after the limit passed."""

    role: Role
    after: timedelta


@dataclass(frozen=True, kw_only=True)
class CategoryRule:
    """Where complaints of a category go, and whether the department's opinion is needed first (SOP-2.1)."""

    department: str
    opinion: bool = False


@dataclass(frozen=True, kw_only=True)
class Silence:
    """When a case whose customer says nothing may be closed unconfirmed (SVC-3.3)."""

    allowed: bool
    attempts: int
    channels: int


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All that decides a case, compiled from one policy at one version."""

    key: str
    version: str
    categories: dict[str, CategoryRule]
    departments: tuple[str, ...]
    coordinating_department: str
    indicators: dict[Grade, tuple[Indicator, ...]]
    large_amount: Decimal
    limits: tuple[Limit, ...]
    ladder: tuple[LadderStep, ...]
    ladder_repeat: timedelta
    acknowledge_at_most: timedelta
    grace: timedelta
    wait_at_most: timedelta
    never_wait: tuple[Grade, ...]
    authority: dict[Grade, Role]
    owners: dict[Stage, Role]
    low_score: int
    silence: Silence
    by_hand: tuple[str, ...]
    offsets: tuple[ZoneOffset, ...]
    run_events: int

    def limit(self, name: str) -> Limit:
        """The limit of this name; KeyError where the policy has none."""
        for each in self.limits:
            if each.name == name:
                return each
        raise KeyError(name)
