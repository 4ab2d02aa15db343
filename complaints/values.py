"""What facts and commands carry: people, words, money, plans. All frozen, all checked when made."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from complaints.errors import BadValue
from complaints.vocabulary import ActorKind, CustomerKind, LiableParty, MeasureKind, Role

LONGEST_TEXT = 20_000
"""Characters a single text may have; enough for any complaint, small enough for one payload."""

LARGEST_AMOUNT = Decimal("99999999.99")


class Checked:
    """A value that checks every field it is made with, and refuses fields it doesn't know."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            check(each.name, getattr(self, each.name))


def check(name: str, value: object) -> None:
    """Refuse what no field may hold: NUL, half a surrogate pair, endless text, an instant without a zone."""
    if isinstance(value, str):
        _check_text(name, value)
    elif isinstance(value, datetime) and value.utcoffset() is None:
        raise BadValue(name, "an instant needs its offset from UTC")
    elif isinstance(value, Decimal) and not (value.is_finite() and abs(value) <= LARGEST_AMOUNT):
        raise BadValue(name, f"an amount must be a number of at most {LARGEST_AMOUNT}")
    elif isinstance(value, tuple):
        for each in value:
            check(name, each)


def _check_text(name: str, value: str) -> None:
    if len(value) > LONGEST_TEXT:
        raise BadValue(name, f"at most {LONGEST_TEXT} characters")
    if "\x00" in value:
        raise BadValue(name, "must not contain the NUL character")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadValue(name, "must not contain half a surrogate pair")


def required(name: str, value: str) -> None:
    """Refuse a text that is empty or only blank."""
    if not value.strip():
        raise BadValue(name, "must not be empty")


LONGEST_ID = 64


def check_persons(name: str, ids: tuple[str, ...]) -> None:
    """Refuse what can be no staff ids, or names somebody twice."""
    for each in ids:
        required(name, each)
        if len(each) > LONGEST_ID:
            raise BadValue(name, f"an id has at most {LONGEST_ID} characters")
    if len(set(ids)) < len(ids):
        raise BadValue(name, "must name each person once")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts; `on_behalf_of` names the person a deputy stands in for, or for whom an operator acted by hand."""

    kind: ActorKind
    id: str
    roles: tuple[Role, ...] = ()
    department: str | None = None
    on_behalf_of: str | None = None

    def is_any(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    def persons(self) -> frozenset[str]:
        """The ids this actor answers for: its own, and that of the one it acts for."""
        return frozenset(each for each in (self.id, self.on_behalf_of) if each)

    def office(self) -> str:
        """Whose work it counts as: the absent person's where a deputy does it."""
        deputy = self.kind is ActorKind.STAFF and self.on_behalf_of
        return self.on_behalf_of if deputy and self.on_behalf_of else self.id


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="system", roles=(Role.SYSTEM,))
"""The clock and the workflow itself."""


@dataclass(frozen=True, kw_only=True)
class Contact(Checked):
    """How to reach the customer (SOP-1.2). Personal."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def reachable(self) -> bool:
        return bool(self.phone.strip() or self.email.strip())


@dataclass(frozen=True, kw_only=True)
class Words(Checked):
    """Free text, and where it can be checked: a call reference, a mail id, a chat log. Personal."""

    text: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class OpenAnswer(Checked):
    """What was said to one open question of a revisit, by the question's name in the policy (SVC-5.3). Personal."""

    question: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RevisitWords(Words):
    """What was said at a revisit beyond its scores. Personal."""

    answers: tuple[OpenAnswer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arrival(Checked):
    """What was there when the complaint arrived, before anybody touched it. Personal."""

    text: str = ""
    contact: Contact = field(default_factory=Contact)


@dataclass(frozen=True, kw_only=True)
class RegistrationForm(Checked):
    """The registration form of SOP table 1 (SOP-1.2), with what the other documents ask besides. Personal.

    `core_demand` says it in one sentence (WKS-1.1), `occurred_at` is when it happened (SVC-1.1), `account` the
    customer's with the company (WKS-1.3); of a company, `contact` is the person one speaks to (SVC-1.5).
    """

    contact: Contact
    description: str
    demand: str
    order_number: str = ""
    product: str = ""
    evidence: tuple[str, ...] = ()
    order_details: str = ""
    earlier_contact: str = ""
    account: str = ""
    core_demand: str = ""
    occurred_at: datetime | None = None
    customer_kind: CustomerKind = CustomerKind.PERSON
    company: str = ""

    def lacks(self, name: str) -> bool:
        """Whether a field is left open; a company's name is wanted where the customer is one (DSP-1.1)."""
        if name == "customer_kind":
            return self.customer_kind is CustomerKind.COMPANY and not self.company.strip()
        value = getattr(self, name)
        return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True, kw_only=True)
class LookUpAnswer(Checked):
    """What the company's records said, as text for people (SOP-2.1). Personal."""

    order: str = ""
    logistics: str = ""
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class Meeting(Checked):
    """The record of a meeting: who was there, when, and what was found. Personal."""

    attendees: tuple[str, ...]
    held_at: datetime
    minutes: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not any(each.strip() for each in self.attendees):
            raise BadValue("attendees", "must name who was there")
        required("minutes", self.minutes)


@dataclass(frozen=True, kw_only=True)
class Measure(Checked):
    """One promise of a plan: what, by whom, until when (SOP-3.1).

    A coupon or gift says until which day it is valid, a refund whether it goes back to the account it was paid from,
    an explanation on which evidence it rests (DSP-3.1).
    """

    kind: MeasureKind
    text: str
    actor: str
    until: datetime
    amount: Decimal = Decimal(0)
    valid_until: date | None = None
    original_account: bool = False
    evidence: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        required("text", self.text)
        required("actor", self.actor)
        if self.amount < 0:
            raise BadValue("amount", "must not be negative")


@dataclass(frozen=True, kw_only=True)
class Milestone(Checked):
    """What is reached on the way, and until when (APP-3.1)."""

    text: str
    until: datetime

    def __post_init__(self) -> None:
        super().__post_init__()
        required("text", self.text)


@dataclass(frozen=True, kw_only=True)
class Plan(Checked):
    """What the company offers: the cause, the measures, and the time it will all be done. Personal.

    `liability` says how it is divided, `cost_budget` what it may cost, `meeting` records the one with technicians or
    managers where it was made there (APP-3.1).
    """

    cause: str
    measures: tuple[Measure, ...]
    liable_party: LiableParty = LiableParty.COMPANY
    diagnosis: str = ""
    milestones: tuple[Milestone, ...] = ()
    cost_budget: Decimal | None = None
    liability: str = ""
    meeting: Meeting | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cost_budget is not None and self.cost_budget < 0:
            raise BadValue("cost_budget", "must not be negative")

    def amount(self) -> Decimal:
        """What the plan costs in yuan."""
        return sum((each.amount for each in self.measures), Decimal(0))

    def promised_at(self) -> datetime:
        """When the last measure will be done."""
        return max(each.until for each in self.measures)
