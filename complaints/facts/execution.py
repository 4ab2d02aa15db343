"""Carrying the plan out: steps, delays, progress, completion and its proof."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.values import (
    Words,
)
from complaints.vocabulary import (
    StepStatus,
)


@dataclass(frozen=True, kw_only=True)
class StepRecorded:
    """A step of the execution, with time, executor and result (SOP-4.1)."""

    kind: Literal["step_recorded"] = "step_recorded"
    step: str
    status: StepStatus
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class DelayReported:
    """A new promise for a step, told with its reason; the first promise is kept for reports (SOP-4.2)."""

    kind: Literal["delay_reported"] = "delay_reported"
    step: str
    promised_at: datetime
    expected_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class ProgressReported:
    """The customer was told how far the case is (SVC-2.3)."""

    kind: Literal["progress_reported"] = "progress_reported"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class WorkCompleted:
    """The plan is carried out; the customer is told and asked to confirm (SOP-4.3)."""

    kind: Literal["work_completed"] = "work_completed"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class ProofRequested:
    """The customer wants a proof (SOP-4.3)."""

    kind: Literal["proof_requested"] = "proof_requested"
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ProofSupplied:
    """The customer got the proof (SOP-4.3)."""

    kind: Literal["proof_supplied"] = "proof_supplied"
    private: Words | None = None
