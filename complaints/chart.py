"""The life of a complaint as one table: in which stage, which command, by whom, makes which facts and leads where.

Read a row aloud: "while *approving*, *approve*, by *whoever has the authority*, makes *plan_approved* and leads to
*proposing*, because of SOP-3.3". Whatever is not in the table is refused.

A complaint is four small machines side by side. This table is the first, its **stage**. The second is its **clocks**
(`deadlines.py`): many run at once and none of them moves the stage but the archive's. The third is its **escalation
level**, which only rises (`ladder.py`). The fourth is **whose turn it is**, the company's or the customer's, which
follows from the stage (`view.py`).

`choice` names the condition that picks between rows of the same stage and command (`choices.py`); `guards` name what
must hold, or the command is refused with the reason (`guards/`). Besides, of every row: whom the complaint is about
only notes and attaches evidence (DSP-1.4), and a row that `leads_on` waits for the stage's exit checklist (APP-7.3).
`own` rows nobody sends as they stand: what came of an act the workflow asked for, a clock, or what the desk itself
puts together.
"""

from dataclasses import dataclass

from complaints.vocabulary import Role, Stage

S, R = Stage, Role

OPEN = tuple(stage for stage in Stage if stage not in (S.CLOSED, S.ARCHIVED))
REGISTERED = tuple(stage for stage in OPEN if stage is not S.RECEIVED)
INFORMABLE = (S.VERIFYING, S.GRADING, S.DETERMINING_LIABILITY, S.PLANNING)
BEFORE_EXECUTION = (S.VERIFYING, S.GRADING, S.DETERMINING_LIABILITY, S.PLANNING, S.APPROVING)
AFTER_GRADING = (S.DETERMINING_LIABILITY, S.PLANNING, S.APPROVING, S.PROPOSING, S.EXECUTING)
PROVABLE = (S.EXECUTING, S.CONFIRMING, S.REVISITING)
AFTER_A_REVISIT = (
    S.PLANNING, S.APPROVING, S.PROPOSING, S.MEDIATING, S.EXECUTING, S.CONFIRMING, S.REVISITING, S.REMEDYING, S.CLOSED,
)  # fmt: skip

DESK = (R.AGENT, R.SUPERVISOR)
DEPARTMENT = (R.DEPARTMENT_HEAD, R.EXECUTOR)
APPROVERS = (R.DEPARTMENT_HEAD, R.SUPERVISOR, R.DIRECTOR, R.EXECUTIVE)
STAFF = (R.AGENT, R.SUPERVISOR, R.DIRECTOR, R.EXECUTIVE, R.DEPARTMENT_HEAD, R.EXECUTOR, R.REVISIT_SPECIALIST)
FOR_CUSTOMER = (R.CUSTOMER, *DESK)
CLOCK = (R.SYSTEM,)
QUESTIONNAIRE = ("questionnaire_is_used", "evidence_is_named", "not_by_drafter", "not_by_executor")

DEADLINE = "(deadline)"
"""Stands in a row's command where a clock, not a person, makes it happen."""


@dataclass(frozen=True)
class Row:
    """One row: `to` is None where the stage stays."""

    stages: tuple[Stage, ...]
    command: str
    who: tuple[Role, ...]
    facts: tuple[str, ...]
    to: Stage | None
    clause: str
    choice: str = ""
    guards: tuple[str, ...] = ()
    own: bool = False


