"""The conditions that pick between rows of the chart with the same stage and command."""

from complaints import revisiting
from complaints.asked import Asked, Choice
from complaints.vocabulary import Answer, Confirmation, Matter

CHOICES: dict[str, Choice] = {
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
