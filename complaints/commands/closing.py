"""The end: confirmed or contested, revisited, made good, opened again, withdrawn."""

from dataclasses import dataclass, field
from typing import Literal

from complaints.errors import BadValue
from complaints.values import Checked, OpenAnswer, Words, required
from complaints.vocabulary import CustomerValue, RevisitWay

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


MOST_ANSWERS = 20


@dataclass(frozen=True, kw_only=True)
class _Revisit(Checked):
    """What every revisit asks: solved, two scores, open questions, and what the company should do (SVC-4.1)."""

    solved: bool
    effect_score: Score
    attitude_score: Score
    words: Words = field(default_factory=Words)
    answers: tuple[OpenAnswer, ...] = ()
    suggestion: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_score("effect_score", self.effect_score)
        check_score("attitude_score", self.attitude_score)
        if len(self.answers) > MOST_ANSWERS:
            raise BadValue("answers", f"at most {MOST_ANSWERS}")


@dataclass(frozen=True, kw_only=True)
class RecordRevisit(_Revisit):
    """Record the satisfaction revisit (SOP-5.1).

    `negative` marks words that are bad whatever the scores; `remedy_by` is the staff id of the person who contacts
    the customer then (SVC-4.3).
    """

    kind: Literal["record_revisit"] = "record_revisit"
    way: RevisitWay = RevisitWay.PHONE
    customer_value: CustomerValue | None = None
    negative: bool = False
    remedy_by: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerQuestionnaire(_Revisit):
    """The customer's answers to the revisit's questions, once a round (SVC-4.1)."""

    kind: Literal["answer_questionnaire"] = "answer_questionnaire"
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class AssignRemedy(Checked):
    """Name the person who contacts the customer after a low score (SVC-4.3)."""

    kind: Literal["assign_remedy"] = "assign_remedy"
    staff_id: str

    def __post_init__(self) -> None:
        super().__post_init__()
        required("staff_id", self.staff_id)


@dataclass(frozen=True, kw_only=True)
class AnswerSuggestion(Checked):
    """Say what became of the customer's suggestion: the customer is told (SVC-4.3, APP-8.1)."""

    kind: Literal["answer_suggestion"] = "answer_suggestion"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


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
