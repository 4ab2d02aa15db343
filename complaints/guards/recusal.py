"""Whom a complaint is about: they neither handle nor approve it, nor does their deputy (DSP-1.4)."""

from complaints.asked import Asked, Guard, refuse_unless
from complaints.case import Case
from complaints.values import Actor
from complaints.vocabulary import ActorKind

FOR_THE_INVOLVED = ("note", "attach_evidence")
"""All that somebody does of a complaint about them."""


def not_recused(asked: Asked) -> None:
    """Whom the complaint is about neither handles nor approves it, nor does their deputy (DSP-1.4)."""
    refuse_unless(
        asked.command.kind in FOR_THE_INVOLVED or not is_recused(asked.actor, asked.case),
        "recused", f"The complaint is about you, or whom you stand in for: you may {' and '.join(FOR_THE_INVOLVED)}.",
    )  # fmt: skip


def is_recused(actor: Actor, case: Case) -> bool:
    """Whether the complaint is about this actor, or about whom it stands in for."""
    return actor.kind is not ActorKind.CUSTOMER and bool(actor.persons() & set(case.involved))


def person_is_not_involved(asked: Asked) -> None:
    refuse_unless(
        asked.command.staff_id not in asked.case.involved,
        "involved", "The complaint is about this person: name somebody else.", "staff_id",
    )  # fmt: skip


GUARDS: tuple[Guard, ...] = (person_is_not_involved,)
