"""What a plan must say, who approves it, and whether the customer has been told."""

from complaints import authority, liability, plan_form
from complaints.asked import Asked, Guard, refuse_unless
from complaints.case import Case
from complaints.policy import Rules
from complaints.vocabulary import Grade, Role


def promises_lie_ahead(asked: Asked) -> None:
    plan = asked.command.plan
    late = [f"plan.measures.{n}.until" for n, each in enumerate(plan.measures) if each.until <= asked.at]
    late += [f"plan.milestones.{n}.until" for n, each in enumerate(plan.milestones) if each.until <= asked.at]
    refuse_unless(not late, "promise_in_the_past", "Every measure needs a time that lies ahead.", *late)


def plan_fits_the_form(asked: Asked) -> None:
    """What this policy asks of a plan (APP-3.1, WKS-3.2, DSP-3.1, DSP-3.2)."""
    draft = plan_form.Draft(asked.command.plan, asked.rules.plan_form, asked.case.liable_party, asked.at)
    for check in plan_form.CHECKS:
        fields = check.fields(draft)
        refuse_unless(not fields, check.code, f"{check.says}: {', '.join(fields)}.", *fields)


def has_authority(asked: Asked) -> None:
    case, rules = asked.case, asked.rules
    needed = _spelt(authority.approver(case, rules))
    refuse_unless(
        authority.approving_role(asked.actor, case, rules) is not None,
        "no_authority", f"A plan of this grade is for the {needed} or somebody higher{_why(case, rules)}.",
    )  # fmt: skip


def _why(case: Case, rules: Rules) -> str:
    """Both reasons, where the amount asks for somebody too (SOP-3.3)."""
    by_amount = authority.by_amount(case, rules)
    if by_amount is None or case.plan is None:
        return ""
    by_grade = _spelt(authority.by_grade(case, rules))
    return f": by grade for the {by_grade}, by its {case.plan.amount} yuan for the {_spelt(by_amount)}"


def _spelt(role: Role) -> str:
    return role.value.replace("_", " ")


def not_own_plan(asked: Asked) -> None:
    refuse_unless(
        not authority.is_own_plan(asked.actor, asked.case), "own_plan", "Nobody approves a plan of their own."
    )


def is_urgent(asked: Asked) -> None:
    refuse_unless(
        asked.case.grade is Grade.URGENT, "not_urgent", "The emergency mechanism is for urgent complaints."
    )


def contact_is_named(asked: Asked) -> None:
    """Where the customer has one named contact, there must be that person (DSP-3.2)."""
    named = asked.case.assignees.get(Role.AGENT)
    refuse_unless(
        bool(named) or not asked.rules.plan_form.named_contact,
        "contact_missing", "Name the customer's contact first: assign somebody as agent.",
    )  # fmt: skip


def not_told_yet(asked: Asked) -> None:
    refuse_unless(not _told(asked.case), "told_already", "The customer has been told this plan.")


def plan_is_told(asked: Asked) -> None:
    refuse_unless(_told(asked.case), "not_told", "The customer can answer once the plan has been told.")


def _told(case: Case) -> bool:
    return case.seq("plan_proposed") > case.seq("plan_approved")


def is_mediator(asked: Asked) -> None:
    """One of the policy's mediators; a department's head only for the own department (DSP-4.1)."""
    mediators = asked.rules.mediation.mediators
    roles = [role for role in asked.actor.roles if role in mediators]
    own = asked.actor.department == asked.case.liable_department or liability.leads(asked.actor, asked.case)
    if not own and Role.DEPARTMENT_HEAD in roles:
        roles.remove(Role.DEPARTMENT_HEAD)
    refuse_unless(bool(roles), "not_a_mediator", f"Mediation is for: {', '.join(mediators)}.")


GUARDS: tuple[Guard, ...] = (
    promises_lie_ahead, plan_fits_the_form, has_authority, not_own_plan, is_urgent, contact_is_named, not_told_yet,
    plan_is_told, is_mediator,
)  # fmt: skip
