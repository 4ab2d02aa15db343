"""Reads a finished flow's history: what each wake made it do, and what that counts as in billable actions.

What is an action follows Temporal's own list: a start, a signal, a timer, an activity and each retry of one, an upsert
of search attributes. A query is one too but leaves no event; who asks counts it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from trials.bench.bare import Beat

STARTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
TIMER = EventType.EVENT_TYPE_TIMER_STARTED
FIRED = EventType.EVENT_TYPE_TIMER_FIRED
ACTIVITY = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
TRIED = EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
UPSERT = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
PATCHED = EventType.EVENT_TYPE_MARKER_RECORDED

ACTIONS = (STARTED, SIGNALED, TIMER, ACTIVITY, UPSERT, PATCHED)


@dataclass
class Wake:
    """What happened from one wake to the next: the start, a signal, or a timer that rang."""

    name: str
    by_timer: bool = False
    events: list[HistoryEvent] = field(default_factory=list)

    def count(self, *kinds: int) -> int:
        return sum(event.event_type in kinds for event in self.events)

    def actions(self) -> int:
        retries = sum(max(event.activity_task_started_event_attributes.attempt - 1, 0) for event in self.events)
        return self.count(*ACTIONS) + retries

    def beat(self) -> Beat:
        armed = [event.timer_started_event_attributes for event in self.events if event.event_type == TIMER]
        timers = [each.start_to_fire_timeout.ToTimedelta().total_seconds() for each in armed]
        return Beat(self.count(ACTIVITY), timers, self.count(UPSERT), self.by_timer)


def wakes(events: Iterable[HistoryEvent]) -> list[Wake]:
    """A history cut where something came from outside."""
    found = [Wake("start")]
    for event in events:
        if event.event_type == SIGNALED:
            found.append(Wake(event.workflow_execution_signaled_event_attributes.signal_name))
        elif event.event_type == FIRED:
            found.append(Wake("timer", by_timer=True))
        found[-1].events.append(event)
    return found


def by_kind(events: Iterable[HistoryEvent]) -> Counter[str]:
    """How many events of each kind."""
    names = (EventType.Name(event.event_type) for event in events)
    return Counter(name.removeprefix("EVENT_TYPE_").lower() for name in names)


def account(cut: Sequence[Wake]) -> list[str]:
    """The breakdown of a history, one line a wake."""
    head = f"{'':22}{'events':>7}{'actions':>8}{'activities':>11}{'timers':>7}{'upserts':>8}{'tasks':>6}"
    done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    lines = [
        f"{wake.name:22}{len(wake.events):7}{wake.actions():8}{wake.count(ACTIVITY):11}{wake.count(TIMER):7}"
        f"{wake.count(UPSERT):8}{wake.count(done):6}"
        for wake in cut
    ]
    return [head, *lines]
