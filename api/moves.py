"""What other rules make of a case's deadlines, and how many of them move, start, end or are overdue by it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter

from api.folding import Judged
from complaints.deadlines import due_changes
from complaints.facts import DueChange
from complaints.policy import Rules

CHANGES = TypeAdapter(tuple[DueChange, ...])
FIGURES = ("cases", "unchanged", "deadlines", "earlier", "later", "started", "ended", "newly_overdue", "in_time_again")


def moves(judged: Judged, after: Rules) -> list[dict[str, str | None]]:
    """Every deadline of the case that changes, as it is written down: clock, limit, due before, due after."""
    found: list[dict[str, str | None]] = CHANGES.dump_python(
        due_changes(judged.case, judged.rules, after), mode="json"
    )
    return found


def tally(cases: Iterable[list[dict[str, str | None]]], now: datetime) -> Counter[str]:
    """How many of each kind, judged at that instant."""
    found: Counter[str] = Counter()
    for changes in cases:
        found["cases"] += 1
        found["unchanged"] += not changes
        for each in CHANGES.validate_python(changes):
            found.update(_kinds(each, now))
    return found


def _kinds(change: DueChange, now: datetime) -> tuple[str, ...]:
    was = change.before is not None and change.before <= now
    will_be = change.after is not None and change.after <= now
    overdue = {(False, True): ("newly_overdue",), (True, False): ("in_time_again",)}.get((was, will_be), ())
    return "deadlines", _direction(change), *overdue


def _direction(change: DueChange) -> str:
    if change.before is None:
        return "started"
    if change.after is None:
        return "ended"
    return "earlier" if change.after < change.before else "later"
