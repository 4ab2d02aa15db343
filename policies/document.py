"""The shape of a policy file: every section, every value with its source; what doesn't fit is named by its path."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt

from complaints.vocabulary import Channel, Debtor, Grade, Indicator, Role, Stage
from policies.durations import parse_duration

Source = Literal["document", "assumption"]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Share = Annotated[float, Field(gt=0, lt=1)]
T = TypeVar("T")


class Section(BaseModel):
    """A part of a policy file: frozen, and without room for a misprint."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Section):
    """A text in both languages."""

    zh: str
    en: str


class Value(Section, Generic[T]):
    """One value, where it comes from, and the clause where there is one."""

    value: T
    source: Source
    clause: str = ""


class Head(Section):
    key: str
    version: str
    title: Words
    zone: Value[str]
    language: Value[Literal["zh", "en"]]


class Channels(Section):
    allowed: Value[tuple[Channel, ...]]


class Category(Words):
    department: str
    opinion: bool = False
    source: Source
    clause: str = ""


class LiabilitySection(Section):
    coordinating_department: Value[str]


class GradeSection(Section):
    indicators: Value[tuple[Indicator, ...]]
    standard: Words


class Grades(Section):
    large_amount: Value[Decimal]
    urgent: GradeSection
    important: GradeSection
    general: GradeSection


class LimitSection(Section):
    within: Duration | None = None
    by_grade: dict[Grade, Duration] | None = None
    promise: Literal["", "step", "plan"] = ""
    runs_from: str
    met_by: tuple[str, ...]
    stages: tuple[Stage, ...] = ()
    each_round: bool = False
    may_wait: bool = False
    debtor: Debtor
    owner: Role | None = None
    warn_at: tuple[Share, ...] = ()
    source: Source
    clause: str


class Waiting(Section):
    at_most: Value[Duration]
    never_for: Value[tuple[Grade, ...]]


class LadderStepSection(Section):
    role: Role
    after: Duration
    source: Source
    clause: str = ""


class Ladder(Section):
    steps: tuple[LadderStepSection, ...] = Field(min_length=1)
    repeat_every: Value[Duration]
    acknowledge_at_most: Value[Duration]
    act_after_due: Value[Duration]


class StageSection(Section):
    owner: Role
    standard: Words


class Numbers(Section):
    complaint: Value[str]


class RevisitSection(Section):
    low_score: Value[Annotated[int, Field(ge=1, le=5)]]


class SilenceSection(Section):
    close_unconfirmed: Value[bool]
    attempts: Value[PositiveInt]
    channels: Value[PositiveInt]


class ByHand(Section):
    kinds: Value[tuple[str, ...]]


class WorkflowSection(Section):
    run_events: Value[Annotated[int, Field(ge=200, le=40_000)]]


class Document(Section):
    """A whole policy file."""

    policy: Head
    channels: Channels
    categories: dict[str, Category] = Field(min_length=1)
    departments: dict[str, Words] = Field(min_length=1)
    liability: LiabilitySection
    grades: Grades
    limits: dict[str, LimitSection] = Field(min_length=1)
    waiting: Waiting
    ladder: Ladder
    authority: dict[Grade, Value[Role]]
    stages: dict[Stage, StageSection]
    numbers: Numbers
    revisit: RevisitSection
    silence: SilenceSection
    by_hand: ByHand
    workflow: WorkflowSection
