"""The result and its revisit, what is made good, and how it ended."""

from collections.abc import Callable
from dataclasses import replace

from complaints import facts as f
from complaints.case import Case
from complaints.evolvers.rounds import new_round
from complaints.evolvers.word import heard
from complaints.vocabulary import RevisitWay


def _result_contested(case: Case, fact: f.ResultContested, entry: f.Entry) -> Case:
    return replace(new_round(heard(case, fact, entry)), second_handlings=case.second_handlings + 1)


def _revisited(case: Case, fact: f.Revisited, entry: f.Entry) -> Case:
    return heard(case, fact, entry) if fact.way is RevisitWay.QUESTIONNAIRE else case


def _revisit_numbered(case: Case, fact: f.RevisitNumbered, entry: f.Entry) -> Case:
    return replace(case, revisit_number=fact.number, revisit_round=fact.round)


def _remedy_assigned(case: Case, fact: f.RemedyAssigned, entry: f.Entry) -> Case:
    return replace(case, remedy_by=fact.staff_id)


def _remedy_agreed(case: Case, fact: f.RemedyAgreed, entry: f.Entry) -> Case:
    if not fact.new_plan:
        return case
    return replace(new_round(case), second_handlings=case.second_handlings + 1)


def _suggestion_made(case: Case, fact: f.SuggestionMade, entry: f.Entry) -> Case:
    return replace(case, suggestion_to=fact.department)


def _suggestion_answered(case: Case, fact: f.SuggestionAnswered, entry: f.Entry) -> Case:
    return replace(case, suggestion_to="")


def _closed(case: Case, fact: f.Closed, entry: f.Entry) -> Case:
    return replace(case, closing=fact.closing, call_task_open=False)


def _reopened(case: Case, fact: f.Reopened, entry: f.Entry) -> Case:
    return replace(new_round(case), closing=None)


EVOLVERS: dict[str, Callable[..., Case]] = {
    "result_confirmed": heard,
    "result_contested": _result_contested,
    "revisited": _revisited,
    "revisit_numbered": _revisit_numbered,
    "remedy_assigned": _remedy_assigned,
    "remedy_agreed": _remedy_agreed,
    "suggestion_made": _suggestion_made,
    "suggestion_answered": _suggestion_answered,
    "closed": _closed,
    "reopened": _reopened,
    "withdrawn": heard,
}
