"""How a case stands, for people: whose turn it is, its clocks, what is next. Nothing personal."""

from complaints.authority import approver
from complaints.case import Case
from complaints.deadlines import Clock, memory_of, running
from complaints.ladder import is_held, next_rung
from complaints.orders import CaseView, ClockView
from complaints.policy import Rules
from complaints.vocabulary import ClockState, Debtor, Role, Stage


def owner_role(case: Case, rules: Rules) -> Role:
    """Whose turn it is in the company; every stage has somebody (APP-7.3)."""
    if case.stage is Stage.APPROVING:
        return approver(case, rules)
    return rules.owners[case.stage]


def owner_id(case: Case, rules: Rules) -> str | None:
    """Who has the turn by name: in a remedy the person named for it, else the role's named person."""
    if case.stage is Stage.REMEDYING and case.remedy_by:
        return case.remedy_by
    return case.assignees.get(owner_role(case, rules))


def owner_of(clock: Clock, case: Case, rules: Rules) -> Role:
    """Who owes the act a clock waits for."""
    return clock.limit.owner or owner_role(case, rules)


def waits_for_customer(case: Case) -> bool:
    """Whether it is the customer's turn: to answer, to confirm, or to give what was asked for."""
    if case.stage is Stage.PROPOSING:
        return case.seq("plan_proposed") > case.seq("plan_approved")
    asked = bool(case.waits) and case.waits[-1].until is None
    return case.is_open() and (case.stage is Stage.CONFIRMING or asked)


def clock_view(clock: Clock, case: Case, rules: Rules, *, held: bool = False) -> ClockView | None:
    """One clock with what it does next; None for a customer's clock whose call task is open."""
    memory = memory_of(case, clock)
    rung = next_rung(clock, memory, rules)
    if rung is None:
        return None
    return ClockView(
        key=clock.key,
        limit=clock.limit.name,
        debtor=clock.limit.debtor,
        owner_role=owner_of(clock, case, rules),
        anchored_at=clock.anchored_at,
        due_at=clock.due_at,
        state=_state(clock, case),
        paused=clock.waits or held,
        level=memory.level,
        next_rung=rung.action,
        next_rung_at=rung.at,
    )


def _state(clock: Clock, case: Case) -> ClockState:
    memory = memory_of(case, clock)
    if memory.missed:
        return ClockState.SUSPENDED if memory.suspended_until else ClockState.MISSED
    return ClockState.WARNED if memory.warned else ClockState.RUNNING


def view(case: Case, rules: Rules) -> CaseView:
    """The case as lists and the Temporal UI show it."""
    run = running(case, rules)
    clocks = tuple(seen for clock in run if (seen := clock_view(clock, case, rules, held=is_held(clock, run))))
    company = [each for each in clocks if each.debtor is Debtor.COMPANY]
    nearest = min(company or clocks, key=lambda each: each.due_at, default=None)
    role = owner_role(case, rules)
    closed = case.marks.get("closed") if not case.is_open() else None
    return CaseView(
        version=case.version,
        stage=case.stage,
        channel=case.channel,
        arrived_at=case.arrived_at,
        grade=case.grade,
        grade_endorsed=case.grade_endorsed,
        category=case.category,
        department=case.department,
        owner_role=role,
        owner_id=owner_id(case, rules),
        round=case.round,
        refusals=case.refusals,
        escalation_level=case.escalation_level,
        waiting_for_customer=waits_for_customer(case),
        needs_hand=case.call_task_open,
        hand_marked=case.hand_marked,
        look_up=case.look_up,
        closing=case.closing,
        closed_at=closed.at if closed else None,
        next_due=nearest.due_at if nearest else None,
        next_due_clock=nearest.key if nearest else None,
        missed=tuple(each.key for each in clocks if each.state in (ClockState.MISSED, ClockState.SUSPENDED)),
        clocks=clocks,
        matter=case.matter,
        revisit_number=case.revisit_number,
        suggestion_to=case.suggestion_to,
        others=case.others,
        lead=case.lead,
        checked=case.checked,
        involved=case.involved,
    )
