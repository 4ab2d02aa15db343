"""A command meets a case: facts, or a refusal with its reason.

`decide` finds the command's row in the chart, checks who sends it and the row's guards, then makes the facts. It
changes nothing: `case.evolve` folds what it returns.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from complaints import commands as c
from complaints import facts as f
from complaints.authority import approver, approving_role
from complaints.case import Case
from complaints.chart import Row, commands_in, leads_on, rows
from complaints.deadlines import running
from complaints.errors import Refused
from complaints.guards import (
    CHOICES,
    FOR_THE_INVOLVED,
    GUARDS,
    Asked,
    checklist_is_done,
    is_recused,
    not_recused,
    open_steps,
    refuse_again,
    score_is_low,
)
from complaints.policy import Rules
from complaints.revisiting import confirms, may_agree_remedy
from complaints.values import Actor, RevisitWords, Words
from complaints.vocabulary import ActorKind, Answer, Closing, Matter, RevisitWay, Role, Stage, StepStatus, TellingWay

Decision = tuple[tuple[f.Fact, ...], Stage]
"""The facts a command makes, and the stage the case stands in after them."""


def decide(case: Case, command: c.Command, actor: Actor, rules: Rules, at: datetime) -> Decision:
    """What this command makes of the case at that instant; raises `Refused`."""
    asked = Asked(case, command, actor, rules, at)
    row = _row(asked)
    _check_role(asked, row)
    not_recused(asked)
    for guard in row.guards:
        GUARDS[guard](asked)
    if leads_on(row, case.stage):
        checklist_is_done(asked)
    made = _MAKERS[command.kind](asked)
    stray = [fact.kind for fact in made if fact.kind not in row.facts]
    if stray:
        raise AssertionError(f"{command.kind} made {stray}, which its row in the chart doesn't name")
    return made, row.to or case.stage


def allowed(case: Case, actor: Actor, rules: Rules) -> tuple[str, ...]:
    """The commands this person's roles may send now; a guard may still refuse one for what it says."""
    return tuple(
        kind
        for kind in commands_in(case.stage)
        if any(actor.is_any(*row.who) for row in rows(case.stage, kind))
        and not (kind in _IDLE and _IDLE[kind](actor, case, rules))
        and (kind in FOR_THE_INVOLVED or not is_recused(actor, case))
    )


_IDLE: dict[str, Callable[[Actor, Case, Rules], bool]] = {
    "approve": lambda actor, case, rules: approving_role(actor, case, rules) is None,
    "send_back": lambda actor, case, rules: approving_role(actor, case, rules) is None,
    "convert": lambda actor, case, rules: case.matter is Matter.COMPLAINT,
    "answer_questionnaire": lambda actor, case, rules: not rules.revisit.questionnaire,
    "answer_suggestion": lambda actor, case, rules: not case.suggestion_to,
    "record_remedy": lambda actor, case, rules: not may_agree_remedy(actor, case),
    "name_involved": lambda actor, case, rules: not (case.involved or "involved" in rules.form),
    "check_off": lambda actor, case, rules: case.stage not in rules.checklists,
}
"""Commands their stage has, but that this person has no part in, or for which this case or policy gives no reason."""


def _row(asked: Asked) -> Row:
    kind, stage = asked.command.kind, asked.case.stage
    candidates = rows(stage, kind)
    for row in candidates:
        if CHOICES[row.choice](asked):
            return row
    refuse_again(asked)
    kinds = [each for each in commands_in(stage) if CHOICES[BY_POLICY.get(each, "")](asked)]
    possible = ", ".join(kinds) or "nothing"
    raise Refused("not_now", f"Not possible while the case is {stage.value}; possible now: {possible}.")


BY_POLICY = {"name_involved": "involved_are_recorded", "check_off": "has_a_checklist"}
"""Commands that only some policies ask for, and the condition that says so."""


def _check_role(asked: Asked, row: Row) -> None:
    if not asked.actor.is_any(*row.who):
        who = ", ".join(role.value for role in row.who)
        raise Refused("not_your_role", f"This is for: {who}.")


def _staff_entered(asked: Asked) -> bool:
    return asked.actor.kind is not ActorKind.CUSTOMER


def _spoken(asked: Asked) -> tuple[Words, ...]:
    """The customer's words, and the evidence where staff entered them."""
    evidence = asked.command.evidence
    return (asked.command.words, evidence) if evidence else (asked.command.words,)


Maker = Callable[[Asked], tuple[f.Fact, ...]]


