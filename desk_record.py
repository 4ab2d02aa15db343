"""Which desk a command speaks of: that of DATABASE_URL, or the one that runs in a folder; and its record, asked."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from pydantic import ValidationError

if TYPE_CHECKING:
    from plumbing.settings import Settings
    from records.database import Connection

Answer = TypeVar("Answer")

Folder = Annotated[Path, typer.Option(help="Folder of the running desk; DATABASE_URL goes first.")]
HERE = Path(".desk")


def ask(data: Path | None, question: "Callable[[Connection], Awaitable[Answer]]") -> "Answer":
    """Ask the record one question, in one transaction."""
    from records.database import Database, DatabaseAway

    async def asked() -> "Answer":
        database = Database(_address(data))
        try:
            async with database.transaction() as connection:
                return await question(connection)
        finally:
            await database.close()

    try:
        return asyncio.run(asked())
    except DatabaseAway as away:
        _leave(f"{away}: is the desk running?")


def settings(data: Path | None) -> "Settings":
    """All settings of the desk; what is missing is named."""
    from plumbing.household import NotReady, settings_of_running
    from plumbing.settings import Settings

    try:
        if "DATABASE_URL" in os.environ:
            return Settings.read()
        return settings_of_running(Path(__file__).with_name("desk.py"), (data or HERE).absolute())
    except ValidationError as mistakes:
        missing = [f"{str(each['loc'][-1]).upper()}: {each['msg']}" for each in mistakes.errors(include_input=False)]
        _leave("\n".join(missing))
    except NotReady as wrong:
        _leave(str(wrong))


def _address(data: Path | None) -> str:
    """DATABASE_URL, or that of the desk that runs in the folder."""
    from plumbing.running_desk import NoDesk, database_of
    from plumbing.settings import DatabaseSettings

    try:
        url = os.environ.get("DATABASE_URL") or database_of(data or HERE)
    except NoDesk as missing:
        _leave(str(missing))
    return DatabaseSettings(database_url=url).database_url


def _leave(says: str) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(2)
