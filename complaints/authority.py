"""Who may approve a plan: by grade, never one's own, a higher one for a lower one (SOP-3.3)."""

from complaints.case import Case
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import Grade, Role

RANKS = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.DIRECTOR, Role.EXECUTIVE)
"""From the lowest approver to the highest."""


def approver(case: Case, rules: Rules) -> Role:
    """The role whose turn it is to approve; where that person drafted the plan, the next one up (SOP-3.3)."""
    role = rules.authority[case.grade or Grade.GENERAL]
    head_drafted = case.plan is not None and case.plan.drafted_by_head
    if role is Role.DEPARTMENT_HEAD and head_drafted:
        return Role.SUPERVISOR
    return role


def approving_role(actor: Actor, case: Case, rules: Rules) -> Role | None:
    """The highest role in which this person may approve now; None where there is no such role."""
    lowest = RANKS.index(approver(case, rules))
    for role in reversed(RANKS[lowest:]):
        if role in actor.roles and (role is not Role.DEPARTMENT_HEAD or actor.department == case.liable_department):
            return role
    return None


def is_own_plan(actor: Actor, case: Case) -> bool:
    """Whether this person, or the one acted for, drafted the plan in hand."""
    return case.plan is not None and bool(case.plan.drafters() & actor.persons())
