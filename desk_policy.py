"""`desk policy`: look at the policies and check them."""

import json
from pathlib import Path
from typing import Annotated

import typer

policy = typer.Typer(no_args_is_help=True, help="Look at the policies and check them.")


@policy.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="A policy file; without it all shipped ones.")] = None,
) -> None:
    """Read policies whole and name every mistake by its path."""
    import policies
    from complaints.errors import PolicyMistake

    wrong = False
    for key in [file.stem] if file else policies.keys(with_demo=True):
        try:
            read = policies.read(key, file.read_text("utf-8")) if file else policies.load(key)
            typer.echo(f"{key}: fine, version {read.version}")
        except PolicyMistake as mistake:
            wrong = True
            for each in mistake.mistakes:
                typer.echo(f"{key}: {each}", err=True)
    raise typer.Exit(int(wrong))


@policy.command()
def show(key: Annotated[str, typer.Argument(help="Key of a shipped policy.")] = "sop") -> None:
    """Print a policy as it is written (the demo's, made from another, as JSON), with the source of each value."""
    import policies

    known = policies.keys(with_demo=True)
    if key not in known:
        typer.echo(f"no policy {key}; there are {', '.join(known)}", err=True)
        raise typer.Exit(1)
    written = policies.HERE / f"{key}.toml"
    made = json.dumps(policies.load(key).body, ensure_ascii=False, indent=2)
    typer.echo(written.read_text("utf-8") if written.exists() else made)
