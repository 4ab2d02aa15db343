"""The end: confirmed or contested, revisited, made good, opened again, withdrawn, archived."""

from dataclasses import dataclass
from typing import Literal

from complaints.values import (
    RevisitWords,
    Words,
)
from complaints.vocabulary import (
    Closing,
    CustomerValue,
    RevisitWay,
)


@dataclass(frozen=True, kw_only=True)
class ResultConfirmed:
    """The customer confirmed the result (SOP-4.3)."""

    kind: Literal["result_confirmed"] = "result_confirmed"
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ResultContested:
    """Not solved, says the customer: a second handling opens (SOP-3.5)."""

    kind: Literal["result_contested"] = "result_contested"
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Revisited:
    """The satisfaction revisit was made (SOP-5.1)."""

    kind: Literal["revisited"] = "revisited"
    solved: bool
    effect_score: int
    attitude_score: int
    way: RevisitWay = RevisitWay.PHONE
    customer_value: CustomerValue | None = None
    negative: bool = False
    private: RevisitWords | None = None


@dataclass(frozen=True, kw_only=True)
class RevisitNumbered:
    """The revisit of a round got its number (SVC-4.1)."""

    kind: Literal["revisit_numbered"] = "revisit_numbered"
    number: str
    round: int


@dataclass(frozen=True, kw_only=True)
class RemedyAssigned:
    """A named person contacts the customer after a low score (SVC-4.3)."""

    kind: Literal["remedy_assigned"] = "remedy_assigned"
    staff_id: str


@dataclass(frozen=True, kw_only=True)
class SuggestionMade:
    """The customer suggested something: a department owes an answer (SVC-4.3)."""

    kind: Literal["suggestion_made"] = "suggestion_made"
    department: str
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class SuggestionAnswered:
    """The department said what became of the suggestion (SVC-4.3)."""

    kind: Literal["suggestion_answered"] = "suggestion_answered"
    department: str
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class RemedyAgreed:
    """What was agreed after a low score (SVC-4.3)."""

    kind: Literal["remedy_agreed"] = "remedy_agreed"
    new_plan: bool
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The case came to its close, and how."""

    kind: Literal["closed"] = "closed"
    closing: Closing
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """A closed case is handled again, in a new round."""

    kind: Literal["reopened"] = "reopened"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """The customer took the complaint back."""

    kind: Literal["withdrawn"] = "withdrawn"
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Archived:
    """The case went to the archive; nothing more happens to it."""

    kind: Literal["archived"] = "archived"
