"""What a bench found: each figure with its bar beside it, what a missed bar is made of, and all of it as a file."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from trials.bench.ground import console


@dataclass(frozen=True)
class Bar:
    """What a figure is held against: at most or at least so much; without a bound it is only told."""

    says: str
    at_most: float = math.inf
    at_least: float = -math.inf

    def holds(self, value: float) -> bool:
        return self.at_least <= value <= self.at_most

    def bound(self) -> str:
        if math.isfinite(self.at_most):
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if math.isfinite(self.at_least) else ""


BARS: dict[str, Bar] = {
    "case_rate_ratio": Bar("whole cases a second, against a bare flow", at_least=0.7),
    "events_per_case": Bar("history events of a happy case, to its archive", at_most=150),
    "actions_per_case": Bar("billable actions in that history", at_most=48),
    "lateness_p99_s": Bar("decision taken after the due time", at_most=2),
    "lateness_max_s": Bar("the latest of them", at_most=5),
    "lost": Bar("due rungs without their fact", at_most=0),
    "duplicates": Bar("rungs told twice", at_most=0),
    "worklist_p99_ms": Bar("a page of the worklist over HTTP, the slowest kind", at_most=100),
    "case_page_p99_ms": Bar("a single case over HTTP, the slowest kind", at_most=100),
    "worker_kb_per_case": Bar("memory of the worker for an open case it keeps"),
    "start_s": Bar("`desk up`, from the second start on, until ready"),
}
"""Every figure of the bench, in the order of the table."""


@dataclass
class Found:
    """What one measurement found: its figures, more figures beside them, and what they are made of, line by line."""

    figures: dict[str, float]
    beside: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them doesn't exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def spread(values: Sequence[float], unit: str, factor: float = 1.0) -> str:
    """Values in a few words."""
    found = [percentile(values, share) * factor for share in (0.5, 0.99, 1.0)]
    return "p50 {:.4g}, p99 {:.4g}, max {:.4g} ".format(*found) + unit


def show(found: Sequence[Found]) -> None:
    """The table, with every measurement's own account below it."""
    figures = {name: value for each in found for name, value in each.figures.items()}
    table = Table("figure", "measured", "bar", "", "what it is", title="bench", title_justify="left")
    for name, bar in BARS.items():
        if name in figures:
            verdict = "" if not bar.bound() else "holds" if bar.holds(figures[name]) else "[red]MISSED[/red]"
            table.add_row(name, f"{figures[name]:.4g}", bar.bound(), verdict, bar.says)
    console.print(table)
    for each in found:
        console.print(f"[bold]{', '.join(each.figures)}[/bold]")
        for line in each.lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)


def keep(found: Sequence[Found], size: str, path: Path) -> None:
    """The same as a file; what stands beside the figures comes under their own names."""
    figures = {name: value for each in found for name, value in each.figures.items()}
    beside = {name: value for each in found for name, value in each.beside.items()}
    missed = [name for name, value in figures.items() if not BARS[name].holds(value)]
    lines = [line for each in found for line in each.lines]
    path.parent.mkdir(exist_ok=True)
    report = {**figures, "size": size, "missed": missed, "beside": beside, "account": lines}
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
