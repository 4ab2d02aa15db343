"""Who may approve a plan: by grade and amount, never one's own, a higher one for a lower one (SOP-3.3)."""

from decimal import Decimal

from complaints.case import Case
from complaints.liability import leads
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import Grade, Role

RANKS = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.DIRECTOR, Role.EXECUTIVE)
"""From the lowest approver to the highest."""


def approver(case: Case, rules: Rules) -> Role:
    """The role whose turn it is to approve; where that person drafted the plan, the next one up (SOP-3.3)."""
    role = max(by_grade(case, rules), by_amount(case, rules) or RANKS[0], key=RANKS.index)
    head_drafted = case.plan is not None and case.plan.drafted_by_head
    if role is Role.DEPARTMENT_HEAD and head_drafted:
        return Role.SUPERVISOR
    return role


def by_grade(case: Case, rules: Rules) -> Role:
    """Who approves plans of this grade."""
    return rules.authority[case.grade or Grade.GENERAL]


def by_amount(case: Case, rules: Rules) -> Role | None:
    """The highest role that what the plan costs asks for; None where it asks for nobody."""
    amount = case.plan.amount if case.plan else Decimal(0)
    asked = [each.role for each in rules.authority_above if amount > each.above]
    return max(asked, key=RANKS.index, default=None)


def approving_role(actor: Actor, case: Case, rules: Rules) -> Role | None:
    """The highest role in which this person may approve now; None where there is no such role."""
    lowest = RANKS.index(approver(case, rules))
    for role in reversed(RANKS[lowest:]):
        if role in actor.roles and (role is not Role.DEPARTMENT_HEAD or _heads(actor, case)):
            return role
    return None


def _heads(actor: Actor, case: Case) -> bool:
    return actor.department == case.liable_department or leads(actor, case)


def is_own_plan(actor: Actor, case: Case) -> bool:
    """Whether this person, or the one acted for, drafted the plan in hand."""
    return case.plan is not None and bool(case.plan.drafters() & actor.persons())
