"""What has happened to a case: past tense, frozen, one class a kind.

Everything personal and every free text sits in the one field `private`, which the journal seals and an erasure
destroys; the case must evolve from the other fields alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from complaints.facts.anytime import *
from complaints.facts.clocks import *
from complaints.facts.closing import *
from complaints.facts.execution import *
from complaints.facts.intake import *
from complaints.facts.planning import *
from complaints.values import Actor
from complaints.vocabulary import Stage

Fact = (
    Arrived | Responded | Registered | Discarded | InformationRequested | InformationRequestSent | InformationProvided
    | LookUpAsked | LookedUp | OpinionGiven | Verified | Graded | GradeEndorsed | JointDeterminationCalled
    | FactsConfirmed | RegistrationCorrected | JointDeterminationHeld
    | LiabilityDetermined | HandlingStarted | PlanDrafted | PlanApproved | PlanSentBack | EmergencyMeasureOpened
    | PlanSent | PlanProposed | PlanAccepted | PlanDeclined | StepRecorded | DelayReported | ProgressReported
    | WorkCompleted | ProofRequested | ProofSupplied | ResultConfirmed | ResultContested | Revisited | RemedyAgreed
    | Closed | Reopened | Withdrawn | Archived | Urged | Noted | EvidenceAttached | ContactCorrected | Assigned
    | LimitWarned | LimitMissed | LimitMet | MissWithdrawn | Escalated | Acknowledged | CustomerReminded
    | CallTaskOpened | HandSent | PolicyAdopted | Replied | Converted | Mediated | RevisitNumbered | RemedyAssigned
    | SuggestionMade | SuggestionAnswered | InvolvedNamed | CheckedOff
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
