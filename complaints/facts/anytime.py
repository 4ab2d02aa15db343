"""What was said at any stage: notes, evidence, who it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.values import (
    Contact,
    Words,
)
from complaints.vocabulary import (
    Role,
    Stage,
)


@dataclass(frozen=True, kw_only=True)
class Urged:
    """The customer nudged."""

    kind: Literal["urged"] = "urged"
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Somebody wrote something down."""

    kind: Literal["noted"] = "noted"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceAttached:
    """Evidence was added (SOP-1.2)."""

    kind: Literal["evidence_attached"] = "evidence_attached"
    sha256: str
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class ContactCorrected:
    """The customer is reached another way from now on (SVC-1.5)."""

    kind: Literal["contact_corrected"] = "contact_corrected"
    private: Contact | None = None


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """A named person acts in a role for this case."""

    kind: Literal["assigned"] = "assigned"
    role: Role
    staff_id: str


@dataclass(frozen=True, kw_only=True)
class InvolvedNamed:
    """The complaint is about these of the staff, by their ids (DSP-1.4)."""

    kind: Literal["involved_named"] = "involved_named"
    involved: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CheckedOff:
    """Items of a stage's exit checklist are done (APP-7.3)."""

    kind: Literal["checked_off"] = "checked_off"
    stage: Stage
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DueChange:
    """What another version of the policy makes of one clock; None where it doesn't run before, or after."""

    clock: str
    limit: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, kw_only=True)
class PolicyAdopted:
    """The case is judged by another version of its policy from now on; every deadline that moved is named."""

    kind: Literal["policy_adopted"] = "policy_adopted"
    from_version: str
    to_version: str
    changes: tuple[DueChange, ...] = ()
    private: Words | None = None
