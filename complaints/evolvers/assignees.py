"""Who the named persons of a case are, and who can't be one."""

from collections.abc import Mapping

from complaints import facts as f
from complaints.case import Case
from complaints.vocabulary import Role


def naming(case: Case, role: Role, entry: f.Entry) -> Mapping[Role, str]:
    """Who did the work of a role first is its named person until somebody else is assigned; no deputy is."""
    if role in case.assignees or role not in entry.actor.roles:
        return case.assignees
    return {**case.assignees, role: entry.actor.office()}


def uninvolved(named: Mapping[Role, str], involved: tuple[str, ...]) -> Mapping[Role, str]:
    """Nobody the complaint is about is a named person of it."""
    return {role: person for role, person in named.items() if person not in involved}
