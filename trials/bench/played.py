"""Cases played through the real rules to every stage: what the rows of a filled database are cut from."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import policies
from complaints import commands as c
from complaints.case import Case
from complaints.facts import Arrived, Entry
from complaints.orders import CaseView, ClockView
from complaints.policy import Rules
from complaints.turn import Taken, Turn, arrive, take, tick
from complaints.values import SYSTEM
from complaints.view import view
from complaints.vocabulary import Channel, Grade
from trials.bench.opening import ARRIVAL, POLICY
from trials.bench.path import ACTORS, AGENT, REGISTER, STEPS, Step
from workflows.reading import read_command

PACE = timedelta(minutes=5)
LONG = timedelta(days=8)
"""Longer than a closed case waits for its archive."""

STAFF_OF = {
    "logistics": ("logistics-head", "logistics-executor"),
    "product": ("product-head", "product-executor"),
    "customer_service": ("service-head", "service-executor"),
}
APPROVERS = {Grade.IMPORTANT: "supervisor-1", Grade.URGENT: "director-1"}


@dataclass(frozen=True)
class Played:
    """A case as the rules left it: its facts, how it stands, and what it was opened with."""

    entries: tuple[Entry, ...]
    view: CaseView
    channel: Channel

    def moved(self, by: timedelta) -> CaseView:
        """How it would stand if all of it had happened so much later."""
        seen = self.view
        return replace(
            seen,
            arrived_at=seen.arrived_at + by,
            closed_at=seen.closed_at + by if seen.closed_at else None,
            next_due=seen.next_due + by if seen.next_due else None,
            clocks=tuple(_moved(clock, by) for clock in seen.clocks),
        )


def _moved(clock: ClockView, by: timedelta) -> ClockView:
    return replace(
        clock,
        anchored_at=clock.anchored_at + by,
        due_at=clock.due_at + by,
        next_rung_at=clock.next_rung_at + by,
    )


def open_ones(now: datetime, dice: random.Random, ages: Sequence[timedelta]) -> list[Played]:
    """Cases of every grade, department and stage that nobody has worked on since; some of them are late."""
    found = []
    for grade, department, length in _kinds(range(len(STEPS))):
        channel = dice.choice(list(Channel))
        found.append(_play(now - dice.choice(ages), now, grade, department, length, channel))
    return found


def ended_ones(now: datetime, dice: random.Random) -> list[Played]:
    """Whole lives, to the archive."""
    channels = list(Channel)
    whole = _kinds((len(STEPS),))
    return [_play(now - 2 * LONG, now, *kind, dice.choice(channels)) for kind in whole]


def closed_ones(now: datetime, dice: random.Random) -> list[Played]:
    """Whole lives that wait for their archive."""
    channels = list(Channel)
    whole = _kinds((len(STEPS),))
    return [_play(now - LONG / 2, now, *kind, dice.choice(channels)) for kind in whole]


def _kinds(lengths: Sequence[int]) -> Iterator[tuple[Grade, str, int]]:
    for grade in (Grade.GENERAL, Grade.IMPORTANT, Grade.URGENT):
        for department in STAFF_OF:
            for length in lengths:
                yield grade, department, length


def _play(at: datetime, now: datetime, grade: Grade, department: str, length: int, channel: Channel) -> Played:
    """Open a case and take so many steps with it, five minutes apart; then its clocks run until now."""
    rules = policies.load(POLICY).rules(at)
    taken = Taken(actor=AGENT, command_id=None, taken_at=at)
    turn = arrive("0", Arrived(channel=channel, arrived_at=at, private=ARRIVAL), taken, at)
    for command in (c.Respond(channel=channel, contacted_at=at), replace(REGISTER, grade=grade)):
        turn = _after(turn, take(turn.case, command, taken, at, rules))
    for step in STEPS[:length]:
        at += PACE
        turn = _after(turn, _step(turn.case, _adapted(step, grade, department), at, rules))
    turn = _after(turn, tick(turn.case, now, rules))
    return Played(turn.entries, view(turn.case, rules), channel)


def _adapted(step: Step, grade: Grade, department: str) -> Step:
    head, executor = STAFF_OF[department]
    who = {"logistics-head": head, "logistics-executor": executor}.get(step.who, step.who)
    if step.kind == "approve":
        return replace(step, who=APPROVERS.get(grade, head))
    if step.kind == "endorse":
        return replace(step, body=lambda _: {"grade": grade.value, "party": "company", "department": department})
    return replace(step, who=who)


def _step(case: Case, step: Step, at: datetime, rules: Rules) -> Turn:
    command = read_command(step.kind, step.body(at))
    turn = take(case, command, Taken(actor=ACTORS[step.who], command_id=None, taken_at=at), at, rules)
    assert turn.refused is None, f"{step.kind}: {turn.refused}"
    if not step.told:
        return turn
    told = c.TellDelivered(template="plan_told", notice_key="bench", delivered_at=at)
    return _after(turn, take(turn.case, told, Taken(actor=SYSTEM, command_id=None, taken_at=at), at, rules))


def _after(before: Turn, turn: Turn) -> Turn:
    return Turn(case=turn.case, entries=(*before.entries, *turn.entries))