CHART: tuple[Row, ...] = (
    # ── intake ──
    Row((S.RECEIVED,), "register", DESK, ("registered", "look_up_asked"), S.VERIFYING, "SOP-1.2",
        choice="is_a_complaint", guards=("category_is_known", "grade_is_known", "form_is_complete")),
    Row((S.RECEIVED,), "register", DESK, ("registered",), S.ANSWERING, "WKS-1.3", choice="is_a_simple_matter",
        guards=("category_is_known", "grade_is_known", "form_is_complete", "matter_is_known")),
    Row((S.ANSWERING,), "reply", (*DESK, *DEPARTMENT), ("replied",), S.CONFIRMING, "WKS-1.3"),
    Row((S.ANSWERING, S.CONFIRMING), "convert", DESK, ("converted", "look_up_asked"), S.VERIFYING, "WKS-1.3",
        guards=("case_is_a_simple_matter", "grade_is_known")),
    Row((S.RECEIVED, S.ANSWERING, S.VERIFYING), "discard", DESK, ("discarded", "closed"), S.CLOSED, "SOP-1.2"),
    Row(OPEN, "respond", (*DESK, *DEPARTMENT), ("responded",), None, "SOP-1.1",
        guards=("contact_is_theirs", "contact_time_is_possible")),
    Row(REGISTERED, "confirm_facts", DESK, ("facts_confirmed",), None, "SVC-1.5"),
    Row(REGISTERED, "correct_registration", DESK, ("registration_corrected", "look_up_asked"), None, "SVC-1.5",
        guards=("form_is_complete",)),
    # ── verification and grading ──
    Row(INFORMABLE, "request_information", DESK, ("information_requested", "information_request_sent"), None,
        "APP-2.1", guards=("message_can_be_sent",)),
    Row(INFORMABLE, "provide_information", FOR_CUSTOMER, ("information_provided",), None, "APP-2.1",
        guards=("evidence_is_named",)),
    Row((S.VERIFYING,), "look_up", DESK, ("look_up_asked",), None, "SOP-2.1"),
    Row((S.VERIFYING,), "give_opinion", DEPARTMENT, ("opinion_given",), None, "SOP-2.1",
        guards=("of_category_department",)),
    Row((S.VERIFYING,), "verify", DESK, ("verified",), S.GRADING, "SOP-2.1",
        guards=("facts_are_confirmed", "look_up_is_answered", "opinion_is_given")),
    Row((S.VERIFYING, S.GRADING), "grade", DESK, ("graded",), None, "SOP-2.2", guards=("grade_is_known",)),
    Row((S.GRADING,), "endorse", (R.SUPERVISOR,), ("grade_endorsed",), S.DETERMINING_LIABILITY, "SOP-2.4",
        choice="liability_is_left_open", guards=("grade_is_known", "change_has_reason")),
    Row((S.GRADING,), "endorse", (R.SUPERVISOR,), ("grade_endorsed", "liability_determined"), S.PLANNING, "SOP-2.3",
        choice="liability_is_clear",
        guards=("grade_is_known", "change_has_reason", "party_is_known", "department_is_known", "others_are_known")),
    Row(AFTER_GRADING, "grade", (R.SUPERVISOR, R.DIRECTOR), ("graded",), None, "SOP-2.6",
        guards=("grade_is_known", "change_has_reason")),
    # ── liability ──
    Row((S.DETERMINING_LIABILITY,), "call_joint_determination", (R.SUPERVISOR,), ("joint_determination_called",),
        None, "SOP-2.3", guards=("departments_are_known",)),
    Row((S.DETERMINING_LIABILITY,), "determine_liability", DESK, ("joint_determination_held", "liability_determined"),
        S.PLANNING, "SOP-2.3",
        guards=("party_is_known", "department_is_known", "others_are_known", "joint_is_the_supervisors",
                "meeting_is_recorded")),
    Row(BEFORE_EXECUTION, "start_handling", STAFF, ("handling_started",), None, "SOP-2.7",
        guards=("may_start_handling", "not_started_yet")),
    # ── plan and approval ──
    Row((S.PLANNING,), "draft_plan", DEPARTMENT, ("plan_drafted",), S.APPROVING, "SOP-3.1",
        guards=("of_liable_department", "promises_lie_ahead", "plan_fits_the_form")),
    Row((S.APPROVING,), "approve", APPROVERS, ("plan_approved",), S.PROPOSING, "SOP-3.3",
        guards=("not_own_plan", "has_authority")),
    Row((S.APPROVING,), "send_back", APPROVERS, ("plan_sent_back",), S.PLANNING, "SOP-3.3",
        guards=("has_authority",)),
    Row(AFTER_GRADING, "open_emergency_measure", (R.DIRECTOR, R.EXECUTIVE), ("emergency_measure_opened",), None,
        "SOP-3.3", guards=("is_urgent",)),
    # ── the customer's answer ──
    Row((S.PROPOSING,), "propose", DESK, ("plan_sent", "plan_proposed"), None, "SOP-3.4",
        guards=("not_told_yet", "contact_is_named", "message_can_be_sent")),
    Row((S.PROPOSING,), "answer", FOR_CUSTOMER, ("plan_accepted",), S.EXECUTING, "SOP-3.4", choice="is_accepted",
        guards=("plan_is_told", "evidence_is_named", "not_by_drafter")),
    Row((S.PROPOSING,), "answer", FOR_CUSTOMER, ("plan_declined",), S.MEDIATING, "DSP-4.1", choice="needs_mediation",
        guards=("plan_is_told", "evidence_is_named", "not_by_drafter")),
    Row((S.PROPOSING,), "answer", FOR_CUSTOMER, ("plan_declined",), S.PLANNING, "SOP-3.5", choice="is_declined",
        guards=("plan_is_told", "evidence_is_named", "not_by_drafter")),
    Row((S.MEDIATING,), "mediate", (*DESK, R.DEPARTMENT_HEAD, R.DIRECTOR, R.EXECUTIVE), ("mediated",), S.PLANNING,
        "DSP-4.1", guards=("is_mediator",)),
    # ── execution ──
    Row((S.EXECUTING,), "record_step", DEPARTMENT, ("step_recorded",), None, "SOP-4.1",
        guards=("of_department_concerned", "step_is_known")),
    Row((S.EXECUTING,), "report_delay", (*DESK, *DEPARTMENT), ("delay_reported",), None, "SOP-4.2",
        guards=("step_is_unfinished", "new_promise_lies_ahead")),
    Row(REGISTERED, "report_progress", DESK, ("progress_reported",), None, "SVC-2.3"),
    Row((S.EXECUTING,), "complete", DEPARTMENT, ("step_recorded", "work_completed"), S.CONFIRMING, "SOP-4.3",
        choice="customer_signs", guards=("of_liable_department", "steps_are_done_but_one")),
    Row((S.EXECUTING,), "complete", DEPARTMENT, ("step_recorded", "work_completed"), S.REVISITING, "WKS-5.1",
        choice="revisit_confirms", guards=("of_liable_department", "steps_are_done_but_one")),
    Row(PROVABLE, "request_proof", FOR_CUSTOMER, ("proof_requested",), None, "SOP-4.3",
        guards=("evidence_is_named",)),
    Row(PROVABLE, "supply_proof", (*DESK, *DEPARTMENT), ("proof_supplied",), None, "SOP-4.3",
        guards=("proof_is_wanted",)),
    # ── confirmation, revisit, closure ──
    Row((S.CONFIRMING,), "confirm", FOR_CUSTOMER, ("result_confirmed",), S.REVISITING, "SOP-4.3",
        choice="is_revisited", guards=("evidence_is_named", "is_signed", "not_by_drafter", "not_by_executor")),
    Row((S.CONFIRMING,), "confirm", FOR_CUSTOMER, ("result_confirmed", "closed"), S.CLOSED, "SVC-3.1",
        choice="is_not_revisited", guards=("evidence_is_named", "is_signed", "not_by_drafter", "not_by_executor")),
    Row((S.CONFIRMING, S.CLOSED), "contest", FOR_CUSTOMER, ("result_contested",), S.ANSWERING, "WKS-1.3",
        choice="was_a_simple_matter", guards=("evidence_is_named",)),
    Row((S.CONFIRMING, S.REVISITING), "contest", FOR_CUSTOMER, ("result_contested",), S.PLANNING, "SOP-3.5",
        choice="was_a_complaint", guards=("evidence_is_named", "not_by_executor")),
    Row((S.CLOSED,), "contest", FOR_CUSTOMER, ("result_contested",), S.PLANNING, "SVC-3.3",
        choice="was_a_complaint", guards=("liability_is_known", "evidence_is_named", "not_by_executor")),
    Row((S.PROPOSING, S.CONFIRMING, S.REVISITING), "close_unconfirmed", (R.SUPERVISOR,), ("closed",), S.CLOSED,
        "SVC-3.3", guards=("silence_is_long_enough",)),
    Row((S.REVISITING,), "record_revisit", (R.REVISIT_SPECIALIST,), ("revisited", "suggestion_made", "remedy_assigned"),
        S.REMEDYING, "SVC-4.3", choice="score_is_low", guards=("remedy_is_named",)),
    Row((S.REVISITING,), "record_revisit", (R.REVISIT_SPECIALIST,), ("revisited", "suggestion_made", "closed"),
        S.CLOSED, "SOP-5.1", choice="score_is_fair"),
    Row((S.REVISITING,), "record_revisit", (R.REVISIT_SPECIALIST,),
        ("revisited", "suggestion_made", "result_contested"), S.PLANNING, "WKS-5.1", choice="revisit_contests",
        guards=("revisit_is_evidence", "not_by_executor")),
    Row((S.REVISITING,), "record_revisit", (R.REVISIT_SPECIALIST,),
        ("revisited", "suggestion_made", "result_confirmed", "closed"), S.CLOSED, "WKS-5.1",
        choice="revisit_confirms_it", guards=("revisit_is_evidence", "not_by_executor")),
    Row((S.REVISITING,), "answer_questionnaire", FOR_CUSTOMER, ("revisited", "suggestion_made"), S.REMEDYING,
        "SVC-4.3", choice="score_is_low", guards=QUESTIONNAIRE),
    Row((S.REVISITING,), "answer_questionnaire", FOR_CUSTOMER, ("revisited", "suggestion_made", "closed"), S.CLOSED,
        "SVC-4.1", choice="score_is_fair", guards=QUESTIONNAIRE),
    Row((S.REVISITING,), "answer_questionnaire", FOR_CUSTOMER, ("revisited", "suggestion_made", "result_contested"),
        S.PLANNING, "DSP-5.1", choice="revisit_contests", guards=QUESTIONNAIRE),
    Row((S.REVISITING,), "answer_questionnaire", FOR_CUSTOMER,
        ("revisited", "suggestion_made", "result_confirmed", "closed"), S.CLOSED, "DSP-5.1",
        choice="revisit_confirms_it", guards=QUESTIONNAIRE),
    Row((S.REMEDYING,), "assign_remedy", (R.SUPERVISOR, R.DIRECTOR), ("remedy_assigned",), None, "SVC-4.3"),
    Row((S.REMEDYING,), "record_remedy", STAFF, ("remedy_agreed",), S.PLANNING, "SOP-3.5", choice="wants_new_plan",
        guards=("remedy_person_is_known", "may_agree_remedy")),
    Row((S.REMEDYING,), "record_remedy", STAFF, ("remedy_agreed", "closed"), S.CLOSED, "SVC-4.3",
        choice="wants_no_plan", guards=("remedy_person_is_known", "may_agree_remedy")),
    Row(AFTER_A_REVISIT, "answer_suggestion", (R.DEPARTMENT_HEAD,), ("suggestion_answered",), None, "SVC-4.3",
        guards=("suggestion_is_open", "of_suggestion_department")),
    Row((S.CLOSED,), "reopen", (R.SUPERVISOR, R.DIRECTOR), ("reopened",), S.ANSWERING, "WKS-1.3",
        choice="was_a_simple_matter"),
    Row((S.CLOSED,), "reopen", (R.SUPERVISOR, R.DIRECTOR), ("reopened",), S.PLANNING, "SOP-3.5",
        choice="liability_was_known"),
    Row((S.CLOSED,), "reopen", (R.SUPERVISOR, R.DIRECTOR), ("reopened",), S.VERIFYING, "SOP-2.1",
        choice="was_only_registered"),
    Row((S.CLOSED,), "reopen", (R.SUPERVISOR, R.DIRECTOR), ("reopened",), S.RECEIVED, "SOP-1.2",
        choice="was_never_registered"),
    Row((S.CLOSED,), DEADLINE, CLOCK, ("archived",), S.ARCHIVED, "APP-6.1", own=True),
    # ── at any open stage ──
    Row(OPEN, "withdraw", FOR_CUSTOMER, ("withdrawn", "closed"), S.CLOSED, "SOP-5.1",
        guards=("evidence_is_named", "not_by_drafter", "not_by_executor")),
    Row(OPEN, "urge", FOR_CUSTOMER, ("urged",), None, "SVC-2.3", guards=("evidence_is_named",)),
    Row((*OPEN, S.CLOSED), "note", (*STAFF, R.ENGINEER), ("noted",), None, "SVC-2.2"),
    Row((*OPEN, S.CLOSED), "attach_evidence", (R.CUSTOMER, *STAFF), ("evidence_attached",), None, "SOP-1.2"),
    Row(OPEN, "correct_contact", DESK, ("contact_corrected",), None, "SVC-1.5"),
    Row(OPEN, "assign", (R.SUPERVISOR, R.DIRECTOR, R.DEPARTMENT_HEAD), ("assigned",), None, "APP-7.3",
        guards=("person_is_not_involved",)),
    Row(OPEN, "name_involved", DESK, ("involved_named",), None, "DSP-1.4", choice="involved_are_recorded"),
    Row(OPEN, "check_off", STAFF, ("checked_off",), None, "APP-7.3", choice="has_a_checklist",
        guards=("is_of_the_stage", "items_are_listed")),
    Row((*OPEN, S.CLOSED), "adopt_policy", (R.DIRECTOR, R.SYSTEM), ("policy_adopted",), None, "SOP-2.6",
        guards=("is_another_version",), own=True),
    Row(OPEN, "escalate", STAFF, ("escalated",), None, "SVC-5.1", guards=("level_can_rise",)),
    Row(OPEN, "acknowledge", STAFF, ("acknowledged",), None, "SVC-5.1",
        guards=("clock_is_missed", "next_action_is_near", "next_action_is_named")),
    # ── what clocks and deliveries tell the case ──
    Row(OPEN, DEADLINE, CLOCK,
        ("limit_warned", "limit_missed", "limit_met", "miss_withdrawn", "escalated", "customer_reminded",
         "call_task_opened"), None, "SVC-5.1", own=True),
    Row((*OPEN, S.CLOSED), "tell_delivered", CLOCK, ("plan_proposed", "information_request_sent"), None, "SOP-3.4",
        own=True),
    Row((*OPEN, S.CLOSED), "tell_undeliverable", CLOCK, ("call_task_opened",), None, "SOP-3.4", own=True),
    Row((*OPEN, S.CLOSED), "tell_looked_up", CLOCK, ("looked_up",), None, "SOP-2.1", own=True),
    Row((*OPEN, S.CLOSED), "tell_revisit_number", CLOCK, ("revisit_numbered",), None, "SVC-4.1", own=True),
    Row((*OPEN, S.CLOSED), "mark_hand_sent", CLOCK, ("hand_sent",), None, "SVC-2.2", own=True),
)  # fmt: skip

START = (S.RECEIVED, "arrived")
"""Where every case begins, and with which fact (SOP-1.1)."""


def rows(stage: Stage, command: str) -> tuple[Row, ...]:
    """The rows a command has in a stage; none where it isn't possible."""
    return tuple(row for row in CHART if stage in row.stages and row.command == command)


ASIDE = frozenset({"discard", "convert", "send_back", "close_unconfirmed", "reopen"})
"""Commands of the staff that leave a stage without having finished it."""


def leads_on(row: Row, stage: Stage) -> bool:
    """Whether a row is the company's own step from a stage to another, its work there done."""
    return row.to not in (None, stage) and not row.own and Role.CUSTOMER not in row.who and row.command not in ASIDE


def commands_in(stage: Stage) -> tuple[str, ...]:
    """The commands people may send in a stage, in the order of the chart."""
    found = (row.command for row in CHART if stage in row.stages and not row.own)
    return tuple(dict.fromkeys(found))
