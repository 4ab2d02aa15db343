"""`python -m trials.faults`: run a campaign, show what was found, fail where a case isn't as it would have been."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from plumbing.supervisor import stopping_on_signals
from trials.faults import report
from trials.faults.campaign import Campaign

FOUND = Path("build/faults.json")


def main(
    seed: Annotated[int, typer.Option(help="From which all faults follow; a failing one is run again.")] = 1,
    faults: Annotated[int, typer.Option(min=1, help="How many faults.")] = 200,
    cases: Annotated[int, typer.Option(min=1, help="How many cases are under way at any time.")] = 6,
    folder: Annotated[Path | None, typer.Option(help="Where everything is kept; else a folder for this run.")] = None,
) -> None:
    """Kill, freeze and cut off every part of a running desk under load, then hold every case against the rules."""
    console = Console(soft_wrap=True)
    where = folder or Path(tempfile.mkdtemp(prefix="desk-faults-"))
    campaign = Campaign(seed, faults, cases, lambda line: console.print(line, highlight=False))
    with stopping_on_signals() as stopped:
        asyncio.run(campaign.run(where.absolute()))
    if stopped.is_set():
        raise typer.Exit(2)
    found = report.figures(campaign)
    report.write(found, campaign, FOUND)
    report.show(found, campaign, console)
    raise typer.Exit(int(bool(campaign.differences)))


app = typer.Typer(pretty_exceptions_enable=False)
app.command()(main)

if __name__ == "__main__":
    app()
