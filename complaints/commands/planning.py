"""The plan: drafted, approved at its level, told to the customer, answered."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from complaints.errors import BadValue
from complaints.values import Checked, Plan, Words, required
from complaints.vocabulary import (
    Answer,
    TellingWay,
)


@dataclass(frozen=True, kw_only=True)
class DraftPlan(Checked):
    """Put a plan forward for approval (SOP-3.1)."""

    kind: Literal["draft_plan"] = "draft_plan"
    plan: Plan

    def __post_init__(self) -> None:
        super().__post_init__()
        required("plan.cause", self.plan.cause)
        if not self.plan.measures:
            raise BadValue("plan.measures", "must hold at least one measure")


@dataclass(frozen=True, kw_only=True)
class Approve(Checked):
    """Approve the plan (SOP-3.3)."""

    kind: Literal["approve"] = "approve"
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class SendBack(Checked):
    """Send the plan back with the reason."""

    kind: Literal["send_back"] = "send_back"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class OpenEmergencyMeasure(Checked):
    """Open the emergency mechanism, such as paying compensation in advance (SOP-3.3)."""

    kind: Literal["open_emergency_measure"] = "open_emergency_measure"
    words: Words
    amount: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)
        if self.amount < 0:
            raise BadValue("amount", "must not be negative")


@dataclass(frozen=True, kw_only=True)
class Propose(Checked):
    """Tell the customer the approved plan and ask to agree, by our message or by a call made (SOP-3.4)."""

    kind: Literal["propose"] = "propose"
    way: TellingWay = TellingWay.MESSAGE
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class AnswerPlan(Checked):
    """The customer's answer to the plan; `evidence` names the call or mail when staff enter it (SOP-3.4).

    Who doesn't accept the whole of it says why (WKS-3.1).
    """

    kind: Literal["answer"] = "answer"
    answer: Answer
    words: Words = field(default_factory=Words)
    evidence: Words | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.answer is not Answer.ACCEPTED:
            required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Mediate(Checked):
    """Record how a mediator spoke with the customer, and how the plan is to be adjusted (DSP-4.1)."""

    kind: Literal["mediate"] = "mediate"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)
