"""`desk handbook`: the staff handbook of a shipped policy, printed or written into a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    ZH = "zh"
    EN = "en"


def handbook(
    key: Annotated[str, typer.Argument(help="Key of a shipped policy.")],
    lang: Annotated[Lang, typer.Option(help="In which language.")] = Lang.ZH,
    into: Annotated[Path | None, typer.Option(dir_okay=False, help="Write it into this file.")] = None,
) -> None:
    """Make the staff handbook of a policy, as Markdown: steps, limits, grades, authority, channels, escalation."""
    import policies
    from api.handbook import handbook as made

    known = policies.keys(with_demo=True)
    if key not in known:
        typer.echo(f"no policy {key}; there are {', '.join(known)}", err=True)
        raise typer.Exit(1)
    text = made(policies.load(key), "en" if lang is Lang.EN else "zh").markdown()
    if into is None:
        typer.echo(text)
    else:
        try:
            into.write_text(text, "utf-8")
        except OSError as error:
            typer.echo(f"{into}: {error.strerror}", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"written into {into}")
