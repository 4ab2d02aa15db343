"""The happy path as data: who sends which command, one by one, from the first call to the revisit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from complaints.commands import Register
from complaints.values import Actor, Contact, RegistrationForm
from complaints.vocabulary import ActorKind, Grade, Role
from records.seeds import SEEDS

CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="customer", roles=(Role.CUSTOMER,))
ACTORS = {
    each.login: Actor(kind=ActorKind.STAFF, id=each.login, roles=(each.role,), department=each.department)
    for each in SEEDS
} | {"customer": CUSTOMER}
AGENT = ACTORS["agent-1"]

CONTACT = Contact(name="王小明", phone="13812345678", email="wang@example.com")
FORM = RegistrationForm(contact=CONTACT, description="5月19日晚, 家中, 热水器漏水", demand="换货")
REGISTER = Register(form=FORM, category="logistics_delay", grade=Grade.GENERAL)

Body = dict[str, Any]
SAID: Body = {"words": {"text": "说明"}}


@dataclass(frozen=True)
class Step:
    """One command; `told` marks that the next can only be sent when its notice was delivered."""

    who: str
    kind: str
    body: Callable[[datetime], Body] = lambda _: {}
    told: bool = False


def plan(now: datetime) -> Body:
    """A plan of one measure, promised for tomorrow."""
    until = (now + timedelta(days=1)).isoformat()
    measure = {"kind": "resend", "text": "重新发货", "actor": "物流专员", "until": until}
    return {"plan": {"cause": "运输损坏", "measures": [measure]}}


STEPS: tuple[Step, ...] = (
    Step("agent-1", "verify", lambda _: SAID),
    Step("supervisor-1", "endorse", lambda _: {"grade": "general", "party": "carrier", "department": "logistics"}),
    Step("logistics-head", "start_handling", lambda _: {"first_action": "联系承运商"}),
    Step("logistics-executor", "draft_plan", plan),
    Step("logistics-head", "approve"),
    Step("agent-1", "propose", told=True),
    Step("customer", "answer", lambda _: {"answer": "accepted", **SAID}),
    Step("logistics-executor", "complete", lambda _: SAID),
    Step("customer", "confirm", lambda _: SAID),
    Step("revisit-1", "record_revisit", lambda _: {"solved": True, "effect_score": 5, "attitude_score": 5}),
)
"""The ten steps of people after the opening, which an agent on the phone makes with contact and form at once."""
