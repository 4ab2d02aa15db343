"""The conditions the chart names: choices pick a row, guards must hold or the command is refused with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from complaints import authority, liability, plan_form, revisiting
from complaints.case import Case
from complaints.chart import CHART, Row, leads_on
from complaints.deadlines import memory_of, running
from complaints.errors import Refused
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import (
    ActorKind,
    Answer,
    Confirmation,
    Grade,
    LookUpStatus,
    Matter,
    Role,
    Stage,
    StepStatus,
    TellingWay,
)


@dataclass(frozen=True)
class Asked:
    """A command on its way: the case it meets, who sends it, and when it was taken."""

    case: Case
    command: Any
    actor: Actor
    rules: Rules
    at: datetime


def _refuse_unless(holds: bool, code: str, message: str, *fields: str) -> None:
    if not holds:
        raise Refused(code, message, *fields)


# ── choices ──

CHOICES: dict[str, Callable[[Asked], bool]] = {
    "": lambda asked: True,
    "is_accepted": lambda asked: asked.command.answer is Answer.ACCEPTED,
    "needs_mediation": lambda asked: asked.command.answer is not Answer.ACCEPTED and _needs_mediation(asked),
    "is_declined": lambda asked: asked.command.answer is not Answer.ACCEPTED and not _needs_mediation(asked),
    "is_a_complaint": lambda asked: asked.command.matter is Matter.COMPLAINT,
    "is_a_simple_matter": lambda asked: asked.command.matter is not Matter.COMPLAINT,
    "was_a_simple_matter": lambda asked: asked.case.matter is not Matter.COMPLAINT,
    "was_a_complaint": lambda asked: asked.case.matter is Matter.COMPLAINT,
    "customer_signs": lambda asked: asked.rules.confirmation is not Confirmation.BY_REVISIT,
    "revisit_confirms": lambda asked: asked.rules.confirmation is Confirmation.BY_REVISIT,
    "is_revisited": lambda asked: _is_revisited(asked),
    "is_not_revisited": lambda asked: not _is_revisited(asked),
    "involved_are_recorded": lambda asked: "involved" in asked.rules.form or bool(asked.case.involved),
    "has_a_checklist": lambda asked: asked.case.stage in asked.rules.checklists,
    "liability_is_left_open": lambda asked: asked.command.department is None,
    "liability_is_clear": lambda asked: asked.command.department is not None,
    "score_is_low": lambda asked: score_is_low(asked) and not revisiting.confirms(asked.rules),
    "score_is_fair": lambda asked: not score_is_low(asked) and not revisiting.confirms(asked.rules),
    "revisit_contests": lambda asked: score_is_low(asked) and revisiting.confirms(asked.rules),
    "revisit_confirms_it": lambda asked: not score_is_low(asked) and revisiting.confirms(asked.rules),
    "wants_new_plan": lambda asked: asked.command.new_plan,
    "wants_no_plan": lambda asked: not asked.command.new_plan,
    "liability_was_known": lambda asked: asked.case.liable_department is not None,
    "was_only_registered": lambda asked: asked.case.liable_department is None and _was_registered(asked),
    "was_never_registered": lambda asked: asked.case.category is None,
}


def _was_registered(asked: Asked) -> bool:
    return asked.case.category is not None and asked.case.matter is Matter.COMPLAINT


def _needs_mediation(asked: Asked) -> bool:
    """Whether this refusal brings a mediator in (DSP-4.1)."""
    after = asked.rules.mediation.after_refusals
    return 0 < after <= asked.case.refusals + 1


def _is_revisited(asked: Asked) -> bool:
    return asked.case.matter is Matter.COMPLAINT and asked.rules.confirmation is not Confirmation.SIGNED


def score_is_low(asked: Asked) -> bool:
    it = asked.command
    negative = getattr(it, "negative", False)
    return revisiting.is_low(it.solved, (it.effect_score, it.attitude_score), negative, asked.rules)


DONE_ONCE: dict[str, tuple[str, str]] = {
    "record_revisit": ("revisited", "The revisit of this round has been made already."),
    "answer_questionnaire": ("revisited", "The questionnaire of this round has been answered already."),
}
"""Commands that come too late when they come again in a round: the fact that says so, and the words (SVC-4.1)."""


def refuse_again(asked: Asked) -> None:
    fact, says = DONE_ONCE.get(asked.command.kind, ("", ""))
    case = asked.case
    done = bool(fact) and case.seq(fact) > case.seq("round")
    _refuse_unless(not done, "answered_already", says)


def open_steps(case: Case) -> tuple[str, ...]:
    """The plan's steps that are not done."""
    return tuple(name for name, step in case.steps.items() if step.status is not StepStatus.DONE)


