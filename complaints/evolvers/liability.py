"""Who answers for it, and who has begun."""

from collections.abc import Callable
from dataclasses import replace

from complaints import facts as f
from complaints.case import Case
from complaints.evolvers.assignees import naming
from complaints.vocabulary import Role


def _joint_determination_called(case: Case, fact: f.JointDeterminationCalled, entry: f.Entry) -> Case:
    return replace(case, joint=True)


def _liability_determined(case: Case, fact: f.LiabilityDetermined, entry: f.Entry) -> Case:
    return replace(
        case,
        liable_party=fact.party,
        department=fact.department,
        liable_department=fact.department,
        others=fact.others,
        lead=fact.lead,
        assignees={**case.assignees, Role.DEPARTMENT_HEAD: fact.lead} if fact.lead else case.assignees,
    )


def _handling_started(case: Case, fact: f.HandlingStarted, entry: f.Entry) -> Case:
    for role in (Role.DEPARTMENT_HEAD, Role.EXECUTOR):
        if role in entry.actor.roles:
            return replace(case, assignees=naming(case, role, entry))
    return case


EVOLVERS: dict[str, Callable[..., Case]] = {
    "joint_determination_called": _joint_determination_called,
    "liability_determined": _liability_determined,
    "handling_started": _handling_started,
}
