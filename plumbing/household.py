"""Runs a whole desk on one machine: which servers, in which order, at which ports, until Ctrl-C.

What has to be done inside the databases before people may come in is handed over by `desk.py` as a
`Preparation`; this file knows processes, ports and a screen.
"""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import BaseSettings
from rich.console import Console

from plumbing.children import Launch, PidFile, Program, end_orphan
from plumbing.data_folder import DataFolder, FolderInUse
from plumbing.embedded_postgres import EmbeddedPostgres
from plumbing.embedded_temporal import (
    EmbeddedTemporal,
    TemporalDidNotStart,
    TemporalShape,
    temporal_pid_file,
)
from plumbing.ports import LOOPBACK, choose, remembered
from plumbing.postgres_programs import PostgresDidNotStart
from plumbing.settings import Settings
from plumbing.supervisor import Server, Supervisor, stopping_on_signals

PORTS = {
    "api": 8000,
    "temporal_ui": 8233,
    "temporal": 7233,
    "codec": 8081,
    "mailbox": 8025,
    "smtp": 1025,
    "company": 8090,
    "metrics": 9464,
    "postgres": 0,  # any: nobody but us connects to it
}
READY_SECONDS = 90.0
LEFTOVER_SECONDS = 10.0
ASK_SECONDS = 2.0
FAILED = 1


@dataclass(frozen=True)
class Account:
    """One seeded staff account and the password that works once."""

    login: str
    role: str
    password: str


@dataclass(frozen=True)
class Preparation:
    """What must be done in the databases, and is safe to do at every start."""

    search_attributes: Sequence[tuple[str, str]]
    dynamic_config: Mapping[str, str]  # of the Temporal server, values as JSON
    database: Callable[[Settings], Sequence[Account]]  # migrate and seed; accounts only when new
    temporal: Callable[[Settings], None]


NOTHING_TO_PREPARE = Preparation((), {}, lambda settings: (), lambda settings: None)
"""For who comes beside a desk that is prepared already."""


class External(BaseSettings):
    """The parts that somebody else runs, if the environment names them."""

    database_url: str | None = None
    temporal_address: str | None = None
    smtp_host: str | None = None
    company_url: str | None = None


class NotReady(RuntimeError):
    """The processes run but one of them doesn't answer."""


def run_everything(
    command: Path, data: Path, asked: Mapping[str, int | None], preparation: Preparation, console: Console
) -> int:
    """Bring the desk up, keep it up, and take it down; the answer is the exit code."""
    folder = DataFolder(data)
    with stopping_on_signals():
        try:
            with folder.locked():
                folder.prepare()
                _end_leftovers(folder)
                ports = choose(PORTS, asked, folder.ports)
                _Household(command, folder, ports, console).live(preparation)
        except (FolderInUse, NotReady, PostgresDidNotStart, TemporalDidNotStart) as error:
            console.print(f"[red]{error}[/red]", soft_wrap=True)
            return FAILED
        except PermissionError as error:
            console.print(f"[red]{error.filename} belongs to another account: {error.strerror}[/red]")
            return FAILED
    console.print("Everything has stopped; the next start continues the same cases.")
    return 0


def settings_of_running(command: Path, data: Path) -> Settings:
    """The settings the processes of a running desk have, for a command beside them; raises NotReady."""
    folder = DataFolder(data)
    ports = remembered(folder.ports)
    if not ports:
        raise NotReady(f"no desk has run in {data}: name its folder with --data")
    household = _Household(command, folder, ports, Console())
    return household.settings()