# ── guards ──


def category_is_known(asked: Asked) -> None:
    known = ", ".join(sorted(asked.rules.categories))
    _refuse_unless(
        asked.command.category in asked.rules.categories,
        "unknown_category", f"This policy's categories are: {known}.", "category",
    )  # fmt: skip


def grade_is_known(asked: Asked) -> None:
    known = ", ".join(asked.rules.authority)
    _refuse_unless(
        asked.command.grade in asked.rules.authority, "unknown_grade", f"This policy's grades are: {known}.", "grade"
    )


def matter_is_known(asked: Asked) -> None:
    known = ", ".join(asked.rules.matters)
    _refuse_unless(
        asked.command.matter in asked.rules.matters, "unknown_matter", f"This policy takes: {known}.", "matter"
    )


def case_is_a_simple_matter(asked: Asked) -> None:
    _refuse_unless(asked.case.matter is not Matter.COMPLAINT, "is_a_complaint", "This is a complaint already.")


def form_is_complete(asked: Asked) -> None:
    """What this policy's form asks for besides (SVC-1.1, WKS-1.1); there may be nobody involved (DSP-1.4)."""
    form = asked.command.form
    wanted = [name for name in asked.rules.form if name != "involved"]
    left = [f"form.{'company' if name == 'customer_kind' else name}" for name in wanted if form.lacks(name)]
    _refuse_unless(not left, "form_incomplete", f"This policy's form also needs: {', '.join(left)}.", *left)


def facts_are_confirmed(asked: Asked) -> None:
    """Where the policy reads the facts back: since the last of them was registered or corrected (SVC-1.5)."""
    case = asked.case
    told = max(case.seq(each) for each in ("registered", "registration_corrected", "contact_corrected"))
    _refuse_unless(
        not asked.rules.read_back or case.seq("facts_confirmed") > told,
        "facts_unconfirmed", "Read the registered facts back to the customer first (confirm_facts).",
    )  # fmt: skip


def contact_is_theirs(asked: Asked) -> None:
    """Besides the desk, the people of the case's department contact the customer (SVC-2.1)."""
    _refuse_unless(
        asked.actor.is_any(Role.AGENT, Role.SUPERVISOR) or _of_its_department(asked),
        "other_department", "Contacts are the desk's, or the case's department's, to record.",
    )  # fmt: skip


ROUNDING = timedelta(minutes=1)
"""People say when they called to the minute, so a contact may seem to lie that much before the arrival."""


def contact_time_is_possible(asked: Asked) -> None:
    when = asked.command.contacted_at
    _refuse_unless(
        asked.case.arrived_at - ROUNDING < when <= asked.at,
        "impossible_time", "A contact lies between the complaint's arrival and now.", "contacted_at",
    )  # fmt: skip


def message_can_be_sent(asked: Asked) -> None:
    by_call = asked.command.way is TellingWay.CALL
    _refuse_unless(
        not by_call or bool(asked.command.words.reference.strip()),
        "call_reference_missing", "Name the call: its reference or the record of it.", "words.reference",
    )  # fmt: skip
    _refuse_unless(
        by_call or bool(asked.case.private.contact.email.strip()),
        "no_address", "The customer left no mail address: call, and record the call.", "way",
    )  # fmt: skip


def evidence_is_named(asked: Asked) -> None:
    """What staff enter for a customer needs a call reference, mail or chat behind it."""
    if asked.actor.kind is ActorKind.CUSTOMER:
        return
    evidence = asked.command.evidence
    _refuse_unless(
        evidence is not None and bool(evidence.reference.strip()),
        "evidence_missing", "Entered for the customer, this needs the call, mail or chat it rests on.",
        "evidence.reference",
    )  # fmt: skip


def _of_its_department(asked: Asked) -> bool:
    return asked.case.department is not None and asked.actor.department == asked.case.department


def of_category_department(asked: Asked) -> None:
    _refuse_unless(
        _of_its_department(asked),
        "other_department", "The first opinion is the category's department's to give.",
    )  # fmt: skip


