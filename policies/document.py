"""The shape of a policy file: every section, every value with its source; what doesn't fit is named by its path."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, NonNegativeInt, PositiveInt

from complaints.vocabulary import (
    Channel,
    Confirmation,
    Debtor,
    Grade,
    Indicator,
    LiableParty,
    Matter,
    MeasureKind,
    RevisitWay,
    Role,
    Stage,
    Unit,
)
from policies.durations import parse_duration

Source = Literal["document", "assumption"]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Share = Annotated[float, Field(gt=0, lt=1)]
T = TypeVar("T")
FormField = Literal["product", "occurred_at", "account", "core_demand", "customer_kind", "involved", "earlier_contact"]
PlanField = Literal["diagnosis", "milestones", "cost_budget", "liability"]


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
    calendar: Value[str]


class ChannelSection(Section):
    """A channel: its code in numbers (WKS-1.1), who receives there (APP-1.3)."""

    code: str = ""
    receivers: Role
    trained: Words | None = None
    source: Source
    clause: str = ""


class Intake(Section):
    """What kinds of matter are taken (WKS-1.3), what the form needs besides, whether it is read back (SVC-1.5)."""

    matters: Value[tuple[Matter, ...]]
    form: Value[tuple[FormField, ...]]
    read_back: Value[bool]


class Category(Words):
    department: str
    opinion: bool = False
    source: Source
    clause: str = ""


class Department(Words):
    """A department, or a work group, whose lead is its head (SVC-1.3)."""

    work_group: bool = False


class LiabilitySection(Section):
    coordinating_department: Value[str]
    parties: Value[tuple[LiableParty, ...]]
    joint_record: Value[bool]


class GradeSection(Section):
    indicators: Value[tuple[Indicator, ...]]
    standard: Words


class Grades(Section):
    """The grades a policy names; the indicators of the gravest one decide."""

    large_amount: Value[Decimal]
    urgent: GradeSection
    important: GradeSection | None = None
    general: GradeSection
    low: GradeSection | None = None

    def named(self) -> dict[Grade, GradeSection]:
        """The policy's grades from the gravest down."""
        found = ((grade, getattr(self, grade.value)) for grade in Grade)
        return {grade: section for grade, section in found if section is not None}


class AboveSection(Section):
    """Plans that cost more than so many yuan need at least this role."""

    amount: Decimal
    role: Role
    source: Source
    clause: str = ""


class Authority(Section):
    """Who approves a plan: by grade, and by amount (SOP-3.3)."""

    by_grade: dict[Grade, Value[Role]]
    above: tuple[AboveSection, ...]


class LimitSection(Section):
    unit: Unit = Unit.NATURAL
    within: Duration | None = None
    by_grade: dict[Grade, Duration] | None = None
    promise: Literal["", "step", "plan"] = ""
    matters: tuple[Matter, ...] = (Matter.COMPLAINT,)
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
    checklist: dict[str, Words] = {}


class Numbers(Section):
    """Patterns; what of the date they hold is the period after which the running number starts again."""

    complaint: Value[str]
    revisit: Value[str]


class PlanFormSection(Section):
    """What a plan must hold (APP-3.1), what it may promise (SOP-3.1) and what says nothing (WKS-3.2).

    The last four ask for what only DSP asks for (DSP-3.1, DSP-3.2); a policy that leaves them out asks for none.
    """

    required: Value[tuple[PlanField, ...]]
    kinds: Value[tuple[MeasureKind, ...]]
    vague: Value[tuple[str, ...]]
    apology_needs_fault: Value[bool]
    validity: Value[tuple[MeasureKind, ...]] = Value(value=(), source="assumption")
    original_account: Value[bool] = Value(value=False, source="assumption")
    explained: Value[tuple[LiableParty, ...]] = Value(value=(), source="assumption")
    named_contact: Value[bool] = Value(value=False, source="assumption")


class MediationSection(Section):
    """After how many refusals a mediator steps in (DSP-4.1); 0 is never."""

    after_refusals: Value[NonNegativeInt]
    mediators: Value[tuple[Role, ...]]


class ProgressSection(Section):
    """When overdue and silent work items are chased, day by day (WKS-4.1); the customer's own clock is a limit."""

    daily_sync: Value[str]
    silent_after: Value[Duration]
    told: Value[tuple[Role, ...]]


class ConfirmationSection(Section):
    """What ends a case well, and whether it needs a signature (SVC-3.1)."""

    mode: Value[Confirmation]
    signature: Value[bool]


class Question(Words):
    """One question of a revisit, open and not leading (SVC-5.3)."""

    kind: Literal["open", "effect_score", "attitude_score", "solved"] = "open"


class RevisitSection(Section):
    """How revisits are made and what they ask; the answer to the question `suggestion` goes to `suggestions_to`."""

    ways: Value[tuple[RevisitWay, ...]]
    low_score: Value[Annotated[int, Field(ge=1, le=5)]]
    remedy_named: Value[bool]
    suggestions_to: Value[str]
    questions: dict[str, Question]


class ArchiveSection(Section):
    """By what the archive is ordered (WKS-6.1), and who may look into it."""

    by: Value[Literal["month"]]
    open_to: Value[tuple[Role, ...]]


class NoticesSection(Section):
    """When notices that can wait are kept back, and given as one digest (never for urgent cases)."""

    quiet_from: Value[str]
    quiet_until: Value[str]
    can_wait: Value[tuple[str, ...]]


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
    channels: dict[Channel, ChannelSection] = Field(min_length=1)
    intake: Intake
    categories: dict[str, Category] = Field(min_length=1)
    departments: dict[str, Department] = Field(min_length=1)
    liability: LiabilitySection
    grades: Grades
    authority: Authority
    limits: dict[str, LimitSection] = Field(min_length=1)
    waiting: Waiting
    ladder: Ladder
    stages: dict[Stage, StageSection]
    numbers: Numbers
    plan_form: PlanFormSection
    mediation: MediationSection
    progress: ProgressSection
    confirmation: ConfirmationSection
    revisit: RevisitSection
    silence: SilenceSection
    archive: ArchiveSection
    notices: NoticesSection
    by_hand: ByHand
    workflow: WorkflowSection
