"""Keeps a row of servers running: started together, restarted when they die, stopped in reverse order.

A supervisor is a context: whatever ends the block (Ctrl-C, SIGTERM, an error) stops everything that was
started in it, and nothing is left when the block is over. It knows nothing of what its servers do.
"""

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Protocol, Self

from plumbing.children import cap_log

LOOK_SECONDS = 0.1
CAP_SECONDS = 30.0
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 10.0
SETTLED_SECONDS = 30.0  # a server that ran this long is given a fresh start after its next death

logger = logging.getLogger(__name__)


class Server(Protocol):
    """What can be kept running: a private PostgreSQL, a private Temporal, one of our own processes."""

    name: str
    log: Path

    def start(self) -> object:
        """Start and wait until it is of use; called again after a death."""

    def alive(self) -> bool:
        """Whether it runs."""

    def stop(self) -> None:
        """Stop it, or do nothing if it doesn't run."""


@dataclass
class _Watched:
    server: Server
    starting: Future[object] | None = None
    started_at: float = 0.0
    deaths: int = 0
    again_at: float = 0.0


class Supervisor:
    """A context in which servers run; `tell` hears of deaths and restarts in one plain sentence each."""

    def __init__(self, tell: Callable[[str], None] = logger.warning) -> None:
        self._tell = tell
        self._watched: list[_Watched] = []
        self._starters = ThreadPoolExecutor(max_workers=8, thread_name_prefix="starter")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, servers: Sequence[Server]) -> None:
        """Start these servers side by side and wait for all of them; the first failure is raised."""
        begun = [self._begin(_Watched(server)) for server in servers]
        self._watched.extend(begun)
        for watched in begun:
            _result_of(watched)

    def watch(self, until: Callable[[], bool]) -> None:
        """Restart whatever dies, and keep the logs short, until told otherwise."""
        cap_at = 0.0
        while not until():
            time.sleep(LOOK_SECONDS)
            for watched in self._watched:
                self._look_after(watched)
            if time.monotonic() > cap_at:
                cap_at = time.monotonic() + CAP_SECONDS
                for watched in self._watched:
                    cap_log(watched.server.log)

    def stop(self) -> None:
        """Stop everything in reverse order, also what is just being started."""
        wait([watched.starting for watched in self._watched if watched.starting])
        for watched in reversed(self._watched):
            with contextlib.suppress(OSError):  # one that can't be stopped mustn't keep the others running
                watched.server.stop()
        self._watched.clear()
        self._starters.shutdown()

    def _begin(self, watched: _Watched) -> _Watched:
        watched.started_at = time.monotonic()
        watched.starting = self._starters.submit(watched.server.start)
        return watched

    def _look_after(self, watched: _Watched) -> None:
        if watched.starting is not None:
            if not watched.starting.done():
                return
            error = watched.starting.exception()
            watched.starting = None
            if error is not None:
                self._plan_restart(watched, f"{watched.server.name} didn't start again")
            return
        if watched.again_at and time.monotonic() >= watched.again_at:
            watched.again_at = 0.0
            self._begin(watched)
        elif not watched.again_at and not watched.server.alive():
            self._plan_restart(watched, f"{watched.server.name} has died")

    def _plan_restart(self, watched: _Watched, what: str) -> None:
        lived = time.monotonic() - watched.started_at
        watched.deaths = 0 if lived > SETTLED_SECONDS else watched.deaths
        delay = min(FIRST_DELAY_SECONDS * 2**watched.deaths, LONGEST_DELAY_SECONDS)
        watched.deaths += 1
        watched.again_at = time.monotonic() + delay
        self._tell(f"{what}; it is started again in {delay:.1f} s (see {watched.server.log.name})")


def _result_of(watched: _Watched) -> None:
    assert watched.starting is not None
    watched.starting.result()
    watched.starting = None


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[threading.Event]:
    """An event set by the first SIGINT, SIGTERM or SIGHUP; the block is interrupted wherever it waits.

    What follows the first signal is ignored while the block cleans up: stopping takes a bounded time,
    and an impatient second Ctrl-C would only leave something running.
    """
    asked = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not asked.is_set():
            asked.set()
            raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield asked
    except KeyboardInterrupt:
        if not asked.is_set():
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
