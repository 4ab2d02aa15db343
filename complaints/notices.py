"""Who hears of a fact, by which template: one table, and the few facts whose audience depends on the case.

A notice's `values` are plain; what is personal or free text goes under `private`. Several rungs that passed while the
system was away are all recorded, but each person hears of a clock once: warnings of a clock that is missed in the
same turn, and misses withdrawn in it, stay silent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from complaints import facts as f
from complaints import plan_text
from complaints.authority import approver
from complaints.case import Case
from complaints.deadlines import running
from complaints.orders import Notice, Recipient
from complaints.policy import Rules
from complaints.values import Words
from complaints.view import owner_id, owner_of, owner_role
from complaints.vocabulary import Grade, Matter, Role, StepStatus
from complaints.worktime import due

TO_CUSTOMER: dict[str, str] = {
    "arrived": "number_notice",  # SOP-1.3
    "registered": "calming",  # SOP-1.4
    "liability_determined": "grade_told",  # SOP-2.5
    "information_requested": "information_requested",  # APP-2.1
    "plan_sent": "plan_told",  # SOP-3.4
    "delay_reported": "delay_told",  # SOP-4.2
    "progress_reported": "progress_told",  # SVC-2.3
    "work_completed": "completion_told",  # SOP-4.3
    "proof_supplied": "proofs_sent",  # SOP-4.3
    "replied": "reply_told",  # WKS-1.3
    "suggestion_answered": "suggestion_told",  # SVC-4.3
    "closed": "closed_told",
}
"""Facts the customer hears of, and the template that tells."""

TO_ROLE: dict[str, tuple[tuple[Role, str], ...]] = {
    "verified": ((Role.SUPERVISOR, "endorsement_wanted"),),  # SOP-2.4
    "joint_determination_called": ((Role.DEPARTMENT_HEAD, "joint_determination"),),  # SOP-2.3
    "liability_determined": ((Role.DEPARTMENT_HEAD, "plan_wanted"),),  # SOP-3.1
    "plan_sent_back": ((Role.DEPARTMENT_HEAD, "plan_sent_back"),),
    "plan_approved": ((Role.AGENT, "telling_wanted"),),  # SOP-3.4
    "emergency_measure_opened": ((Role.SUPERVISOR, "emergency_opened"), (Role.DEPARTMENT_HEAD, "emergency_opened")),
    "plan_accepted": ((Role.EXECUTOR, "execution_wanted"),),  # SOP-4.4
    "plan_declined": ((Role.DEPARTMENT_HEAD, "plan_refused"), (Role.AGENT, "plan_refused")),  # SOP-3.5
    "revisit_numbered": ((Role.REVISIT_SPECIALIST, "revisit_wanted"),),  # SVC-4.1
    "suggestion_made": ((Role.DEPARTMENT_HEAD, "suggestion_wanted"),),  # SVC-4.3
    "result_contested": ((Role.DEPARTMENT_HEAD, "contested"), (Role.SUPERVISOR, "contested")),
    "proof_requested": ((Role.AGENT, "proof_wanted"),),
    "reopened": ((Role.DEPARTMENT_HEAD, "reopened"), (Role.AGENT, "reopened")),
    "hand_sent": ((Role.DIRECTOR, "hand_signal"),),
    "call_task_opened": ((Role.AGENT, "call_task"),),
}
"""Facts whose audience is always the same roles."""

REMINDERS = {
    "plan_accepted": "answer_reminder",
    "result_confirmed": "confirmation_reminder",
    "information_provided": "information_reminder",
    "revisited": "questionnaire_reminder",
}
"""What the customer owes, by the fact that meets it, and the template that reminds of it."""

AWAITED = {"plan_sent": "plan_proposed", "information_requested": "information_request_sent"}
"""Facts whose notice the case waits for, and the fact its delivery makes."""


@dataclass(frozen=True)
class _Told:
    """What a notice is made from."""

    entry: f.Entry
    case: Case
    rules: Rules


def notices(case: Case, entries: Sequence[f.Entry], rules: Rules) -> tuple[Notice, ...]:
    """Every notice these facts of one turn call for; `case` is the case after them."""
    made: dict[str, Notice] = {}
    for entry in entries:
        if not _is_silent(entry, entries):
            for notice in _of(_Told(entry, case, rules)):
                made.setdefault(notice.key, notice)
    return tuple(made.values())


def awaited(case: Case, entries: Sequence[f.Entry], rules: Rules) -> tuple[Notice, ...]:
    """The notices whose delivery the case still waits for; `entries` are all of its facts."""
    asked = [case.seq(asked) for asked, delivered in AWAITED.items() if case.seq(asked) > case.seq(delivered)]
    return notices(case, [entry for entry in entries if entry.seq in asked], rules)


def _is_silent(entry: f.Entry, entries: Sequence[f.Entry]) -> bool:
    others = [each.fact for each in entries if each.seq > entry.seq]
    match entry.fact:
        case f.Arrived():
            return any(isinstance(other, f.Registered) for other in others)
        case f.LimitWarned(clock=clock):
            return any(isinstance(other, f.LimitMissed | f.LimitMet) and other.clock == clock for other in others)
        case f.CustomerReminded(clock=clock):
            later = (f.CustomerReminded, f.CallTaskOpened)
            return any(isinstance(other, later) and other.clock == clock for other in others)
        case f.LimitMissed(clock=clock) | f.Escalated(clock=clock) if clock:
            return any(isinstance(other, f.MissWithdrawn) and other.clock == clock for other in others)
    return False


def _of(told: _Told) -> Iterator[Notice]:
    fact = told.entry.fact
    if fact.kind in TO_CUSTOMER:
        by_revisit = fact.kind == "work_completed" and told.entry.stage == "revisiting"
        yield _to_customer(told, "revisit_told" if by_revisit else TO_CUSTOMER[fact.kind])
    for role, template in TO_ROLE.get(fact.kind, ()):
        yield _to_role(told, role, template)
    yield from _to_departments(told)
    yield from _special(told)


def _to_departments(told: _Told) -> Iterator[Notice]:
    match told.entry.fact:
        case f.Registered(department=department, opinion_needed=opinion, matter=matter):
            if department in told.rules.work_groups:  # SVC-1.3
                yield _to_role(told, Role.DEPARTMENT_HEAD, "group_case")
            if opinion and matter is Matter.COMPLAINT:
                yield _to_role(told, Role.DEPARTMENT_HEAD, "opinion_wanted")
        case f.LiabilityDetermined(department=department, others=others) if others:
            for each in (department, *others):  # WKS-2.2
                yield _to_head(told, each, "support_wanted")


def _special(told: _Told) -> Iterator[Notice]:
    case, rules = told.case, told.rules
    match told.entry.fact:
        case f.PlanDeclined() if case.stage == "mediating":
            for role in rules.mediation.mediators:
                yield _to_role(told, role, "mediation_wanted")
        case f.Mediated():
            yield _to_role(told, Role.DEPARTMENT_HEAD, "mediated")
        case f.PlanDrafted():
            yield _to_role(told, approver(case, rules), "approval_wanted")
        case f.LookedUp(status=status, contradictions=odd) if odd or status in ("failed", "not_found"):
            yield _to_role(told, Role.AGENT, "look_up_odd")
        case f.Converted() if case.opinion_needed:
            yield _to_role(told, Role.DEPARTMENT_HEAD, "opinion_wanted")
        case f.ResultConfirmed() | f.WorkCompleted() if told.entry.stage == "revisiting":
            yield from _revisit_begins(told)
        case f.ResultContested() if told.entry.stage == "answering":
            yield _to_role(told, Role.AGENT, "contested")
        case f.Revisited() if case.stage == "remedying":
            yield from _remedy(told)
        case f.RemedyAssigned(staff_id=staff_id):
            recipient = Recipient(role=owner_role(case, rules), staff_id=staff_id)
            yield _notice(told, recipient, "remedy_wanted", urgent=True)
        case f.Assigned(role=role, staff_id=staff_id):
            yield _notice(told, Recipient(role=role, staff_id=staff_id), "assigned")
        case f.Urged():
            yield _to_role(told, owner_role(case, rules), "urged")
        case f.StepRecorded(status=StepStatus.AWAITING_REPLY):
            yield _to_role(told, Role.AGENT, "reply_awaited")
        case f.LimitWarned(clock=clock):
            yield _to_role(told, _debtor(clock, told), "limit_warning")
        case f.LimitMissed(clock=clock):
            yield _to_role(told, _debtor(clock, told), "limit_missed", urgent=True)
        case f.Escalated(role=role):
            yield _to_role(told, role, "escalated", urgent=True)
        case f.CustomerReminded():
            owed = _met_by(told)
            yield from (_to_customer(told, template) for fact, template in REMINDERS.items() if fact in owed)


def _revisit_begins(told: _Told) -> Iterator[Notice]:
    """The specialist hears of it with the number, where it gets one; the customer is given the questionnaire."""
    if not told.rules.revisit.numbered:
        yield _to_role(told, Role.REVISIT_SPECIALIST, "revisit_wanted")
    if told.rules.revisit.questionnaire:
        yield _to_customer(told, "questionnaire_told")


def _remedy(told: _Told) -> Iterator[Notice]:
    """Who contacts the customer is told; where somebody has to be named for it, the supervisor is (SVC-4.3)."""
    named = told.rules.revisit.remedy_named
    if not named:
        yield _to_role(told, Role.AGENT, "remedy_wanted", urgent=True)
    wanted = "remedy_naming_wanted" if named and not told.case.remedy_by else "remedy_wanted"
    yield _to_role(told, Role.SUPERVISOR, wanted, urgent=True)


def _met_by(told: _Told) -> tuple[str, ...]:
    """What meets the limit a fact tells of."""
    name = getattr(told.entry.fact, "limit", "")
    return next((each.met_by for each in told.rules.limits if each.name == name), ())


def _debtor(key: str, told: _Told) -> Role:
    """Who owes the act of this clock; whose turn it is where the clock has ended since."""
    for clock in running(told.case, told.rules):
        if clock.key == key:
            return owner_of(clock, told.case, told.rules)
    return owner_role(told.case, told.rules)


def _to_customer(told: _Told, template: str) -> Notice:
    contact = told.case.private.contact
    recipient = Recipient(role=Role.CUSTOMER, email=contact.email.strip() or None)
    return _notice(told, recipient, template)


DEPARTMENTAL = (Role.DEPARTMENT_HEAD, Role.EXECUTOR)


def _to_role(told: _Told, role: Role, template: str, *, urgent: bool = False) -> Notice:
    """To the named person of the role, else to everybody of it, in the department concerned where it has one."""
    case = told.case
    department = case.department or told.rules.coordinating_department if role in DEPARTMENTAL else None
    named = case.assignees.get(role)
    if isinstance(told.entry.fact, f.JointDeterminationCalled):
        department = None
    elif department and _is_about_a_suggestion(told):
        department, named = case.suggestion_to or told.rules.revisit.suggestions_to, None
    elif "remedy_agreed" in _met_by(told) and role is owner_role(case, told.rules):
        named = owner_id(case, told.rules)
    recipient = Recipient(role=role, staff_id=named, department=department, but=case.involved)
    return _notice(told, recipient, template, urgent=urgent)


def _is_about_a_suggestion(told: _Told) -> bool:
    """Then the department is the one the suggestion went to, whoever is liable (SVC-4.3)."""
    return isinstance(told.entry.fact, f.SuggestionMade) or "suggestion_answered" in _met_by(told)


def _to_head(told: _Told, department: str, template: str) -> Notice:
    """To the head of this very department, whoever is named in the case."""
    recipient = Recipient(role=Role.DEPARTMENT_HEAD, department=department, but=told.case.involved)
    return _notice(told, recipient, template, who=department)


def _notice(told: _Told, recipient: Recipient, template: str, *, urgent: bool = False, who: str = "") -> Notice:
    seq = told.entry.seq
    who = who or recipient.staff_id or recipient.role.value
    return Notice(
        key=f"{seq}:{template}:{who}",
        seq=seq,
        template=template,
        recipient=recipient,
        urgent=urgent or told.case.grade is Grade.URGENT,
        values=_values(told),
        private=_private(told),
    )


def _values(told: _Told) -> dict[str, str]:
    """The placeholders that are plain; instants in ISO form under names ending in `_at`."""
    case, fact = told.case, told.entry.fact
    values = {
        "number": case.number,
        "stage": case.stage.value,
        "grade": case.grade.value if case.grade else "",
        "department": case.department or "",
        "round": str(case.round),
    }
    if case.revisit_number:
        values["revisit_number"] = case.revisit_number
    start = _handling_due(case, told.rules)
    if start:
        values["handling_due_at"] = start
    for name in ("due_at", "expected_at", "promised_at", "limit", "clock", "level", "share", "reason", "signal"):
        value: Any = getattr(fact, name, None)
        if value is not None:
            values[name] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if isinstance(fact, f.PlanSent) and case.steps:
        values["promised_at"] = max(step.expected_at for step in case.steps.values()).isoformat()
    if isinstance(fact, f.PlanSent) and told.rules.plan_form.named_contact and Role.AGENT in case.assignees:
        values["named_contact"] = case.assignees[Role.AGENT]  # DSP-3.2
    if isinstance(fact, f.LiabilityDetermined) and fact.others:
        values |= {"others": ",".join(fact.others), "lead": fact.lead}
    return values


def _handling_due(case: Case, rules: Rules) -> str:
    """Until when the customer may expect handling to start (SOP-2.5)."""
    limit = next((each for each in rules.limits if each.name == "start_handling"), None)
    length = limit.length(case.grade) if limit else None
    return due(case.arrived_at, length, limit.unit, rules.calendar).isoformat() if limit and length else ""


def _private(told: _Told) -> dict[str, str]:
    case, fact = told.case, told.entry.fact
    private: dict[str, str] = {"customer_name": case.private.contact.name}
    said = getattr(fact, "private", None)
    if isinstance(said, Words):
        private["words"] = said.text
    elif isinstance(said, tuple) and said and isinstance(said[0], Words):
        private["words"] = said[0].text
    plan = case.private.plan
    if plan and isinstance(fact, f.PlanSent):
        private["plan"] = plan_text.told(plan)
    if plan and isinstance(fact, f.PlanDrafted):
        private["plan"] = plan_text.in_full(plan)
    return private
