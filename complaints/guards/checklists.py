"""A stage's exit checklist: whose it is, what stands on it, and what is left of it (APP-7.3)."""

from complaints.asked import Asked, Guard, refuse_unless
from complaints.case import Case
from complaints.chart import CHART, Row, leads_on
from complaints.policy import Rules
from complaints.vocabulary import Stage


def is_of_the_stage(asked: Asked) -> None:
    stage = asked.case.stage
    who = {asked.rules.owners[stage], *(role for row in CHART if _is_step(row, stage) for role in row.who)}
    refuse_unless(asked.actor.is_any(*who), "other_stage", f"This checklist is for: {', '.join(sorted(who))}.")


def _is_step(row: Row, stage: Stage) -> bool:
    return stage in row.stages and leads_on(row, stage)


def items_are_listed(asked: Asked) -> None:
    items = asked.rules.checklists.get(asked.case.stage, ())
    refuse_unless(
        set(asked.command.items) <= set(items),
        "unknown_item", f"The checklist of this stage has: {', '.join(items) or 'nothing'}.", "items",
    )  # fmt: skip


def checklist_is_done(asked: Asked) -> None:
    """The stage's quality standard, item by item (APP-7.3)."""
    left = open_items(asked.case, asked.rules)
    refuse_unless(not left, "checklist_open", f"Still to be ticked off (check_off): {', '.join(left)}.")


def open_items(case: Case, rules: Rules) -> tuple[str, ...]:
    """What of the stage's exit checklist isn't ticked off."""
    return tuple(each for each in rules.checklists.get(case.stage, ()) if each not in case.checked)


GUARDS: tuple[Guard, ...] = (is_of_the_stage, items_are_listed)
