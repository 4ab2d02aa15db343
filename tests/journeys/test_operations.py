"""The commands of docs/operations.md, each run as it stands there against a running desk."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.test_desk_up import Start, folder, start
from trials.people import People, complaint, hence, passwords
from trials.stack import Desk

__all__ = ["folder", "start"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(200)]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
PROGRAMS = Path(sys.executable).parent
ELSEWHERE = ("make ", "docker ", "export ", "desk reset-password", "desk up", "deployment ")
"""What other tests run, or what wants a Docker engine."""

TERMINATE = ".venv/bin/temporal workflow terminate --workflow-id complaint-$NUMBER --reason wedged"

COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S)
    for line in block.splitlines()
    if line and not any(each in line for each in ELSEWHERE)
]


def run(desk: Desk, folder: Path, number: str, line: str) -> subprocess.CompletedProcess[str]:
    """One line of the page: the same words, with this desk's programs, folder and addresses."""
    server = desk.address("Temporal server")
    line = line.replace(".venv/bin/temporal ", f"{PROGRAMS}/temporal --address {server} ")
    line = line.replace(".venv/bin/desk ", f"{sys.executable} {ROOT}/desk.py ").replace(".desk-drill", ".desk")
    line = line.replace(f"--address {server} workflow", f"workflow --address {server}")
    line = line.replace(f"--address {server} activity", f"activity --address {server}")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "NUMBER": number, "HOME": str(folder)}
    return subprocess.run(
        ["/bin/bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, timeout=90
    )


async def to_approving(people: People, number: str) -> None:
    """A case whose plan waits for the head of logistics."""
    agent, supervisor = await people.staff("agent-1"), await people.staff("supervisor-1")
    executor = await people.staff("logistics-executor")
    await people.do(agent, number, kind="verify", words={"text": "核实"})
    clear = {"grade": "general", "party": "carrier", "department": "logistics"}
    await people.do(supervisor, number, kind="endorse", **clear)
    measure = {"kind": "resend", "text": "重新发货", "actor": "物流专员", "until": hence(days=1)}
    await people.do(executor, number, kind="draft_plan", plan={"cause": "运输损坏", "measures": [measure]})


async def stage(people: People, number: str) -> str:
    answer = await people.ask(await people.staff("agent-1"), "GET", f"/api/v1/complaints/{number}")
    return str(answer.json()["stage"])


async def test_every_command_of_the_page_does_what_it_says(start: Start, folder: Path) -> None:
    home = folder.parent
    (home / ".desk").symlink_to(folder, target_is_directory=True)
    desk = start("--drills")
    desk.until_it_says("Ready.")
    people = People(desk.address("My desk and API"), desk.address("Mailbox"), passwords(desk.screen))
    number = (await people.open(complaint()))["number"]
    await to_approving(people, number)
    assert len(COMMANDS) >= 10
    for line in COMMANDS:
        if "--restart" in line:
            assert run(desk, home, number, TERMINATE).returncode == 0, "as the page says, in the UI"
        done = run(desk, home, number, line)
        assert done.returncode == 0 or said_why(line, done), (line, done.stdout, done.stderr)
    assert await stage(people, number) == "proposing", "the approval by hand counted"
    assert (home / ".desk-copy" / "keys").is_dir()
    drilled = await people.ask(await people.staff("director-1"), "GET", f"/api/v1/complaints/{number}/journal")
    facts = [entry["fact"] for entry in drilled.json()["entries"]]
    missed = next(fact for fact in facts if fact["kind"] == "limit_missed")
    arrived = datetime.fromisoformat(facts[0]["arrived_at"])
    assert datetime.fromisoformat(missed["due_at"]) - arrived == timedelta(minutes=10)
    await people.close()


def said_why(line: str, done: subprocess.CompletedProcess[str]) -> bool:
    """Where nothing is pending there is nothing to pause, and it says so."""
    return " activity " in line and "pending activity" in done.stdout + done.stderr

