"""One turn of a case: the clocks that fell due, then a command, then what the command did to the clocks.

The workflow, the tests' random machine and every rebuild take the same turns. A breach is judged by when things
happened: before a command is applied every clock due before it was *taken* acts, and an act taken in time but
delivered late withdraws the miss it finds (SVC-5.1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaints import facts as f
from complaints.case import Case
from complaints.commands import AdoptPolicy, Command
from complaints.deadlines import Clock, memory_of, running
from complaints.decide import decide
from complaints.errors import Refused
from complaints.evolve import INFORMING, begin, evolve, happened_at, marks_of
from complaints.ladder import Rung, act, next_rungs
from complaints.policy import Rules
from complaints.values import SYSTEM, Actor
from complaints.vocabulary import Debtor, Stage

MovedBy = Literal["regraded", "policy_adopted"]


@dataclass(frozen=True)
class Turn:
    """A case after a turn, the entries it made, and the refusal where its command was refused."""

    case: Case
    entries: tuple[f.Entry, ...] = ()
    refused: Refused | None = None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Who sent a command, its id, and when it was taken from them."""

    actor: Actor
    command_id: str | None
    taken_at: datetime


def arrive(number: str, fact: f.Arrived, taken: Taken, now: datetime) -> Turn:
    """The first turn: the complaint arrives."""
    entry = f.Entry(
        seq=1,
        at=now,
        taken_at=min(max(taken.taken_at, fact.arrived_at), now),
        actor=taken.actor,
        command_id=taken.command_id,
        stage=Stage.RECEIVED,
        fact=fact,
    )
    return Turn(case=begin(number, entry), entries=(entry,))


def tick(case: Case, now: datetime, rules: Rules) -> Turn:
    """Everything the clocks do up to now."""
    return _settle(Turn(case), now, rules, lambda rung: rung.acts_at <= now)


def take(case: Case, command: Command, taken: Taken, now: datetime, rules: Rules) -> Turn:
    """A command in its place in time: the clocks before it, its facts or its refusal, the clocks it met."""
    at = min(max(taken.taken_at, case.last_taken_at or case.arrived_at), now)
    before = _settle(Turn(case), now, rules, lambda rung: rung.at < at)
    try:
        made, stage = decide(before.case, command, taken.actor, rules, at)
    except Refused as refusal:
        return Turn(case=before.case, entries=before.entries, refused=refusal)
    turn = before
    for fact in made:
        entry = _entry(turn.case, fact, taken.actor, taken.command_id, now=now, at=at, stage=stage)
        turn = _add(turn, entry)
    return _after_command(before, turn, now, at, rules, rules_after(command, rules))


def rules_after(command: Command, rules: Rules) -> Rules:
    """The rules a case is judged by once this command was accepted."""
    return command.rules if isinstance(command, AdoptPolicy) else rules


def _settle(turn: Turn, now: datetime, rules: Rules, is_due: Callable[[Rung], bool]) -> Turn:
    while True:
        due = [rung for rung in next_rungs(turn.case, rules) if is_due(rung)]
        if not due:
            return turn
        rung = min(due, key=lambda each: each.at)
        fact = act(rung, rules)
        stage = Stage.ARCHIVED if isinstance(fact, f.Archived) else turn.case.stage
        turn = _add(turn, _entry(turn.case, fact, SYSTEM, None, now=now, at=rung.at, stage=stage))


def _after_command(before: Turn, turn: Turn, now: datetime, at: datetime, rules: Rules, after: Rules) -> Turn:
    """Say of every company clock the command ended whether it was met in time, and take back misses that were none.

    `after` are the rules from now on, other than `rules` where the command adopted them.
    """
    still = {clock.key: clock for clock in running(turn.case, after)}
    fresh = turn.entries[len(before.entries) :]
    moved_by: MovedBy = "regraded" if after is rules else "policy_adopted"
    for clock in running(before.case, rules):
        for fact in _clock_facts(clock, still.get(clock.key), before.case, fresh, now, moved_by):
            entry = _entry(turn.case, fact, SYSTEM, None, now=now, at=at, stage=turn.case.stage)
            turn = _add(turn, entry)
    return turn


def _clock_facts(
    clock: Clock, still: Clock | None, case: Case, fresh: tuple[f.Entry, ...], now: datetime, moved_by: MovedBy
) -> tuple[f.Fact, ...]:
    if clock.limit.debtor is not Debtor.COMPANY:
        return ()
    missed = memory_of(case, clock).missed
    key, limit, due = clock.key, clock.limit.name, clock.due_at
    if still is not None:
        if missed and still.due_at > now:
            return (f.MissWithdrawn(clock=key, limit=limit, due_at=due, reason=moved_by),)
        return ()
    met_at = _met_at(clock, case, fresh)
    if met_at is None:
        return ()
    late = met_at > due
    met = f.LimitMet(clock=key, limit=limit, due_at=due, met_at=met_at, late=late)
    if missed and not late:
        return f.MissWithdrawn(clock=key, limit=limit, due_at=due, reason="taken_in_time"), met
    return (met,)


def _met_at(clock: Clock, case: Case, fresh: tuple[f.Entry, ...]) -> datetime | None:
    """When the act this clock waited for was done; None where the clock only ended with its stage."""
    for entry in fresh:
        met = {entry.fact.kind, *marks_of(case, entry)} & set(clock.limit.met_by)
        if met or ("informed" in clock.limit.met_by and entry.fact.kind in INFORMING):
            return happened_at(entry)
    return None


def _entry(
    case: Case, fact: f.Fact, actor: Actor, command_id: str | None, *, now: datetime, at: datetime, stage: Stage
) -> f.Entry:
    return f.Entry(
        seq=case.version + 1, at=now, taken_at=at, actor=actor, command_id=command_id, stage=stage, fact=fact
    )


def _add(turn: Turn, entry: f.Entry) -> Turn:
    return Turn(case=evolve(turn.case, entry), entries=(*turn.entries, entry))
