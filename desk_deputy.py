"""`desk deputy`: who stands in for whom, named, listed and ended."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from desk_record import HERE, Folder, ask

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from records.database import Connection
    from records.deputies import Absence

deputy = typer.Typer(no_args_is_help=True, help="Name who stands in for somebody absent, list and end it.")

COMMAND_LINE = "command line"
"""Who named a deputy, where nobody logged in."""

Person = Annotated[str, typer.Argument(help="Login of who is away.")]


@deputy.command()
def add(
    person: Person,
    stands_in: Annotated[str, typer.Argument(metavar="DEPUTY", help="Login of who stands in.")],
    start: Annotated[str, typer.Option("--from", help="From when: 2026-10-01, or with a time.")],
    until: Annotated[str, typer.Option(help="Until when, this instant no longer.")],
    reason: Annotated[str, typer.Option(help="Why, in a word.")] = "",
    data: Folder = HERE,
) -> None:
    """Name who stands in for somebody; without an offset times are read on the default policy's clocks."""
    since, ends = _instant("--from", start), _instant("--until", until)

    async def named(connection: "Connection") -> int:
        from records import deputies

        absence = deputies.Absence(
            person=await _id(connection, person),
            deputy=await _id(connection, stands_in),
            starts_at=since,
            ends_at=ends,
            reason=reason,
        )
        return await deputies.name(connection, absence, COMMAND_LINE)

    typer.echo(f"{ask(data, lambda connection: _checked(named(connection)))}: {stands_in} stands in for {person}")


@deputy.command("list")
def list_(
    person: Annotated[str | None, typer.Argument(help="Login; without it everybody's are listed.")] = None,
    data: Folder = HERE,
) -> None:
    """Print absences that last or are to come; what is over isn't shown."""

    async def found(connection: "Connection") -> "list[Absence]":
        from records import deputies

        return await deputies.of(connection, await _id(connection, person) if person else None)

    for each in ask(data, found):
        dates = f"{each.starts_at.isoformat()}\t{each.ends_at.isoformat()}"
        typer.echo(f"{each.id}\t{each.person}\t{each.deputy}\t{dates}\t{each.reason}")


@deputy.command()
def end(
    person: Person,
    absence: Annotated[int, typer.Argument(help="Its number in the list.")],
    data: Folder = HERE,
) -> None:
    """End an absence before its time."""

    async def ended(connection: "Connection") -> bool:
        from records import deputies

        return await deputies.end(connection, await _id(connection, person), absence, COMMAND_LINE)

    if not ask(data, ended):
        _refuse(f"{person} has no absence {absence} that isn't over")
    typer.echo(f"{person} is back")


async def _checked(naming: "Awaitable[int]") -> int:
    from complaints.errors import BadValue

    try:
        return await naming
    except BadValue as wrong:
        _refuse(f"{wrong.field} {wrong.rule}")


async def _id(connection: "Connection", login: str) -> str:
    from records import deputies

    person = await deputies.person(connection, login)
    if person is None:
        _refuse(f"no active account {login}")
    return person.id


def _instant(option: str, text: str) -> datetime:
    from zoneinfo import ZoneInfo

    import policies

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        says = "an instant is written 2026-10-01, 2026-10-01T08:30 or …+08:00"
        raise typer.BadParameter(says, param_hint=option) from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(policies.load("sop").document.policy.zone.value))


def _refuse(says: str) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(1)
