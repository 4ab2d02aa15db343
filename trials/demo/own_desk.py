"""The demo's own desk: `desk up` as a child in a folder of its own, and the accounts that log in there."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from plumbing.children import Launch, PidFile, Program
from plumbing.data_folder import DataFolder
from plumbing.settings import Settings
from trials.people import CHANGED, passwords
from trials.stack import REPOSITORY, address_of

READY_SECONDS = 120.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.1
READY = "Ready."
COMMAND = (sys.executable, str(REPOSITORY / "desk.py"))


class DeskNotReady(RuntimeError):
    """The demo's desk didn't come up; its own last words say why."""


class OwnDesk:
    """One run of the demo's desk, as a context; what a killed run left behind is ended first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = DataFolder(folder)
        self._data.prepare()
        self._log = self._data.log("demo-desk")
        self._log.unlink(missing_ok=True)
        launch = Launch((*COMMAND, "up", "--data", str(folder)), self._log, env=environment())
        self._program = Program("demo-desk", launch, PidFile(folder / "demo.pid"), STOP_SECONDS)

    def __enter__(self) -> Self:
        try:
            self._program.start()
            self._until_ready()
        except BaseException:
            self._program.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.stop()

    @property
    def screen(self) -> list[str]:
        """What the desk has printed."""
        return self._log.read_text("utf-8").splitlines()

    def address(self, name: str) -> str:
        return address_of(self.screen, name)

    def alive(self) -> bool:
        return self._program.alive()

    def _until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not any(line.startswith(READY) for line in self.screen):
            if not self.alive() or time.monotonic() > deadline:
                raise DeskNotReady("\n".join(self.screen[-5:]))
            time.sleep(LOOK_SECONDS)


def environment() -> dict[str, str]:
    """The desk is our own whatever the environment names, and offers the demo's policy."""
    rest = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return {**rest, "DEMO_POLICY": "true"}


@dataclass
class Accounts:
    """Everybody's password as it is after the first login, in a file only its owner reads."""

    folder: Path
    known: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "accounts.json"

    def remember(self, screen: Sequence[str]) -> None:
        """What earlier runs kept, and what this first start has printed."""
        if self.file.exists():
            self.known = json.loads(self.file.read_text("utf-8"))
        self._keep(passwords(screen))

    def seeded(self) -> dict[str, str]:
        """The passwords before they were changed, which is how people come."""
        return {login: password.removesuffix(CHANGED) for login, password in self.known.items()}

    def replace(self, login: str) -> None:
        """A new password for somebody whose own was lost."""
        command = [*COMMAND, "reset-password", login, "--data", str(self.folder)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
        self._keep({login: done.stdout.strip()})

    def _keep(self, fresh: dict[str, str]) -> None:
        self.known |= {login: password + CHANGED for login, password in fresh.items()}
        self.file.touch(0o600)
        self.file.write_text(json.dumps(self.known, indent=2), "utf-8")
