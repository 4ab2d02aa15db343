"""What the clocks did: warned, missed, met, climbed, reminded, and what came past the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.values import (
    Words,
)
from complaints.vocabulary import (
    Debtor,
    Role,
)


@dataclass(frozen=True, kw_only=True)
class LimitWarned:
    """A clock has used so much of its time that its debtor is warned; `share` is a part of one."""

    kind: Literal["limit_warned"] = "limit_warned"
    clock: str
    limit: str
    due_at: datetime
    share: float


@dataclass(frozen=True, kw_only=True)
class LimitMissed:
    """A limit passed without its act; `due_at` is the true time it passed (SVC-5.1)."""

    kind: Literal["limit_missed"] = "limit_missed"
    clock: str
    limit: str
    debtor: Debtor
    due_at: datetime
    ladder_from: datetime


@dataclass(frozen=True, kw_only=True)
class LimitMet:
    """The act a clock waited for was done, in time or late."""

    kind: Literal["limit_met"] = "limit_met"
    clock: str
    limit: str
    due_at: datetime
    met_at: datetime
    late: bool


@dataclass(frozen=True, kw_only=True)
class MissWithdrawn:
    """A recorded miss was none: the act was taken in time, or what set the limit, grade or policy, has changed."""

    kind: Literal["miss_withdrawn"] = "miss_withdrawn"
    clock: str
    limit: str
    due_at: datetime
    reason: Literal["taken_in_time", "regraded", "policy_adopted"]


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """A level was brought in: by a clock's ladder, or by hand when `clock` is empty (SVC-5.1)."""

    kind: Literal["escalated"] = "escalated"
    clock: str
    limit: str
    level: int
    role: Role
    due_at: datetime | None
    scheduled_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """A named person took note of a missed limit; its ladder waits until the next action."""

    kind: Literal["acknowledged"] = "acknowledged"
    clock: str
    next_action_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerReminded:
    """The customer, who owes something, was reminded."""

    kind: Literal["customer_reminded"] = "customer_reminded"
    clock: str
    limit: str
    due_at: datetime
    share: float


@dataclass(frozen=True, kw_only=True)
class CallTaskOpened:
    """Somebody has to call the customer: silent past the limit, or out of a message's reach."""

    kind: Literal["call_task_opened"] = "call_task_opened"
    clock: str
    limit: str
    reason: Literal["silent", "undeliverable"]


@dataclass(frozen=True, kw_only=True)
class HandSent:
    """A signal came by hand, past the API; the case is marked and the director told."""

    kind: Literal["hand_sent"] = "hand_sent"
    signal: str
    verdict: str
