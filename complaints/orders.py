"""What the workflow asks of the world, and what it hears back: the inputs and results of activities."""

from dataclasses import dataclass, field
from datetime import datetime

from complaints.facts import Entry
from complaints.values import Actor, LookUpAnswer
from complaints.vocabulary import (
    Channel,
    ClockState,
    Closing,
    Debtor,
    Grade,
    LookUpStatus,
    Matter,
    Role,
    Stage,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class ClockView:
    """One running clock as people see it; `next_rung` says in a word what it does next and `next_rung_at` when."""

    key: str
    limit: str
    debtor: Debtor
    owner_role: Role
    anchored_at: datetime
    due_at: datetime
    state: ClockState
    paused: bool
    level: int
    next_rung: str
    next_rung_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case as it stands, with nothing personal: what lists and the Temporal UI show."""

    version: int
    stage: Stage
    channel: Channel
    arrived_at: datetime
    grade: Grade | None
    grade_endorsed: bool
    category: str | None
    department: str | None
    owner_role: Role
    owner_id: str | None
    round: int
    refusals: int
    escalation_level: int
    waiting_for_customer: bool
    needs_hand: bool
    hand_marked: bool
    look_up: LookUpStatus | None
    closing: Closing | None
    closed_at: datetime | None
    next_due: datetime | None
    next_due_clock: str | None
    missed: tuple[str, ...]
    clocks: tuple[ClockView, ...]
    matter: Matter = Matter.COMPLAINT
    revisit_number: str = ""
    suggestion_to: str = ""
    others: tuple[str, ...] = ()
    lead: str = ""
    checked: tuple[str, ...] = ()
    involved: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a command; `facts` are the journal's running numbers it made.

    `repeats` says how often the same command was sent again, and ignored.
    """

    command_id: str
    kind: str
    verdict: Verdict
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    facts: tuple[int, ...] = ()
    repeats: int = 0
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a notice is for: the customer, one named person, or everybody of a role (in a department) but some."""

    role: Role
    staff_id: str | None = None
    department: str | None = None
    email: str | None = None
    but: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to be made from a template; `key` is its own in the case: seq, template, recipient."""

    key: str
    seq: int
    template: str
    recipient: Recipient
    urgent: bool = False
    values: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordOrder:
    """Write these facts, the case as it stands after them, and the outcomes, then send the notices they call for.

    Repeatable any number of times.
    """

    case_id: str
    number: str
    policy: str
    policy_version: str
    entries: tuple[Entry, ...]
    view: CaseView
    outcomes: tuple[Outcome, ...]
    notices: tuple[Notice, ...] = ()
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class NotifyOrder:
    """Send these notices; each goes out once however often this is asked."""

    case_id: str
    number: str
    policy: str
    policy_version: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of one notice: taken by the provider at `at`, or not to be delivered and why."""

    notice_key: str
    template: str
    delivered: bool
    to_customer: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class NotifyResult:
    """What became of the notices; `waiting` are the keys of those the mail server couldn't take yet."""

    deliveries: tuple[Delivery, ...]
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LookUpOrder:
    """Ask the company's records about this order; the phone lets them say whether it is the same buyer's."""

    case_id: str
    number: str
    order_number: str
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class LookUpResult:
    status: LookUpStatus
    contradictions: tuple[str, ...] = ()
    answer: LookUpAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class RevisitOrder:
    """Give the revisit of this round a number (SVC-4.1); asked again it has the same one."""

    case_id: str
    policy: str
    policy_version: str
    round: int
    called_at: datetime


@dataclass(frozen=True, kw_only=True)
class WhoIs:
    """Who a staff id is; `actor` is None where there is no such person."""

    actor: Actor | None
