"""A process of ours: started so that it dies with us, and known again by the start that comes after.

Three things go wrong with child processes, and each has its answer here. A parent killed with SIGKILL
leaves its children running: on Linux the kernel is asked to end them (PR_SET_PDEATHSIG), elsewhere and
as a second line the next start finds them by their pid file and ends them. A pid is given again to a
stranger: a pid file therefore holds the time the process was created as well, and a process that
doesn't match is left alone. A dead child that nobody has waited for still has a pid: such a zombie
counts as dead.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02
SAME_MOMENT_SECONDS = 2.0  # the boot time that creation times are counted from may be corrected by a second
LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Account:
    """The account a child runs under when we are root and it must not be."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Launch:
    """All that is needed to start one process."""

    argv: Sequence[str]
    log: Path
    cwd: Path | None = None
    env: Mapping[str, str] | None = None
    account: Account | None = None
    death_signal: signal.Signals = signal.SIGTERM
    pass_fds: Sequence[int] = field(default=())


@lru_cache(maxsize=1)
def _spawner() -> ThreadPoolExecutor:
    """One thread that lives as long as we do.

    The kernel sends the death signal when the *thread* that made the child ends, so children must not
    be made by a thread that only helps with starting up.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


def spawn(launch: Launch) -> subprocess.Popen[bytes]:
    """Start the process in a group of its own, its output appended to its log."""
    return _spawner().submit(_spawn, launch).result()


def _spawn(launch: Launch) -> subprocess.Popen[bytes]:
    account = launch.account
    with launch.log.open("ab") as log:
        return subprocess.Popen(
            list(launch.argv),
            cwd=launch.cwd,
            env=None if launch.env is None else dict(launch.env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone, and we stop in order
            pass_fds=tuple(launch.pass_fds),
            preexec_fn=_die_with_parent(launch.death_signal),
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else (),
        )


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl, parent, number = ctypes.CDLL(None).prctl, os.getpid(), int(death_signal)

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask_the_kernel


def end(process: subprocess.Popen[bytes], first: signal.Signals, patience: float) -> None:
    """Ask a child to stop, wait, and at the end of patience (seconds) kill its whole group."""
    if process.poll() is None:
        _signal_group(process.pid, first)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def is_alive(process: psutil.Process) -> bool:
    """Whether a process that needn't be our child still runs; a zombie doesn't."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end_orphan(process: psutil.Process, first: signal.Signals, patience: float) -> None:
    """Stop a process that an earlier start of ours left behind."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(first)
        until(lambda: not is_alive(process), patience)
        if is_alive(process):
            _signal_group(process.pid, signal.SIGKILL)  # what we spawn leads a group of its own
            process.kill()
            until(lambda: not is_alive(process), patience)


def until(condition: Callable[[], bool], patience: float) -> bool:
    """Wait for something outside to become true, at most `patience` seconds; say whether it did."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


@dataclass(frozen=True)
class PidFile:
    """Which process a name stood for, so that the next start can end it if it was left behind."""

    path: Path

    def write(self, pid: int) -> None:
        """Note a process that has just been started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            self.path.write_text(json.dumps({"pid": pid, "created": process.create_time()}))

    def orphan(self) -> psutil.Process | None:
        """The noted process if it is still that very process, else nothing."""
        try:
            note = json.loads(self.path.read_text())
            process = psutil.Process(note["pid"])
            same = abs(process.create_time() - note["created"]) < SAME_MOMENT_SECONDS
        except (OSError, ValueError, KeyError, psutil.Error):
            return None
        return process if same and is_alive(process) else None

    def clear(self) -> None:
        """Forget the process; it was stopped."""
        self.path.unlink(missing_ok=True)


def cap_log(log: Path, limit: int = LOG_BYTES) -> None:
    """Keep a log below its limit (bytes): what was written moves to `<name>.1`, the file starts anew.

    Children append, so emptying the file under them is safe.
    """
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > limit:
            log.with_name(log.name + ".1").write_bytes(log.read_bytes())
            os.truncate(log, 0)


class Program:
    """One program that can be started, watched and stopped, and started again."""

    def __init__(self, name: str, launch: Launch, pid_file: PidFile, patience: float = 5.0) -> None:
        self.name = name
        self.log = launch.log
        self._launch = launch
        self._pid_file = pid_file
        self._patience = patience
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """End what an earlier start left running, then start; the pid is the answer."""
        if (orphan := self._pid_file.orphan()) is not None:
            end_orphan(orphan, signal.SIGTERM, self._patience)
        self.process = spawn(self._launch)
        self._pid_file.write(self.process.pid)
        return self.process.pid

    def alive(self) -> bool:
        """Whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask the program to stop and wait for it; what doesn't stop in time is killed with its children."""
        if self.process is not None:
            end(self.process, signal.SIGTERM, self._patience)
            self.process = None
            self._pid_file.clear()
