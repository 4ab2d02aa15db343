"""A command meets a case: facts, or a refusal with its reason.

`decide` finds the command's row in the chart, checks who sends it and the row's guards (`guards/`), then has the facts
made (`makers/`). It changes nothing: `evolve.evolve` folds what it returns.
"""

from collections.abc import Callable
from datetime import datetime

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, refuse_unless
from complaints.authority import approving_role
from complaints.case import Case
from complaints.chart import Row, commands_in, leads_on, rows
from complaints.choices import CHOICES
from complaints.errors import Refused
from complaints.guards import GUARDS
from complaints.guards.checklists import checklist_is_done
from complaints.guards.recusal import FOR_THE_INVOLVED, is_recused, not_recused
from complaints.makers import MAKERS
from complaints.policy import Rules
from complaints.revisiting import may_agree_remedy
from complaints.values import Actor
from complaints.vocabulary import Matter, Stage

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
    made = MAKERS[command.kind](asked)
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
    "record_remedy": lambda actor, case, rules: not (
        may_agree_remedy(actor, case) and (case.remedy_by or not rules.revisit.remedy_named)
    ),
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
    _refuse_again(asked)
    kinds = [each for each in commands_in(stage) if CHOICES[BY_POLICY.get(each, "")](asked)]
    possible = ", ".join(kinds) or "nothing"
    raise Refused("not_now", f"Not possible while the case is {stage.value}; possible now: {possible}.")


BY_POLICY = {"name_involved": "involved_are_recorded", "check_off": "has_a_checklist"}
"""Commands that only some policies ask for, and the condition that says so."""

DONE_ONCE: dict[str, tuple[str, str]] = {
    "record_revisit": ("revisited", "The revisit of this round has been made already."),
    "answer_questionnaire": ("revisited", "The questionnaire of this round has been answered already."),
}
"""Commands that come too late when they come again in a round: the fact that says so, and the words (SVC-4.1)."""


def _refuse_again(asked: Asked) -> None:
    fact, says = DONE_ONCE.get(asked.command.kind, ("", ""))
    case = asked.case
    done = bool(fact) and case.seq(fact) > case.seq("round")
    refuse_unless(not done, "answered_already", says)


def _check_role(asked: Asked, row: Row) -> None:
    if not asked.actor.is_any(*row.who):
        who = ", ".join(role.value for role in row.who)
        raise Refused("not_your_role", f"This is for: {who}.")
