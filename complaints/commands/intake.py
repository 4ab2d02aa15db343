"""From the first call to the start of handling: contact, form, facts, grade, liability."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from complaints.errors import BadValue
from complaints.values import Checked, Meeting, RegistrationForm, Words, check_persons, required
from complaints.vocabulary import (
    Channel,
    ContactOutcome,
    Grade,
    Indicator,
    LiableParty,
    Matter,
    TellingWay,
)


@dataclass(frozen=True, kw_only=True)
class Respond(Checked):
    """Record a contact with the customer: who, channel, when, outcome (SOP-1.1); the group's lead too (SVC-2.1)."""

    kind: Literal["respond"] = "respond"
    channel: Channel
    contacted_at: datetime
    outcome: ContactOutcome = ContactOutcome.REACHED
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class Register(Checked):
    """Fill the registration form and give the provisional grade (SOP-1.2, SOP-2.6).

    What is only an inquiry or a simple problem is answered, confirmed and closed (WKS-1.3). `involved` are the ids of
    staff the complaint is about (DSP-1.4).
    """

    kind: Literal["register"] = "register"
    form: RegistrationForm
    category: str
    grade: Grade
    indicators: tuple[Indicator, ...] = ()
    matter: Matter = Matter.COMPLAINT
    involved: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_persons("involved", self.involved)
        _check_form(self.form)


def _check_form(form: RegistrationForm) -> None:
    """What every registration needs, whatever the policy (SOP-1.2)."""
    required("form.description", form.description)
    required("form.demand", form.demand)
    required("form.contact.name", form.contact.name)
    if not form.contact.reachable():
        raise BadValue("form.contact", "needs a phone number or a mail address")


@dataclass(frozen=True, kw_only=True)
class ConfirmFacts(Checked):
    """Say that the registered facts were read back or sent to the customer, who found them right (SVC-1.5).

    `words.reference` names the call or the message.
    """

    kind: Literal["confirm_facts"] = "confirm_facts"
    way: TellingWay = TellingWay.CALL
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.reference", self.words.reference)


@dataclass(frozen=True, kw_only=True)
class CorrectRegistration(Checked):
    """Give the registration form as it is right; the one before stays in the journal (SVC-1.5)."""

    kind: Literal["correct_registration"] = "correct_registration"
    form: RegistrationForm

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_form(self.form)


@dataclass(frozen=True, kw_only=True)
class Reply(Checked):
    """Answer an inquiry or a simple problem: the customer is told, and asked whether that was it (WKS-1.3)."""

    kind: Literal["reply"] = "reply"
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


@dataclass(frozen=True, kw_only=True)
class Convert(Checked):
    """Make a complaint of an inquiry or a simple problem: from now on it goes the whole way (WKS-1.3)."""

    kind: Literal["convert"] = "convert"
    grade: Grade
    indicators: tuple[Indicator, ...] = ()
    words: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        required("words.text", self.words.text)


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
    """The supervisor's second look: confirms the grade, or changes it with a reason (SOP-2.4).

    Where it is clear who has to answer for it, `party` and `department` say so at once (SOP-2.3), and so do `others`
    and `lead` where several departments act together (WKS-2.2).
    """

    kind: Literal["endorse"] = "endorse"
    grade: Grade
    words: Words = field(default_factory=Words)
    party: LiableParty | None = None
    department: str | None = None
    others: tuple[str, ...] = ()
    lead: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.party is None) != (self.department is None):
            raise BadValue("party" if self.party is None else "department", "party and department come together")
        if self.department is None and (self.others or self.lead):
            raise BadValue("department", "others and lead go with a liable department")
        _check_lead(self.others, self.lead)


def _check_lead(others: tuple[str, ...], lead: str) -> None:
    """Several departments have one named lead (WKS-2.2)."""
    if others:
        required("lead", lead)


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
    """Say which party and which department has to answer for it (SOP-2.3).

    Where it was found together, `meeting` records how. Of several departments `others` support the liable one, and
    `lead` names the one person who leads them (WKS-2.2).
    """

    kind: Literal["determine_liability"] = "determine_liability"
    party: LiableParty
    department: str
    words: Words = field(default_factory=Words)
    meeting: Meeting | None = None
    others: tuple[str, ...] = ()
    lead: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_lead(self.others, self.lead)


@dataclass(frozen=True, kw_only=True)
class StartHandling(Checked):
    """Start handling, stating the first action (SOP-2.7)."""

    kind: Literal["start_handling"] = "start_handling"
    first_action: str

    def __post_init__(self) -> None:
        super().__post_init__()
        required("first_action", self.first_action)
