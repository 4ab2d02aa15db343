"""What a desk under fire has to do: whole cases by patient people, late answers, and complaints nobody looks after."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2

from trials.people import People, complaint, hence, live

THINK_SECONDS = (0.1, 0.8)
RUNG_MINUTES = (8, 10, 40, 60, 96, 120, 130, 150, 240, 490)
"""Minutes after an arrival at which a clock of the default policy does something to a case nobody touches."""

LOGINS = ("agent-1", "supervisor-1", "logistics-head", "logistics-executor", "revisit-1")


@dataclass
class UnhurriedPeople(People):
    """They think before they act, so that faults meet cases at every step, and wait through several outages."""

    tries: int = 600
    chance: Random = field(default_factory=Random)
    in_a_hurry: bool = False

    async def do(self, client: httpx2.AsyncClient, number: str, **body: Any) -> dict[str, Any]:
        if not self.in_a_hurry:
            await asyncio.sleep(self.chance.uniform(*THINK_SECONDS))
        return await super().do(client, number, **body)


Life = Callable[[UnhurriedPeople], Awaitable[str]]


async def whole(people: UnhurriedPeople) -> str:
    """From the first call to closed, without a limit missed."""
    return await live(people, await people.open(_registered(people.chance)))


async def late(people: UnhurriedPeople) -> str:
    """Entered just before the ten minutes are over, answered after them; then as it should be."""
    opened = await people.open({**_registered(people.chance), "arrived_at": hence(minutes=-10, seconds=4)})
    await asyncio.sleep(people.chance.uniform(5, 15))
    return await live(people, opened)


async def withdrawn(people: UnhurriedPeople) -> str:
    """The customer thinks better of it."""
    number = str((await people.open(_registered(people.chance)))["number"])
    customer = await people.customer(number)
    await people.do(customer, number, kind="urge", words={"text": "请尽快"})
    await people.do(customer, number, kind="withdraw", words={"text": "不再投诉"})
    return number


async def forgotten(people: UnhurriedPeople) -> str:
    """Nobody looks after it: entered so late that one of its clocks does something within the next half minute."""
    minutes, seconds = people.chance.choice(RUNG_MINUTES), people.chance.uniform(1, 30)
    body = {**_registered(people.chance), "arrived_at": hence(minutes=-minutes, seconds=seconds)}
    if people.chance.random() < 0.5:
        del body["register"]
    return str((await people.open(body))["number"])


def _registered(chance: Random) -> dict[str, Any]:
    """With an order to look up; some contradict the customer, some can't be found."""
    body = complaint()
    body["register"]["form"]["order_number"] = f"SO{chance.randrange(10**8):08}"
    return body


LIVES: dict[Life, int] = {whole: 5, late: 2, withdrawn: 1}
"""What happens to complaints people look after, and how often."""

FORGET_SECONDS = (0.5, 3.0)
"""How long after one forgotten complaint comes the next: some clock is due at any time."""


@dataclass
class Load:
    """So many cases under way at any time, a new one for each that ends."""

    people: UnhurriedPeople
    under_way: int
    lived: dict[str, list[str]] = field(default_factory=lambda: {each.__name__: [] for each in (*LIVES, forgotten)})
    failed: list[str] = field(default_factory=list)

    async def log_in(self) -> None:
        """Everybody is at work before the first fault."""
        for login in LOGINS:
            await self.people.staff(login)

    async def run(self) -> None:
        """Until told to end; what is under way then is brought to its end."""
        await asyncio.gather(self._keep_forgetting(), *(self._keep_going() for _ in range(self.under_way)))

    def end(self) -> None:
        """No new case any more, and nobody thinks for long."""
        self.people.in_a_hurry = True

    def ended(self) -> int:
        return sum(map(len, self.lived.values()))

    async def _keep_going(self) -> None:
        while not self.people.in_a_hurry:
            (life,) = self.people.chance.choices(tuple(LIVES), tuple(LIVES.values()))
            await self._live(life)

    async def _keep_forgetting(self) -> None:
        while not self.people.in_a_hurry:
            await self._live(forgotten)
            await asyncio.sleep(self.people.chance.uniform(*FORGET_SECONDS))

    async def _live(self, life: Life) -> None:
        try:
            self.lived[life.__name__].append(await life(self.people))
        except Exception as error:  # whatever a person met that they should not have is the campaign's to report
            self.failed.append(f"a {life.__name__} life ended in {type(error).__name__}: {error}")
