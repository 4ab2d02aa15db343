"""What the first contact and the form are held against: the policy's own lists, and the time it can have been."""

from datetime import timedelta

from complaints import liability
from complaints.asked import Asked, Guard, refuse_unless
from complaints.vocabulary import Matter, Role


def category_is_known(asked: Asked) -> None:
    known = ", ".join(sorted(asked.rules.categories))
    refuse_unless(
        asked.command.category in asked.rules.categories,
        "unknown_category", f"This policy's categories are: {known}.", "category",
    )  # fmt: skip


def grade_is_known(asked: Asked) -> None:
    known = ", ".join(asked.rules.authority)
    refuse_unless(
        asked.command.grade in asked.rules.authority, "unknown_grade", f"This policy's grades are: {known}.", "grade"
    )


def matter_is_known(asked: Asked) -> None:
    known = ", ".join(asked.rules.matters)
    refuse_unless(
        asked.command.matter in asked.rules.matters, "unknown_matter", f"This policy takes: {known}.", "matter"
    )


def case_is_a_simple_matter(asked: Asked) -> None:
    refuse_unless(asked.case.matter is not Matter.COMPLAINT, "is_a_complaint", "This is a complaint already.")


def form_is_complete(asked: Asked) -> None:
    """What this policy's form asks for besides (SVC-1.1, WKS-1.1); there may be nobody involved (DSP-1.4)."""
    form = asked.command.form
    wanted = [name for name in asked.rules.form if name != "involved"]
    left = [f"form.{'company' if name == 'customer_kind' else name}" for name in wanted if form.lacks(name)]
    refuse_unless(not left, "form_incomplete", f"This policy's form also needs: {', '.join(left)}.", *left)


def contact_is_theirs(asked: Asked) -> None:
    """Besides the desk, the people of the case's department contact the customer (SVC-2.1)."""
    refuse_unless(
        asked.actor.is_any(Role.AGENT, Role.SUPERVISOR) or liability.of_its_department(asked.actor, asked.case),
        "other_department", "Contacts are the desk's, or the case's department's, to record.",
    )  # fmt: skip


ROUNDING = timedelta(minutes=1)
"""People say when they called to the minute, so a contact may seem to lie that much before the arrival."""


def contact_time_is_possible(asked: Asked) -> None:
    when = asked.command.contacted_at
    refuse_unless(
        asked.case.arrived_at - ROUNDING < when <= asked.at,
        "impossible_time", "A contact lies between the complaint's arrival and now.", "contacted_at",
    )  # fmt: skip


GUARDS: tuple[Guard, ...] = (
    category_is_known, grade_is_known, matter_is_known, case_is_a_simple_matter, form_is_complete, contact_is_theirs,
    contact_time_is_possible,
)  # fmt: skip
