"""Which faults, when and how long: all of it follows from one seed. Nothing here touches anything.

Faults come in volleys of one to four, so that some meet a desk that is still on its knees. Every pair of kind and
victim is dealt from one shuffled deck, again and again, so none is forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["killed", "away", "frozen", "cut", "slow", "black hole"]

SERVERS = ("postgres", "temporal", "mailbox", "company")
VICTIMS: dict[Kind, tuple[str, ...]] = {
    "killed": ("worker", "api", *SERVERS),  # kill -9, and started again at once
    "away": SERVERS,  # kill -9, and started again later
    "frozen": ("worker", "api", "temporal", "mailbox", "company"),  # stopped and continued: alive, but says nothing
    "cut": SERVERS,  # connections broken, new ones refused
    "slow": SERVERS,  # every piece arrives late
    "black hole": SERVERS,  # connections stand, nothing arrives
}
"""What is done to whom; the last three to the line between the desk and the server."""

LINES = frozenset[Kind]({"cut", "slow", "black hole"})

SECONDS: dict[Kind, tuple[float, float]] = {
    "killed": (0, 0), "away": (1, 6), "frozen": (1, 7), "cut": (1, 4), "slow": (2, 6), "black hole": (2, 8),
}  # fmt: skip
"""How long each lasts, from and to."""

LARGEST_VOLLEY = 4
SPREAD_SECONDS = 2.0


@dataclass(frozen=True)
class Fault:
    """One fault: `after` seconds from the beginning of its volley, for `seconds`."""

    kind: Kind
    victim: str
    after: float
    seconds: float

    @property
    def target(self) -> str:
        """What is hit; two faults at once need two targets."""
        return f"line to {self.victim}" if self.kind in LINES else self.victim

    def __str__(self) -> str:
        lasts = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.target} {self.kind}{lasts}"


Volley = tuple[Fault, ...]


def plan(seed: int, faults: int) -> tuple[Volley, ...]:
    """So many faults, in volleys."""
    chance = Random(seed)
    dealt = _deal(chance)
    volleys: list[Volley] = []
    left = faults
    while left:
        wanted = min(chance.randint(1, LARGEST_VOLLEY), left)
        volley = _volley([next(dealt) for _ in range(wanted)])
        volleys.append(volley)
        left -= len(volley)
    return tuple(volleys)


def _volley(faults: list[Fault]) -> Volley:
    """Of several faults on the same target only the first is in it; the others wait for the next shuffle."""
    return tuple({fault.target: fault for fault in reversed(faults)}.values())[::-1]


def _deal(chance: Random) -> Iterator[Fault]:
    while True:
        deck = [(kind, victim) for kind, victims in VICTIMS.items() for victim in victims]
        chance.shuffle(deck)
        for kind, victim in deck:
            yield Fault(kind, victim, chance.uniform(0, SPREAD_SECONDS), chance.uniform(*SECONDS[kind]))
