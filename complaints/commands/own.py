"""The workflow's own: it tells the case what came of an act it asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.values import Checked, LookUpAnswer
from complaints.vocabulary import (
    LookUpStatus,
)


@dataclass(frozen=True, kw_only=True)
class TellDelivered(Checked):
    """The workflow's own: the mail provider took the message made from `template`."""

    kind: Literal["tell_delivered"] = "tell_delivered"
    template: str
    notice_key: str
    delivered_at: datetime


@dataclass(frozen=True, kw_only=True)
class TellUndeliverable(Checked):
    """The workflow's own: a message can't reach the customer, somebody has to call."""

    kind: Literal["tell_undeliverable"] = "tell_undeliverable"
    template: str
    notice_key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TellLookedUp(Checked):
    """The workflow's own: what the company's records answered."""

    kind: Literal["tell_looked_up"] = "tell_looked_up"
    status: LookUpStatus
    contradictions: tuple[str, ...] = ()
    answer: LookUpAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class TellRevisitNumber(Checked):
    """The workflow's own: the number the revisit of a round was given (SVC-4.1)."""

    kind: Literal["tell_revisit_number"] = "tell_revisit_number"
    number: str
    round: int


@dataclass(frozen=True, kw_only=True)
class MarkHandSent(Checked):
    """The workflow's own: a signal came by hand, past the API; the director is told."""

    kind: Literal["mark_hand_sent"] = "mark_hand_sent"
    signal: str
    verdict: str
