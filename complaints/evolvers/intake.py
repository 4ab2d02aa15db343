"""What the first contact and the form leave of themselves in a case."""

from collections.abc import Callable
from dataclasses import replace

from complaints import facts as f
from complaints.case import Case
from complaints.evolvers.assignees import naming, uninvolved
from complaints.values import Contact
from complaints.vocabulary import ContactOutcome, Matter, Role


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
        assignees=uninvolved(naming(case, Role.AGENT, entry), fact.involved),
        private=private,
    )


def _registration_corrected(case: Case, fact: f.RegistrationCorrected, entry: f.Entry) -> Case:
    if fact.private is None:
        return case
    form = fact.private
    return replace(case, private=replace(case.private, contact=form.contact, order_number=form.order_number))


def _converted(case: Case, fact: f.Converted, entry: f.Entry) -> Case:
    return replace(
        case, matter=Matter.COMPLAINT, grade=fact.grade, indicators=fact.indicators, graded_at=entry.taken_at
    )


EVOLVERS: dict[str, Callable[..., Case]] = {
    "arrived": _arrived,
    "responded": _responded,
    "registered": _registered,
    "registration_corrected": _registration_corrected,
    "converted": _converted,
}
