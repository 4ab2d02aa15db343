"""The reckoning's own honesty: a true journal passes, and every way a fault could spoil one is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from complaints import commands as c
from complaints.facts import Entry
from complaints.turn import Taken
from complaints.values import SYSTEM, Actor
from tests import builders as b
from tests.flow.stage import case_start
from trials.faults.rerun import Rerun, Sent, rerun

Journal = list[Entry]


class NotingDesk(b.Desk):
    """A case by hand that keeps what was sent, as receipts do."""

    def __init__(self) -> None:
        super().__init__(b.NOON, arrived_at=b.NOON - timedelta(minutes=9))
        self.sent: dict[str, Sent] = {}

    def send(self, command: c.Command, actor: Actor, **more: Any) -> Any:
        command_id = f"c{self.count + 1}"
        taken = Taken(actor=actor, command_id=command_id, taken_at=more.get("taken_at") or self.at)
        self.sent[command_id] = command, taken
        return super().send(command, actor, **more)

    def rerun(self, journal: Journal) -> Rerun:
        start = case_start(b.NOON, b.NOON - timedelta(minutes=9))
        return rerun(start.number, start, journal, self.sent)


@pytest.fixture
def desk() -> NotingDesk:
    """Answered late, so that clocks have warned, missed and climbed; then to its end."""
    desk = NotingDesk()
    desk.wait(minutes=40)
    desk.closed(order_number="A1")
    return desk


def test_a_true_journal_is_what_the_rules_give(desk: NotingDesk) -> None:
    found = desk.rerun(desk.entries)
    assert found.differences == ()
    assert sorted(found.applied) == sorted(desk.sent)


def without(kind: str) -> Callable[[Journal], Journal]:
    def spoilt(journal: Journal) -> Journal:
        gone = next(entry.seq for entry in journal if entry.fact.kind == kind)
        return numbered([entry for entry in journal if entry.seq != gone])

    return spoilt


def twice(kind: str) -> Callable[[Journal], Journal]:
    def spoilt(journal: Journal) -> Journal:
        place = next(entry.seq for entry in journal if entry.fact.kind == kind)
        return numbered([*journal[:place], journal[place - 1], *journal[place:]])

    return spoilt


def moved(kind: str, **by: float) -> Callable[[Journal], Journal]:
    """The fact of this kind decided earlier or later, at a time of its own."""

    def spoilt(journal: Journal) -> Journal:
        there = next(entry.at for entry in journal if entry.fact.kind == kind)
        return [replace(each, at=each.at + timedelta(**by)) if each.at == there else each for each in journal]

    return spoilt


def due_later(journal: Journal) -> Journal:
    def later(entry: Entry) -> Entry:
        fact: Any = entry.fact
        return replace(entry, fact=replace(fact, due_at=fact.due_at + timedelta(seconds=1)))

    return [later(each) if each.fact.kind == "limit_missed" else each for each in journal]


def numbered(journal: Journal) -> Journal:
    return [replace(entry, seq=place) for place, entry in enumerate(journal, start=1)]


@pytest.mark.parametrize(
    "spoil",
    [
        without("arrived"), without("limit_missed"), without("escalated"), without("limit_met"), without("looked_up"),
        without("plan_approved"), without("plan_accepted"), without("work_completed"),
        twice("limit_missed"), twice("escalated"), twice("responded"), twice("plan_drafted"), twice("closed"),
        moved("limit_missed", minutes=-20), due_later,
    ],
)  # fmt: skip
def test_a_spoilt_journal_is_found(desk: NotingDesk, spoil: Callable[[Journal], Journal]) -> None:
    assert desk.rerun(spoil(desk.entries)).differences


def test_a_fact_of_nobody_is_found(desk: NotingDesk) -> None:
    del desk.sent[next(entry.command_id for entry in desk.entries if entry.fact.kind == "verified") or ""]
    assert desk.rerun(desk.entries).differences


def test_what_a_delivery_told_is_taken_from_its_fact() -> None:
    desk = NotingDesk()
    desk.approved()
    desk.do(c.Propose(), b.AGENT)
    at = desk.at
    desk.wait(seconds=20)
    told = c.TellDelivered(template="plan_told", notice_key="k", delivered_at=at)
    desk.send(told, SYSTEM, taken_at=at)
    own = desk.sent.popitem()[0]
    journal = [replace(each, command_id=None) if each.command_id == own else each for each in desk.entries]
    assert journal[-1].fact.kind == "limit_met"
    assert desk.rerun(journal).differences == ()
