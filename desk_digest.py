"""`desk digest`: what quiet hours kept back and the daily sync chases; a running desk does it by itself."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from desk_record import HERE, Folder, settings


def digest(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go to whom.")] = False,
    data: Folder = HERE,
) -> None:
    """Send each person one mail with what is due: kept back in quiet hours, overdue, or silent; once, however often."""
    from api.digesting import run

    raise typer.Exit(asyncio.run(run(settings(data), Console(), dry_run)))
