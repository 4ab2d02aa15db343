"""What people may ask of a case: imperative, frozen, one class a kind.

`kind` is the tag, the name of the signal and the word in `POST …/commands`. The last four are the workflow's own:
it tells the case what came of an act it asked for.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from complaints.errors import BadValue
from complaints.values import Checked, Contact, LookUpAnswer, Plan, RegistrationForm, Words, required
from complaints.vocabulary import (
    Answer,
    Channel,
    ContactOutcome,
    Grade,
    Indicator,
    LiableParty,
    LookUpStatus,
    Role,
    StepStatus,
    TellingWay,
)

Score = int
"""A mark from 1 (worst) to 5 (best)."""


def check_score(name: str, score: Score | None) -> None:
    if score is not None and not 1 <= score <= 5:
        raise BadValue(name, "must be a whole number from 1 to 5")


@dataclass(frozen=True, kw_only=True)
class Respond(Checked):
    """Record a contact with the customer: who, channel, when, outcome (SOP-1.1)."""

    kind: Literal["respond"] = "respond"
    channel: Channel
    contacted_at: datetime
    outcome: ContactOutcome = ContactOutcome.REACHED
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class Register(Checked):
    """Fill the registration form and give the provisional grade (SOP-1.2, SOP-2.6)."""

    kind: Literal["register"] = "register"
    form: RegistrationForm
    category: str
    grade: Grade
    indicators: tuple[Indicator, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        required("form.description", self.form.description)
        required("form.demand", self.form.demand)
        required("form.contact.name", self.form.contact.name)
        if not self.form.contact.reachable():
            raise BadValue("form.contact", "needs a phone number or a mail address")


@dataclass(frozen=True, kw_only=True)
class Discard(Checked):
    """Put aside what is no complaint or is one already registered; `duplicate_of` is that one's number."""

    kind: Literal["discard"] = "discard"
    words: Words
    duplicate_of: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class RequestInformation(Checked):
    """Ask the customer for what is missing; clocks that may wait do so once the request is out (APP-2.1)."""

    kind: Literal["request_information"] = "request_information"
    words: Words
    way: TellingWay = TellingWay.MESSAGE

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class ProvideInformation(Checked):
    """Give what was asked for; `evidence` names the call or mail when staff enter it for the customer."""

    kind: Literal["provide_information"] = "provide_information"
    words: Words
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class LookUp(Checked):
    """Ask the company's order, logistics and service records again (SOP-2.1)."""

    kind: Literal["look_up"] = "look_up"
    order_number: str

    def __post_init__(self) -> None:
        super().__post_init__()
        required("order_number", self.order_number)


@dataclass(frozen=True, kw_only=True)
class GiveOpinion(Checked):
    """The product department's first opinion with the cause (SOP-2.1)."""

    kind: Literal["give_opinion"] = "give_opinion"
    cause: str
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        super().__post_init__()
        required("cause", self.cause)


@dataclass(frozen=True, kw_only=True)
class Verify(Checked):
    """End the check of order, logistics and evidence; `look_up_answer` explains a failed or odd look-up (SOP-2.1)."""

    kind: Literal["verify"] = "verify"
    words: Words
    look_up_answer: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class GradeCase(Checked):
    """Give or change the grade (SOP-2.2); a change after endorsement is the supervisor's (SOP-2.6)."""

    kind: Literal["grade"] = "grade"
    grade: Grade
    indicators: tuple[Indicator, ...] = ()
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class Endorse(Checked):
    """The supervisor's second look: confirms the grade, or changes it with a reason (SOP-2.4)."""

    kind: Literal["endorse"] = "endorse"
    grade: Grade
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class CallJointDetermination(Checked):
    """Call the departments together where liability is unclear (SOP-2.3)."""

    kind: Literal["call_joint_determination"] = "call_joint_determination"
    departments: tuple[str, ...]
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(set(self.departments)) < 2:
            raise BadValue("departments", "must name at least two departments")


@dataclass(frozen=True, kw_only=True)
class DetermineLiability(Checked):
    """Say which party and which department has to answer for it (SOP-2.3)."""

    kind: Literal["determine_liability"] = "determine_liability"
    party: LiableParty
    department: str
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class StartHandling(Checked):
    """Start handling, stating the first action (SOP-2.7)."""

    kind: Literal["start_handling"] = "start_handling"
    first_action: str

    def __post_init__(self) -> None:
        super().__post_init__()
        required("first_action", self.first_action)