def look_up_is_answered(asked: Asked) -> None:
    case = asked.case
    _refuse_unless(
        case.look_up is not LookUpStatus.PENDING,
        "look_up_pending", "The company's records are still being asked; try again in a moment.",
    )  # fmt: skip
    odd = case.look_up in (LookUpStatus.FAILED, LookUpStatus.NOT_FOUND) or bool(case.contradictions)
    _refuse_unless(
        not odd or bool(asked.command.look_up_answer.strip()),
        "look_up_unanswered", "The look-up failed or contradicts the customer: say in words what you make of it.",
        "look_up_answer",
    )  # fmt: skip


def opinion_is_given(asked: Asked) -> None:
    _refuse_unless(
        asked.case.opinion_given or not asked.case.opinion_needed,
        "opinion_missing", "A case of this category needs the department's first opinion (give_opinion).",
    )  # fmt: skip


def change_has_reason(asked: Asked) -> None:
    _refuse_unless(
        asked.command.grade is asked.case.grade or bool(asked.command.words.text.strip()),
        "reason_missing", "A changed grade needs its reason.", "words.text",
    )  # fmt: skip


def departments_are_known(asked: Asked) -> None:
    unknown = [each for each in asked.command.departments if each not in asked.rules.departments]
    _refuse_unless(
        not unknown,
        "unknown_department", f"Departments are: {', '.join(asked.rules.departments)}.", "departments",
    )  # fmt: skip


def department_is_known(asked: Asked) -> None:
    _refuse_unless(
        asked.command.department in asked.rules.departments,
        "unknown_department", f"Departments are: {', '.join(asked.rules.departments)}.", "department",
    )  # fmt: skip


def party_is_known(asked: Asked) -> None:
    known = ", ".join(asked.rules.parties)
    _refuse_unless(
        asked.command.party in asked.rules.parties,
        "unknown_party", f"This policy's liable parties are: {known}.", "party",
    )  # fmt: skip


def others_are_known(asked: Asked) -> None:
    """Supporting departments exist and are others than the liable one (WKS-2.2)."""
    possible = [each for each in asked.rules.departments if each != asked.command.department]
    _refuse_unless(
        set(asked.command.others) <= set(possible),
        "unknown_department", f"Departments that can support this one are: {', '.join(possible)}.", "others",
    )  # fmt: skip


def meeting_is_recorded(asked: Asked) -> None:
    """A joint determination rests on the record of its meeting, held since it was called (SOP-2.3)."""
    case, meeting = asked.case, asked.command.meeting
    _refuse_unless(
        meeting is not None or not (case.joint and asked.rules.joint_record),
        "meeting_missing", "A joint determination needs the record of its meeting.", "meeting",
    )  # fmt: skip
    if meeting is None:
        return
    called = case.marks.get("joint_determination_called")
    since = called.at if called else case.arrived_at
    _refuse_unless(
        since - ROUNDING < meeting.held_at <= asked.at,
        "impossible_time", "The meeting lies between its call and now.", "meeting.held_at",
    )  # fmt: skip


def joint_is_the_supervisors(asked: Asked) -> None:
    """Where liability was unclear, the supervisor says what the departments found (SOP-2.3)."""
    supervisor = "supervisor" in asked.actor.roles
    _refuse_unless(
        supervisor or not asked.case.joint,
        "joint_determination", "A joint determination was called: the supervisor records its result.",
    )  # fmt: skip


def may_start_handling(asked: Asked) -> None:
    _refuse_unless(
        liability.may_start_handling(asked.actor, asked.case),
        "not_the_handler",
        "Handling is started by the liable department, or by the named owner while liability is open.",
    )  # fmt: skip


def not_started_yet(asked: Asked) -> None:
    _refuse_unless(not asked.case.seq("handling_started"), "started_already", "Handling has been started already.")


def of_liable_department(asked: Asked) -> None:
    _refuse_unless(
        liability.of_liable_department(asked.actor, asked.case),
        "other_department", "This is for the head or an executor of the liable department.",
    )  # fmt: skip


def of_department_concerned(asked: Asked) -> None:
    _refuse_unless(
        liability.of_department_concerned(asked.actor, asked.case),
        "other_department", "This is for the head or an executor of a department concerned.",
    )  # fmt: skip


def promises_lie_ahead(asked: Asked) -> None:
    plan = asked.command.plan
    late = [f"plan.measures.{n}.until" for n, each in enumerate(plan.measures) if each.until <= asked.at]
    late += [f"plan.milestones.{n}.until" for n, each in enumerate(plan.milestones) if each.until <= asked.at]
    _refuse_unless(not late, "promise_in_the_past", "Every measure needs a time that lies ahead.", *late)


