"""What a revisit shows: whether it went badly, whether it confirms the result, who makes good what it found."""

from complaints.case import Case
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import Confirmation, Role

MAKES_GOOD = (Role.AGENT, Role.SUPERVISOR, Role.DEPARTMENT_HEAD)
"""Who agrees a remedy where the policy names nobody for it."""

OVER_THE_NAMED = (Role.SUPERVISOR, Role.DIRECTOR, Role.EXECUTIVE)
"""Who may act in the named person's place."""


def is_low(solved: bool, scores: tuple[int, int], negative: bool, rules: Rules) -> bool:
    """Below the policy's mark, not solved, or bad words whatever the scores (SVC-4.3)."""
    return not solved or negative or min(scores) < rules.low_score


def confirms(rules: Rules) -> bool:
    """Whether the revisit is the confirmation (WKS-5.1)."""
    return rules.confirmation is Confirmation.BY_REVISIT


def wants_number(case: Case, rules: Rules) -> bool:
    """Whether the revisit of this round has no number yet and needs one (SVC-4.1)."""
    return rules.revisit.numbered and case.stage == "revisiting" and case.revisit_round < case.round


def may_agree_remedy(actor: Actor, case: Case) -> bool:
    """The named person, or somebody higher; where nobody is named, the desk or the department's head (SVC-4.3)."""
    if case.remedy_by:
        return case.remedy_by in actor.persons() or actor.is_any(*OVER_THE_NAMED)
    return actor.is_any(*MAKES_GOOD)
