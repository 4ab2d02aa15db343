"""How one more fact changes a case.

`evolve` is a fold: it needs no rules, no clock and nothing private, so a case can be rebuilt from the journal even
after its personal data are erased.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from complaints import facts as f
from complaints.case import Case, Mark, Memory, PlanInHand, Step, Wait
from complaints.values import Contact
from complaints.vocabulary import (
    ContactOutcome,
    Grade,
    LookUpStatus,
    Matter,
    RevisitWay,
    Role,
)

INFORMING = frozenset({
    "registered", "liability_determined", "information_request_sent", "plan_proposed", "plan_accepted",
    "delay_reported", "progress_reported", "work_completed", "proof_supplied", "replied",
})  # fmt: skip
"""Facts after which the customer knows how the case stands: each starts the progress clock anew (SVC-2.3).

The customer's own yes is one of them: a clock that ran on while it was their turn would be missed as they spoke.
"""

ROUND_OPENERS = frozenset({"plan_declined", "result_contested", "reopened"})
"""Facts that always open a new round; a remedy with a new plan does so too (SOP-3.5)."""


def begin(number: str, entry: f.Entry) -> Case:
    """The case after its first fact, which must be its arrival."""
    if not isinstance(entry.fact, f.Arrived):
        raise TypeError(f"a case begins with its arrival, not with {entry.fact.kind}")
    case = Case(number=number, arrived_at=entry.fact.arrived_at, opened_at=entry.taken_at)
    return evolve(case, entry)


def evolve(case: Case, entry: f.Entry) -> Case:
    """The case after one more fact."""
    fact = entry.fact
    evolver: Callable[..., Case] = _EVOLVERS.get(fact.kind, _unchanged)
    changed = evolver(case, fact, entry)
    return replace(
        changed,
        version=entry.seq,
        stage=entry.stage,
        marks=_marks(case, entry),
        checked=changed.checked if entry.stage is case.stage else (),
        last_taken_at=entry.taken_at if entry.command_id else case.last_taken_at,
        last_command_seq=entry.seq if entry.command_id else case.last_command_seq,
    )


def opens_round(fact: f.Fact) -> bool:
    return fact.kind in ROUND_OPENERS or (isinstance(fact, f.RemedyAgreed) and fact.new_plan)


def _marks(case: Case, entry: f.Entry) -> dict[str, Mark]:
    happened = Mark(at=happened_at(entry), seq=entry.seq)
    marks = {**case.marks, **dict.fromkeys(marks_of(case, entry), happened)}
    here = Mark(at=entry.taken_at, seq=entry.seq)
    if entry.fact.kind in INFORMING:
        marks["informed"] = here
    if opens_round(entry.fact):
        marks["round"] = here
    return marks


def marks_of(case: Case, entry: f.Entry) -> tuple[str, ...]:
    """What a fact counts as: a call nobody answered is an attempt, no response (SOP-1.1); a lead's counts twice."""
    fact = entry.fact
    if not isinstance(fact, f.Responded):
        return (fact.kind,)
    if fact.outcome is ContactOutcome.NO_ANSWER:
        return ("attempted",)
    own = case.department is not None and entry.actor.department == case.department
    leads = own and Role.DEPARTMENT_HEAD in entry.actor.roles
    return ("responded", "lead_responded") if leads else ("responded",)


def happened_at(entry: f.Entry) -> datetime:
    """When the thing itself happened, which for a recorded contact or a delivery is before it was taken."""
    match entry.fact:
        case f.Arrived(arrived_at=at) | f.Responded(contacted_at=at):
            return at
        case f.InformationRequestSent(sent_at=at) | f.PlanProposed(told_at=at):
            return at
    return entry.taken_at


def _unchanged(case: Case, fact: Any, entry: f.Entry) -> Case:
    return case


def _arrived(case: Case, fact: f.Arrived, entry: f.Entry) -> Case:
    contact = fact.private.contact if fact.private else Contact()
    return replace(case, channel=fact.channel, private=replace(case.private, contact=contact))


def _responded(case: Case, fact: f.Responded, entry: f.Entry) -> Case:
    silent = fact.outcome is not ContactOutcome.REACHED
    return replace(
        case,
        attempts=(*case.attempts, fact.channel) if silent else (),
        call_task_open=False,
    )


