"""The folder in which `desk up` keeps all it owns: secrets, databases, ports, logs; and the lock on it."""

import base64
import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECRET_BYTES = 32


class FolderInUse(RuntimeError):
    """Another `desk up` holds the folder."""


@dataclass(frozen=True)
class DataFolder:
    """Where everything lies; each property is one place in the folder."""

    path: Path

    @property
    def postgres(self) -> Path:
        """The private PostgreSQL server's folder."""
        return self.path / "postgres"

    @property
    def temporal(self) -> Path:
        """The private Temporal server's folder."""
        return self.path / "temporal"

    @property
    def mailbox(self) -> Path:
        """What the local mailbox caught."""
        return self.path / "mailbox"

    @property
    def key_file(self) -> Path:
        """The key of each case, wrapped; apart from the databases, so that their copies hold no keys."""
        return self.path / "keys" / "case-keys.sqlite3"

    @property
    def master_key_file(self) -> Path:
        """The key that wraps every case's key."""
        return self.path / "keys" / "master.key"

    @property
    def session_secret_file(self) -> Path:
        """The secret that signs sessions and customer links."""
        return self.path / "keys" / "session.secret"

    @property
    def ports(self) -> Path:
        """Which ports were used last time."""
        return self.path / "ports.json"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.path / "logs" / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        """The note of which process stood for a name."""
        return self.path / "run" / f"{name}.pid"

    def prepare(self) -> None:
        """Make the folders and the secrets that are missing; nobody else can read them."""
        for folder in ("", "keys", "logs", "run", "postgres", "temporal", "mailbox"):
            (self.path / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        for secret in (self.master_key_file, self.session_secret_file):
            if not secret.exists():
                _write_secret(secret)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder; two servers on one database file would ruin it without a word.

        The lock ends with the process that holds it, however that process ends.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.path / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise FolderInUse(
                    f"{self.path} is in use by another `desk up` (process {holder}); "
                    "stop that one first, or choose another folder with --data"
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def _write_secret(path: Path) -> None:
    """Write to the side and rename: a start killed halfway must not leave half a key."""
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(SECRET_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    making.rename(path)
