"""How one more fact changes a case.

`evolve` is a fold: it needs no rules, no clock and nothing private, so a case can be rebuilt from the journal even
after its personal data are erased. What a fact changes besides its marks is in `evolvers/`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from complaints import facts as f
from complaints.case import Case, Mark
from complaints.evolvers import EVOLVERS
from complaints.evolvers.rounds import opens_round
from complaints.vocabulary import ContactOutcome, Role

INFORMING = frozenset({
    "registered", "liability_determined", "information_request_sent", "plan_proposed", "plan_accepted",
    "delay_reported", "progress_reported", "work_completed", "proof_supplied", "replied",
})  # fmt: skip
"""Facts after which the customer knows how the case stands: each starts the progress clock anew (SVC-2.3).

The customer's own yes is one of them: a clock that ran on while it was their turn would be missed as they spoke.
"""


def begin(number: str, entry: f.Entry) -> Case:
    """The case after its first fact, which must be its arrival."""
    if not isinstance(entry.fact, f.Arrived):
        raise TypeError(f"a case begins with its arrival, not with {entry.fact.kind}")
    case = Case(number=number, arrived_at=entry.fact.arrived_at, opened_at=entry.taken_at)
    return evolve(case, entry)


def evolve(case: Case, entry: f.Entry) -> Case:
    """The case after one more fact."""
    fact = entry.fact
    evolver: Callable[..., Case] = EVOLVERS.get(fact.kind, _unchanged)
    changed = evolver(case, fact, entry)
    return replace(
        changed,
        version=entry.seq,
        stage=entry.stage,
        marks=_marks(case, entry),
        checked=changed.checked if entry.stage is case.stage else (),
        last_taken_at=entry.taken_at if entry.command_id else case.last_taken_at,
        last_command_seq=entry.seq if entry.command_id else case.last_command_seq,
    )


def _marks(case: Case, entry: f.Entry) -> dict[str, Mark]:
    happened = Mark(at=happened_at(entry), seq=entry.seq)
    marks = {**case.marks, **dict.fromkeys(marks_of(case, entry), happened)}
    here = Mark(at=entry.taken_at, seq=entry.seq)
    if entry.fact.kind in INFORMING:
        marks["informed"] = here
    if opens_round(entry.fact):
        marks["round"] = here
    return marks


def marks_of(case: Case, entry: f.Entry) -> tuple[str, ...]:
    """What a fact counts as: a call nobody answered is an attempt, no response (SOP-1.1); a lead's counts twice."""
    fact = entry.fact
    if not isinstance(fact, f.Responded):
        return (fact.kind,)
    if fact.outcome is ContactOutcome.NO_ANSWER:
        return ("attempted",)
    own = case.department is not None and entry.actor.department == case.department
    leads = own and Role.DEPARTMENT_HEAD in entry.actor.roles
    return ("responded", "lead_responded") if leads else ("responded",)


def happened_at(entry: f.Entry) -> datetime:
    """When the thing itself happened, which for a recorded contact or a delivery is before it was taken."""
    match entry.fact:
        case f.Arrived(arrived_at=at) | f.Responded(contacted_at=at):
            return at
        case f.InformationRequestSent(sent_at=at) | f.PlanProposed(told_at=at):
            return at
    return entry.taken_at


def _unchanged(case: Case, fact: Any, entry: f.Entry) -> Case:
    return case
