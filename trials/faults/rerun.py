"""The rules asked once more: from a case's commands and the times they were taken, fact for fact what they give.

A journal that survived kills and outages must hold exactly these facts: none skipped, none twice, every rung in its
order and at its own time. What only the outside knows (a delivery's time, a look-up's answer) is taken from the fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from complaints import commands as c
from complaints import facts as f
from complaints.case import Case
from complaints.evolve import evolve
from complaints.facts import Entry
from complaints.ladder import act, next_rungs
from complaints.policy import Rules
from complaints.turn import Taken, arrive, rules_after, take
from complaints.values import SYSTEM
from workflows.inbox import taken_of
from workflows.messages import CaseStart, Envelope
from workflows.reading import read_command

Sent = tuple[c.Command, Taken]


def sent_at_the_start(start: CaseStart) -> dict[str, Sent]:
    """The commands that came with the opening, by their ids."""
    return {each.command_id: read(str(each.body["kind"]), each) for each in start.at_once}


def read(kind: str, envelope: Envelope) -> Sent:
    """A command as the workflow reads it."""
    return read_command(kind, envelope.body), taken_of(envelope)


@dataclass(frozen=True)
class Rerun:
    """A journal held against the rules: `applied` are the commands that made facts, `rules` those at its end."""

    differences: tuple[str, ...]
    applied: tuple[str, ...]
    rules: Rules


def rerun(number: str, start: CaseStart, journal: Sequence[Entry], sent: Mapping[str, Sent]) -> Rerun:
    """Turn by turn through the journal, up to the first fact the rules don't give."""
    taken = Taken(actor=start.opened_by, command_id=start.opening_id, taken_at=start.opened_at)
    turn = arrive(number, start.arrived, taken, journal[0].at)
    if turn.entries != (journal[0],):
        return Rerun(("#1 is another arrival than the one that was entered",), (), start.rules)
    case, rules, place = turn.case, start.rules, 1
    applied: list[str] = []
    while place < len(journal):
        made = _next(case, journal[place:], rules, sent)
        if not made:
            entry = journal[place]
            return Rerun((f"#{entry.seq} {entry.fact.kind} is not what the rules give here",), tuple(applied), rules)
        for command_id in sorted({entry.command_id for entry in made if entry.command_id}):
            applied.append(command_id)
            rules = rules_after(sent[command_id][0], rules)
        for entry in made:
            case = evolve(case, entry)
        place += len(made)
    return Rerun((), tuple(applied), rules)


def _next(case: Case, rest: Sequence[Entry], rules: Rules, sent: Mapping[str, Sent]) -> tuple[Entry, ...]:
    """The facts of the next turn as the rules make them, where the journal goes on with them; else none."""
    for entry in takewhile(lambda each: each.at == rest[0].at, rest):
        source = _source(entry, sent)
        if source is not None:
            turn = take(case, *source, entry.at, rules)
            if turn.entries and tuple(rest[: len(turn.entries)]) == turn.entries:
                return turn.entries
            break
    return _rung(case, rest[0], rules)


def _rung(case: Case, entry: Entry, rules: Rules) -> tuple[Entry, ...]:
    """What the clock that is next in this case does, if it is what the journal says and its time had come."""
    rung = min(next_rungs(case, rules), key=lambda each: each.at, default=None)
    if rung is None or rung.at > entry.at or act(rung, rules) != entry.fact:
        return ()
    by_the_clock = (entry.actor, entry.command_id, entry.taken_at) == (SYSTEM, None, rung.at)
    return (entry,) if by_the_clock and entry.seq == case.version + 1 else ()


def _source(entry: Entry, sent: Mapping[str, Sent]) -> Sent | None:
    """The command behind a fact; None for what a clock did."""
    if entry.command_id:
        return sent.get(entry.command_id)
    own = _own(entry.fact)
    if own is None:
        return None
    at = own.delivered_at if isinstance(own, c.TellDelivered) else entry.at
    return own, Taken(actor=SYSTEM, command_id=None, taken_at=at)


def _own(fact: Any) -> c.OwnCommand | None:
    """What the workflow told the case, read back from the fact it made."""
    match fact:
        case f.PlanProposed(told_at=at):
            return c.TellDelivered(template="plan_told", notice_key="", delivered_at=at)
        case f.InformationRequestSent(sent_at=at):
            return c.TellDelivered(template="information_requested", notice_key="", delivered_at=at)
        case f.CallTaskOpened(clock="", limit=template):
            return c.TellUndeliverable(template=template, notice_key="", reason="")
        case f.LookedUp(status=status, contradictions=odd, private=answer):
            return c.TellLookedUp(status=status, contradictions=odd, answer=answer)
        case f.HandSent(signal=signal, verdict=verdict):
            return c.MarkHandSent(signal=signal, verdict=verdict)
    return None
