"""What has happened to a case: past tense, frozen, one class a kind.

Everything personal and every free text sits in the one field `private`, which the journal seals and an erasure
destroys; the case must evolve from the other fields alone.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from complaints.values import (
    Actor,
    Arrival,
    Contact,
    LookUpAnswer,
    Plan,
    RegistrationForm,
    Words,
)
from complaints.vocabulary import (
    Answer,
    Channel,
    Closing,
    ContactOutcome,
    Debtor,
    Grade,
    Indicator,
    LiableParty,
    LookUpStatus,
    MeasureKind,
    Role,
    Stage,
    StepStatus,
    TellingWay,
)


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """The complaint reached the company; every clock that runs from arrival starts here (SOP-1.1)."""

    kind: Literal["arrived"] = "arrived"
    channel: Channel
    arrived_at: datetime
    brand: str = ""
    private: Arrival | None = None


@dataclass(frozen=True, kw_only=True)
class Responded:
    """A named person had contact with the customer, or tried (SOP-1.1)."""

    kind: Literal["responded"] = "responded"
    channel: Channel
    contacted_at: datetime
    outcome: ContactOutcome
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Registered:
    """The registration form is complete (SOP-1.2), with the agent's provisional grade (SOP-2.6)."""

    kind: Literal["registered"] = "registered"
    category: str
    department: str
    opinion_needed: bool
    grade: Grade
    indicators: tuple[Indicator, ...]
    with_order: bool
    private: RegistrationForm | None = None


@dataclass(frozen=True, kw_only=True)
class Discarded:
    """No complaint, or one registered already under another number."""

    kind: Literal["discarded"] = "discarded"
    duplicate_of: str
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class InformationRequested:
    """The customer is to be asked for something (APP-2.1)."""

    kind: Literal["information_requested"] = "information_requested"
    way: TellingWay
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class InformationRequestSent:
    """The request reached the customer: clocks that may wait do so from here (APP-2.1)."""

    kind: Literal["information_request_sent"] = "information_request_sent"
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class InformationProvided:
    """The customer gave what was asked for; waiting clocks run again."""

    kind: Literal["information_provided"] = "information_provided"
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class LookUpAsked:
    """The company's records were asked (SOP-2.1)."""

    kind: Literal["look_up_asked"] = "look_up_asked"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class LookedUp:
    """What the company's records answered, kept with the case (SOP-2.1)."""

    kind: Literal["looked_up"] = "looked_up"
    status: LookUpStatus
    contradictions: tuple[str, ...]
    private: LookUpAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class OpinionGiven:
    """The product department said what it takes for the cause (SOP-2.1)."""

    kind: Literal["opinion_given"] = "opinion_given"
    department: str
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The complaint was checked against the company's records (SOP-2.1)."""

    kind: Literal["verified"] = "verified"
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A grade was given (SOP-2.2)."""

    kind: Literal["graded"] = "graded"
    grade: Grade
    indicators: tuple[Indicator, ...]
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class GradeEndorsed:
    """The supervisor confirmed or changed the grade (SOP-2.4)."""

    kind: Literal["grade_endorsed"] = "grade_endorsed"
    grade: Grade
    changed: bool
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class JointDeterminationCalled:
    """The departments were called together about liability (SOP-2.3)."""

    kind: Literal["joint_determination_called"] = "joint_determination_called"
    departments: tuple[str, ...]
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class LiabilityDetermined:
    """It is known who has to answer for it (SOP-2.3); the customer is told (SOP-2.5)."""

    kind: Literal["liability_determined"] = "liability_determined"
    party: LiableParty
    department: str
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class HandlingStarted:
    """Somebody who may has taken the first action (SOP-2.7)."""

    kind: Literal["handling_started"] = "handling_started"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class MeasureNote:
    """What a measure is without its words."""

    kind: MeasureKind
    until: datetime
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class PlanDrafted:
    """A plan waits for approval (SOP-3.1)."""

    kind: Literal["plan_drafted"] = "plan_drafted"
    drafter: str
    drafted_by_head: bool
    measures: tuple[MeasureNote, ...]
    amount: Decimal
    private: Plan | None = None


@dataclass(frozen=True, kw_only=True)
class PlanApproved:
    """The one who may has approved the plan (SOP-3.3)."""

    kind: Literal["plan_approved"] = "plan_approved"
    as_role: Role
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanSentBack:
    """The plan was sent back with a reason."""

    kind: Literal["plan_sent_back"] = "plan_sent_back"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class EmergencyMeasureOpened:
    """The director opened the emergency mechanism (SOP-3.3)."""

    kind: Literal["emergency_measure_opened"] = "emergency_measure_opened"
    amount: Decimal
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanSent:
    """The plan is on its way to the customer; it counts as told when the provider took it."""

    kind: Literal["plan_sent"] = "plan_sent"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanProposed:
    """The customer was told the plan and asked to agree (SOP-3.4)."""

    kind: Literal["plan_proposed"] = "plan_proposed"
    way: TellingWay
    told_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class PlanAccepted:
    """The customer agreed."""

    kind: Literal["plan_accepted"] = "plan_accepted"
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PlanDeclined:
    """The customer did not, or only partly, agree: a new round opens (SOP-3.5)."""

    kind: Literal["plan_declined"] = "plan_declined"
    answer: Answer
    entered_by_staff: bool
    private: tuple[Words, ...] | None = None


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
class LimitWarned:
    """A clock has used so much of its time that its debtor is warned; `share` is a part of one."""

    kind: Literal["limit_warned"] = "limit_warned"
    clock: str
    limit: str
    due_at: datetime
    share: float


@dataclass(frozen=True, kw_only=True)
class LimitMissed:
    """A limit passed without its act; `due_at` is the true time it passed (SVC-5.1)."""

    kind: Literal["limit_missed"] = "limit_missed"
    clock: str
    limit: str
    debtor: Debtor
    due_at: datetime
    ladder_from: datetime


@dataclass(frozen=True, kw_only=True)
class LimitMet:
    """The act a clock waited for was done, in time or late."""

    kind: Literal["limit_met"] = "limit_met"
    clock: str
    limit: str
    due_at: datetime
    met_at: datetime
    late: bool


@dataclass(frozen=True, kw_only=True)
class MissWithdrawn:
    """A recorded miss was none: the act was taken in time, or the grade that set the limit has changed."""

    kind: Literal["miss_withdrawn"] = "miss_withdrawn"
    clock: str
    limit: str
    due_at: datetime
    reason: Literal["taken_in_time", "regraded"]


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """A level was brought in: by a clock's ladder, or by hand when `clock` is empty (SVC-5.1)."""

    kind: Literal["escalated"] = "escalated"
    clock: str
    limit: str
    level: int
    role: Role
    due_at: datetime | None
    scheduled_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """A named person took note of a missed limit; its ladder waits until the next action."""

    kind: Literal["acknowledged"] = "acknowledged"
    clock: str
    next_action_at: datetime
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerReminded:
    """The customer, who owes something, was reminded."""

    kind: Literal["customer_reminded"] = "customer_reminded"
    clock: str
    limit: str
    due_at: datetime
    share: float