def plan_fits_the_form(asked: Asked) -> None:
    """What this policy asks of a plan (APP-3.1, WKS-3.2, DSP-3.1, DSP-3.2)."""
    draft = plan_form.Draft(asked.command.plan, asked.rules.plan_form, asked.case.liable_party, asked.at)
    for check in plan_form.CHECKS:
        fields = check.fields(draft)
        _refuse_unless(not fields, check.code, f"{check.says}: {', '.join(fields)}.", *fields)


def has_authority(asked: Asked) -> None:
    case, rules = asked.case, asked.rules
    needed = _spelt(authority.approver(case, rules))
    _refuse_unless(
        authority.approving_role(asked.actor, case, rules) is not None,
        "no_authority", f"A plan of this grade is for the {needed} or somebody higher{_why(case, rules)}.",
    )  # fmt: skip


def _why(case: Case, rules: Rules) -> str:
    """Both reasons, where the amount asks for somebody too (SOP-3.3)."""
    by_amount = authority.by_amount(case, rules)
    if by_amount is None or case.plan is None:
        return ""
    by_grade = _spelt(authority.by_grade(case, rules))
    return f": by grade for the {by_grade}, by its {case.plan.amount} yuan for the {_spelt(by_amount)}"


def _spelt(role: Role) -> str:
    return role.value.replace("_", " ")


def not_own_plan(asked: Asked) -> None:
    _refuse_unless(
        not authority.is_own_plan(asked.actor, asked.case), "own_plan", "Nobody approves a plan of their own."
    )


def is_urgent(asked: Asked) -> None:
    _refuse_unless(
        asked.case.grade is Grade.URGENT, "not_urgent", "The emergency mechanism is for urgent complaints."
    )


def contact_is_named(asked: Asked) -> None:
    """Where the customer has one named contact, there must be that person (DSP-3.2)."""
    named = asked.case.assignees.get(Role.AGENT)
    _refuse_unless(
        bool(named) or not asked.rules.plan_form.named_contact,
        "contact_missing", "Name the customer's contact first: assign somebody as agent.",
    )  # fmt: skip


def not_told_yet(asked: Asked) -> None:
    _refuse_unless(not _told(asked.case), "told_already", "The customer has been told this plan.")


def plan_is_told(asked: Asked) -> None:
    _refuse_unless(_told(asked.case), "not_told", "The customer can answer once the plan has been told.")


def _told(case: Case) -> bool:
    return case.seq("plan_proposed") > case.seq("plan_approved")


def not_by_drafter(asked: Asked) -> None:
    _refuse_unless(
        not authority.is_own_plan(asked.actor, asked.case),
        "entered_by_drafter", "Who drafted the plan doesn't enter the customer's word on it.",
    )  # fmt: skip


def is_mediator(asked: Asked) -> None:
    """One of the policy's mediators; a department's head only for the own department (DSP-4.1)."""
    mediators = asked.rules.mediation.mediators
    roles = [role for role in asked.actor.roles if role in mediators]
    own = asked.actor.department == asked.case.liable_department or liability.leads(asked.actor, asked.case)
    if not own and Role.DEPARTMENT_HEAD in roles:
        roles.remove(Role.DEPARTMENT_HEAD)
    _refuse_unless(bool(roles), "not_a_mediator", f"Mediation is for: {', '.join(mediators)}.")


def is_signed(asked: Asked) -> None:
    """Where the policy wants it signed: the customer's name typed, or the mail, call or chat it rests on (SVC-3.1)."""
    command = asked.command
    signed = command.words.text.strip() or (command.evidence and command.evidence.reference.strip())
    needed = asked.rules.signature and asked.case.matter is Matter.COMPLAINT
    _refuse_unless(bool(signed) or not needed, "not_signed", "Sign with your name.", "words.text")


def not_by_executor(asked: Asked) -> None:
    _refuse_unless(
        not asked.actor.persons() & set(asked.case.executors),
        "entered_by_executor", "Who carried the plan out doesn't enter the customer's word on it.",
    )  # fmt: skip


def step_is_known(asked: Asked) -> None:
    steps = ", ".join(asked.case.steps)
    _refuse_unless(asked.command.step in asked.case.steps, "unknown_step", f"The plan's steps are: {steps}.", "step")


def step_is_unfinished(asked: Asked) -> None:
    step_is_known(asked)
    done = asked.case.steps[asked.command.step].status is StepStatus.DONE
    _refuse_unless(not done, "step_is_done", "This step is done.", "step")


