"""The end: confirmed or contested, revisited, made good, opened again, withdrawn."""

from dataclasses import dataclass, field
from typing import Literal

from complaints.errors import BadValue
from complaints.values import Checked, Words, required

Score = int
"""A mark from 1 (worst) to 5 (best)."""


def check_score(name: str, score: Score | None) -> None:
    if score is not None and not 1 <= score <= 5:
        raise BadValue(name, "must be a whole number from 1 to 5")


@dataclass(frozen=True, kw_only=True)
class Confirm(Checked):
    """The customer confirms the result (SOP-4.3)."""

    kind: Literal["confirm"] = "confirm"
    words: Words = field(default_factory=Words)
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Contest(Checked):
    """The customer says it isn't solved: a second handling opens (SOP-3.5)."""

    kind: Literal["contest"] = "contest"
    words: Words
    evidence: Words | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class CloseUnconfirmed(Checked):
    """The supervisor closes a case whose customer stays silent after recorded attempts (SVC-3.3)."""

    kind: Literal["close_unconfirmed"] = "close_unconfirmed"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class RecordRevisit(Checked):
    """Record the satisfaction revisit (SOP-5.1)."""

    kind: Literal["record_revisit"] = "record_revisit"
    solved: bool
    effect_score: Score
    attitude_score: Score
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_score("effect_score", self.effect_score)
        check_score("attitude_score", self.attitude_score)


@dataclass(frozen=True, kw_only=True)
class RecordRemedy(Checked):
    """Record what was agreed after a low score: a new plan, or nothing more to do (SVC-4.3)."""

    kind: Literal["record_remedy"] = "record_remedy"
    new_plan: bool
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Reopen(Checked):
    """Open a closed case again before it is archived: a new round."""

    kind: Literal["reopen"] = "reopen"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Withdraw(Checked):
    """The customer takes the complaint back."""

    kind: Literal["withdraw"] = "withdraw"
    words: Words = field(default_factory=Words)
    evidence: Words | None = None
