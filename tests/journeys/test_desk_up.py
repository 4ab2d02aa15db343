"""`desk up` as a user has it: one command, real servers, and an orderly or a violent end."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plumbing.children import is_alive, until
from plumbing.embedded_postgres import EmbeddedPostgres
from plumbing.embedded_temporal import EmbeddedTemporal
from plumbing.ports import free_port
from plumbing.supervisor import Supervisor
from trials.stack import EXTERNAL, PATIENCE_SECONDS, REPOSITORY, Desk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

OPTIONS = ("port", "ui", "temporal", "codec", "mailbox", "smtp", "company", "metrics")


Start = Callable[..., Desk]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "数据 folder"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts a desk in the test's folder, each test at ports of its own."""
    ports = [(f"--{name}-port".replace("--port-port", "--port"), str(free_port())) for name in OPTIONS]
    options = [part for pair in ports for part in pair]
    runs: list[Desk] = []

    def starting(*more: str, **given: str) -> Desk:
        runs.append(Desk(folder, *options, *more, **given))
        return runs[-1]

    yield starting
    for run in runs:
        with run:
            pass


def beside(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command beside the desk that runs in this folder."""
    command = [sys.executable, str(REPOSITORY / "desk.py"), *words, "--data", str(folder)]
    environment = {name: value for name, value in os.environ.items() if name not in EXTERNAL}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_one_command_serves_and_ctrl_c_leaves_nothing_behind(start: Start) -> None:
    first = start()
    first.until_it_says("Ready.")
    assert first.ready()
    assert "shown only now" in "".join(first.screen)
    family = first.family()
    assert {"postgres", "temporal", "worker", "api", "codec", "mailbox", "company"} <= set(family)
    assert first.interrupt() == 0
    assert [name for name, process in family.items() if is_alive(process)] == []

    second = start()
    second.until_it_says("Ready.")
    assert second.ready()
    assert "shown only now" not in "".join(second.screen)
    assert second.address("Temporal UI") == first.address("Temporal UI")


def test_a_lost_password_is_replaced_while_the_desk_runs(start: Start, folder: Path) -> None:
    start().until_it_says("Ready.")

    found = beside(folder, "reset-password", "admin-1")
    assert (found.returncode, found.stderr) == (0, "")
    assert len(found.stdout.strip()) >= 12
    assert beside(folder, "reset-password", "nobody").returncode == 1


def test_another_policys_departments_are_staffed_while_the_desk_runs(start: Start, folder: Path) -> None:
    start().until_it_says("Ready.")
    made, again = (beside(folder, "seed", "--policy", "svc") for _ in range(2))
    assert (made.returncode, made.stderr) == (0, "")
    assert {"tech-support-head", "tech-support-executor"} <= {line.split("\t")[0] for line in made.stdout.splitlines()}
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize("victim", ["postgres", "temporal", "worker", "api"])
def test_a_killed_process_comes_back_and_the_others_carry_on(start: Start, victim: str) -> None:
    desk = start()
    desk.until_it_says("Ready.")
    before = desk.family()
    before[victim].kill()
    desk.until_it_says(f"{victim} has died")
    assert until(lambda: victim in desk.family() and desk.ready(), PATIENCE_SECONDS)
    after = desk.family()
    assert after[victim].pid != before[victim].pid
    assert {name: process.pid for name, process in after.items() if name != victim} == {
        name: process.pid for name, process in before.items() if name != victim
    }


def test_a_killed_desk_starts_again_at_the_same_addresses(start: Start) -> None:
    killed = start()
    killed.until_it_says("Ready.")
    family = killed.family()
    killed.process.kill()
    killed.process.wait()

    again = start()
    again.until_it_says("Ready.")
    assert again.ready()
    assert not any(is_alive(process) for process in family.values())
    for name in ("My desk and API", "Temporal UI", "Temporal server"):
        assert again.address(name) == killed.address(name)


def test_a_folder_in_use_is_refused_and_its_holder_named(start: Start) -> None:
    holder = start()
    holder.until_it_says("PostgreSQL and Temporal answer")
    refused = start()
    assert str(holder.process.pid) in refused.until_it_says("is in use by another")
    assert refused.process.wait(PATIENCE_SECONDS) == 1


def test_a_taken_port_is_replaced(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        desk = start("--port", str(taken))
        desk.until_it_says("Ready.")
        assert desk.ready()
        assert not re.search(rf":{taken}\b", desk.address("My desk and API"))


def test_external_servers_take_the_place_of_ours(start: Start, tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path / "external" / "postgres", durable=False)
    temporal = EmbeddedTemporal(tmp_path / "external" / "temporal")
    with Supervisor() as supervisor:
        supervisor.start([postgres, temporal])
        desk = start(DATABASE_URL=postgres.url, TEMPORAL_ADDRESS=temporal.address)
        desk.until_it_says("Ready.")
        assert desk.ready()
        assert desk.family().keys() & {"postgres", "temporal"} == set()
        assert desk.address("Temporal server") == temporal.address
        assert desk.interrupt() == 0
        assert postgres.alive()
        assert temporal.alive()