def new_promise_lies_ahead(asked: Asked) -> None:
    _refuse_unless(
        asked.command.expected_at > asked.at, "promise_in_the_past", "A new promise lies ahead.", "expected_at"
    )


def steps_are_done_but_one(asked: Asked) -> None:
    """The last open step may be what completes the work: it is recorded as done with it (SOP-4.1)."""
    left = open_steps(asked.case)
    _refuse_unless(len(left) < 2, "steps_are_open", f"Still to be done: {', '.join(left)}.")


def proof_is_wanted(asked: Asked) -> None:
    _refuse_unless(asked.case.proof_wanted, "no_proof_wanted", "Nobody has asked for a proof.")


def revisit_is_evidence(asked: Asked) -> None:
    """Where the revisit is the confirmation, it names the call or chat it rests on (WKS-5.1)."""
    _refuse_unless(
        bool(asked.command.words.reference.strip()),
        "evidence_missing", "This revisit confirms or contests the result: name the call, mail or chat it rests on.",
        "words.reference",
    )  # fmt: skip


def questionnaire_is_used(asked: Asked) -> None:
    _refuse_unless(asked.rules.revisit.questionnaire, "no_questionnaire", "This policy makes its revisits by phone.")


def remedy_is_named(asked: Asked) -> None:
    """A low score names who contacts the customer with a remedy (SVC-4.3)."""
    named = bool(asked.command.remedy_by.strip()) or not asked.rules.revisit.remedy_named
    _refuse_unless(
        named, "remedy_by_missing", "The score is low: name the person (staff id) who contacts the customer.",
        "remedy_by",
    )  # fmt: skip


def may_agree_remedy(asked: Asked) -> None:
    named = f"{asked.case.remedy_by} or somebody higher" if asked.case.remedy_by else "the desk or the head"
    _refuse_unless(
        revisiting.may_agree_remedy(asked.actor, asked.case), "not_your_remedy", f"This remedy is for: {named}."
    )


def suggestion_is_open(asked: Asked) -> None:
    _refuse_unless(bool(asked.case.suggestion_to), "no_suggestion", "No suggestion waits for an answer.")


def of_suggestion_department(asked: Asked) -> None:
    _refuse_unless(
        asked.actor.department == asked.case.suggestion_to,
        "other_department", f"This suggestion is for the head of: {asked.case.suggestion_to}.",
    )  # fmt: skip


def liability_is_known(asked: Asked) -> None:
    _refuse_unless(
        asked.case.liable_department is not None,
        "never_handled", "This case was closed before it was handled: the supervisor can reopen it.",
    )  # fmt: skip


def silence_is_long_enough(asked: Asked) -> None:
    """Attempts on enough channels since the customer's last word, all recorded (SVC-3.3)."""
    silence, attempts = asked.rules.silence, asked.case.attempts
    enough = len(attempts) >= silence.attempts and len(set(attempts)) >= silence.channels
    _refuse_unless(
        silence.allowed and enough,
        "silence_too_short",
        f"Closing unconfirmed needs {silence.attempts} recorded attempts on {silence.channels} channels.",
    )  # fmt: skip


def person_is_not_involved(asked: Asked) -> None:
    _refuse_unless(
        asked.command.staff_id not in asked.case.involved,
        "involved", "The complaint is about this person: name somebody else.", "staff_id",
    )  # fmt: skip


def not_recused(asked: Asked) -> None:
    """Whom the complaint is about neither handles nor approves it, nor does their deputy (DSP-1.4)."""
    _refuse_unless(
        asked.command.kind in FOR_THE_INVOLVED or not is_recused(asked.actor, asked.case),
        "recused", f"The complaint is about you, or whom you stand in for: you may {' and '.join(FOR_THE_INVOLVED)}.",
    )  # fmt: skip


FOR_THE_INVOLVED = ("note", "attach_evidence")
"""All that somebody does of a complaint about them."""


def is_recused(actor: Actor, case: Case) -> bool:
    """Whether the complaint is about this actor, or about whom it stands in for."""
    return actor.kind is not ActorKind.CUSTOMER and bool(actor.persons() & set(case.involved))


def is_of_the_stage(asked: Asked) -> None:
    stage = asked.case.stage
    who = {asked.rules.owners[stage], *(role for row in CHART if _is_step(row, stage) for role in row.who)}
    _refuse_unless(
        asked.actor.is_any(*who), "other_stage", f"This checklist is for: {', '.join(sorted(who))}."
    )


