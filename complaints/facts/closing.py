"""The end: confirmed or contested, revisited, made good, opened again, withdrawn, archived."""

from dataclasses import dataclass
from typing import Literal

from complaints.values import (
    Words,
)
from complaints.vocabulary import (
    Closing,
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
