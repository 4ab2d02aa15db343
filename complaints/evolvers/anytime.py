"""Whom it belongs to, whom it is about, what is ticked off: settled at any open stage."""

from collections.abc import Callable
from dataclasses import replace

from complaints import facts as f
from complaints.case import Case
from complaints.evolvers.assignees import uninvolved
from complaints.evolvers.word import heard
from complaints.values import Contact
from complaints.vocabulary import ActorKind


def _evidence_attached(case: Case, fact: f.EvidenceAttached, entry: f.Entry) -> Case:
    return heard(case, fact, entry) if entry.actor.kind is ActorKind.CUSTOMER else case


def _contact_corrected(case: Case, fact: f.ContactCorrected, entry: f.Entry) -> Case:
    return replace(case, private=replace(case.private, contact=fact.private or Contact()))


def _assigned(case: Case, fact: f.Assigned, entry: f.Entry) -> Case:
    return replace(case, assignees={**case.assignees, fact.role: fact.staff_id})


def _involved_named(case: Case, fact: f.InvolvedNamed, entry: f.Entry) -> Case:
    return replace(case, involved=fact.involved, assignees=uninvolved(case.assignees, fact.involved))


def _checked_off(case: Case, fact: f.CheckedOff, entry: f.Entry) -> Case:
    return replace(case, checked=(*case.checked, *(each for each in fact.items if each not in case.checked)))


EVOLVERS: dict[str, Callable[..., Case]] = {
    "urged": heard,
    "evidence_attached": _evidence_attached,
    "contact_corrected": _contact_corrected,
    "assigned": _assigned,
    "involved_named": _involved_named,
    "checked_off": _checked_off,
}
