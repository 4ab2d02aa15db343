"""What a campaign found: as a table for people, as JSON for later."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from trials.faults.campaign import CATCH_UP_SECONDS, Campaign

WORST = 5


def figures(campaign: Campaign) -> dict[str, Any]:
    """Every figure by its name, times in seconds."""
    work = sorted(each.work for each in campaign.caught_up if each.work is not None)
    told = sorted(each.notices for each in campaign.caught_up if each.notices is not None)
    reckoning = {name: value for name, value in asdict(campaign.reckoning).items() if name != "differences"}
    return {
        "seed": campaign.seed,
        "faults": sum(len(each.volley) for each in campaign.caught_up),
        "volleys": len(campaign.caught_up),
        "lives": campaign.lived,
        **reckoning,
        "catch_up_median_s": _share(work, 0.5),
        "catch_up_p95_s": _share(work, 0.95),
        "catch_up_max_s": _share(work, 1),
        "not_caught_up": sum(not each.in_time for each in campaign.caught_up),
        "notices_median_s": _share(told, 0.5),
        "notices_max_s": _share(told, 1),
        "notices_longer_than_30_s": len(campaign.caught_up) - len(told),
        "seconds": round(campaign.seconds),
        "differences": campaign.differences,
    }


def _share(values: Sequence[float], share: float) -> float | None:
    return round(values[min(int(len(values) * share), len(values) - 1)], 2) if values else None


def write(found: dict[str, Any], campaign: Campaign, to: Path) -> None:
    """All of it, each volley with its catch-up."""
    volleys = [
        {"faults": [asdict(fault) for fault in each.volley], "catch_up_s": each.work, "notices_s": each.notices}
        for each in campaign.caught_up
    ]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps({**found, "each_volley": volleys}, ensure_ascii=False, indent=1), "utf-8")


def show(found: dict[str, Any], campaign: Campaign, console: Console) -> None:
    """The figures, the slowest catch-ups, and every difference."""
    table = Table(title=f"Faults on purpose, seed {campaign.seed}", show_header=False)
    lives = ", ".join(f"{count} {life}" for life, count in campaign.lived.items())
    for name, value in {**found, "lives": lives}.items():
        if name != "differences":
            table.add_row(name.replace("_", " "), str(value))
    console.print(table)
    console.print(f"Slowest to catch up (at most {CATCH_UP_SECONDS:.0f} s):")
    for line in _slowest(campaign):
        console.print(f"  {line}", highlight=False)
    for each in campaign.differences:
        console.print(f"[red]{each}[/red]", highlight=False, soft_wrap=True)
    differing = len(campaign.differences)
    verdict = f"{differing} differences" if differing else "no difference: every case is as it would have been"
    console.print(f"Seed {campaign.seed}: {verdict}", highlight=False)


def _slowest(campaign: Campaign) -> Iterator[str]:
    by_time = sorted(campaign.caught_up, key=lambda each: -(each.work or 1e9))
    for each in by_time[:WORST]:
        took = f"{each.work:5.1f} s" if each.work is not None else "  never"
        yield f"{took}  {' + '.join(map(str, each.volley))}"
