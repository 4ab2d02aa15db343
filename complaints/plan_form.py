"""What a policy asks of a plan: what it must hold, what it may promise, what says nothing. One row a question.

A measure is vague where its text is nothing but phrases the policy lists, whatever blanks and punctuation stand
between or within them (WKS-3.2): "尽快 处理。" says nothing, "我们会尽快处理退款" says what. No measure can be
without actor and time at all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from complaints.policy import PlanForm
from complaints.values import Measure, Plan
from complaints.vocabulary import LiableParty, MeasureKind

NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Draft:
    """A plan that somebody puts forward, and what it is held against."""

    plan: Plan
    form: PlanForm
    liable_party: LiableParty | None
    at: datetime


@dataclass(frozen=True)
class Check:
    """One question: the fields at fault, the code and sentence of the refusal."""

    code: str
    says: str
    fields: Callable[[Draft], list[str]]


def _left_open(draft: Draft) -> list[str]:
    return [f"plan.{name}" for name in draft.form.required if _is_empty(getattr(draft.plan, name))]


def _is_empty(value: object) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _at(field: str, draft: Draft, fault: Callable[[Measure], bool]) -> list[str]:
    return [f"plan.measures.{n}.{field}" for n, each in enumerate(draft.plan.measures) if fault(each)]


def _not_offered(draft: Draft) -> list[str]:
    return _at("kind", draft, lambda each: each.kind not in draft.form.kinds)


def _vague(draft: Draft) -> list[str]:
    return _at("text", draft, lambda each: says_nothing(each.text, draft.form.vague))


def says_nothing(text: str, vague: tuple[str, ...]) -> bool:
    """Whether a text is nothing but these phrases, in capitals or not; the longest are taken out first."""
    said = rest = _letters(text)
    for phrase in sorted(filter(None, map(_letters, vague)), key=len, reverse=True):
        rest = rest.replace(phrase, " ")
    return bool(said) and not rest.strip()


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", text.casefold())


def _without_fault(draft: Draft) -> list[str]:
    if not draft.form.apology_needs_fault or draft.liable_party is LiableParty.COMPANY:
        return []
    return _at("kind", draft, lambda each: each.kind is MeasureKind.APOLOGY)


def _without_validity(draft: Draft) -> list[str]:
    return _at("valid_until", draft, lambda each: each.kind in draft.form.validity and each.valid_until is None)


def _no_longer_valid(draft: Draft) -> list[str]:
    return _at("valid_until", draft, lambda each: bool(each.valid_until and each.valid_until < each.until.date()))


def _elsewhere(draft: Draft) -> list[str]:
    if not draft.form.original_account:
        return []
    return _at("original_account", draft, lambda each: each.kind is MeasureKind.REFUND and not each.original_account)


def _unexplained(draft: Draft) -> list[str]:
    if draft.liable_party not in draft.form.explained:
        return []
    explanations = [each for each in draft.plan.measures if each.kind is MeasureKind.EXPLANATION]
    if not explanations:
        return ["plan.measures"]
    return _at("evidence", draft, lambda each: each in explanations and not each.evidence.strip())


CHECKS = (
    Check("plan_incomplete", "This policy's plan also needs", _left_open),  # APP-3.1
    Check("kind_not_offered", "This policy offers no such measure", _not_offered),  # SOP-3.1
    Check("vague_measure", "Say what will be done, not only that something will", _vague),  # WKS-3.2
    Check("apology_without_fault", "Apologise only where the company is liable", _without_fault),  # DSP-3.2
    Check("validity_missing", "Say until which day it is valid", _without_validity),  # DSP-3.1
    Check("validity_too_short", "It must be valid beyond the day it is given", _no_longer_valid),  # DSP-3.1
    Check("other_account", "Refunds go back to the account they were paid from", _elsewhere),  # DSP-3.1
    Check("unexplained", "Where they are liable, explain it to the customer with evidence", _unexplained),  # DSP-3.1
)
"""In the order in which they are asked; the first with a fault refuses the plan."""
