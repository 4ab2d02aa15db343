"""The supervisor, the ports and the lock, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from plumbing.children import Launch, PidFile, Program, cap_log, is_alive, until
from plumbing.data_folder import DataFolder, FolderInUse
from plumbing.ports import choose, free_port, is_free
from plumbing.supervisor import Supervisor, stopping_on_signals

PATIENCE_SECONDS = 20.0
REPOSITORY = Path(__file__).parents[2]
WAIT_FOR_EVER = "import signal, sys; print('up', flush=True); signal.pause()"
DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
    "while True: signal.pause()"
)
WITH_A_CHILD = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import signal; signal.pause()'])"
)
HOLD_THE_FOLDER = """
import sys
from pathlib import Path
from plumbing.data_folder import DataFolder
with DataFolder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""
START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from plumbing.children import Launch, PidFile, Program
folder = Path(sys.argv[1])
launch = Launch((sys.executable, "-c", "import signal; signal.pause()"), folder / "log", death_signal=signal.SIGCONT)
print(Program("left", launch, PidFile(folder / "left.pid")).start(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(told: list[str]) -> Iterator[Supervisor]:
    with Supervisor(told.append) as supervisor:
        yield supervisor


def program(folder: Path, code: str = WAIT_FOR_EVER, name: str = "one", patience: float = 5.0) -> Program:
    launch = Launch((sys.executable, "-c", code), folder / f"{name}.log")
    return Program(name, launch, PidFile(folder / f"{name}.pid"), patience)


def process_of(server: Program, folder: Path) -> psutil.Process:
    process = PidFile(folder / f"{server.name}.pid").orphan()
    assert process is not None
    return process


def test_a_killed_child_is_started_again_and_said_so(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    server = program(tmp_path)
    supervisor.start([server])
    first = process_of(server, tmp_path)
    first.kill()
    supervisor.watch(patiently(lambda: server.alive() and process_of(server, tmp_path).pid != first.pid))
    assert server.alive()
    assert len(told) == 1
    assert "one has died" in told[0]


def test_a_child_that_keeps_dying_is_tried_ever_less_often(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    supervisor.start([program(tmp_path, "raise SystemExit(1)")])
    supervisor.watch(patiently(lambda: len(told) == 4))
    waits = [sentence.split(" in ")[1].split(" s")[0] for sentence in told]
    assert waits == ["0.1", "0.2", "0.4", "0.8"]


def test_everything_is_stopped_in_reverse_order(told: list[str], tmp_path: Path) -> None:
    stopped: list[str] = []

    class Noting(Program):
        def stop(self) -> None:
            stopped.append(self.name)
            super().stop()

    launch = Launch((sys.executable, "-c", WAIT_FOR_EVER), tmp_path / "log")
    servers = [Noting(name, launch, PidFile(tmp_path / name)) for name in ("first", "second", "third")]
    with Supervisor(told.append) as supervisor:
        supervisor.start(servers)
        processes = [PidFile(tmp_path / server.name).orphan() for server in servers]
    assert stopped == ["third", "second", "first"]
    assert not any(process and is_alive(process) for process in processes)


def test_an_error_while_starting_stops_what_already_runs(told: list[str], tmp_path: Path) -> None:
    good = program(tmp_path)
    missing = Program("missing", Launch(("/no/such/program",), tmp_path / "log"), PidFile(tmp_path / "m"))
    with pytest.raises(FileNotFoundError), Supervisor(told.append) as supervisor:
        supervisor.start([good, missing])
    assert not good.alive()


def test_a_child_deaf_to_sigterm_is_killed_with_its_own_children(tmp_path: Path) -> None:
    deaf = program(tmp_path, DEAF, "deaf", patience=0.2)
    deaf.start()
    assert until(lambda: b"up" in deaf.log.read_bytes(), PATIENCE_SECONDS)
    family = program(tmp_path, WITH_A_CHILD, "family")
    family.start()
    parent = process_of(family, tmp_path)
    assert until(lambda: bool(parent.children()), PATIENCE_SECONDS)
    grandchild = parent.children()[0]
    deaf.stop()
    family.stop()
    assert not deaf.alive()
    assert until(lambda: not is_alive(grandchild), PATIENCE_SECONDS)


def test_what_a_killed_parent_left_is_ended_by_the_next_start(tmp_path: Path) -> None:
    left = left_by_a_killed_parent(tmp_path)
    assert lives(left)
    server = program(tmp_path, name="left")
    server.start()
    assert not lives(left)
    server.stop()


def test_a_pid_given_to_a_stranger_is_left_alone(tmp_path: Path) -> None:
    note = tmp_path / "one.pid"
    PidFile(note).write(os.getpid())
    note.write_text(note.read_text().replace('"created": 1', '"created": 2'))
    assert PidFile(note).orphan() is None


def test_on_linux_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    left = left_by_a_killed_parent(tmp_path, death_signal="SIGTERM")
    assert until(lambda: not lives(left), PATIENCE_SECONDS)


def test_a_signal_interrupts_the_watch_and_is_not_an_error(supervisor: Supervisor, tmp_path: Path) -> None:
    server = program(tmp_path)
    with stopping_on_signals() as asked:
        supervisor.start([server])
        threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
        supervisor.watch(lambda: False)
    assert asked.is_set()


def test_the_folder_is_refused_a_second_time_with_the_holders_pid(tmp_path: Path) -> None:
    with Holder(tmp_path) as holder:
        with pytest.raises(FolderInUse, match=str(holder.pid)), DataFolder(tmp_path).locked():
            pass
        holder.kill()
        holder.wait()
        with DataFolder(tmp_path).locked():
            assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare()
    secrets = [folder.master_key_file, folder.session_secret_file]
    made = [secret.read_bytes() for secret in secrets]
    folder.prepare()
    assert [secret.read_bytes() for secret in secrets] == made
    assert made[0] != made[1]
    assert not any(secret.stat().st_mode & 0o077 for secret in secrets)


def test_a_taken_port_is_replaced_and_remembered(tmp_path: Path) -> None:
    memory, usual = tmp_path / "ports.json", free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", usual))
        other.listen()
        assert not is_free(usual)
        first = choose({"api": usual}, {}, memory)["api"]
    assert first != usual
    assert choose({"api": usual}, {}, memory)["api"] == first
    assert choose({"api": usual}, {"api": usual}, memory)["api"] == usual


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    chosen = choose({"one": 0, "two": 0}, dict.fromkeys(("one", "two"), free_port()), tmp_path / "ports.json")
    assert len(set(chosen.values())) == 2


def test_a_long_log_moves_aside_under_the_feet_of_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        cap_log(log, limit=50)
        writer.write(b"new")
    assert log.read_bytes() == b"new"
    assert (tmp_path / "one.log.1").read_bytes() == b"x" * 100


def patiently(condition: Callable[[], bool]) -> Callable[[], bool]:
    """The condition, until patience ends; the assertion that follows then says what is missing."""
    over = threading.Event()
    timer = threading.Timer(PATIENCE_SECONDS, over.set)
    timer.daemon = True
    timer.start()
    return lambda: over.is_set() or condition()


def left_by_a_killed_parent(folder: Path, death_signal: str = "SIGCONT") -> int:
    """A child of a killed parent; SIGCONT does nothing, as on systems that don't tell children."""
    code = START_AND_DIE.replace("SIGCONT", death_signal)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=REPOSITORY,
        capture_output=True,
        timeout=30,
        check=False,
    )
    return int(done.stdout)


def lives(pid: int) -> bool:
    try:
        return is_alive(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


class Holder:
    """Another process that holds a folder's lock."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLD_THE_FOLDER, str(folder)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"
        return self._process

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.kill()
