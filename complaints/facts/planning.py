"""The plan: drafted, approved at its level, told to the customer, answered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from complaints.values import (
    Plan,
    Words,
)
from complaints.vocabulary import (
    Answer,
    MeasureKind,
    Role,
    TellingWay,
)


@dataclass(frozen=True, kw_only=True)
class MeasureNote:
    """What a measure is without its words."""

    kind: MeasureKind
    until: datetime
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class PlanDrafted:
    """A plan waits for approval (SOP-3.1)."""

    kind: Literal["plan_drafted"] = "plan_drafted"
    drafter: str
    drafted_by_head: bool
    measures: tuple[MeasureNote, ...]
    amount: Decimal
    private: Plan | None = None


@dataclass(frozen=True, kw_only=True)
class PlanApproved:
    """The one who may has approved the plan (SOP-3.3)."""

    kind: Literal["plan_approved"] = "plan_approved"
    as_role: Role
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanSentBack:
    """The plan was sent back with a reason."""

    kind: Literal["plan_sent_back"] = "plan_sent_back"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class EmergencyMeasureOpened:
    """The director opened the emergency mechanism (SOP-3.3)."""

    kind: Literal["emergency_measure_opened"] = "emergency_measure_opened"
    amount: Decimal
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanSent:
    """The plan is on its way to the customer; it counts as told when the provider took it."""

    kind: Literal["plan_sent"] = "plan_sent"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanProposed:
    """The customer was told the plan and asked to agree (SOP-3.4)."""

    kind: Literal["plan_proposed"] = "plan_proposed"
    way: TellingWay
    told_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanAccepted:
    """The customer agreed."""

    kind: Literal["plan_accepted"] = "plan_accepted"
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PlanDeclined:
    """The customer did not, or only partly, agree: a new round opens (SOP-3.5)."""

    kind: Literal["plan_declined"] = "plan_declined"
    answer: Answer
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Mediated:
    """A mediator spoke with the customer, and said how the plan is to be adjusted (DSP-4.1)."""

    kind: Literal["mediated"] = "mediated"
    private: Words | None = None
