"""What was asked, looked up, held by the department and graded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from complaints import facts as f
from complaints.case import Case, Wait
from complaints.evolvers.assignees import naming
from complaints.evolvers.word import heard, waiting
from complaints.vocabulary import Grade, LookUpStatus, Role


def _information_requested(case: Case, fact: f.InformationRequested, entry: f.Entry) -> Case:
    asked = fact.private.text if fact.private else ""
    return replace(case, asked_information=True, private=replace(case.private, asked=asked))


def _information_request_sent(case: Case, fact: f.InformationRequestSent, entry: f.Entry) -> Case:
    if not case.asked_information or waiting(case):
        return case
    return replace(case, waits=(*case.waits, Wait(since=fact.sent_at)))


def _information_provided(case: Case, fact: f.InformationProvided, entry: f.Entry) -> Case:
    return replace(heard(case, fact, entry), asked_information=False)


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
        assignees=naming(case, Role.SUPERVISOR, entry),
    )


def _regraded_at(case: Case, grade: Grade, entry: f.Entry) -> datetime | None:
    return case.graded_at if case.grade is grade else entry.taken_at


EVOLVERS: dict[str, Callable[..., Case]] = {
    "information_requested": _information_requested,
    "information_request_sent": _information_request_sent,
    "information_provided": _information_provided,
    "look_up_asked": _look_up_asked,
    "looked_up": _looked_up,
    "opinion_given": _opinion_given,
    "graded": _graded,
    "grade_endorsed": _grade_endorsed,
}