@dataclass(frozen=True, kw_only=True)
class CallTaskOpened:
    """Somebody has to call the customer: silent past the limit, or out of a message's reach."""

    kind: Literal["call_task_opened"] = "call_task_opened"
    clock: str
    limit: str
    reason: Literal["silent", "undeliverable"]


@dataclass(frozen=True, kw_only=True)
class HandSent:
    """A signal came by hand, past the API; the case is marked and the director told."""

    kind: Literal["hand_sent"] = "hand_sent"
    signal: str
    verdict: str


Fact = (
    Arrived | Responded | Registered | Discarded | InformationRequested | InformationRequestSent | InformationProvided
    | LookUpAsked | LookedUp | OpinionGiven | Verified | Graded | GradeEndorsed | JointDeterminationCalled
    | LiabilityDetermined | HandlingStarted | PlanDrafted | PlanApproved | PlanSentBack | EmergencyMeasureOpened
    | PlanSent | PlanProposed | PlanAccepted | PlanDeclined | StepRecorded | DelayReported | ProgressReported
    | WorkCompleted | ProofRequested | ProofSupplied | ResultConfirmed | ResultContested | Revisited | RemedyAgreed
    | Closed | Reopened | Withdrawn | Archived | Urged | Noted | EvidenceAttached | ContactCorrected | Assigned
    | LimitWarned | LimitMissed | LimitMet | MissWithdrawn | Escalated | Acknowledged | CustomerReminded
    | CallTaskOpened | HandSent
)  # fmt: skip

FACTS: dict[str, type[Fact]] = {each.kind: each for each in get_args(Fact)}
"""Every kind of fact by its tag."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A fact in its place: `at` is when the workflow decided it, `taken_at` when its command was taken.

    `stage` is where the case stands after the fact.
    """

    seq: int
    at: datetime
    taken_at: datetime
    actor: Actor
    command_id: str | None
    stage: Stage
    fact: Fact