def _registered(case: Case, fact: f.Registered, entry: f.Entry) -> Case:
    private = case.private
    if fact.private is not None:
        private = replace(private, contact=fact.private.contact, order_number=fact.private.order_number)
    return replace(
        case,
        category=fact.category,
        department=fact.department,
        opinion_needed=fact.opinion_needed,
        matter=fact.matter,
        indicators=fact.indicators,
        grade=fact.grade,
        graded_at=entry.taken_at,
        involved=fact.involved,
        assignees=_uninvolved(_naming(case, Role.AGENT, entry), fact.involved),
        private=private,
    )


def _registration_corrected(case: Case, fact: f.RegistrationCorrected, entry: f.Entry) -> Case:
    if fact.private is None:
        return case
    form = fact.private
    return replace(case, private=replace(case.private, contact=form.contact, order_number=form.order_number))


def _naming(case: Case, role: Role, entry: f.Entry) -> Mapping[Role, str]:
    """Who did the work of a role first is its named person until somebody else is assigned; no deputy is."""
    if role in case.assignees or role not in entry.actor.roles:
        return case.assignees
    return {**case.assignees, role: entry.actor.office()}


def _uninvolved(named: Mapping[Role, str], involved: tuple[str, ...]) -> Mapping[Role, str]:
    """Nobody the complaint is about is a named person of it."""
    return {role: person for role, person in named.items() if person not in involved}


def _involved_named(case: Case, fact: f.InvolvedNamed, entry: f.Entry) -> Case:
    return replace(case, involved=fact.involved, assignees=_uninvolved(case.assignees, fact.involved))


def _checked_off(case: Case, fact: f.CheckedOff, entry: f.Entry) -> Case:
    return replace(case, checked=(*case.checked, *(each for each in fact.items if each not in case.checked)))


def _converted(case: Case, fact: f.Converted, entry: f.Entry) -> Case:
    return replace(
        case, matter=Matter.COMPLAINT, grade=fact.grade, indicators=fact.indicators, graded_at=entry.taken_at
    )


def _information_requested(case: Case, fact: f.InformationRequested, entry: f.Entry) -> Case:
    asked = fact.private.text if fact.private else ""
    return replace(case, asked_information=True, private=replace(case.private, asked=asked))


def _information_request_sent(case: Case, fact: f.InformationRequestSent, entry: f.Entry) -> Case:
    if not case.asked_information or _waiting(case):
        return case
    return replace(case, waits=(*case.waits, Wait(since=fact.sent_at)))


def _waiting(case: Case) -> bool:
    return bool(case.waits) and case.waits[-1].until is None


def _information_provided(case: Case, fact: f.InformationProvided, entry: f.Entry) -> Case:
    return replace(_heard(case, fact, entry), asked_information=False)


def _heard(case: Case, fact: Any, entry: f.Entry) -> Case:
    """Any word of the customer ends a wait and every silence."""
    waits = case.waits
    if _waiting(case):
        waits = (*waits[:-1], replace(waits[-1], until=max(entry.taken_at, waits[-1].since)))
    return replace(case, waits=waits, attempts=(), call_task_open=False)


def _look_up_asked(case: Case, fact: f.LookUpAsked, entry: f.Entry) -> Case:
    number = fact.private.text if fact.private else case.private.order_number
    return replace(case, look_up=LookUpStatus.PENDING, private=replace(case.private, order_number=number))


def _looked_up(case: Case, fact: f.LookedUp, entry: f.Entry) -> Case:
    return replace(case, look_up=fact.status, contradictions=fact.contradictions)


def _opinion_given(case: Case, fact: f.OpinionGiven, entry: f.Entry) -> Case:
    return replace(case, opinion_given=True)


def _graded(case: Case, fact: f.Graded, entry: f.Entry) -> Case:
    return replace(case, grade=fact.grade, indicators=fact.indicators, graded_at=_regraded_at(case, fact.grade, entry))


def _grade_endorsed(case: Case, fact: f.GradeEndorsed, entry: f.Entry) -> Case:
    return replace(
        case,
        grade=fact.grade,
        grade_endorsed=True,
        graded_at=_regraded_at(case, fact.grade, entry),
        assignees=_naming(case, Role.SUPERVISOR, entry),
    )


def _regraded_at(case: Case, grade: Grade, entry: f.Entry) -> datetime | None:
    return case.graded_at if case.grade is grade else entry.taken_at


def _joint_determination_called(case: Case, fact: f.JointDeterminationCalled, entry: f.Entry) -> Case:
    return replace(case, joint=True)


