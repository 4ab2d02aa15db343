"""`desk calendar`: look at the working calendars, load new ones."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import desk_record
from desk_record import HERE, Folder

if TYPE_CHECKING:
    from policies.calendars import Calendar
    from records.database import Connection

calendar = typer.Typer(no_args_is_help=True, help="Look at the working calendars and load new ones.")

SHOWN = 50
"""Cases whose deadlines are printed; the record has them all."""


@dataclass(frozen=True)
class Moved:
    """One policy's open cases that follow, and the first of them."""

    head: dict[str, Any]
    cases: list[dict[str, Any]]


@dataclass(frozen=True)
class Loaded:
    """What loading a calendar did."""

    kept: "tuple[Calendar, ...]"
    moved: list[Moved]


@calendar.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A calendar file (TOML).")],
    data: Folder = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which deadlines would move.")] = False,
) -> None:
    """Check a calendar file and keep it, and anew what extends it; open cases follow, their deadlines move.

    Every deadline that moves is recorded before and after. The running desk tells the cases within seconds.
    """
    try:
        loaded = desk_record.ask(data, lambda connection: _load(connection, file, data, dry_run))
    except _OnlyLooked as looked:
        loaded = looked.args[0]
    for each in loaded.kept:
        typer.echo(f"{each.key}: {'would be kept' if dry_run else 'kept'}, version {each.version}")
    if not loaded.kept:
        typer.echo(f"{file}: this very version is kept already")
    _tell(loaded, dry_run)


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
    from complaints.errors import BadValue

    try:
        return found(key, kept)
    except BadValue as wrong:
        typer.echo(f"calendar {key}: {wrong.rule}", err=True)
        raise typer.Exit(1) from None


def found(key: str, kept: "Mapping[str, Calendar]") -> "Calendar":
    """The same for who goes on without it; raises BadValue, which never repeats the key."""
    from complaints.errors import BadValue
    from policies.calendars import CalendarMistake, load, shipped

    known = {**{each: load(each) for each in shipped()}, **kept}
    try:
        if Path(key).is_file():
            return _in_file(Path(key), known)
    except CalendarMistake as wrong:
        raise BadValue("calendar", "; ".join(wrong.mistakes)) from None
    except OSError as away:
        raise BadValue("calendar", f"can't be read: {away.strerror}") from None
    if key not in known:
        raise BadValue("calendar", f"there is none of this key; there are {', '.join(sorted(known))}")
    return known[key]


def _in_file(file: Path, known: "Mapping[str, Calendar]") -> "Calendar":
    """Raises CalendarMistake with every mistake by its path."""
    from policies.calendars import CalendarMistake, read

    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise CalendarMistake(file.stem, ("not UTF-8 text",)) from None
    return read(file.stem, text, known)


def _read(file: Path, known: "Mapping[str, Calendar]") -> "Calendar":
    """The calendar in a file; every mistake is named by its path."""
    from policies.calendars import CalendarMistake

    try:
        return _in_file(file, known)
    except CalendarMistake as wrong:
        for each in wrong.mistakes:
            typer.echo(f"{file}: {each}", err=True)
    raise typer.Exit(1)


async def _keep(connection: "Connection", file: Path) -> "tuple[Calendar, ...]":
    from records.calendars import keep, newest

    return await keep(connection, _read(file, await newest(connection)))


def _kept(data: Path | None) -> "Mapping[str, Calendar]":
    from records.calendars import newest

    return desk_record.ask(data, newest)


# ── the cases that follow ──


class _OnlyLooked(Exception):
    """Thrown to leave a transaction without a trace; carries what was seen in it."""


async def _load(connection: "Connection", file: Path, data: Path, dry_run: bool) -> "Loaded":
    """Keep the calendar and have the open cases follow; with a dry run nothing of it stays."""
    kept = await _keep(connection, file)
    loaded = Loaded(kept, await _follow(connection, data))
    if dry_run:
        raise _OnlyLooked(loaded)
    return loaded


async def _follow(connection: "Connection", data: Path) -> "list[Moved]":
    """The adoptions by which open cases follow; the keys of a desk are needed only where it has open cases."""
    from records import adoptions

    if not await adoptions.open_cases(connection):
        return []
    from api.following import follow
    from api.tools import make_tools

    desk = make_tools(desk_record.settings(data))
    try:
        heads = await follow(connection, desk.adopting, desk.keys)
        return [Moved(head, await adoptions.page(connection, head["id"], "", SHOWN)) for head in heads]
    finally:
        await desk.database.close()


def _tell(loaded: "Loaded", dry_run: bool) -> None:
    follow = "would follow" if dry_run else "follow"
    for moved in loaded.moved:
        figures = moved.head["figures"]
        typer.echo(
            f"{moved.head['policy']}: {figures['cases']} open cases {follow}, {figures['earlier']} deadlines earlier, "
            f"{figures['later']} later, {figures['newly_overdue']} newly overdue"
            + ("" if dry_run else f"; adoption {moved.head['id']}")
        )
        for case in moved.cases:
            for each in case["changes"]:
                typer.echo(f"  {case['number']} {each['limit']}: {each['before']} → {each['after']}")
        if figures["cases"] > SHOWN:
            typer.echo(f"  … these are the first {SHOWN} cases")
