"""The `desk` command: everything on one machine with `desk up`, or one process at a time.

Imports of the other rooms stand inside the commands, against the habit of the house: each process
loads only what it runs, so `desk up` is ready seconds earlier and a mailbox needs no database driver.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

import desk_calendar
import desk_deputy
import desk_digest
import desk_due
import desk_handbook
import desk_policy
import desk_record
from plumbing import logs
from plumbing.settings import DatabaseSettings, Settings

if TYPE_CHECKING:
    from temporalio.client import Client

    from plumbing.household import Account, Preparation

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals may be secrets
    help="Complaint Desk: a complaint from arrival to archive.",
)
app.add_typer(desk_policy.policy, name="policy")
app.add_typer(desk_calendar.calendar, name="calendar")
app.add_typer(desk_deputy.deputy, name="deputy")
app.command()(desk_digest.digest)
app.command()(desk_due.due)
app.command()(desk_handbook.handbook)
console = Console()

GRACE_SECONDS = 2  # an open event stream would otherwise keep a stopping server for ever


@app.command()
def up(
    data: Annotated[Path, typer.Option(help="Folder for everything this desk keeps.")] = Path(".desk"),
    port: Annotated[int | None, typer.Option(help="Port of the API and its pages [8000].")] = None,
    ui_port: Annotated[int | None, typer.Option(help="Port of the Temporal Web UI [8233].")] = None,
    temporal_port: Annotated[int | None, typer.Option(help="Port of the Temporal server [7233].")] = None,
    codec_port: Annotated[int | None, typer.Option(help="Port of the codec server [8081].")] = None,
    mailbox_port: Annotated[int | None, typer.Option(help="Port of the mailbox page [8025].")] = None,
    smtp_port: Annotated[int | None, typer.Option(help="Port that takes mail [1025].")] = None,
    company_port: Annotated[int | None, typer.Option(help="Port of the demo company server [8090].")] = None,
    metrics_port: Annotated[int | None, typer.Option(help="Port of the worker's metrics [9464].")] = None,
    drills: Annotated[bool, typer.Option("--drills", help="Allow `desk fast-forward`; never for real cases.")] = False,
) -> None:
    """Run everything on this machine until Ctrl-C: databases, worker, API, codec server, mailbox.

    DATABASE_URL or TEMPORAL_ADDRESS in the environment puts an external server in the place of ours. A
    port that is taken is replaced by a free one; the table at the end shows what is really used.
    """
    from plumbing.household import run_everything

    asked = {
        "api": port,
        "temporal_ui": ui_port,
        "temporal": temporal_port,
        "codec": codec_port,
        "mailbox": mailbox_port,
        "smtp": smtp_port,
        "company": company_port,
        "metrics": metrics_port,
    }
    _leave(run_everything(Path(__file__), data.absolute(), asked, _preparation(drills), console))


@app.command()
def demo(
    data: Annotated[Path, typer.Option(help="Folder for everything the demo's desk keeps.")] = Path(".desk-demo"),
    policy: Annotated[str, typer.Option(help="Play the stories of this policy.")] = "sop",
    only: Annotated[list[str] | None, typer.Option(help="Play this story alone (may be given again).")] = None,
    stay: Annotated[
        bool | None, typer.Option("--stay/--leave", help="Keep the desk up at the end [stay on a terminal].")
    ] = None,
) -> None:
    """Show the product: complaints played by staff and customers, on a desk of its own, in a few minutes."""
    from trials.demo import script, show

    if policy not in script.told():
        typer.echo(f"no stories of the policy {policy}; there are some of {', '.join(script.told())}", err=True)
        raise typer.Exit(2)
    try:
        stories = show.chosen(policy, only or ())
    except KeyError as unknown:
        known = ", ".join(each.key for each in show.chosen(policy, ()))
        typer.echo(f"no story {unknown}; there are {known}", err=True)
        raise typer.Exit(2) from None
    stays = sys.stdin.isatty() if stay is None else stay
    _leave(show.run(data.absolute(), stories, stays, show.a_console()))


@app.command()
def worker() -> None:
    """Run the worker: workflows and activities."""
    import worker as process

    asyncio.run(process.main(_settings("worker")))


@app.command()
def api() -> None:
    """Run the API and its pages."""
    _serve("api.app:create_app", "api")


@app.command()
def codec() -> None:
    """Run the codec server, with which the Temporal Web UI shows sealed payloads to who may read them."""
    _serve("api.codec_server:create_app", "codec")


@app.command()
def company() -> None:
    """Run the demo company server: orders, deliveries and services to look up."""
    _serve("company:create_app", "company")


@app.command()
def mailbox() -> None:
    """Run the local mailbox: it takes the desk's mail and shows it on a page."""
    from plumbing.mailbox import run

    run(_settings("mailbox"))


