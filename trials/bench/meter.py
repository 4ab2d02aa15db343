"""How much processor time each process takes for a case: on a busy machine steadier than any clock on the wall."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from trials.stack import Desk

OURS = ("worker", "temporal", "postgres", "mailbox")


class Meter:
    """Adds up processor time by process, apart for each side that is measured; `others` are pids by name."""

    def __init__(self, desk: Desk, **others: int) -> None:
        family = desk.family()
        self.processes = {name: family[name] for name in OURS if name in family}
        self.processes |= {name.replace("_", " "): psutil.Process(pid) for name, pid in others.items()}
        self.processes["bench"] = psutil.Process()
        self.spent: dict[str, Counter[str]] = {}

    @contextmanager
    def reading(self, side: str) -> Iterator[None]:
        """What is spent in this block is spent by this side."""
        before = {name: _seconds(process) for name, process in self.processes.items()}
        yield
        spent = self.spent.setdefault(side, Counter())
        for name, process in self.processes.items():
            spent[name] += _seconds(process) - before[name]  # type: ignore[assignment]  # a Counter counts seconds too

    def account(self, count: int) -> list[str]:
        """Milliseconds for each of so many, one line a side."""
        return [
            f"processor time a {side}: {sum(spent.values()) / count * 1000:.0f} ms ("
            + ", ".join(f"{name} {seconds / count * 1000:.0f}" for name, seconds in spent.items())
            + ")"
            for side, spent in self.spent.items()
        ]


def _seconds(process: psutil.Process) -> float:
    """Of a process; PostgreSQL's are many, some of which have ended."""
    own = process.cpu_times()
    if process.name() != "postgres":
        return own.user + own.system
    parts = [own, *(child.cpu_times() for child in process.children())]
    return sum(each.user + each.system for each in parts) + own.children_user + own.children_system
