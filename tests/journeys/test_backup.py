"""A desk is saved and brought back, stopped and running, with all its stores and without Temporal's: cases go on."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plumbing.ports import free_port
from tests.journeys.test_desk_up import OPTIONS
from trials.people import BETWEEN_TRIES, People, complaint, hence, passwords
from trials.stack import EXTERNAL, REPOSITORY, Desk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

SAID = {"words": {"text": "说明"}}


@dataclass
class Drill:
    """Desks that run one after the other at the same addresses, each in a folder of its own."""

    ports: list[str]
    seeded: dict[str, str] = field(default_factory=dict)
    runs: list[Desk] = field(default_factory=list)

    def start(self, folder: Path) -> Desk:
        desk = Desk(folder, *self.ports)
        self.runs.append(desk)
        desk.until_it_says("Ready.")
        self.seeded = self.seeded or passwords(desk.screen)
        return desk

    def people(self, desk: Desk) -> People:
        return People(desk.address("My desk and API"), desk.address("Mailbox"), self.seeded)


@pytest.fixture
def drill() -> Iterator[Drill]:
    ports = [(f"--{name}-port".replace("--port-port", "--port"), str(free_port())) for name in OPTIONS]
    made = Drill([part for pair in ports for part in pair])
    yield made
    for run in made.runs:
        with run:
            pass


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """A command of ours beside the running desk."""
    environment = {name: value for name, value in os.environ.items() if name not in EXTERNAL}
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "desk.py"), *words], env=environment, capture_output=True, text=True
    )


async def begun(people: People) -> str:
    """A case half way to its plan."""
    number = str((await people.open(complaint()))["number"])
    agent = await people.staff("agent-1")
    await people.do(agent, number, kind="respond", channel="phone", contacted_at=hence())
    await people.do(agent, number, kind="verify", **SAID)
    async with asyncio.timeout(60):
        while "verified" not in await facts(people, number):
            await asyncio.sleep(BETWEEN_TRIES)
    return number


async def facts(people: People, number: str) -> list[str]:
    """The kinds of what is written of a case: the answer to a command may come before."""
    agent = await people.staff("agent-1")
    found = (await people.ask(agent, "GET", f"/api/v1/complaints/{number}/journal")).json()["entries"]
    return [each["fact"]["kind"] for each in found]


async def goes_on(people: People, number: str) -> None:
    """The same case up to the start of its handling, by the same people."""
    agent, supervisor = await people.staff("agent-1"), await people.staff("supervisor-1")
    await people.do(supervisor, number, kind="endorse", grade="general")
    await people.do(agent, number, kind="determine_liability", party="carrier", department="logistics")
    shown = (await people.ask(agent, "GET", f"/api/v1/complaints/{number}")).json()
    assert (shown["stage"], shown["contact"]["name"]) == ("planning", "王小明")


async def clocks(people: People, number: str) -> dict[str, str]:
    agent = await people.staff("agent-1")
    found = (await people.ask(agent, "GET", f"/api/v1/complaints/{number}/deadlines")).json()["deadlines"]
    return {each["clock"]: each["due_at"] for each in found}


async def test_a_stopped_desk_copied_whole_goes_on_from_the_copy(drill: Drill, tmp_path: Path) -> None:
    first = drill.start(tmp_path / "desk")
    people = drill.people(first)
    number = await begun(people)
    due = await clocks(people, number)
    await people.close()
    assert first.interrupt() == 0
    subprocess.run(["cp", "-a", tmp_path / "desk", tmp_path / "copy"], check=True)

    people = drill.people(drill.start(tmp_path / "copy"))
    assert await clocks(people, number) == due
    await goes_on(people, number)
    await people.close()
    found = command("reconcile", "--data", str(tmp_path / "copy"))
    assert (found.returncode, found.stderr) == (0, "")
    assert "open cases without an armed deadline: 0" in found.stdout


def all_there(copy: Path) -> None:
    """The copy as it was made."""


def without_temporal(copy: Path) -> None:
    (copy / "temporal" / "temporal.db").unlink()


@pytest.mark.parametrize("lose", [all_there, without_temporal])
async def test_a_copy_of_a_running_desk_goes_on_after_a_reconciliation(
    drill: Drill, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    first = drill.start(tmp_path / "desk")
    people = drill.people(first)
    number = await begun(people)
    due = await clocks(people, number)
    made = command("backup", str(tmp_path / "copy"), "--data", str(tmp_path / "desk"))
    assert (made.returncode, made.stderr) == (0, "")
    again = command("backup", str(tmp_path / "copy"), "--data", str(tmp_path / "desk"))
    assert again.returncode == 1
    assert "is there already" in again.stderr
    await people.close()
    assert first.interrupt() == 0
    lose(tmp_path / "copy")

    people = drill.people(drill.start(tmp_path / "copy"))
    found = command("reconcile", "--data", str(tmp_path / "copy"))
    assert (found.returncode, found.stderr) == (0, "")
    assert (f"{number}  lost" in found.stdout) == (lose is without_temporal)
    assert await clocks(people, number) == due
    await goes_on(people, number)
    await people.close()
    again = command("reconcile", "--data", str(tmp_path / "copy"))
    assert "1 open cases compared, 1 asked, 0 differences, 0 left" in again.stdout


async def test_a_desk_that_never_ran_has_nothing_to_save_or_compare(tmp_path: Path) -> None:
    for words in (("backup", str(tmp_path / "copy")), ("reconcile",)):
        answer = command(*words, "--data", str(tmp_path / "nothing"))
        assert answer.returncode != 0
        assert "no desk has run in" in answer.stderr