@app.command()
def migrate() -> None:
    """Bring the tables of DATABASE_URL to this release, and keep its policies and calendars there."""
    _migrate(_settings("migrate"))


@app.command()
def seed(
    policy: Annotated[
        list[str] | None, typer.Option(help="Staff this policy's departments (may be given again).")
    ] = None,
    data: Annotated[Path, typer.Option(help="Folder of the running desk; DATABASE_URL goes first.")] = Path(".desk"),
) -> None:
    """Make one account for each role, and a head and an executor for each department, that has none.

    The passwords are shown once.
    """
    _all_shipped(policy or ())
    settings = desk_record.settings(data)
    logs.configure(settings.log_level, "seed")
    _all_shipped(policy or settings.staffed)
    for account in _seed(settings.model_copy(update={"staffed_policies": ",".join(policy)}) if policy else settings):
        typer.echo(f"{account.login}\t{account.role}\t{account.password}")


def _all_shipped(keys: Sequence[str]) -> None:
    """Whether there are policies of these keys; leaves with those there are where not."""
    import policies

    known = policies.keys(with_demo=True)
    for key in keys:
        if key not in known:
            typer.echo(f"no policy {key}; there are {', '.join(known)}", err=True)
            raise typer.Exit(2)


@app.command("reset-password")
def reset_password(
    login: Annotated[str, typer.Argument(help="Whose password was lost.")],
    data: Annotated[Path, typer.Option(help="Folder of the running desk; DATABASE_URL goes first.")] = Path(".desk"),
) -> None:
    """Give somebody a new password that works once; every session of theirs ends."""
    password = asyncio.run(_reset_password(os.environ.get("DATABASE_URL") or _running_database(data), login))
    if password is None:
        typer.echo(f"no active account {login}", err=True)
        raise typer.Exit(1)
    typer.echo(password)


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="New folder for the copy; `desk up --data` starts from it.")],
    data: Annotated[Path, typer.Option(help="Folder of the running desk.")] = Path(".desk"),
) -> None:
    """Copy a running desk of this machine whole: databases, then keys. Keep the copy as safe as the keys in it."""
    from plumbing.backup import NotCopied, back_up
    from plumbing.data_folder import DataFolder
    from plumbing.embedded_postgres import PostgresNotCopied

    try:
        back_up(DataFolder(data.absolute()), DataFolder(to.absolute()))
    except (NotCopied, PostgresNotCopied) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"copied to {to}")


@app.command()
def reconcile(
    restart: Annotated[str | None, typer.Option(help="Bring this case back, whose workflow was terminated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look.")] = False,
    data: Annotated[Path, typer.Option(help="Folder of the running desk; DATABASE_URL goes first.")] = Path(".desk"),
) -> None:
    """Compare cases, workflows, clocks, receipts and notices, and repair what can be repaired.

    Exits with 1 where something is left that needs a person.
    """
    from api.reconcile_command import run

    settings = _settings("reconcile") if "DATABASE_URL" in os.environ else _settings_of_running(data)
    _leave(asyncio.run(run(settings, console, restart, dry_run)))


@app.command("fast-forward")
def fast_forward(
    number: Annotated[str, typer.Argument(help="The complaint's number.")],
    span: Annotated[str, typer.Argument(help="How far, such as 30min or 2h.")],
    data: Annotated[Path, typer.Option(help="Folder of the desk, started with --drills.")] = Path(".desk"),
) -> None:
    """Rehearse: let time pass for one case, which it will never get back. Not for real cases."""
    from policies.durations import parse_duration

    try:
        by = parse_duration(span)
    except ValueError as mistake:
        typer.echo(f"{span}: {mistake}", err=True)
        raise typer.Exit(2) from None
    settings = _settings("fast-forward") if "TEMPORAL_ADDRESS" in os.environ else _settings_of_running(data)
    _leave(asyncio.run(_fast_forward(settings, number, by)))


@app.command("search-attributes")
def search_attributes() -> None:
    """Make the search attributes known to the Temporal server of TEMPORAL_ADDRESS."""
    added = asyncio.run(_register(_settings("search-attributes")))
    typer.echo(f"added: {', '.join(added)}" if added else "all there")
    _leave(0)


@app.command()
def version() -> None:
    """Say which release this is."""
    try:
        typer.echo(installed_version("complaint-desk"))
    except PackageNotFoundError:
        typer.echo("not installed: run from its source")


