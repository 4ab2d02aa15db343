"""A whole desk run from outside, as its owner runs it: `desk up` as a process, its screen, its family of processes."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

REPOSITORY = Path(__file__).parents[1]
PATIENCE_SECONDS = 30.0
EXTERNAL = ("DATABASE_URL", "TEMPORAL_ADDRESS", "SMTP_HOST", "COMPANY_URL")
"""What the environment may name must not reach a desk that is to be our own."""


class Desk:
    """One run of `desk up`, its screen and its processes."""

    def __init__(self, folder: Path, *options: str, **given: str) -> None:
        self.screen: list[str] = []
        environment = {name: value for name, value in os.environ.items() if name not in EXTERNAL}
        self.process = subprocess.Popen(
            [sys.executable, str(REPOSITORY / "desk.py"), "up", "--data", str(folder), *options],
            env={**environment, "LANG": "zh_CN.UTF-8", **given},
            cwd=folder.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.process:
            self.interrupt()

    def until_it_says(self, words: str) -> str:
        """Read the screen up to a line with these words; the line is the answer."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.screen.append(line)
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r}:\n" + "".join(self.screen))

    def address(self, name: str) -> str:
        return address_of(self.screen, name)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(
                self.address("My desk and API") + "/readyz", timeout=5
            ) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def family(self) -> dict[str, psutil.Process]:
        """Every process the desk started, by name."""
        named = ((_name(process), process) for process in psutil.Process(self.process.pid).children())
        return {name: process for name, process in named if name}

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)


def address_of(screen: Sequence[str], name: str) -> str:
    """The address printed under a name that begins so."""
    line = next(line for line in screen if line.strip().startswith(name))
    return line.split()[-1]


def _name(process: psutil.Process) -> str:
    """Its command; nothing for one that is dead, waited for or not."""
    try:
        line = process.cmdline()
    except psutil.Error:
        return ""
    if not line:
        return ""
    return line[2] if "desk.py" in " ".join(line[:2]) else Path(line[0]).name
