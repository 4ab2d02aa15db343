"""Plain functions that build rules, people, commands and plans with sensible defaults."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import policies
from complaints import commands as c
from complaints.facts import Arrived
from complaints.policy import AmountAuthority, MediationRule, PlanForm, Rules
from complaints.turn import Taken, Turn, arrive, rules_after, take, tick
from complaints.values import Actor, Arrival, Contact, Measure, Meeting, Plan, RegistrationForm, Words
from complaints.vocabulary import (
    ActorKind,
    Answer,
    Channel,
    Grade,
    LiableParty,
    LookUpStatus,
    MeasureKind,
    Role,
    StepStatus,
    TellingWay,
)

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
"""A Wednesday noon in Shanghai."""


def rules(at: datetime = NOON) -> Rules:
    return policies.load("sop").rules(at)


def demanding(at: datetime = NOON) -> Rules:
    """The SOP's rules with what the other documents ask for besides."""
    return replace(
        rules(at),
        read_back=True,
        work_groups=("logistics",),
        authority_above=(AmountAuthority(above=Decimal(0), role=Role.SUPERVISOR),),
        plan_form=PlanForm(named_contact=True, vague=("尽快",), validity=(MeasureKind.COUPON,)),
        mediation=MediationRule(after_refusals=1, mediators=(Role.SUPERVISOR,)),
    )


def staff(id: str, *roles: Role, department: str | None = None) -> Actor:  # noqa: A002  # the field's own name
    return Actor(kind=ActorKind.STAFF, id=id, roles=roles, department=department)


AGENT = staff("agent-1", Role.AGENT, department="customer_service")
SUPERVISOR = staff("supervisor-1", Role.SUPERVISOR, department="customer_service")
DIRECTOR = staff("director-1", Role.DIRECTOR)
EXECUTIVE = staff("executive-1", Role.EXECUTIVE)
PRODUCT_HEAD = staff("product-head", Role.DEPARTMENT_HEAD, department="product")
PRODUCT_EXECUTOR = staff("product-executor", Role.EXECUTOR, department="product")
LOGISTICS_HEAD = staff("logistics-head", Role.DEPARTMENT_HEAD, department="logistics")
LOGISTICS_EXECUTOR = staff("logistics-executor", Role.EXECUTOR, department="logistics")
REVISITOR = staff("revisit-1", Role.REVISIT_SPECIALIST)
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="customer", roles=(Role.CUSTOMER,))

CONTACT = Contact(name="王小明", phone="13812345678", email="wang@example.com")


def arrived(at: datetime = NOON, channel: Channel = Channel.PHONE) -> Arrived:
    return Arrived(channel=channel, arrived_at=at, private=Arrival(text="热水器漏水", contact=CONTACT))


def registration(**changes: Any) -> c.Register:
    form = RegistrationForm(
        contact=changes.pop("contact", CONTACT),
        description=changes.pop("description", "5月19日晚, 家中, 热水器漏水"),
        demand=changes.pop("demand", "换货"),
        order_number=changes.pop("order_number", ""),
    )
    return c.Register(**{"form": form, "category": "logistics_delay", "grade": Grade.GENERAL, **changes})


def plan(until: datetime, *, amount: int = 0, kind: MeasureKind = MeasureKind.RESEND) -> Plan:
    measure = Measure(kind=kind, text="重新发货", actor="物流专员", until=until, amount=Decimal(amount))
    return Plan(cause="运输途中丢失", measures=(measure,))


def meeting(held_at: datetime) -> Meeting:
    return Meeting(attendees=("产品部门负责人", "物流部门负责人"), held_at=held_at, minutes="压痕与裂纹位置一致")


def words(text: str = "说明", reference: str = "") -> Words:
    return Words(text=text, reference=reference)


CALLED = c.Propose(way=TellingWay.CALL, words=words("电话告知", "call-1"))