def _respond(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Respond = asked.command
    contacted_at = max(it.contacted_at, asked.case.arrived_at)
    return (f.Responded(channel=it.channel, contacted_at=contacted_at, outcome=it.outcome, private=it.words),)


def _register(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Register = asked.command
    rule = asked.rules.categories[it.category]
    order = it.form.order_number.strip()
    registered = f.Registered(
        category=it.category,
        department=rule.department,
        opinion_needed=rule.opinion,
        grade=it.grade,
        indicators=it.indicators,
        with_order=bool(order),
        matter=it.matter,
        involved=it.involved,
        private=it.form,
    )
    if it.matter is not Matter.COMPLAINT:
        return (registered,)
    return (registered, f.LookUpAsked(private=Words(text=order))) if order else (registered,)


def _correct_registration(asked: Asked) -> tuple[f.Fact, ...]:
    """Another order number is looked up while the case is still being verified (SOP-2.1)."""
    form, case = asked.command.form, asked.case
    order = form.order_number.strip()
    corrected = f.RegistrationCorrected(with_order=bool(order), private=form)
    if order and order != case.private.order_number.strip() and case.stage is Stage.VERIFYING:
        return corrected, f.LookUpAsked(private=Words(text=order))
    return (corrected,)


def _discard(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Discard = asked.command
    return f.Discarded(duplicate_of=it.duplicate_of, private=it.words), f.Closed(closing=Closing.DISCARDED)


def _request_information(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RequestInformation = asked.command
    requested = f.InformationRequested(way=it.way, private=it.words)
    if it.way is TellingWay.CALL:
        return requested, f.InformationRequestSent(sent_at=asked.at)
    return (requested,)


def _provide_information(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.InformationProvided(entered_by_staff=_staff_entered(asked), private=_spoken(asked)),)


def _look_up(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.LookUpAsked(private=Words(text=asked.command.order_number.strip())),)


def _give_opinion(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.GiveOpinion = asked.command
    department = asked.actor.department or ""
    return (f.OpinionGiven(department=department, private=(Words(text=it.cause), it.words)),)


def _verify(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Verify = asked.command
    return (f.Verified(private=(it.words, Words(text=it.look_up_answer))),)


def _grade(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.GradeCase = asked.command
    return (f.Graded(grade=it.grade, indicators=it.indicators, private=it.words),)


def _endorse(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Endorse = asked.command
    endorsed = f.GradeEndorsed(grade=it.grade, changed=it.grade is not asked.case.grade, private=it.words)
    if it.party is None or it.department is None:
        return (endorsed,)
    determined = f.LiabilityDetermined(
        party=it.party, department=it.department, others=it.others, lead=it.lead.strip(), private=Words()
    )
    return endorsed, determined


def _call_joint_determination(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.CallJointDetermination = asked.command
    return (f.JointDeterminationCalled(departments=it.departments, private=it.words),)


def _determine_liability(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.DetermineLiability = asked.command
    determined = f.LiabilityDetermined(
        party=it.party, department=it.department, others=it.others, lead=it.lead.strip(), private=it.words
    )
    if it.meeting is None:
        return (determined,)
    return f.JointDeterminationHeld(held_at=it.meeting.held_at, private=it.meeting), determined


def _start_handling(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.HandlingStarted(private=Words(text=asked.command.first_action)),)


def _draft_plan(asked: Asked) -> tuple[f.Fact, ...]:
    plan = asked.command.plan
    notes = tuple(f.MeasureNote(kind=each.kind, until=each.until, amount=each.amount) for each in plan.measures)
    drafted = f.PlanDrafted(
        drafter=asked.actor.on_behalf_of or asked.actor.id,
        drafted_by_head=Role.DEPARTMENT_HEAD in asked.actor.roles,
        measures=notes,
        amount=plan.amount(),
        private=plan,
    )
    return (drafted,)


def _approve(asked: Asked) -> tuple[f.Fact, ...]:
    as_role = approving_role(asked.actor, asked.case, asked.rules) or approver(asked.case, asked.rules)
    return (f.PlanApproved(as_role=as_role, private=asked.command.words),)


def _open_emergency_measure(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.OpenEmergencyMeasure = asked.command
    return (f.EmergencyMeasureOpened(amount=it.amount, private=it.words),)


def _propose(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Propose = asked.command
    if it.way is TellingWay.CALL:
        return (f.PlanProposed(way=it.way, told_at=asked.at, private=it.words),)
    return (f.PlanSent(private=it.words),)


def _answer(asked: Asked) -> tuple[f.Fact, ...]:
    entered, private = _staff_entered(asked), _spoken(asked)
    if asked.command.answer is Answer.ACCEPTED:
        return (f.PlanAccepted(entered_by_staff=entered, private=private),)
    return (f.PlanDeclined(answer=asked.command.answer, entered_by_staff=entered, private=private),)


def _record_step(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RecordStep = asked.command
    return (f.StepRecorded(step=it.step, status=it.status, private=it.words),)


def _report_delay(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.ReportDelay = asked.command
    promised = asked.case.steps[it.step].promised_at
    return (f.DelayReported(step=it.step, promised_at=promised, expected_at=it.expected_at, private=it.words),)


def _complete(asked: Asked) -> tuple[f.Fact, ...]:
    words = asked.command.words
    recorded = (f.StepRecorded(step=step, status=StepStatus.DONE, private=words) for step in open_steps(asked.case))
    return *recorded, f.WorkCompleted(private=words)


def _request_proof(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.ProofRequested(private=_spoken(asked)),)


def _convert(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Convert = asked.command
    converted = f.Converted(grade=it.grade, indicators=it.indicators, private=it.words)
    order = asked.case.private.order_number.strip()
    return (converted, f.LookUpAsked(private=Words(text=order))) if order else (converted,)


def _confirm(asked: Asked) -> tuple[f.Fact, ...]:
    confirmed = f.ResultConfirmed(entered_by_staff=_staff_entered(asked), private=_spoken(asked))
    if CHOICES["is_revisited"](asked):
        return (confirmed,)
    return confirmed, f.Closed(closing=Closing.RESOLVED)


def _contest(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.ResultContested(entered_by_staff=_staff_entered(asked), private=_spoken(asked)),)


def _close_unconfirmed(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.Closed(closing=Closing.UNCONFIRMED, private=asked.command.words),)


def _record_revisit(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RecordRevisit = asked.command
    revisited = replace(_revisited(asked), way=it.way, customer_value=it.customer_value, negative=it.negative)
    named = it.remedy_by.strip() if CHOICES["score_is_low"](asked) else ""
    remedy = (f.RemedyAssigned(staff_id=named),) if named else ()
    return revisited, *_suggestion(asked), *remedy, *_after_revisit(asked, (it.words,))


def _answer_questionnaire(asked: Asked) -> tuple[f.Fact, ...]:
    revisited = replace(_revisited(asked), way=RevisitWay.QUESTIONNAIRE)
    return revisited, *_suggestion(asked), *_after_revisit(asked, _spoken(asked))


def _revisited(asked: Asked) -> f.Revisited:
    it: c.RecordRevisit | c.AnswerQuestionnaire = asked.command
    return f.Revisited(
        solved=it.solved,
        effect_score=it.effect_score,
        attitude_score=it.attitude_score,
        private=RevisitWords(text=it.words.text, reference=it.words.reference, answers=it.answers),
    )


def _suggestion(asked: Asked) -> tuple[f.Fact, ...]:
    """What the customer would have the company do goes to the department the policy names (SVC-4.3)."""
    text, department = asked.command.suggestion.strip(), asked.rules.revisit.suggestions_to
    return (f.SuggestionMade(department=department, private=Words(text=text)),) if text and department else ()


def _after_revisit(asked: Asked, said: tuple[Words, ...]) -> tuple[f.Fact, ...]:
    """A bad revisit leads to a remedy, or contests the result where the revisit is its confirmation (WKS-5.1)."""
    low, entered = score_is_low(asked), _staff_entered(asked)
    if not confirms(asked.rules):
        return () if low else (f.Closed(closing=Closing.RESOLVED),)
    if low:
        return (f.ResultContested(entered_by_staff=entered, private=said),)
    return f.ResultConfirmed(entered_by_staff=entered, private=said), f.Closed(closing=Closing.RESOLVED)


def _answer_suggestion(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.SuggestionAnswered(department=asked.case.suggestion_to, private=asked.command.words),)


def _record_remedy(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RecordRemedy = asked.command
    agreed = f.RemedyAgreed(new_plan=it.new_plan, private=it.words)
    return (agreed,) if it.new_plan else (agreed, f.Closed(closing=Closing.RESOLVED))


def _withdraw(asked: Asked) -> tuple[f.Fact, ...]:
    return f.Withdrawn(private=_spoken(asked)), f.Closed(closing=Closing.WITHDRAWN)


def _assign(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.Assigned(role=asked.command.role, staff_id=asked.command.staff_id),)


def _check_off(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.CheckedOff(stage=asked.case.stage, items=asked.command.items),)


def _escalate(asked: Asked) -> tuple[f.Fact, ...]:
    level = asked.case.escalation_level + 1
    escalated = f.Escalated(
        clock="",
        limit="",
        level=level,
        role=asked.rules.ladder[level - 1].role,
        due_at=None,
        scheduled_at=asked.at,
        private=asked.command.words,
    )
    return (escalated,)


def _acknowledge(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Acknowledge = asked.command
    return (f.Acknowledged(clock=it.clock, next_action_at=it.next_action_at, private=it.words),)


def _adopt_policy(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.AdoptPolicy = asked.command
    adopted = f.PolicyAdopted(
        from_version=asked.rules.version,
        to_version=it.rules.version,
        changes=due_changes(asked.case, asked.rules, it.rules),
        private=it.words,
    )
    return (adopted,)


def due_changes(case: Case, before: Rules, after: Rules) -> tuple[f.DueChange, ...]:
    """Every clock another version of the policy would move, start or end, with both due times."""
    then = {clock.key: clock for clock in running(case, before)}
    now = {clock.key: clock for clock in running(case, after)}
    found = []
    for key in dict.fromkeys((*then, *now)):
        old, new = then.get(key), now.get(key)
        dues = (old.due_at if old else None, new.due_at if new else None)
        if dues[0] != dues[1]:
            found.append(f.DueChange(clock=key, limit=key.partition(".")[0], before=dues[0], after=dues[1]))
    return tuple(found)


def _tell_delivered(asked: Asked) -> tuple[f.Fact, ...]:
    """The plan counts as told, and a wait begins, when the provider took the message (SOP-3.4, APP-2.1)."""
    it: c.TellDelivered = asked.command
    case = asked.case
    if it.template == "plan_told" and case.stage is Stage.PROPOSING and _awaits(case, "plan_sent", "plan_proposed"):
        return (f.PlanProposed(way=TellingWay.MESSAGE, told_at=it.delivered_at),)
    if it.template == "information_requested" and _awaits(case, "information_requested", "information_request_sent"):
        return (f.InformationRequestSent(sent_at=it.delivered_at),)
    return ()


def _awaits(case: Case, asked: str, done: str) -> bool:
    return case.seq(asked) > case.seq(done)


def _tell_undeliverable(asked: Asked) -> tuple[f.Fact, ...]:
    if not asked.case.is_open() or asked.case.call_task_open:
        return ()
    return (f.CallTaskOpened(clock="", limit=asked.command.template, reason="undeliverable"),)


def _tell_looked_up(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.TellLookedUp = asked.command
    return (f.LookedUp(status=it.status, contradictions=it.contradictions, private=it.answer),)


def _attach_evidence(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.EvidenceAttached(sha256=asked.command.sha256, private=asked.command.words),)


_MAKERS: dict[str, Maker] = {
    "respond": _respond,
    "register": _register,
    "reply": lambda asked: (f.Replied(private=asked.command.words),),
    "convert": _convert,
    "confirm_facts": lambda asked: (f.FactsConfirmed(way=asked.command.way, private=asked.command.words),),
    "correct_registration": _correct_registration,
    "discard": _discard,
    "request_information": _request_information,
    "provide_information": _provide_information,
    "look_up": _look_up,
    "give_opinion": _give_opinion,
    "verify": _verify,
    "grade": _grade,
    "endorse": _endorse,
    "call_joint_determination": _call_joint_determination,
    "determine_liability": _determine_liability,
    "start_handling": _start_handling,
    "draft_plan": _draft_plan,
    "approve": _approve,
    "send_back": lambda asked: (f.PlanSentBack(private=asked.command.words),),
    "open_emergency_measure": _open_emergency_measure,
    "propose": _propose,
    "answer": _answer,
    "mediate": lambda asked: (f.Mediated(private=asked.command.words),),
    "record_step": _record_step,
    "report_delay": _report_delay,
    "report_progress": lambda asked: (f.ProgressReported(private=asked.command.words),),
    "complete": _complete,
    "request_proof": _request_proof,
    "supply_proof": lambda asked: (f.ProofSupplied(private=asked.command.words),),
    "confirm": _confirm,
    "contest": _contest,
    "close_unconfirmed": _close_unconfirmed,
    "record_revisit": _record_revisit,
    "answer_questionnaire": _answer_questionnaire,
    "assign_remedy": lambda asked: (f.RemedyAssigned(staff_id=asked.command.staff_id.strip()),),
    "answer_suggestion": _answer_suggestion,
    "record_remedy": _record_remedy,
    "reopen": lambda asked: (f.Reopened(private=asked.command.words),),
    "withdraw": _withdraw,
    "urge": lambda asked: (f.Urged(private=_spoken(asked)),),
    "note": lambda asked: (f.Noted(private=asked.command.words),),
    "attach_evidence": _attach_evidence,
    "correct_contact": lambda asked: (f.ContactCorrected(private=asked.command.contact),),
    "assign": _assign,
    "name_involved": lambda asked: (f.InvolvedNamed(involved=asked.command.involved),),
    "check_off": _check_off,
    "escalate": _escalate,
    "acknowledge": _acknowledge,
    "adopt_policy": _adopt_policy,
    "tell_delivered": _tell_delivered,
    "tell_undeliverable": _tell_undeliverable,
    "tell_looked_up": _tell_looked_up,
    "tell_revisit_number": lambda asked: (
        f.RevisitNumbered(number=asked.command.number, round=asked.command.round),
    ),
    "mark_hand_sent": lambda asked: (f.HandSent(signal=asked.command.signal, verdict=asked.command.verdict),),
}