def _liability_determined(case: Case, fact: f.LiabilityDetermined, entry: f.Entry) -> Case:
    return replace(
        case,
        liable_party=fact.party,
        department=fact.department,
        liable_department=fact.department,
        others=fact.others,
        lead=fact.lead,
        assignees={**case.assignees, Role.DEPARTMENT_HEAD: fact.lead} if fact.lead else case.assignees,
    )


def _handling_started(case: Case, fact: f.HandlingStarted, entry: f.Entry) -> Case:
    for role in (Role.DEPARTMENT_HEAD, Role.EXECUTOR):
        if role in entry.actor.roles:
            return replace(case, assignees=_naming(case, role, entry))
    return case


def _plan_drafted(case: Case, fact: f.PlanDrafted, entry: f.Entry) -> Case:
    steps = {
        f"m{place}": Step(promised_at=each.until, expected_at=each.until)
        for place, each in enumerate(fact.measures, start=1)
    }
    plan = PlanInHand(
        drafter=fact.drafter,
        drafted_by_head=fact.drafted_by_head,
        amount=fact.amount,
        deputy=entry.actor.id if entry.actor.id != entry.actor.office() else "",
    )
    return replace(case, plan=plan, steps=steps, private=replace(case.private, plan=fact.private))


def _plan_approved(case: Case, fact: f.PlanApproved, entry: f.Entry) -> Case:
    return replace(case, plan=replace(case.plan, approved=True) if case.plan else None)


def _plan_proposed(case: Case, fact: f.PlanProposed, entry: f.Entry) -> Case:
    return replace(case, attempts=())


def _plan_declined(case: Case, fact: f.PlanDeclined, entry: f.Entry) -> Case:
    return replace(_new_round(_heard(case, fact, entry)), refusals=case.refusals + 1)


def _new_round(case: Case) -> Case:
    return replace(
        case, round=case.round + 1, plan=None, steps={}, executors=(), attempts=(), call_task_open=False, remedy_by=""
    )


def _executors(case: Case, entry: f.Entry) -> tuple[str, ...]:
    """Who has carried the plan out, deputies and those they stood in for."""
    hands = dict.fromkeys((*case.executors, entry.actor.office(), entry.actor.id))
    return tuple(hands)


def _step_recorded(case: Case, fact: f.StepRecorded, entry: f.Entry) -> Case:
    steps = {**case.steps, fact.step: replace(case.steps[fact.step], status=fact.status)}
    executors = _executors(case, entry)
    return replace(case, steps=steps, executors=executors, assignees=_naming(case, Role.EXECUTOR, entry))


def _delay_reported(case: Case, fact: f.DelayReported, entry: f.Entry) -> Case:
    old = case.steps[fact.step]
    step = replace(old, expected_at=fact.expected_at, delays=old.delays + 1)
    return replace(case, steps={**case.steps, fact.step: step})


def _work_completed(case: Case, fact: f.WorkCompleted, entry: f.Entry) -> Case:
    executors = _executors(case, entry)
    return replace(case, executors=executors, attempts=())


def _proof_requested(case: Case, fact: f.ProofRequested, entry: f.Entry) -> Case:
    return replace(_heard(case, fact, entry), proof_wanted=True)


def _proof_supplied(case: Case, fact: f.ProofSupplied, entry: f.Entry) -> Case:
    return replace(case, proof_wanted=False)


def _result_contested(case: Case, fact: f.ResultContested, entry: f.Entry) -> Case:
    return replace(_new_round(_heard(case, fact, entry)), second_handlings=case.second_handlings + 1)


def _revisited(case: Case, fact: f.Revisited, entry: f.Entry) -> Case:
    return _heard(case, fact, entry) if fact.way is RevisitWay.QUESTIONNAIRE else case


def _revisit_numbered(case: Case, fact: f.RevisitNumbered, entry: f.Entry) -> Case:
    return replace(case, revisit_number=fact.number, revisit_round=fact.round)


def _remedy_assigned(case: Case, fact: f.RemedyAssigned, entry: f.Entry) -> Case:
    return replace(case, remedy_by=fact.staff_id)


def _remedy_agreed(case: Case, fact: f.RemedyAgreed, entry: f.Entry) -> Case:
    if not fact.new_plan:
        return case
    return replace(_new_round(case), second_handlings=case.second_handlings + 1)


def _suggestion_made(case: Case, fact: f.SuggestionMade, entry: f.Entry) -> Case:
    return replace(case, suggestion_to=fact.department)


def _suggestion_answered(case: Case, fact: f.SuggestionAnswered, entry: f.Entry) -> Case:
    return replace(case, suggestion_to="")


