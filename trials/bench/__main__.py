"""Runs the bench: `python -m trials.bench`, or `--short` for the small one."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from trials.bench import budget, lateness, lists, memory, rate, starting, table
from trials.bench.ground import say, standing_on
from trials.bench.sizes import FULL, SHORT, Size
from trials.bench.table import Found
from trials.people import passwords
from trials.stack import REPOSITORY, Desk

MEASUREMENTS = ("memory", "budget", "rate", "lateness", "lists")


async def measured(desk: Desk, seeded: dict[str, str], folder: Path, size: Size, only: tuple[str, ...]) -> list[Found]:
    """Everything that is measured on a running desk, the fresh worker first and the filled database last."""
    async with standing_on(desk) as ground:
        wanted = {
            "memory": lambda: memory.remembered(ground, size.remembered),
            "budget": lambda: budget.spent(ground),
            "rate": lambda: rate.compared(ground, folder, size),
            "lateness": lambda: lateness.awaited(ground, size),
            "lists": lambda: lists.asked(ground, seeded, size),
        }
        found = []
        for name in only:
            say(f"measuring {name}")
            found.append(await wanted[name]())
        return found


def main() -> None:
    """Start a desk of its own, measure, show and keep what was found."""
    arguments = argparse.ArgumentParser(prog="python -m trials.bench", description=__doc__)
    arguments.add_argument("--short", action="store_true", help="the small bench, for every change")
    arguments.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=MEASUREMENTS, help="some of it")
    arguments.add_argument("--into", type=Path, default=REPOSITORY / "build" / "bench.json", help="where it is kept")
    given = arguments.parse_args()
    size = SHORT if given.short else FULL
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        first, desk, started = starting.twice(folder / "desk")
        with desk:
            found = asyncio.run(measured(desk, passwords(first.screen), folder, size, tuple(given.only)))
    found.append(started)
    table.show(found)
    table.keep(found, size.name, given.into)
    say(f"kept in {given.into}")
    sys.stdout.flush()
    os._exit(0)  # a client of Temporal's core may crash while the interpreter tidies up


if __name__ == "__main__":
    main()
