"""`desk policy`: look at the policies, check them, write a new one, publish a new version."""

import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import desk_record
from desk_record import HERE, Folder

if TYPE_CHECKING:
    from policies import Policy
    from records.database import Connection

policy = typer.Typer(no_args_is_help=True, help="Look at the policies, check them, write and publish new ones.")

COMMAND_LINE = "command line"
"""Who published, where nobody logged in."""

Key = Annotated[str | None, typer.Option(help="Key of the policy [the file's own].")]
Which = Annotated[str, typer.Argument(help="A policy's key, key@version as a desk keeps it, or a file.")]


@policy.command()
def check(
    which: Annotated[
        str | None, typer.Argument(metavar="[POLICY]", help="A policy file or a shipped key; without it all shipped.")
    ] = None,
) -> None:
    """Read policies whole and name every mistake by its path; templates beside a file, in templates/, belong to it."""
    import policies
    from complaints.errors import PolicyMistake

    shipped = policies.keys(with_demo=True)
    file = Path(which) if which is not None and (which not in shipped or Path(which).is_file()) else None
    wrong = False
    for key in [file.stem] if file else [which] if which else shipped:
        try:
            read = _read(file) if file else policies.load(key)
            typer.echo(f"{key}: fine, version {read.version}")
        except PolicyMistake as mistake:
            wrong = True
            _name(mistake.mistakes, key)
    raise typer.Exit(int(wrong))


@policy.command()
def show(key: Annotated[str, typer.Argument(help="Key of a shipped policy.")] = "sop") -> None:
    """Print a policy as it is written (the demo's, made from another, as JSON), with the source of each value."""
    import policies

    known = policies.keys(with_demo=True)
    if key not in known:
        _refuse(f"no policy {key}; there are {', '.join(known)}")
    written = policies.HERE / f"{key}.toml"
    made = json.dumps(policies.load(key).body, ensure_ascii=False, indent=2)
    typer.echo(written.read_text("utf-8") if written.exists() else made)


@policy.command()
def diff(before: Which, after: Which, data: Folder = HERE) -> None:
    """Print what differs between two policies, value by value with the source of each; exits with 1 where they do."""
    from policies.differences import differences

    found = differences(_written(before, data).whole(), _written(after, data).whole())
    section = ""
    for each in found:
        if each.section != section:
            section = each.section
            typer.echo(f"[{section}]")
        typer.echo(f"  {each}")
    if not found:
        typer.echo("no difference")
    raise typer.Exit(int(bool(found)))


@policy.command()
def new(
    key: Annotated[str, typer.Argument(help="Key of the new policy: small letters, digits and underscores.")],
    source: Annotated[str, typer.Option("--from", help="The shipped policy to begin with.")] = "sop",
    to: Annotated[Path, typer.Option(help="Folder to write it into.")] = Path(),
) -> None:
    """Write a new policy file and its templates, to be changed, checked and published."""
    import policies
    from policies.beginning import BadKey, begun

    shipped = policies.keys()
    if source not in shipped:
        _refuse(f"no policy {source} to begin with; there are {', '.join(shipped)}")
    files = {to / f"{key}.toml": "", to / "templates" / f"{key}.toml": ""}
    try:
        texts = begun(key, source)
    except BadKey as wrong:
        _refuse(str(wrong))
    for file, text in zip(files, texts, strict=True):
        if file.exists():
            _refuse(f"{file} is there already")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        typer.echo(f"written: {file}")


@policy.command()
def publish(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    key: Key = None,
    data: Folder = HERE,
) -> None:
    """Check a policy and give it to new cases from now on; running ones keep theirs until a director's adoption."""
    from complaints.errors import PolicyMistake

    try:
        wanted = key or _own_key(file)
        version, is_new = desk_record.ask(data, lambda connection: _publish(connection, wanted, file))
    except PolicyMistake as mistake:
        _name(mistake.mistakes, str(file))
        raise typer.Exit(1) from None
    typer.echo(f"{wanted}: {'published' if is_new else 'in force already'}, version {version}")


