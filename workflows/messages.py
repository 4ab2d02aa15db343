"""What goes into a case's workflow: its start, the envelope of a command, and what one run hands to the next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import PlainSerializer, TypeAdapter

from complaints.case import Case
from complaints.facts import Arrived
from complaints.orders import Notice, Outcome
from complaints.policy import Rules
from complaints.values import Actor

_RULES = TypeAdapter(Rules)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A command as the API sends it: who, when it was taken, and the command itself as loose data."""

    command_id: str
    actor: Actor
    taken_at: datetime
    expected_version: int | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What one run hands to the next, so that nothing is lost: the case, every outcome, how many came by hand.

    `unsent` are notices that a run which was lost may not have heard the delivery of.
    """

    case: Case
    outcomes: dict[str, Outcome]
    hand_sent: int
    unsent: tuple[Notice, ...] = ()


def _brief(rules: Rules) -> Any:
    return _RULES.dump_python(rules, mode="json", exclude_defaults=True)


TravellingRules = Annotated[Rules, PlainSerializer(_brief)]
"""Rules without what is as usual: they are in every case's input, and most limits use few of a limit's fields."""


@dataclass(frozen=True, kw_only=True)
class CaseStart:
    """A case's beginning: the arrival, who took it and when, the rules it is judged by, what was done at once.

    `at_once` are commands that came with the arrival, each body with its `kind`: the contact, the complete form.
    """

    case_id: str
    number: str
    policy: str
    policy_version: str
    rules: TravellingRules
    arrived: Arrived
    opened_by: Actor
    opened_at: datetime
    opening_id: str
    at_once: tuple[Envelope, ...] = ()
    carried: Carried | None = None
