"""The demo's own desk: `desk up` as a child in a folder of its own, and the accounts that log in there."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import policies
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
    """One run of the demo's desk; what a killed run left behind is ended first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = folder / "desk.log"
        self._log.unlink(missing_ok=True)
        launch = Launch((*COMMAND, "up", "--data", str(data_of(folder))), self._log, env=environment())
        self._program = Program("desk", launch, PidFile(folder / "desk.pid"), STOP_SECONDS)

    def start(self) -> None:
        """Come up, and answer when everything is ready."""
        self._program.start()
        deadline = time.monotonic() + READY_SECONDS
        while not any(line.startswith(READY) for line in self.screen):
            if not self.alive() or time.monotonic() > deadline:
                raise DeskNotReady("\n".join(self.screen[-5:]))
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        self._program.stop()

    @property
    def screen(self) -> list[str]:
        """What the desk has printed."""
        return self._log.read_text("utf-8").splitlines()

    def address(self, name: str) -> str:
        return address_of(self.screen, name)

    def alive(self) -> bool:
        return self._program.alive()


@contextmanager
def running(folder: Path) -> Iterator[OwnDesk]:
    """The demo's desk for as long as the block lasts; raises FolderInUse while another demo holds the folder."""
    with DataFolder(folder).locked():
        desk = OwnDesk(folder)
        try:
            desk.start()
            yield desk
        finally:
            desk.stop()


def data_of(folder: Path) -> Path:
    """Where the desk itself keeps its data."""
    return folder / "data"


def environment() -> dict[str, str]:
    """The desk is our own whatever the environment names, offers the demos' policies, and has staff for them all."""
    rest = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return {**rest, "DEMO_POLICY": "true", "STAFFED_POLICIES": ",".join(policies.keys())}


@dataclass
class Accounts:
    """Everybody's password, as seeded and then as changed, in a file only its owner reads."""

    folder: Path
    known: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "accounts.json"

    def remember(self, screen: Sequence[str]) -> None:
        """What earlier runs kept, and what this first start has printed."""
        if self.file.exists():
            self.known = json.loads(self.file.read_text("utf-8"))
        self.keep(passwords(screen))

    def seeded(self) -> dict[str, str]:
        """The passwords before they were changed, which is how people come."""
        return {login: password.removesuffix(CHANGED) for login, password in self.known.items()}

    def changed(self) -> set[str]:
        """Whose password has been changed."""
        return {login for login, password in self.known.items() if password.endswith(CHANGED)}

    def replace(self, login: str) -> None:
        """A new password for somebody whose own was lost."""
        command = [*COMMAND, "reset-password", login, "--data", str(data_of(self.folder))]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
        self.keep({login: done.stdout.strip()})

    def came(self, login: str) -> None:
        """Somebody has logged in, with the password changed."""
        self.keep({login: self.seeded()[login] + CHANGED})

    def keep(self, passwords: dict[str, str]) -> None:
        self.known |= passwords
        self.file.touch(0o600)
        self.file.write_text(json.dumps(self.known, indent=2), "utf-8")
