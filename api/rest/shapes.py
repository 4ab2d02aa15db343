"""The JSON of REST v1: what is taken, with its limits, and what is given back."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from complaints.commands import Register, Respond
from complaints.values import LONGEST_TEXT, Arrival, Contact, check
from complaints.vocabulary import Channel


def _possible(value: str) -> str:
    """No NUL, no half surrogate pair: PostgreSQL and JSON hold neither."""
    check("text", value)
    return value


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_possible)]
Short = Annotated[str, Field(max_length=200), AfterValidator(_possible)]

EXAMPLE_FORM: dict[str, Any] = {
    "contact": {"name": "王小明", "phone": "13812345678", "email": "wang@example.com"},
    "description": "5月19日晚, 家中, 热水器漏水",
    "demand": "换货",
    "order_number": "A1001",
}
EXAMPLE: dict[str, Any] = {
    "channel": "phone",
    "text": "客户来电: 热水器漏水",
    "contact": EXAMPLE_FORM["contact"],
    "register": {"form": EXAMPLE_FORM, "category": "logistics_delay", "grade": "general"},
}


class Body(BaseModel):
    """What comes in has no room for a misprint."""

    model_config = ConfigDict(extra="forbid")


class ComplaintIn(Body):
    """A complaint as it arrives; `respond` too where an agent speaks with the customer already (SOP-1.1), `register`
    where the form is complete (SOP-1.2)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    policy: Short | None = Field(default=None, description="Policy key; the deployment's default without it.")
    channel: Channel
    arrived_at: AwareDatetime | None = Field(default=None, description="When it arrived, never in the future.")
    brand: Short = ""
    text: Text = ""
    contact: Contact = Field(default_factory=Contact)
    respond: Respond | None = Field(default=None, description="The contact it came in by, such as the call.")
    register_form: Register | None = Field(default=None, alias="register")

    def arrival(self) -> Arrival:
        return Arrival(text=self.text, contact=self.contact)


class CommandIn(BaseModel):
    """A command: `kind`, and beside it the fields of that kind (see the chart); a deputy names the absent person."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{"kind": "approve", "words": {}}]})

    kind: Annotated[str, Field(max_length=60, pattern="^[a-z_]+$")]
    expected_version: Annotated[int, Field(ge=0)] | None = None
    on_behalf_of: Short | None = Field(default=None, description="Login of the absent person the caller stands in for.")

    def body(self) -> dict[str, Any]:
        return {"kind": self.kind, **(self.model_extra or {})}


class DeputyIn(Body):
    """Who stands in for a person, from when until when."""

    deputy: Short = Field(description="The deputy's login.", examples=["supervisor-2"])
    starts_at: AwareDatetime = Field(alias="from", examples=["2026-10-01T00:00:00+08:00"])
    ends_at: AwareDatetime = Field(alias="until", examples=["2026-10-08T00:00:00+08:00"])
    reason: Short = Field(default="", examples=["年假"])


class DeputyOut(BaseModel):
    """An absence that lasts or is to come."""

    id: int
    person: str
    deputy: str
    starts_at: datetime = Field(serialization_alias="from")
    ends_at: datetime = Field(serialization_alias="until")
    reason: str
    in_force: bool


class DeputiesOut(BaseModel):
    deputies: list[DeputyOut]


class LoginIn(Body):
    login: Short
    password: Annotated[str, Field(max_length=200)]


class PasswordIn(Body):
    login: Short
    old_password: Annotated[str, Field(max_length=200)]
    new_password: Annotated[str, Field(max_length=200)]


class ApiKeyIn(Body):
    name: Short
    staff_id: Short
    days: Annotated[int, Field(ge=1, le=366)] = 90


class Links(BaseModel):
    self: str
    journal: str
    deadlines: str
    notices: str
    commands: str
    temporal_ui: str
    customer: str | None = None


class Opened(BaseModel):
    """A numbered complaint."""

    number: str = Field(examples=["20260520001"])
    stage: str = Field(examples=["received"])
    links: Links


class CheckOut(BaseModel):
    """An item of the stage's exit checklist (APP-7.3)."""

    item: str
    zh: str
    en: str
    done: bool


class LiabilityOut(BaseModel):
    """Who has to answer for it, which departments support the liable one, and the staff id of who leads them."""

    party: str
    department: str
    others: list[str]
    lead: str