class Desk:
    """A case driven by hand through the pure rules: each step advances `at` and takes one command."""

    def __init__(self, at: datetime = NOON, arrived_at: datetime | None = None, rules_: Rules | None = None) -> None:
        self.rules = rules_ or rules(at)
        self.at = at
        self.count = 0
        opened = Taken(actor=AGENT, command_id="open", taken_at=at)
        turn = arrive("20260520001", arrived(arrived_at or at), opened, at)
        self.case = turn.case
        self.entries = list(turn.entries)
        self.keep(tick(self.case, at, self.rules))

    def keep(self, turn: Turn) -> Turn:
        self.case = turn.case
        self.entries += turn.entries
        return turn

    def wait(self, **span: float) -> "Desk":
        """Let time pass, as the workflow would: waking for every act of a clock."""
        self.at += timedelta(**span)
        self.keep(tick(self.case, self.at, self.rules))
        return self

    def send(self, command: c.Command, actor: Actor, *, taken_at: datetime | None = None) -> Turn:
        self.count += 1
        taken = Taken(actor=actor, command_id=f"c{self.count}", taken_at=taken_at or self.at)
        turn = self.keep(take(self.case, command, taken, self.at, self.rules))
        if turn.refused is None:
            self.rules = rules_after(command, self.rules)
        self.keep(tick(self.case, self.at, self.rules))
        return turn

    def do(self, command: c.Command, actor: Actor) -> "Desk":
        turn = self.send(command, actor)
        assert turn.refused is None, turn.refused
        return self

    def facts(self, kind: str) -> list[Any]:
        return [entry.fact for entry in self.entries if entry.fact.kind == kind]

    def entries_of(self, kind: str) -> list[Any]:
        return [entry for entry in self.entries if entry.fact.kind == kind]

    # ── the way through, one milestone at a time ──

    def responded(self) -> "Desk":
        return self.do(c.Respond(channel=Channel.PHONE, contacted_at=self.at), AGENT)

    def registered(self, **changes: Any) -> "Desk":
        return self.responded().do(registration(**changes), AGENT)

    def verified(self, **changes: Any) -> "Desk":
        self.registered(**changes)
        if self.case.look_up is LookUpStatus.PENDING:
            self.do(c.TellLookedUp(status=LookUpStatus.FOUND), SYSTEM_ACTOR)
        if self.case.opinion_needed:
            self.do(c.GiveOpinion(cause="内胆开裂"), PRODUCT_HEAD)
        return self.do(c.Verify(words=words("订单与物流一致")), AGENT)

    def endorsed(self, **changes: Any) -> "Desk":
        self.verified(**changes)
        grade = self.case.grade or Grade.GENERAL
        return self.do(c.Endorse(grade=grade, words=words("已复核")), SUPERVISOR)

    def planning(self, department: str = "logistics", **changes: Any) -> "Desk":
        self.endorsed(**changes)
        return self.do(c.DetermineLiability(party=LiableParty.COMPANY, department=department), AGENT)

    def started(self, **changes: Any) -> "Desk":
        return self.planning(**changes).do(c.StartHandling(first_action="联系承运商"), LOGISTICS_HEAD)

    def drafted(self, **changes: Any) -> "Desk":
        self.started(**changes)
        return self.do(c.DraftPlan(plan=plan(self.at + timedelta(days=1))), LOGISTICS_EXECUTOR)

    def approved(self, **changes: Any) -> "Desk":
        approver = {Grade.GENERAL: LOGISTICS_HEAD, Grade.IMPORTANT: SUPERVISOR, Grade.URGENT: DIRECTOR}
        self.drafted(**changes)
        return self.do(c.Approve(), approver[self.case.grade or Grade.GENERAL])

    def told(self, **changes: Any) -> "Desk":
        return self.approved(**changes).do(CALLED, AGENT)

    def told_and_accepted(self) -> "Desk":
        return self.do(CALLED, AGENT).do(c.AnswerPlan(answer=Answer.ACCEPTED, words=words("同意")), CUSTOMER)

    def executing(self, **changes: Any) -> "Desk":
        return self.approved(**changes).told_and_accepted()

    def confirming(self, **changes: Any) -> "Desk":
        self.executing(**changes)
        self.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=words("已重发")), LOGISTICS_EXECUTOR)
        return self.do(c.Complete(words=words("新机已签收")), LOGISTICS_EXECUTOR)

    def revisiting(self, **changes: Any) -> "Desk":
        return self.confirming(**changes).do(c.Confirm(words=words("没问题了")), CUSTOMER)

    def closed(self, **changes: Any) -> "Desk":
        revisit = c.RecordRevisit(solved=True, effect_score=5, attitude_score=4)
        return self.revisiting(**changes).do(revisit, REVISITOR)


SYSTEM_ACTOR = Actor(kind=ActorKind.SYSTEM, id="system", roles=(Role.SYSTEM,))
