"""The reckoning: every case held against its commands, its rules, its rebuild and the mails that went out.

A difference is a sentence with the complaint's number. None means that every case is as it would have been without a
single fault.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from complaints.case import Case
from complaints.evolve import begin, evolve
from complaints.facts import Entry
from complaints.ladder import next_rungs
from complaints.notices import notices as notices_of
from complaints.orders import CaseView, Notice
from plumbing.keys import KeyStore
from records.database import Database
from trials.faults import kept as reading
from trials.faults.kept import Kept

VIEW = TypeAdapter(CaseView)

CLOCK_FACTS = frozenset({"limit_warned", "limit_missed", "escalated", "customer_reminded", "call_task_opened"})


@dataclass
class Reckoning:
    """What was found, and how much was looked at."""

    cases: int = 0
    closed: int = 0
    facts: int = 0
    commands: int = 0
    rungs: int = 0
    missed: int = 0
    notices: int = 0
    undeliverable: int = 0
    mails: int = 0
    twice_on_the_wire: int = 0
    differences: list[str] = field(default_factory=list)


async def reconcile(database: Database, keys: KeyStore, mails: Sequence[str], at: datetime) -> Reckoning:
    """Every case there is, as it stood at that instant; `mails` are the Message-IDs the mailbox took, in order."""
    found = Reckoning(mails=len(mails), twice_on_the_wire=len(mails) - len(set(mails)))
    known: set[str] = set()
    for number, begun in await reading.numbers(database, keys):
        if not begun:
            found.differences.append(f"{number}: was opened and never began")
            continue
        kept = await reading.kept(database, keys, number)
        _count(found, kept)
        known |= {each["message_id"] for each in kept.notices}
        found.differences += [f"{number}: {each}" for check in CHECKS for each in check(kept, at)]
        found.differences += [f"{number}: {each}" for each in _mails(kept, frozenset(mails))]
    found.differences += [f"a mail {each} that no notice knows" for each in sorted({*mails} - known)]
    return found


def _count(found: Reckoning, kept: Kept) -> None:
    kinds = Counter[str](entry.fact.kind for entry in kept.journal)
    found.cases += 1
    found.closed += kept.row["stage"] == "closed"
    found.facts += len(kept.journal)
    found.commands += len(kept.receipts)
    found.rungs += sum(kinds[kind] for kind in CLOCK_FACTS)
    found.missed += kinds["limit_missed"]
    found.notices += len(kept.notices)
    found.undeliverable += sum(each["status"] == "undeliverable" for each in kept.notices)


# ── what must hold ──


def _chain(kept: Kept, at: datetime) -> Iterator[str]:
    if kept.broken is not None:
        yield f"the journal's chain is broken at #{kept.broken}"


def _rules(kept: Kept, at: datetime) -> Iterator[str]:
    yield from kept.rerun.differences
    yield from (f"{each} was applied twice" for each, count in Counter(kept.rerun.applied).items() if count > 1)


def _projection(kept: Kept, at: datetime) -> Iterator[str]:
    _, view = kept.rebuilt
    if VIEW.dump_python(view, mode="json") != kept.row["view"]:
        yield "what is shown is not what its journal gives"
    shown = {(each["clock"], each["due_at"], each["next_rung"], each["next_rung_at"]) for each in kept.clocks}
    if shown != {(each.key, each.due_at, each.next_rung, each.next_rung_at) for each in view.clocks}:
        yield "the clocks shown are not those its journal gives"


def _commands(kept: Kept, at: datetime) -> Iterator[str]:
    """Each command has its outcome; an accepted one made the facts it says, a refused one none."""
    made: dict[str, list[int]] = {}
    for entry in kept.journal[1:]:
        if entry.command_id:
            made.setdefault(entry.command_id, []).append(entry.seq)
    for receipt in kept.receipts:
        if receipt.verdict is None:
            yield f"{receipt.kind} has no outcome"
        elif list(receipt.facts) != made.get(receipt.command_id, []):
            yield f"{receipt.kind} says it made {receipt.facts}, the journal {made.get(receipt.command_id)}"
    yield from (f"a command {each} nobody sent" for each in made.keys() - kept.sent.keys())


def _overdue(kept: Kept, at: datetime) -> Iterator[str]:
    for rung in next_rungs(kept.rebuilt[0], kept.rerun.rules):
        if rung.acts_at < at:
            yield f"{rung.clock.key} should have come to {rung.action} at {rung.at.isoformat()}"


def _told(kept: Kept, at: datetime) -> Iterator[str]:
    """Every notice the facts call for is there, none that they don't; each was sent, or it is known why not."""
    wanted, possible = _wanted(kept)
    there = {(each["seq"], each["template"], each["recipient_role"]) for each in kept.notices}
    yield from (f"nobody was told: {each}" for each in sorted(wanted - there))
    yield from (f"told without reason: {each}" for each in sorted(there - possible))
    for each in kept.notices:
        if each["status"] == "sending" and each["created_at"] < at - timedelta(seconds=1):
            yield f"notice #{each['seq']} {each['template']} was never sent"


Told = tuple[int, str, str]


def _wanted(kept: Kept) -> tuple[set[Told], set[Told]]:
    """The notices of every turn, and those that two turns of one moment may have made between them."""
    wanted: set[Told] = set()
    possible: set[Told] = set()
    case: Case | None = None
    rules = kept.start.rules
    for moment in _moments(kept.journal):
        for entry in moment:
            case = evolve(case, entry) if case else begin(kept.row["number"], entry)
        assert case is not None
        wanted |= set(map(_key, notices_of(case, moment, rules)))
        possible |= {_key(each) for entry in moment for each in notices_of(case, (entry,), rules)}
    return wanted, possible | wanted


def _moments(journal: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Facts of the same instant of the workflow, which were told together."""
    moment: list[Entry] = []
    for entry in journal:
        if moment and moment[0].at != entry.at:
            yield moment
            moment = []
        moment.append(entry)
    yield moment


def _key(notice: Notice) -> Told:
    return notice.seq, notice.template, notice.recipient.role.value


def _mails(kept: Kept, mails: frozenset[str]) -> Iterator[str]:
    for each in kept.notices:
        if each["status"] == "sent" and each["message_id"] not in mails:
            yield f"notice #{each['seq']} {each['template']} counts as sent, and no mail of it came"


CHECKS: tuple[Callable[[Kept, datetime], Iterator[str]], ...] = (
    _chain, _rules, _projection, _commands, _overdue, _told,
)  # fmt: skip
