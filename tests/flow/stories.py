"""Plays the demo's stories on the stage: the same people and words, under the document's own limits, with time skipped.

A story can be told in time, as it is written, or late: before each act everything the company owes is let lapse.
"""

from datetime import datetime, timedelta
from typing import Any

import policies
from complaints.orders import ClockView
from complaints.policy import Rules
from complaints.values import Actor
from complaints.vocabulary import ActorKind, Debtor
from policies.demo import PACE
from policies.durations import parse_duration
from records.seeds import seeds
from tests import builders as b
from tests.flow.stage import Play
from trials.demo.cast import Scene, body_of, player_of
from trials.demo.script import Act, Story, stories

LATER = ("look_up_pending", "not_told", "not_now")
"""Refusals that pass by themselves, once an activity has answered."""

PATIENCE = 30


def story(policy: str, key: str) -> Story:
    return next(each for each in stories(policy) if each.key == key)


def rules(story: Story, at: datetime) -> Rules:
    """The document's own rules, in its own time."""
    return policies.load(story.policy).rules(at)


class Telling:
    """One story as it is told on the stage."""

    def __init__(self, play: Play, story: Story) -> None:
        self.play = play
        self.story = story
        departments = policies.load(story.policy).document.departments
        self.staff = {each.login: each for each in seeds(dict.fromkeys(departments, ""))}
        self.seen = 0

    async def in_time(self) -> None:
        """As it is written, each act as long after the one before as it says."""
        for act in (*self._opening(), *self.story.acts):
            await self.play.skip(seconds=act.after * PACE)
            await (self._do(act) if act.do else self._until(act))

    async def late(self) -> None:
        """Every act comes when all the company owed by then has been missed."""
        for act in (*self._opening(), *self.story.acts):
            if act.do and not act.refused:
                await self._let_lapse()
                await self._do(act)

    def _opening(self) -> list[Act]:
        return [Act(do=each) for each in self.story.at_once]

    def _actor(self, act: Act) -> Actor:
        login = player_of(act, self.story)
        if login == "customer":
            return b.CUSTOMER
        person = self.staff[login]
        return Actor(kind=ActorKind.STAFF, id=login, roles=(person.role,), department=person.department)

    async def _do(self, act: Act) -> None:
        now = await self.play.now()
        scene = Scene(self.story, {}, await self._missed(), lambda span: now + parse_duration(span))
        body = body_of(act, scene)
        code = await self._sent(body, self._actor(act))
        assert code == act.refused, (self.story.key, act, code)

    async def _sent(self, body: dict[str, Any], actor: Actor) -> str:
        """Send it until it is no longer too early; the answer is the code of its refusal."""
        code = ""
        for _ in range(PATIENCE):
            outcome = await self.play.outcome(await self.play.signal(dict(body), actor))
            assert outcome is not None
            code = outcome.code
            if code not in LATER:
                return code
            await self.play.settled()
        return code

    async def _clocks(self) -> list[ClockView]:
        view = await self.play.view()
        return [each for each in view.clocks if each.debtor is Debtor.COMPANY]

    async def _missed(self) -> dict[str, str]:
        return {each.limit: each.key for each in await self._clocks() if each.state == "missed"}

    async def _let_lapse(self) -> None:
        """Let time pass until nothing that the company owes now is still in time."""
        while owed := [each.due_at for each in await self._clocks() if each.state not in ("missed", "suspended")]:
            left = max(owed) - await self.play.now() + timedelta(minutes=1)
            await self.play.skip(seconds=max(left.total_seconds(), 60.0))

    async def _until(self, act: Act) -> None:
        """Let time pass until the record holds such a fact, later than what was waited for before."""
        for _ in range(PATIENCE * 24):
            await self.play.settled()
            for seq, entry in sorted(self.play.world.recorded.items()):
                if seq > self.seen and _is(entry.fact, act):
                    self.seen = seq
                    return
            await self.play.skip(minutes=15)
        raise AssertionError(f"{act.until} {act.given} never came")


def _is(fact: Any, act: Act) -> bool:
    return fact.kind == act.until and all(getattr(fact, name) == value for name, value in act.given.items())
