"""Plays one story: each act by whoever has to do it, over REST, as quickly or as slowly as the story says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from activities.wording import LIMITS_ZH
from trials.demo.cast import LOGINS, Scene, body_of, opening, player_of
from trials.demo.script import Act, Story
from trials.people import NotServed, People

LOOK_AGAIN_SECONDS = 0.4
PATIENCE_SECONDS = 180.0
"""How long a fact may take to come; the slowest clock rings after a minute and a half."""


OPENED = "受理"
WAITS = {
    "limit_missed": "超时", "escalated": "升级", "customer_reminded": "提醒客户", "call_task_opened": "致电任务",
}  # fmt: skip
"""The Chinese words for facts that stories wait for."""


@dataclass
class Run:
    """What all stories of one run share: its people, its id in every key, and the numbers the cases were given."""

    id: str
    people: People
    tell: Callable[["Playing"], None] = lambda playing: None
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass
class Playing:
    """One story on its way; `trouble` says what didn't go as it is written."""

    run: Run
    story: Story
    number: str = ""
    now: str = ""
    place: int = 0
    seen: int = 0
    links: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    done: bool = False

    async def play(self, after: float) -> None:
        """From the first word to the last, beginning `after` seconds; trouble ends this story, never the run."""
        await asyncio.sleep(after)
        try:
            await self._open()
            for act in self.story.acts:
                self.place += 1
                await asyncio.sleep(act.after)
                await (self._do(act) if act.do else self._wait(act))
        except NotServed as error:
            self.trouble = str(error)
        self.done = True
        self._tell("结束")

    def _tell(self, now: str) -> None:
        self.now = now
        self.run.tell(self)

    async def _open(self) -> None:
        key = f"demo-{self.run.id}-{self.story.key}"
        opened = await self.run.people.open(opening(self.story), key)
        self.number, self.links = opened["number"], opened["links"]
        self.run.numbers[self.story.key] = self.number
        self._tell(OPENED)

    async def _do(self, act: Act) -> None:
        who = player_of(act, self.story)
        people = self.run.people
        client = await (people.customer(self.number) if who == "customer" else people.staff(who))
        body = body_of(act, Scene(self.story, self.run.numbers, await self._missed(act)))
        key = f"demo-{self.run.id}-{self.story.key}-{self.place}"
        self._tell(f"{who} {act.do}")
        if act.refused:
            receipt = await people.send(client, self.number, body, key)
            if receipt.get("code") != act.refused:
                raise NotServed(f"{act.do} should have been refused as {act.refused}: {receipt}")
        else:
            await people.insist(client, self.number, body, key)

    async def _missed(self, act: Act) -> dict[str, str]:
        """The missed clocks by their limits, where an act speaks of one."""
        if act.do != "acknowledge":
            return {}
        found = await self._read("deadlines")
        return {each["limit"]: each["clock"] for each in found["deadlines"] if each["state"] == "missed"}

    async def _wait(self, act: Act) -> None:
        """Until the record holds such a fact, later than what was waited for before."""
        self._tell(f"等待{WAITS.get(act.until, act.until)} {LIMITS_ZH.get(act.given.get('limit', ''), '')}")
        for _ in range(round(PATIENCE_SECONDS / LOOK_AGAIN_SECONDS)):
            for entry in (await self._read("journal"))["entries"]:
                if entry["seq"] > self.seen and _is(entry["fact"], act):
                    self.seen = entry["seq"]
                    return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        raise NotServed(f"{act.until} {act.given} never came")

    async def _read(self, part: str) -> dict[str, Any]:
        client = await self.run.people.staff(LOGINS["supervisor"])
        answer = await self.run.people.ask(client, "GET", self.links[part])
        found: dict[str, Any] = answer.json()
        return found


def _is(fact: dict[str, Any], act: Act) -> bool:
    return fact["kind"] == act.until and all(fact.get(name) == value for name, value in act.given.items())
