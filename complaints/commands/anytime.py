"""What may be said at any stage: notes, evidence, who it belongs to, who is called in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from complaints.errors import BadValue
from complaints.policy import Rules
from complaints.values import Checked, Contact, Words, check_persons, required
from complaints.vocabulary import (
    Role,
)


@dataclass(frozen=True, kw_only=True)
class Urge(Checked):
    """The customer nudges."""

    kind: Literal["urge"] = "urge"
    words: Words = field(default_factory=Words)
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Note(Checked):
    """Write something down for colleagues."""

    kind: Literal["note"] = "note"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class AttachEvidence(Checked):
    """Add evidence: where it lies, and its SHA-256 where there is a file (SOP-1.2)."""

    kind: Literal["attach_evidence"] = "attach_evidence"
    words: Words
    sha256: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)
        if self.sha256 and not (len(self.sha256) == 64 and set(self.sha256) <= set("0123456789abcdef")):
            raise BadValue("sha256", "must be 64 lower-case hexadecimal digits")


@dataclass(frozen=True, kw_only=True)
class CorrectContact(Checked):
    """Correct how the customer is reached; the old way stays in the journal (SVC-1.5)."""

    kind: Literal["correct_contact"] = "correct_contact"
    contact: Contact

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.contact.reachable():
            raise BadValue("contact", "needs a phone number or a mail address")


@dataclass(frozen=True, kw_only=True)
class Assign(Checked):
    """Name the person who acts in a role for this case."""

    kind: Literal["assign"] = "assign"
    role: Role
    staff_id: str

    def __post_init__(self) -> None:
        super().__post_init__()
        required("staff_id", self.staff_id)


@dataclass(frozen=True, kw_only=True)
class NameInvolved(Checked):
    """Name anew the staff the complaint is about, by their ids: they neither handle nor approve it (DSP-1.4)."""

    kind: Literal["name_involved"] = "name_involved"
    involved: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        check_persons("involved", self.involved)


@dataclass(frozen=True, kw_only=True)
class CheckOff(Checked):
    """Tick off items of the stage's exit checklist, by their keys (APP-7.3)."""

    kind: Literal["check_off"] = "check_off"
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.items:
            raise BadValue("items", "must not be empty")


@dataclass(frozen=True, kw_only=True)
class Escalate(Checked):
    """Bring the next level in by hand; the level never falls."""

    kind: Literal["escalate"] = "escalate"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Acknowledge(Checked):
    """Suspend one clock's ladder until a named next-action time; only the missed act ends it (SVC-5.1)."""

    kind: Literal["acknowledge"] = "acknowledge"
    clock: str
    next_action_at: datetime
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class AdoptPolicy(Checked):
    """Judge the case by another version of its policy from now on; the desk compiles the rules, nobody sends them."""

    kind: Literal["adopt_policy"] = "adopt_policy"
    version: str
    rules: Rules
    words: Words = field(default_factory=Words)