async def _publish(connection: "Connection", key: str, file: Path) -> tuple[str, bool]:
    from uuid import uuid4

    from api import publishing
    from policies import keys
    from records.policies import Publication
    from records.shelf import Shelf

    text, own = _text(file), _own_templates(file)
    templates = await publishing.templates_in_force(connection, key) if own is None else own
    checked = await publishing.checked(connection, key, text, templates)
    publication = Publication(
        id=str(uuid4()), key=key, version=checked.version, body=text, templates=templates,
        published_by=COMMAND_LINE, request_hash=checked.version,
    )  # fmt: skip
    return checked.version, await publishing.publish(connection, Shelf(keys()), checked, publication)


@dataclass(frozen=True)
class Written:
    """A policy as data: its file's content and its templates."""

    body: Mapping[str, Any]
    templates: Mapping[str, Any]

    def whole(self) -> dict[str, Any]:
        return {**self.body, "templates": self.templates}


def _written(which: str, data: Path) -> Written:
    """The policy meant: a file, a version a desk keeps, or a shipped one."""
    import policies
    from complaints.errors import PolicyMistake

    shipped = policies.keys(with_demo=True)
    if Path(which).is_file() or (Path(which).exists() and which not in shipped):
        try:
            read = _read(Path(which))
        except PolicyMistake as mistake:
            _name(mistake.mistakes, which)
            raise typer.Exit(2) from None
        return Written(read.body, read.templates)
    key, _, version = which.partition("@")
    if version:
        return desk_record.ask(data, lambda connection: _kept(connection, key, version))
    if key not in shipped:
        _refuse(f"no policy or file {which}; there are {', '.join(shipped)}", 2)
    return Written(policies.load(key).body, policies.load(key).templates)


async def _kept(connection: "Connection", key: str, version: str) -> Written:
    """A version a desk keeps, by its whole name or its author's."""
    from policies import keys
    from records import policies as kept
    from records.shelf import NoSuchPolicy, Shelf

    known = await kept.versions(connection, key)
    meant = [each for each in known if version in (each, each.rpartition("-")[0])]
    if not meant:
        _refuse(f"no version {version} of {key} is kept; there are {', '.join(known) or 'none'}", 2)
    try:
        found = await Shelf(keys(with_demo=True)).at(connection, key, meant[-1])
        return Written(found.body, found.templates)
    except NoSuchPolicy:
        # An older shipped version: only the record has it, which keeps no order of names.
        body = await kept.body(connection, key, meant[-1])
        return Written(body, await kept.templates(connection, key, meant[-1]))


def _read(file: Path) -> "Policy":
    """The policy in a file with the templates beside it; PolicyMistake names also what its templates lack."""
    import policies
    from api.publishing import mistakes_of_templates
    from complaints.errors import PolicyMistake

    read = policies.read(file.stem, _text(file), _own_templates(file) or "")
    found = mistakes_of_templates(read)
    if found:
        raise PolicyMistake(file.stem, tuple(found))
    return read


def _own_key(file: Path) -> str:
    """The key in the file; the file's name where it has none, which is a mistake that is named later."""
    text = _text(file)
    with suppress(tomllib.TOMLDecodeError, RecursionError, KeyError, TypeError):
        return str(tomllib.loads(text)["policy"]["key"])
    return file.stem


def _own_templates(file: Path) -> str | None:
    beside = file.parent / "templates" / file.name
    return _text(beside, "templates: ") if beside.is_file() else None


def _text(file: Path, path: str = "") -> str:
    """What stands in a file; PolicyMistake where that can't be a policy at all."""
    from complaints.errors import PolicyMistake

    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        says = "not UTF-8 text"
    except OSError as error:
        says = f"{error.strerror}; a policy is a file or one of the keys `desk policy check` lists"
    raise PolicyMistake(file.stem, (f"{path}{says}",))


def _name(mistakes: tuple[str, ...], where: str) -> None:
    for each in mistakes:
        typer.echo(f"{where}: {each}", err=True)


def _refuse(says: str, code: int = 1) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(code)
