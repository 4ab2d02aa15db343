"""Who has to answer for a complaint, and who may therefore start handling it (SOP-2.3, SOP-2.7)."""

from complaints.case import Case
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import Role


def suggested_department(category: str, rules: Rules) -> str | None:
    """The department a category leads to; None for a category the policy doesn't know."""
    found = rules.categories.get(category)
    return found.department if found else None


def of_its_department(actor: Actor, case: Case) -> bool:
    """Whether this person is of the case's department, whoever it is so far."""
    return case.department is not None and actor.department == case.department


def of_liable_department(actor: Actor, case: Case) -> bool:
    """Whether this person is head or executor of the department that has to answer for it, or leads the case."""
    if case.liable_department is None or not actor.is_any(Role.DEPARTMENT_HEAD, Role.EXECUTOR):
        return False
    return actor.department == case.liable_department or leads(actor, case)


def of_department_concerned(actor: Actor, case: Case) -> bool:
    """Whether this person is of the liable department or of one that supports it (WKS-2.2)."""
    supports = actor.department in case.others and actor.is_any(Role.DEPARTMENT_HEAD, Role.EXECUTOR)
    return supports or of_liable_department(actor, case)


def leads(actor: Actor, case: Case) -> bool:
    """Whether this person is the one named lead of several departments (WKS-2.2)."""
    return bool(case.lead) and case.lead in actor.persons()


def may_start_handling(actor: Actor, case: Case) -> bool:
    """A person of the liable department, or the named owner while liability is open (SOP-2.7)."""
    if case.liable_department is not None:
        return of_liable_department(actor, case)
    return bool(actor.persons() & set(case.assignees.values()))
