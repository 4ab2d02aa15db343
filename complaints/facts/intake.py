"""From the first call to the start of handling: contact, form, facts, grade, liability."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints.values import (
    Arrival,
    LookUpAnswer,
    Meeting,
    RegistrationForm,
    Words,
)
from complaints.vocabulary import (
    Channel,
    ContactOutcome,
    Grade,
    Indicator,
    LiableParty,
    LookUpStatus,
    Matter,
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
    matter: Matter = Matter.COMPLAINT
    involved: tuple[str, ...] = ()
    private: RegistrationForm | None = None


@dataclass(frozen=True, kw_only=True)
class FactsConfirmed:
    """The customer found the registered facts right (SVC-1.5)."""

    kind: Literal["facts_confirmed"] = "facts_confirmed"
    way: TellingWay
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class RegistrationCorrected:
    """The registration form as it is right; the one before stays where it is (SVC-1.5)."""

    kind: Literal["registration_corrected"] = "registration_corrected"
    with_order: bool
    private: RegistrationForm | None = None


@dataclass(frozen=True, kw_only=True)
class Replied:
    """An inquiry or a simple problem was answered (WKS-1.3)."""

    kind: Literal["replied"] = "replied"
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Converted:
    """What began as an inquiry or a simple problem is a complaint (WKS-1.3)."""

    kind: Literal["converted"] = "converted"
    grade: Grade
    indicators: tuple[Indicator, ...]
    private: Words | None = None


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
class JointDeterminationHeld:
    """The departments met, and found together who is liable (SOP-2.3)."""

    kind: Literal["joint_determination_held"] = "joint_determination_held"
    held_at: datetime
    private: Meeting | None = None


@dataclass(frozen=True, kw_only=True)
class LiabilityDetermined:
    """It is known who has to answer for it (SOP-2.3); the customer is told (SOP-2.5).

    `others` are the departments that support the liable one, `lead` the staff id of who leads them (WKS-2.2).
    """

    kind: Literal["liability_determined"] = "liability_determined"
    party: LiableParty
    department: str
    others: tuple[str, ...] = ()
    lead: str = ""
    private: Words | None = None


@dataclass(frozen=True, kw_only=True)
class HandlingStarted:
    """Somebody who may has taken the first action (SOP-2.7)."""

    kind: Literal["handling_started"] = "handling_started"
    private: Words | None = None
