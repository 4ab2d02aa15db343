"""Carrying the plan out: steps, delays, progress, completion and its proof."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from complaints.values import Checked, Words, required
from complaints.vocabulary import (
    StepStatus,
)


@dataclass(frozen=True, kw_only=True)
class RecordStep(Checked):
    """Record what was done on one measure of the plan: `step` is m1, m2… (SOP-4.1)."""

    kind: Literal["record_step"] = "record_step"
    step: str
    status: StepStatus
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class ReportDelay(Checked):
    """Say that a step comes later, why, and when: the customer is told (SOP-4.2)."""

    kind: Literal["report_delay"] = "report_delay"
    step: str
    expected_at: datetime
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class ReportProgress(Checked):
    """Tell the customer how far the case is (SOP-4.2, SVC-2.3)."""

    kind: Literal["report_progress"] = "report_progress"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Complete(Checked):
    """The work is done: the customer is told the result at once and asked to confirm (SOP-4.3).

    Where one step of the plan was still open, this records it as done, with the same words (SOP-4.1).
    """

    kind: Literal["complete"] = "complete"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class RequestProof(Checked):
    """The customer asks for a proof: repair record, waybill, refund screenshot (SOP-4.3)."""

    kind: Literal["request_proof"] = "request_proof"
    words: Words = field(default_factory=Words)
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class SupplyProof(Checked):
    """Give the customer the proof asked for (SOP-4.3)."""

    kind: Literal["supply_proof"] = "supply_proof"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)
