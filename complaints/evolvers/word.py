"""The customer's word, whatever it says: it ends a wait and every silence."""

from dataclasses import replace
from typing import Any

from complaints import facts as f
from complaints.case import Case


def heard(case: Case, fact: Any, entry: f.Entry) -> Case:
    """Any word of the customer ends a wait and every silence."""
    waits = case.waits
    if waiting(case):
        waits = (*waits[:-1], replace(waits[-1], until=max(entry.taken_at, waits[-1].since)))
    return replace(case, waits=waits, attempts=(), call_task_open=False)


def waiting(case: Case) -> bool:
    """Whether the customer has been asked for information and hasn't answered yet."""
    return bool(case.waits) and case.waits[-1].until is None