def _closed(case: Case, fact: f.Closed, entry: f.Entry) -> Case:
    return replace(case, closing=fact.closing, call_task_open=False)


def _reopened(case: Case, fact: f.Reopened, entry: f.Entry) -> Case:
    return replace(_new_round(case), closing=None)


def _contact_corrected(case: Case, fact: f.ContactCorrected, entry: f.Entry) -> Case:
    return replace(case, private=replace(case.private, contact=fact.private or Contact()))


def _assigned(case: Case, fact: f.Assigned, entry: f.Entry) -> Case:
    return replace(case, assignees={**case.assignees, fact.role: fact.staff_id})


def _hand_sent(case: Case, fact: f.HandSent, entry: f.Entry) -> Case:
    return replace(case, hand_marked=True)


def _remember(case: Case, clock: str, **changes: Any) -> Case:
    memory = replace(case.clocks.get(clock, Memory()), **changes)
    return replace(case, clocks={**case.clocks, clock: memory})


def _forget(case: Case, fact: f.LimitMet | f.MissWithdrawn, entry: f.Entry) -> Case:
    return replace(case, clocks={key: kept for key, kept in case.clocks.items() if key != fact.clock})


def _limit_warned(case: Case, fact: f.LimitWarned | f.CustomerReminded, entry: f.Entry) -> Case:
    return _remember(case, fact.clock, warned=case.clocks.get(fact.clock, Memory()).warned + 1)


def _limit_missed(case: Case, fact: f.LimitMissed, entry: f.Entry) -> Case:
    return _remember(case, fact.clock, missed=True, due_at=fact.due_at, ladder_from=fact.ladder_from)


def _escalated(case: Case, fact: f.Escalated, entry: f.Entry) -> Case:
    raised = replace(case, escalation_level=max(case.escalation_level, fact.level))
    if not fact.clock:
        return raised
    old = case.clocks.get(fact.clock, Memory())
    repeats = old.repeats + 1 if old.level == fact.level else 0
    return _remember(
        raised, fact.clock, level=fact.level, repeats=repeats, last_step_at=fact.scheduled_at, suspended_until=None
    )


def _acknowledged(case: Case, fact: f.Acknowledged, entry: f.Entry) -> Case:
    return _remember(case, fact.clock, suspended_until=fact.next_action_at)


def _call_task_opened(case: Case, fact: f.CallTaskOpened, entry: f.Entry) -> Case:
    opened = replace(case, call_task_open=True)
    return _remember(opened, fact.clock, call_task=True) if fact.clock else opened


_EVOLVERS: dict[str, Callable[..., Case]] = {
    "arrived": _arrived,
    "responded": _responded,
    "registered": _registered,
    "registration_corrected": _registration_corrected,
    "converted": _converted,
    "information_requested": _information_requested,
    "information_request_sent": _information_request_sent,
    "information_provided": _information_provided,
    "look_up_asked": _look_up_asked,
    "looked_up": _looked_up,
    "opinion_given": _opinion_given,
    "graded": _graded,
    "grade_endorsed": _grade_endorsed,
    "joint_determination_called": _joint_determination_called,
    "liability_determined": _liability_determined,
    "handling_started": _handling_started,
    "plan_drafted": _plan_drafted,
    "plan_approved": _plan_approved,
    "plan_proposed": _plan_proposed,
    "plan_accepted": _heard,
    "plan_declined": _plan_declined,
    "step_recorded": _step_recorded,
    "delay_reported": _delay_reported,
    "work_completed": _work_completed,
    "proof_requested": _proof_requested,
    "proof_supplied": _proof_supplied,
    "result_confirmed": _heard,
    "result_contested": _result_contested,
    "revisited": _revisited,
    "revisit_numbered": _revisit_numbered,
    "remedy_assigned": _remedy_assigned,
    "remedy_agreed": _remedy_agreed,
    "suggestion_made": _suggestion_made,
    "suggestion_answered": _suggestion_answered,
    "closed": _closed,
    "reopened": _reopened,
    "withdrawn": _heard,
    "urged": _heard,
    "contact_corrected": _contact_corrected,
    "assigned": _assigned,
    "involved_named": _involved_named,
    "checked_off": _checked_off,
    "hand_sent": _hand_sent,
    "limit_warned": _limit_warned,
    "customer_reminded": _limit_warned,
    "limit_missed": _limit_missed,
    "limit_met": _forget,
    "miss_withdrawn": _forget,
    "escalated": _escalated,
    "acknowledged": _acknowledged,
    "call_task_opened": _call_task_opened,
}
