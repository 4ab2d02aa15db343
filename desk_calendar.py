"""`desk calendar`: look at the working calendars, load new ones."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from policies.calendars import Calendar
    from records.database import Connection

Answer = TypeVar("Answer")

calendar = typer.Typer(no_args_is_help=True, help="Look at the working calendars and load new ones.")

Folder = Annotated[Path, typer.Option(help="Folder of the running desk; DATABASE_URL goes first.")]


@calendar.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A calendar file (TOML).")],
    data: Folder = Path(".desk"),
) -> None:
    """Check a calendar file and keep it; what extends an earlier version of it is made anew."""
    kept = _ask(_database(data), lambda connection: _keep(connection, file))
    for each in kept:
        typer.echo(f"{each.key}: kept, version {each.version}")
    if not kept:
        typer.echo(f"{file}: this very version is kept already")


@calendar.command()
def show(
    key: Annotated[str, typer.Argument(help="Key of a calendar, or a calendar file.")] = "cn",
    year: Annotated[int | None, typer.Option(min=2000, max=2200, help="Which year [this year].")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of a running desk, to show what it keeps.")] = None,
) -> None:
    """Print a year with its working days, holidays and make-up days; shipped calendars, or those kept in --data."""
    from datetime import datetime

    from policies.calendars.picture import picture

    chosen = one(key, _kept(data) if data or "DATABASE_URL" in os.environ else {})
    typer.echo(picture(chosen, year or datetime.now().astimezone().year))


def one(key: str, kept: "Mapping[str, Calendar]") -> "Calendar":
    """The calendar in this file, or of this key: as it is kept, else as it is shipped."""
    from policies.calendars import load, shipped

    known = {**{each: load(each) for each in shipped()}, **kept}
    if Path(key).is_file():
        return _read(Path(key), known)
    if key not in known:
        typer.echo(f"no calendar {key}; there are {', '.join(sorted(known))}", err=True)
        raise typer.Exit(1)
    return known[key]


def _read(file: Path, known: "Mapping[str, Calendar]") -> "Calendar":
    """The calendar in a file; every mistake is named by its path."""
    from policies.calendars import CalendarMistake, read

    try:
        return read(file.stem, file.read_text("utf-8"), known)
    except CalendarMistake as wrong:
        for each in wrong.mistakes:
            typer.echo(f"{file}: {each}", err=True)
    except UnicodeDecodeError:
        typer.echo(f"{file}: not UTF-8 text", err=True)
    raise typer.Exit(1)


async def _keep(connection: "Connection", file: Path) -> "tuple[Calendar, ...]":
    from records.calendars import keep, newest

    return await keep(connection, _read(file, await newest(connection)))


def _kept(data: Path | None) -> "Mapping[str, Calendar]":
    from records.calendars import newest

    return _ask(_database(data), newest)


def _ask(url: str, question: "Callable[[Connection], Awaitable[Answer]]") -> "Answer":
    """Ask the database one question, in one transaction."""
    from records.database import Database, DatabaseAway

    async def asked() -> "Answer":
        database = Database(url)
        try:
            async with database.transaction() as connection:
                return await question(connection)
        finally:
            await database.close()

    try:
        return asyncio.run(asked())
    except DatabaseAway as away:
        typer.echo(f"{away}: is the desk running?", err=True)
        raise typer.Exit(2) from None


def _database(data: Path | None) -> str:
    """DATABASE_URL, or that of the desk that runs in the folder."""
    from plumbing.running_desk import NoDesk, database_of
    from plumbing.settings import DatabaseSettings

    try:
        url = os.environ.get("DATABASE_URL") or database_of(data or Path(".desk"))
    except NoDesk as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None
    return DatabaseSettings(database_url=url).database_url