class _Household:
    """One run of everything."""

    def __init__(self, command: Path, folder: DataFolder, ports: Mapping[str, int], console: Console) -> None:
        self._command = command
        self._folder = folder
        self._ports = ports
        self._console = console
        self._external = External()
        self._began = time.monotonic()

    def live(self, preparation: Preparation) -> None:
        """From nothing to ready, then until interrupted."""
        with Supervisor(self._tell) as supervisor:
            with self._console.status("starting PostgreSQL and Temporal") as status:
                postgres, temporal = self._postgres(), self._temporal(preparation)
                supervisor.start([server for server in (postgres, temporal) if server])
                self._say("PostgreSQL and Temporal answer")
                status.update("bringing tables, policies, accounts and search attributes up to date")
                settings = self._settings(postgres, temporal)
                self._show_accounts(preparation.database(settings))
                preparation.temporal(settings)
                self._say("tables, policies, accounts and search attributes are there")
                status.update("starting worker, API, codec server, mailbox and order records")
                supervisor.start(self._programs(settings))
                self._await_ready(supervisor, settings)
            self._show_addresses(settings)
            supervisor.watch(lambda: False)

    def settings(self) -> Settings:
        """What its processes are told."""
        return self._settings(self._postgres(), self._temporal(NOTHING_TO_PREPARE))

    # -- who runs -------------------------------------------------------------------------------------

    def _postgres(self) -> EmbeddedPostgres | None:
        if self._external.database_url:
            return None
        log = self._folder.log("postgres")
        return EmbeddedPostgres(self._folder.postgres, self._ports["postgres"], log=log)

    def _temporal(self, preparation: Preparation) -> EmbeddedTemporal | None:
        if self._external.temporal_address:
            return None
        shape = TemporalShape(
            search_attributes=preparation.search_attributes,
            codec_url=self._local("codec"),
            dynamic_config=preparation.dynamic_config,
        )
        ports = self._ports["temporal"], self._ports["temporal_ui"]
        return EmbeddedTemporal(self._folder.temporal, *ports, shape=shape, log=self._folder.log("temporal"))

    def _programs(self, settings: Settings) -> list[Server]:
        env = {**os.environ, **settings.as_environment()}
        names = ["worker", "api", "codec"]
        if not self._external.smtp_host:
            names.insert(0, "mailbox")
        if not self._external.company_url:
            names.insert(0, "company")
        return [self._program(name, env) for name in names]

    def _program(self, name: str, env: Mapping[str, str]) -> Program:
        argv = (sys.executable, str(self._command), name)
        launch = Launch(argv, self._folder.log(name), env=env)
        return Program(name, launch, PidFile(self._folder.pid_file(name)))

    def _settings(self, postgres: EmbeddedPostgres | None, temporal: EmbeddedTemporal | None) -> Settings:
        """Our own answers, except where the environment has one."""
        folder, ports = self._folder, self._ports
        ours: dict[str, object] = {
            "key_file": folder.key_file,
            "master_key_file": folder.master_key_file,
            "session_secret_file": folder.session_secret_file,
            "mailbox_dir": folder.mailbox,
            "mailbox_port": ports["mailbox"],
            "smtp_port": ports["smtp"],
            "company_port": ports["company"],
            "company_url": self._local("company"),
            "public_url": self._local("api"),
            "codec_url": self._local("codec"),
            "api_port": ports["api"],
            "codec_port": ports["codec"],
            "metrics_port": ports["metrics"],
        }
        if not self._external.smtp_host:
            ours["mailbox_url"] = self._local("mailbox")
        if postgres:
            ours["database_url"] = postgres.url
        if temporal:
            ours["temporal_address"] = temporal.address
            ours["temporal_ui_url"] = self._local("temporal_ui")
        return Settings.read(
            **{name: value for name, value in ours.items() if name.upper() not in os.environ}
        )

    def _local(self, name: str) -> str:
        """One host name for every page: a login at one of them counts at the others."""
        return f"http://localhost:{self._ports[name]}"

    # -- whether they are ready -----------------------------------------------------------------------

    def _await_ready(self, supervisor: Supervisor, settings: Settings) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = [settings.codec_port, settings.metrics_port]
        waiting += [] if self._external.smtp_host else [settings.smtp_port, settings.mailbox_port]
        waiting += [] if self._external.company_url else [settings.company_port]

        def ready() -> bool:
            waiting[:] = [port for port in waiting if not _listens(port)]
            done = not waiting and _answers(f"http://{LOOPBACK}:{settings.api_port}/readyz")
            return done or time.monotonic() > deadline

        supervisor.watch(ready)
        if time.monotonic() > deadline:
            silent = ", ".join(name for name, port in self._ports.items() if port in waiting) or "api"
            raise NotReady(
                f"not ready after {READY_SECONDS:.0f} s: {silent}; see {self._folder.path / 'logs'}"
            )

    # -- what is shown --------------------------------------------------------------------------------

    def _tell(self, sentence: str) -> None:
        self._console.print(f"[yellow]{sentence}[/yellow]", highlight=False)

    def _say(self, what: str) -> None:
        spent = time.monotonic() - self._began
        self._console.print(f"[dim]{spent:5.1f} s[/dim]  {what}", highlight=False)

    def _show_accounts(self, accounts: Sequence[Account]) -> None:
        """At once, not when all is ready: a start that fails later must not lose the passwords."""
        if accounts:
            self._show(
                "Staff accounts, shown only now; each password works once and is then changed",
                [(f"{account.login} ({account.role})", account.password) for account in accounts],
            )

    def _show_addresses(self, settings: Settings) -> None:
        self._say("ready")
        self._show(
            "Addresses",
            [
                ("My desk and API", settings.public_url),
                ("API reference", f"{settings.public_url}/docs"),
                ("Customer page", f"{settings.public_url}/c"),
                ("Temporal UI, readable after a login at the desk", settings.codec_url),
                ("Temporal UI as stored, contents sealed", settings.temporal_ui_url),
                ("Mailbox (what the desk has sent)", settings.mailbox_url or f"at {settings.smtp_host}"),
                ("Order records", settings.company_url or "none"),
                ("Worker metrics", f"http://localhost:{settings.metrics_port}/metrics"),
                ("Temporal server", settings.temporal_address),
                ("Data folder", str(self._folder.path)),
            ],
        )
        self._console.print("Ready. Ctrl-C stops everything.", highlight=False)

    def _show(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns without a frame, never cut or wrapped: addresses and passwords are copied from here."""
        width = max(len(name) for name, _ in rows)
        self._console.print(f"\n[bold]{title}[/bold]", highlight=False)
        for name, value in rows:
            self._console.print(f"  {name:<{width}}  {value}", markup=False, soft_wrap=True)
        self._console.print()


def _end_leftovers(folder: DataFolder) -> None:
    """End what a killed run left, all of it before ports are chosen: the same ports are then free again."""
    EmbeddedPostgres(folder.postgres).end_leftovers()
    notes = [temporal_pid_file(folder.temporal), *map(PidFile, folder.path.glob("run/*.pid"))]
    for note in notes:
        if (orphan := note.orphan()) is not None:
            end_orphan(orphan, signal.SIGTERM, LEFTOVER_SECONDS)
        note.clear()


def _listens(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=ASK_SECONDS).close()
    except OSError:
        return False
    return True


def _answers(url: str) -> bool:
    """Whether a server of ours says yes; asked directly, whatever proxy the environment names."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=ASK_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