@dataclass(frozen=True, kw_only=True)
class DraftPlan(Checked):
    """Put a plan forward for approval (SOP-3.1)."""

    kind: Literal["draft_plan"] = "draft_plan"
    plan: Plan

    def __post_init__(self) -> None:
        super().__post_init__()
        required("plan.cause", self.plan.cause)
        if not self.plan.measures:
            raise BadValue("plan.measures", "must hold at least one measure")


@dataclass(frozen=True, kw_only=True)
class Approve(Checked):
    """Approve the plan (SOP-3.3)."""

    kind: Literal["approve"] = "approve"
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class SendBack(Checked):
    """Send the plan back with the reason."""

    kind: Literal["send_back"] = "send_back"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class OpenEmergencyMeasure(Checked):
    """Open the emergency mechanism, such as paying compensation in advance (SOP-3.3)."""

    kind: Literal["open_emergency_measure"] = "open_emergency_measure"
    words: Words
    amount: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)
        if self.amount < 0:
            raise BadValue("amount", "must not be negative")


@dataclass(frozen=True, kw_only=True)
class Propose(Checked):
    """Tell the customer the approved plan and ask to agree, by our message or by a call made (SOP-3.4)."""

    kind: Literal["propose"] = "propose"
    way: TellingWay = TellingWay.MESSAGE
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class AnswerPlan(Checked):
    """The customer's answer to the plan; `evidence` names the call or mail when staff enter it (SOP-3.4)."""

    kind: Literal["answer"] = "answer"
    answer: Answer
    words: Words = field(default_factory=Words)
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class RecordStep(Checked):
    """Record what was done on one measure of the plan: `step` is m1, m2… (SOP-4.1)."""

    kind: Literal["record_step"] = "record_step"
    step: str
    status: StepStatus
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class ReportDelay(Checked):
    """Say that a step comes later, why, and when: the customer is told (SOP-4.2)."""

    kind: Literal["report_delay"] = "report_delay"
    step: str
    expected_at: datetime
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class ReportProgress(Checked):
    """Tell the customer how far the case is (SOP-4.2, SVC-2.3)."""

    kind: Literal["report_progress"] = "report_progress"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Complete(Checked):
    """The work is done: the customer is told the result at once and asked to confirm (SOP-4.3)."""

    kind: Literal["complete"] = "complete"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class RequestProof(Checked):
    """The customer asks for a proof: repair record, waybill, refund screenshot (SOP-4.3)."""

    kind: Literal["request_proof"] = "request_proof"
    words: Words = field(default_factory=Words)
    evidence: Words | None = None


@dataclass(frozen=True, kw_only=True)
class SupplyProof(Checked):
    """Give the customer the proof asked for (SOP-4.3)."""

    kind: Literal["supply_proof"] = "supply_proof"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


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
class TellDelivered(Checked):
    """The workflow's own: the mail provider took the message made from `template`."""

    kind: Literal["tell_delivered"] = "tell_delivered"
    template: str
    notice_key: str
    delivered_at: datetime


@dataclass(frozen=True, kw_only=True)
class TellUndeliverable(Checked):
    """The workflow's own: a message can't reach the customer, somebody has to call."""

    kind: Literal["tell_undeliverable"] = "tell_undeliverable"
    template: str
    notice_key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TellLookedUp(Checked):
    """The workflow's own: what the company's records answered."""

    kind: Literal["tell_looked_up"] = "tell_looked_up"
    status: LookUpStatus
    contradictions: tuple[str, ...] = ()
    answer: LookUpAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class MarkHandSent(Checked):
    """The workflow's own: a signal came by hand, past the API; the director is told."""

    kind: Literal["mark_hand_sent"] = "mark_hand_sent"
    signal: str
    verdict: str


HumanCommand = (
    Respond | Register | Discard | RequestInformation | ProvideInformation | LookUp | GiveOpinion | Verify
    | GradeCase | Endorse | CallJointDetermination | DetermineLiability | StartHandling | DraftPlan | Approve
    | SendBack | OpenEmergencyMeasure | Propose | AnswerPlan | RecordStep | ReportDelay | ReportProgress | Complete
    | RequestProof | SupplyProof | Confirm | Contest | CloseUnconfirmed | RecordRevisit | RecordRemedy | Reopen
    | Withdraw | Urge | Note | AttachEvidence | CorrectContact | Assign | Escalate | Acknowledge
)  # fmt: skip
OwnCommand = TellDelivered | TellUndeliverable | TellLookedUp | MarkHandSent
Command = HumanCommand | OwnCommand

HUMAN_COMMANDS: dict[str, type[HumanCommand]] = {each.kind: each for each in get_args(HumanCommand)}
"""Every command people may send, by its kind."""

