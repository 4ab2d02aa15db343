"""How much is measured: the whole bench, and the short one that runs with every change."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Size:
    """The amounts of one bench; spans in seconds."""

    name: str
    remembered: int  # cases opened in a fresh worker for the memory of one
    rounds: int  # runs of each side of the rate
    lives: int  # cases a run
    together: int  # cases in hand at once
    awaited: int  # open cases with one limit each
    spread: float  # over which their due times lie
    listed: int  # cases in the database
    asked: int  # requests of each kind


FULL = Size(
    name="full",
    remembered=500,
    rounds=5,
    lives=60,
    together=16,
    awaited=10_000,
    spread=300.0,
    listed=200_000,
    asked=200,
)

SHORT = Size(
    name="short",
    remembered=20,
    rounds=1,
    lives=6,
    together=6,
    awaited=60,
    spread=3.0,
    listed=5_000,
    asked=5,
)
