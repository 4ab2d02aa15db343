"""A case as it stands: all the rules know of it.

What it keeps of clocks is memory only (what has been warned, missed, escalated); which clocks run, and until when,
`deadlines.py` derives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from complaints.values import Contact, Plan
from complaints.vocabulary import (
    Channel,
    Closing,
    Grade,
    LiableParty,
    LookUpStatus,
    Matter,
    Role,
    Stage,
    StepStatus,
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """When a kind of fact last happened, and its place in the journal."""

    at: datetime
    seq: int


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What one clock has already done."""

    warned: int = 0
    missed: bool = False
    due_at: datetime | None = None
    ladder_from: datetime | None = None
    level: int = 0
    repeats: int = 0
    last_step_at: datetime | None = None
    suspended_until: datetime | None = None
    call_task: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One measure of the plan in execution: what was promised first, what is promised now."""

    promised_at: datetime
    expected_at: datetime
    status: StepStatus = StepStatus.WAITING
    delays: int = 0


@dataclass(frozen=True, kw_only=True)
class PlanInHand:
    """The plan of this round without its words."""

    drafter: str
    drafted_by_head: bool
    approved: bool = False
    amount: Decimal = Decimal(0)
    deputy: str = ""

    def drafters(self) -> frozenset[str]:
        """Whose plan it is: the drafter's, and the deputy's who wrote it."""
        return frozenset(each for each in (self.drafter, self.deputy) if each)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A span in which the case waited for information the customer was asked for; open while `until` is None."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Private:
    """What only the workflow remembers of personal things, to be able to tell people; empty in a rebuilt case."""

    contact: Contact = field(default_factory=Contact)
    order_number: str = ""
    plan: Plan | None = None
    asked: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A complaint in handling, from arrival to archive."""

    number: str
    version: int = 0
    stage: Stage = Stage.RECEIVED
    channel: Channel = Channel.PHONE
    arrived_at: datetime
    opened_at: datetime
    matter: Matter = Matter.COMPLAINT
    category: str | None = None
    opinion_needed: bool = False
    opinion_given: bool = False
    indicators: tuple[str, ...] = ()
    grade: Grade | None = None
    grade_endorsed: bool = False
    graded_at: datetime | None = None
    liable_party: LiableParty | None = None
    department: str | None = None
    liable_department: str | None = None
    others: tuple[str, ...] = ()
    lead: str = ""
    joint: bool = False
    assignees: Mapping[Role, str] = field(default_factory=dict)
    involved: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    look_up: LookUpStatus | None = None
    contradictions: tuple[str, ...] = ()
    round: int = 1
    refusals: int = 0
    second_handlings: int = 0
    plan: PlanInHand | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)
    waits: tuple[Wait, ...] = ()
    asked_information: bool = False
    attempts: tuple[Channel, ...] = ()
    call_task_open: bool = False
    proof_wanted: bool = False
    revisit_number: str = ""
    revisit_round: int = 0
    remedy_by: str = ""
    suggestion_to: str = ""
    escalation_level: int = 0
    hand_marked: bool = False
    closing: Closing | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    clocks: Mapping[str, Memory] = field(default_factory=dict)
    last_taken_at: datetime | None = None
    last_command_seq: int = 0
    executors: tuple[str, ...] = ()
    private: Private = field(default_factory=Private)

    def seq(self, mark: str) -> int:
        """Where a kind of fact last stands in the journal; 0 where it never happened."""
        found = self.marks.get(mark)
        return found.seq if found else 0

    def is_open(self) -> bool:
        return self.stage not in (Stage.CLOSED, Stage.ARCHIVED)
