"""What a policy file may get wrong beyond its shape, each named by its path."""

import re
from collections.abc import Iterator

from complaints.authority import RANKS
from complaints.commands import HUMAN_COMMANDS
from complaints.errors import BadValue
from complaints.facts import FACTS
from complaints.numbering import check_pattern
from complaints.vocabulary import Debtor, Grade, Matter, MeasureKind, RevisitWay, Stage
from policies.bounds import beyond
from policies.document import Document, LimitSection

MARKS = {*FACTS, "informed", "attempted", "lead_responded", "round"}
"""What a limit may run from or be met by: kinds of facts, and the four marks that are made besides."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

NEEDED_LIMITS = ("first_response", "registration", "start_handling", "plan", "archive")


def mistakes(document: Document) -> Iterator[str]:
    """Every mistake, as `path: what is wrong`."""
    yield from _categories(document)
    for name, limit in document.limits.items():
        yield from _limit(f"limits.{name}", limit)
    for name in NEEDED_LIMITS:
        if name not in document.limits:
            yield f"limits.{name}: missing"
    yield from _ladder(document)
    yield from _tables(document)
    yield from _numbers(document)
    yield from _routing(document)
    yield from _matters(document)
    yield from _questions(document)
    yield from _plans(document)
    yield from beyond(document)


def _categories(document: Document) -> Iterator[str]:
    for name, category in document.categories.items():
        if category.department not in document.departments:
            yield f"categories.{name}.department: no such department: {category.department}"
    coordinating = document.liability.coordinating_department.value
    if coordinating not in document.departments:
        yield f"liability.coordinating_department.value: no such department: {coordinating}"


def _limit(path: str, limit: LimitSection) -> Iterator[str]:
    if limit.runs_from not in MARKS:
        yield f"{path}.runs_from: no such fact: {limit.runs_from}"
    for place, met in enumerate(limit.met_by):
        if met not in MARKS:
            yield f"{path}.met_by.{place}: no such fact: {met}"
    if not (limit.within or limit.by_grade or limit.promise):
        yield f"{path}: needs within, by_grade or promise"
    for grade, length in (limit.by_grade or {}).items():
        if length.total_seconds() <= 0:
            yield f"{path}.by_grade.{grade}: must be longer than nothing"
    if limit.within is not None and limit.within.total_seconds() <= 0:
        yield f"{path}.within: must be longer than nothing"
    if list(limit.warn_at) != sorted(set(limit.warn_at)):
        yield f"{path}.warn_at: must rise"
    if limit.debtor is not Debtor.COMPANY and limit.owner is None:
        yield f"{path}.owner: missing"


def _ladder(document: Document) -> Iterator[str]:
    delays = [step.after for step in document.ladder.steps]
    if delays != sorted(delays):
        yield "ladder.steps: each must come no sooner than the one before"
    for name in ("repeat_every", "acknowledge_at_most"):
        if getattr(document.ladder, name).value.total_seconds() <= 0:
            yield f"ladder.{name}.value: must be longer than nothing"


def _tables(document: Document) -> Iterator[str]:
    for stage in Stage:
        if stage not in document.stages:
            yield f"stages.{stage}: missing"
    yield from _authority(document)
    for place, kind in enumerate(document.by_hand.kinds.value):
        if kind not in HUMAN_COMMANDS:
            yield f"by_hand.kinds.value.{place}: no such command: {kind}"


def _authority(document: Document) -> Iterator[str]:
    named, by_grade = document.grades.named(), document.authority.by_grade
    for grade in Grade:
        if grade in named and grade not in by_grade:
            yield f"authority.by_grade.{grade}: missing"
        if grade in by_grade and grade not in named:
            yield f"authority.by_grade.{grade}: the policy has no such grade"
    for grade, role in by_grade.items():
        if role.value not in RANKS:
            yield f"authority.by_grade.{grade}.value: not an approver: {role.value}"
    for place, each in enumerate(document.authority.above):
        if each.role not in RANKS:
            yield f"authority.above.{place}.role: not an approver: {each.role}"


def _numbers(document: Document) -> Iterator[str]:
    for name in ("complaint", "revisit"):
        pattern = getattr(document.numbers, name).value
        try:
            if pattern or name == "complaint":
                check_pattern(pattern)
        except BadValue as mistake:
            yield f"numbers.{name}.value: {mistake.rule}"
    if "{channel}" in document.numbers.complaint.value:
        yield from (f"channels.{name}.code: missing" for name, each in document.channels.items() if not each.code)


def _plans(document: Document) -> Iterator[str]:
    """Somebody can be liable, something can be offered, and what a plan must hold it may hold."""
    form, kinds = document.plan_form, document.plan_form.kinds.value
    for path, value in (("liability.parties", document.liability.parties.value), ("plan_form.kinds", kinds)):
        if not value:
            yield f"{path}.value: must name at least one"
    if form.explained.value and MeasureKind.EXPLANATION not in kinds:
        yield f"plan_form.explained.value: plan_form.kinds has no {MeasureKind.EXPLANATION}"
    for place, phrase in enumerate(form.vague.value):
        if not phrase.strip():
            yield f"plan_form.vague.value.{place}: empty"


def _routing(document: Document) -> Iterator[str]:
    """What names a department or a time of day names one that there is."""
    to = document.revisit.suggestions_to.value
    if to and to not in document.departments:
        yield f"revisit.suggestions_to.value: no such department: {to}"
    times = {
        "progress.daily_sync": document.progress.daily_sync.value,
        "notices.quiet_from": document.notices.quiet_from.value,
        "notices.quiet_until": document.notices.quiet_until.value,
    }
    for path, text in times.items():
        if text and not _TIME.fullmatch(text):
            yield f"{path}.value: a time of day is written 08:30"
    if document.mediation.after_refusals.value and not document.mediation.mediators.value:
        yield "mediation.mediators.value: missing"


def _matters(document: Document) -> Iterator[str]:
    """Every kind of matter taken ends in the archive, and a simple one has a clock while it is answered (WKS-1.3)."""
    limits = document.limits
    for matter in document.intake.matters.value:
        if "archive" in limits and matter not in limits["archive"].matters:
            yield f"limits.archive.matters: {matter} is taken but would never be archived"
        answered = any("replied" in each.met_by and matter in each.matters for each in limits.values())
        if matter is not Matter.COMPLAINT and not answered:
            yield f"limits: none is met by replied for {matter}"


def _questions(document: Document) -> Iterator[str]:
    """A questionnaire asks whether it is solved and for both scores, each once (SVC-4.1, SVC-4.2)."""
    if RevisitWay.QUESTIONNAIRE not in document.revisit.ways.value:
        return
    asked = [each.kind for each in document.revisit.questions.values()]
    for kind in ("solved", "effect_score", "attitude_score"):
        if asked.count(kind) != 1:
            yield f"revisit.questions: a questionnaire asks one question of kind {kind}"