def _is_step(row: Row, stage: Stage) -> bool:
    return stage in row.stages and leads_on(row, stage)


def items_are_listed(asked: Asked) -> None:
    items = asked.rules.checklists.get(asked.case.stage, ())
    _refuse_unless(
        set(asked.command.items) <= set(items),
        "unknown_item", f"The checklist of this stage has: {', '.join(items) or 'nothing'}.", "items",
    )  # fmt: skip


def checklist_is_done(asked: Asked) -> None:
    """The stage's quality standard, item by item (APP-7.3)."""
    left = open_items(asked.case, asked.rules)
    _refuse_unless(not left, "checklist_open", f"Still to be ticked off (check_off): {', '.join(left)}.")


def open_items(case: Case, rules: Rules) -> tuple[str, ...]:
    """What of the stage's exit checklist isn't ticked off."""
    return tuple(each for each in rules.checklists.get(case.stage, ()) if each not in case.checked)


def is_another_version(asked: Asked) -> None:
    """The same policy at another version, or with another calendar."""
    new = asked.command.rules
    _refuse_unless(
        new.key == asked.rules.key and new != asked.rules,
        "same_version", f"The case is judged by {asked.rules.key} {asked.rules.version} already.", "version",
    )  # fmt: skip


def level_can_rise(asked: Asked) -> None:
    _refuse_unless(
        asked.case.escalation_level < len(asked.rules.ladder), "top_level", "The highest level is in already."
    )


def clock_is_missed(asked: Asked) -> None:
    missed = [c.key for c in running(asked.case, asked.rules) if memory_of(asked.case, c).missed]
    _refuse_unless(
        asked.command.clock in missed,
        "clock_not_missed", f"Clocks to acknowledge: {', '.join(missed) or 'none'}.", "clock",
    )  # fmt: skip


def next_action_is_near(asked: Asked) -> None:
    ahead = asked.command.next_action_at - asked.at
    _refuse_unless(
        timedelta(0) < ahead <= asked.rules.acknowledge_at_most,
        "next_action_time", f"The next action lies ahead, at most {asked.rules.acknowledge_at_most} from now.",
        "next_action_at",
    )  # fmt: skip


def next_action_is_named(asked: Asked) -> None:
    """A named person says what happens next, once before each rung: a ladder can't be put off for ever (SVC-5.1)."""
    if not asked.rules.named_action:
        return
    waits = asked.case.clocks[asked.command.clock].suspended_until
    _refuse_unless(
        waits is None,
        "acknowledged_already", f"Acknowledged until {waits}: until then do it, or let the next level in.", "clock",
    )  # fmt: skip
    _refuse_unless(bool(asked.command.words.text.strip()), "no_next_action", "Say what happens next.", "words.text")
    _refuse_unless(
        asked.actor.kind is ActorKind.STAFF or asked.actor.on_behalf_of is not None,
        "nobody_named", "An acknowledgement is a named person's: say on whose behalf.", "on_behalf_of",
    )  # fmt: skip


GUARDS: dict[str, Callable[[Asked], None]] = {
    each.__name__: each
    for each in (
        category_is_known, contact_time_is_possible, message_can_be_sent, evidence_is_named, of_category_department,
        look_up_is_answered, opinion_is_given, change_has_reason, departments_are_known, department_is_known,
        joint_is_the_supervisors, may_start_handling, not_started_yet, of_liable_department, promises_lie_ahead,
        has_authority, not_own_plan, is_urgent, not_told_yet, plan_is_told, not_by_drafter, not_by_executor,
        step_is_known, step_is_unfinished, new_promise_lies_ahead, steps_are_done_but_one, proof_is_wanted,
        facts_are_confirmed, contact_is_theirs, party_is_known, others_are_known, meeting_is_recorded,
        of_department_concerned, plan_fits_the_form, contact_is_named,
        grade_is_known, matter_is_known, case_is_a_simple_matter, form_is_complete, is_mediator, is_signed,
        revisit_is_evidence, questionnaire_is_used, remedy_is_named, may_agree_remedy, suggestion_is_open,
        of_suggestion_department, liability_is_known, is_another_version, silence_is_long_enough, level_can_rise,
        clock_is_missed, next_action_is_near, next_action_is_named, person_is_not_involved, is_of_the_stage,
        items_are_listed,
    )
}  # fmt: skip
