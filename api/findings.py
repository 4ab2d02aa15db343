"""What a reconciliation may find, in one table: what each finding means and what becomes of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from records.reconciliation import Standing


@dataclass(frozen=True)
class Kind:
    """One kind of difference; `done` is what repairs it, or what a person should do."""

    says: str
    done: str
    for_a_person: bool = False


KINDS: dict[str, Kind] = {
    "not_started": Kind("noted, but no workflow was ever started", "started"),
    "lost": Kind("open in the record, unknown to Temporal", "restarted from the record"),
    "failed": Kind("its workflow ended as failed, timed out or cancelled", "restarted from the record"),
    "older": Kind("its workflow knows less than the record: restored or reset", "restarted from the record"),
    "differs": Kind("its workflow tells another story than the journal", "restarted from the record"),
    "aborted": Kind("somebody terminated its workflow", "is marked aborted; bring it back with --restart", True),
    "brought_back": Kind("marked aborted, but its workflow runs again", "unmarked"),
    "shown_wrongly": Kind("row or deadlines differ from journal and workflow", "shown as the journal tells it"),
    "unsettled": Kind("the case knows a command's outcome, its receipt doesn't", "settled"),
    "unheard": Kind("the case never heard of a command", "sent again"),
    "too_late": Kind("a command for a case that has ended", "refused"),
    "notice_left": Kind("a notice was begun and its sender is gone", "sent under the same Message-ID"),
    "no_clock": Kind("open without an armed deadline", "read the case in the Temporal UI, tell the developers", True),
    "record_behind": Kind("the record lacks facts and nobody writes them", "bring back a newer record", True),
    "ended_unrecorded": Kind("its workflow is over, the record never heard", "bring back a newer record", True),
    "unknown_case": Kind("a workflow runs for a case the record doesn't know", "bring back a newer record", True),
    "outlived": Kind("ended in the record, its workflow waits on", "read the case in the Temporal UI", True),
    "wedged": Kind("its workflow can't go on with this code", "bring back the release before", True),
    "broken": Kind("its journal is broken, so nothing is built on it", "compare with a backup of the record", True),
    "unreadable": Kind("its key is missing", "bring back the key file; a destroyed key stays destroyed", True),
    "silent": Kind("no worker answers, so workflows were not looked into", "start a worker", True),
    "many_lost": Kind("more cases lost than is likely", "is this the right Temporal? Then `desk reconcile`", True),
}
"""Every kind of finding by its code; codes are stable, for figures and alerts count by them."""

WITHOUT_CLOCK = ("no_clock", "lost", "failed", "not_started", "many_lost", "unreadable", "broken", "wedged")
"""Findings that leave an open case without an armed deadline, as long as they aren't repaired.

What is wedged may have a timer, but none it could act on.
"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One difference: of which case, and whether it is repaired. `note` is plain, such as a command's kind.

    `subject` is what the repair works with, such as the notice; it may be personal and is shown nowhere.
    """

    code: str
    number: str = ""
    note: str = ""
    repaired: bool = False
    case: Standing | None = field(default=None, repr=False)
    subject: Any = field(default=None, repr=False)

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]


def about(case: Standing, code: str, subject: Any = None, note: str = "") -> Finding:
    """A finding about a case of the record."""
    return Finding(code=code, number=case.number, note=note, case=case, subject=subject)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one reconciliation compared and found."""

    findings: tuple[Finding, ...]
    compared: int
    looked_into: int

    def figures(self) -> dict[str, int]:
        """Numbers for dashboards: the cases compared, every code with how often it was found."""
        found = Counter(each.code for each in self.findings)
        return {
            "open": self.compared,
            "looked_into": self.looked_into,
            "without_clock": len({each.number for each in self.findings if _without_clock(each)}),
            "for_a_person": len(self.open_ends()),
            **{code: found[code] for code in KINDS},
        }

    def open_ends(self) -> tuple[Finding, ...]:
        """What is not repaired and waits for somebody."""
        return tuple(each for each in self.findings if not each.repaired)


def _without_clock(finding: Finding) -> bool:
    return finding.code in WITHOUT_CLOCK and not finding.repaired


def as_rows(findings: Iterable[Finding]) -> list[tuple[str, str, str, str]]:
    """Number, code, meaning, and what was done or is to be done."""
    rows = []
    for each in sorted(findings, key=lambda found: (found.number, found.code)):
        done = each.kind.done if each.repaired or each.kind.for_a_person else f"not yet: {each.kind.done}"
        says = f"{each.kind.says} ({each.note})" if each.note else each.kind.says
        rows.append((each.number or "–", each.code, says, done))
    return rows
