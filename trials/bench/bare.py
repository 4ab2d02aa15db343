"""The bare flow: what Temporal itself costs with as many signals, timers, upserts and activities as a case has.

It decides nothing, keeps nothing and seals nothing; its beats are counted from the history of a real case.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey

QUEUE = "bare"
STAGE = SearchAttributeKey.for_keyword("Stage")
TOLERATED = timedelta(minutes=1)


@dataclass(frozen=True)
class Beat:
    """What a flow does each time it is woken: by its start or a signal, at the end by its timer."""

    activities: int = 0
    timers: list[float] = field(default_factory=list)  # so many seconds long each
    upserts: int = 0
    by_timer: bool = False


@activity.defn
async def nothing() -> None:
    """The activity of the bare flow."""


@workflow.defn
class BareFlow:
    """One flow; each signal is one beat."""

    @workflow.init
    def __init__(self, beats: list[Beat]) -> None:
        self.taken: list[str] = []
        self.beaten = 0
        self.done = 0
        self.timer: asyncio.Task[None] | None = None

    @workflow.signal
    def take(self, command_id: str) -> None:
        self.taken.append(command_id)

    @workflow.query
    def outcome(self, command_id: str) -> bool:
        return command_id in self.taken

    @workflow.query
    def told(self) -> bool:
        """Whether the activities of the last beat are done."""
        return self.done == self.beaten == len(self.taken) + 1

    @workflow.run
    async def run(self, beats: list[Beat]) -> None:
        acts = []
        for place, beat in enumerate(beats):
            await workflow.wait_condition(lambda place=place, beat=beat: self._woken(place, beat))  # type: ignore[misc]
            self.beaten += 1
            self._arm(beat)
            for upsert in range(beat.upserts):
                workflow.upsert_search_attributes([STAGE.value_set(f"{place}-{upsert}")])
            acts.append(asyncio.create_task(self._act(beat)))
        await asyncio.gather(*acts)

    def _woken(self, place: int, beat: Beat) -> bool:
        if beat.by_timer:
            return self.timer is None or self.timer.done()
        return len(self.taken) >= place

    def _arm(self, beat: Beat) -> None:
        for seconds in beat.timers:
            if self.timer is not None:
                self.timer.cancel()
            self.timer = asyncio.create_task(workflow.sleep(seconds))

    async def _act(self, beat: Beat) -> None:
        acts = [workflow.execute_activity(nothing, start_to_close_timeout=TOLERATED) for _ in range(beat.activities)]
        await asyncio.gather(*acts)
        self.done += 1