def _settings(process: str) -> Settings:
    """This process's settings; what is missing or wrong is named, its value isn't shown."""
    try:
        settings = Settings.read()
    except ValidationError as mistakes:
        for each in mistakes.errors(include_input=False):
            typer.echo(f"{'_'.join(str(part) for part in each['loc']).upper()}: {each['msg']}", err=True)
        raise typer.Exit(2) from None
    logs.configure(settings.log_level, process)
    return settings


def _serve(factory: str, process: str) -> None:
    """Serve one of the applications until SIGTERM."""
    import uvicorn

    settings = _settings(process)
    uvicorn.run(
        factory,
        factory=True,
        host=getattr(settings, f"{process}_host"),
        port=getattr(settings, f"{process}_port"),
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_config=None,
        access_log=False,  # addresses carry complaint numbers and customers' links
    )


def _preparation(drills: bool) -> "Preparation":
    from plumbing.embedded_temporal import FOR_DRILLS
    from plumbing.household import Preparation
    from plumbing.search_attributes import as_flags
    from workflows.names import SEARCH_ATTRIBUTES

    allowed = FOR_DRILLS if drills else {}
    return Preparation(as_flags(SEARCH_ATTRIBUTES), allowed, _prepare_database, _prepare_temporal)


def _prepare_database(settings: Settings) -> "list[Account]":
    _migrate(settings)
    return _seed(settings)


def _migrate(settings: Settings) -> None:
    from records.migrate import upgrade

    upgrade(settings.database_url)
    asyncio.run(_keep_policies(settings))


async def _keep_policies(settings: Settings) -> None:
    """A case names the versions of its policy and calendar; each version shipped so far stays readable."""
    import policies
    from policies import calendars
    from records.calendars import keep
    from records.database import Database
    from records.policies import store

    database = Database(settings.database_url)
    try:
        async with database.transaction() as connection:
            for shipped in map(policies.load, policies.keys()):
                await store(connection, shipped)
            for calendar in map(calendars.load, calendars.shipped()):
                await keep(connection, calendar)
    finally:
        await database.close()


def _seed(settings: Settings) -> "list[Account]":
    from plumbing.household import Account
    from records.seeds import seed as seed_staff

    made = seed_staff(settings.database_url, _departments(settings.staffed))
    return [Account(each.login, each.role, each.password) for each in made]


def _departments(keys: Sequence[str]) -> dict[str, str]:
    """The departments of these policies, by key and name."""
    import policies

    documents = [policies.load(key).document for key in keys]
    return {name: each.zh for document in documents for name, each in document.departments.items()}


async def _reset_password(url: str, login: str) -> str | None:
    from records import people
    from records.database import Database

    database = Database(DatabaseSettings(database_url=url).database_url)
    try:
        return await people.reset_password(database, login)
    finally:
        await database.close()


def _running_database(data: Path) -> str:
    """The database of the desk that runs in this folder."""
    from plumbing.running_desk import NoDesk, database_of

    try:
        return database_of(data)
    except NoDesk as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None


def _settings_of_running(data: Path) -> Settings:
    """The settings of the desk that runs in this folder."""
    from plumbing.household import NotReady, settings_of_running

    try:
        settings = settings_of_running(Path(__file__), data.absolute())
    except NotReady as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    logs.configure(settings.log_level, "reconcile")
    return settings


def _prepare_temporal(settings: Settings) -> None:
    asyncio.run(_register(settings))


async def _register(settings: Settings) -> list[str]:
    from plumbing.search_attributes import register
    from workflows.names import SEARCH_ATTRIBUTES

    return await register(await _client(settings), SEARCH_ATTRIBUTES)


async def _fast_forward(settings: Settings, number: str, by: timedelta) -> int:
    from plumbing.drill import NoDrills, fast_forward
    from workflows.names import workflow_id

    try:
        went_on = await fast_forward(await _client(settings), workflow_id(number), by)
    except NoDrills as error:
        typer.echo(str(error), err=True)
        return 1
    typer.echo(f"{number} is {by} further" if went_on else f"{number} ended meanwhile")
    return 0


async def _client(settings: Settings) -> "Client":
    """Without the sealed data converter: this client carries no payloads and needs no keys."""
    from temporalio.client import Client

    key = settings.temporal_api_key
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        tls=settings.temporal_tls,
        api_key=key.get_secret_value() if key else None,
    )


def _leave(code: int) -> NoReturn:
    """Leave at once: a client of Temporal's core may crash while the interpreter tidies up."""
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    app()