class ComplaintOut(BaseModel):
    """A complaint as it stands; personal fields masked or left out where the caller may not see them."""

    number: str
    policy: str
    policy_version: str
    brand: str
    channel: str
    state: str
    arrived_at: datetime
    opened_at: datetime
    version: int
    stage: str
    matter: str
    grade: str | None
    category: str | None
    department: str | None
    owner_role: str
    owner_id: str | None
    round: int
    escalation_level: int
    waiting_for_customer: bool
    needs_hand: bool
    hand_marked: bool
    revisit_number: str = Field(description="Number of its last revisit; the list's text finds the case by it.")
    suggestion_to: str = Field(description="The department that owes a customer's suggestion its answer.")
    aborted_at: datetime | None
    overdue: bool
    next_due: datetime | None
    next_due_clock: str | None
    closing: str | None
    closed_at: datetime | None
    involved: list[str]
    contact: dict[str, str]
    description: str | None
    standard: str | None = None
    checklist: list[CheckOut] = []
    liability: LiabilityOut | None = Field(default=None, description="In the answer for one complaint only.")
    links: Links


class ComplaintsOut(BaseModel):
    complaints: list[ComplaintOut]
    next_cursor: str | None


class EntryOut(BaseModel):
    """A fact in its place. `private` is left out for who may not read words."""

    seq: int
    at: datetime
    taken_at: datetime
    actor: dict[str, Any]
    command_id: str | None
    stage: str
    fact: dict[str, Any]


class JournalOut(BaseModel):
    entries: list[EntryOut]


class DeadlineOut(BaseModel):
    clock: str
    limit: str
    debtor: str
    owner_role: str
    anchored_at: datetime
    due_at: datetime
    remaining_seconds: float
    state: str
    paused: bool
    level: int
    next_rung: str
    next_rung_at: datetime


class DeadlinesOut(BaseModel):
    deadlines: list[DeadlineOut]


class StepOut(BaseModel):
    """One step of a reckoning; `zh` and `en` tell it by the clock on the wall."""

    start: datetime
    end: datetime
    counted_seconds: float
    why: str
    zh: str
    en: str
    provisional: bool


class WaitOut(BaseModel):
    """While the case waited for the customer; open without `until`."""

    since: datetime
    until: datetime | None
    counted_seconds: float | None


class ExplanationOut(BaseModel):
    """How a due time came about; `span_seconds` is empty for what was promised for an instant."""

    clock: str
    limit: str
    unit: str
    span_seconds: float | None
    anchored_at: datetime
    due_at: datetime
    calendar: str | None
    calendar_version: str | None
    provisional: bool
    steps: list[StepOut]
    waits: list[WaitOut]


class NoticeOut(BaseModel):
    seq: int
    template: str
    recipient_role: str
    recipient_id: str
    on_behalf_of: list[str]
    channel: str
    status: str
    attempts: int
    message_id: str
    error_code: str
    created_at: datetime
    sent_at: datetime | None
    held_until: datetime | None


class NoticesOut(BaseModel):
    notices: list[NoticeOut]


class AllowedOut(BaseModel):
    """What the caller may do with the case now."""

    stage: str
    version: int
    commands: list[str]


class CommandOut(BaseModel):
    """What became of a command: `taken` while the outcome isn't known yet."""

    command_id: str
    number: str
    kind: str
    status: str = Field(description="taken, accepted or refused")
    code: str
    message: str
    fields: list[str]
    facts: list[int]
    taken_at: datetime
    settled_at: datetime | None


class PolicyOut(BaseModel):
    key: str
    version: str
    title: dict[str, str]


class PoliciesOut(BaseModel):
    policies: list[PolicyOut]


class HandbookOut(BaseModel):
    """The staff handbook of a policy's version; `read_at` is when the caller has read it."""

    policy: str
    version: str
    language: str
    markdown: str
    read_at: datetime | None


class HandbookReceiptOut(BaseModel):
    policy: str
    version: str
    read_at: datetime


class ReaderOut(BaseModel):
    staff_id: str
    name: str
    read_at: datetime | None


class HandbookReceiptsOut(BaseModel):
    """Who has read the handbook of a version, and who hasn't."""

    policy: str
    version: str
    read: list[ReaderOut]
    unread: list[ReaderOut]


class SessionOut(BaseModel):
    """Who is logged in; `csrf` goes into the header x-csrf-token of every change made with the cookie."""

    staff_id: str
    name: str
    roles: list[str]
    department: str | None
    must_change: bool
    csrf: str


class ApiKeyOut(BaseModel):
    api_key: str


class Done(BaseModel):
    done: bool = True


class HealthOut(BaseModel):
    """How many cases the last reconciliation compared, and how many of each difference it found."""

    reconciled_at: datetime | None = Field(description="When the last reconciliation was done; null before the first.")
    reconciliation: dict[str, int]
