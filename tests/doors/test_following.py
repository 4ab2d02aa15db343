"""A calendar gets a new version: open cases reckoned by it follow, their deadlines before and after recorded."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

from desk import app
from policies import calendars
from records.calendars import keep
from tests.builders import AGENT, DIRECTOR
from tests.doors.house import House, execute, working
from tests.doors.test_adoptions import deadlines, instants, journal, settled
from tests.doors.test_opening_api import opened
from tests.doors.versions import moved, publish

WORKING_DAYS = moved(limits={"registration": ("2h", "3d\"\nunit = \"working_day")})
"""The SOP with three working days to register."""


def today() -> date:
    return datetime.now(UTC).date()


def closed_for(days: int) -> str:
    """China's calendar with nothing but a closure of so many days, from yesterday on."""
    text = (calendars.HERE / "cn.toml").read_text("utf-8").replace('version = "2026"', f'version = "closed {days}"')
    first = today() - timedelta(days=1)
    run = f'[{{ from = {first}, to = {first + timedelta(days=days)}, zh = "停工", en = "Closed" }}]'
    text = re.sub(r"closed = \[.*?\n\]", f"closed = {run}", text, flags=re.S)
    return re.sub(r"worked = \[.*?\n\]", "worked = []", text, flags=re.S)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "cn.toml"
    file.write_text(closed_for(20), "utf-8")
    return file


async def desk(house: House, *asked: str, bare: bool = False) -> Result:
    """A command of the desk beside the running house."""
    names = ("key_file", "master_key_file", "session_secret_file", "temporal_address")
    env = {} if bare else {name.upper(): str(getattr(house.settings, name)) for name in names}
    env["DATABASE_URL"] = house.url
    return await asyncio.to_thread(CliRunner(env=env).invoke, app, list(asked))


async def in_working_days(house: House) -> str:
    """A case that counts working days, by the shipped calendar."""
    async with house.database.transaction() as connection:
        await keep(connection, calendars.load("cn"))
    published = await publish(house, WORKING_DAYS)
    assert published.status_code == 201, published.text
    return await opened(house)


async def adoptions(house: House) -> list[dict[str, Any]]:
    async with await house.staff(DIRECTOR) as client:
        return list((await client.get("/api/v1/policies/sop/adoptions")).json()["adoptions"])


async def test_open_cases_follow_a_notice_and_both_due_times_are_recorded(
    busy_house: House, env: WorkflowEnvironment, notice: Path
) -> None:
    async with working(busy_house, env):
        number = await in_working_days(busy_house)
        await busy_house.recorded(number, "arrived")
        before = await deadlines(busy_house, number)
        answer = await desk(busy_house, "calendar", "import", str(notice))
        assert answer.exit_code == 0, answer.output
        [adoption] = await adoptions(busy_house)
        await busy_house.app.state.tools.casework.sweep(timedelta(0))
        progress = await settled(busy_house, adoption["id"])
        await busy_house.recorded(number, "policy_adopted")
        after = await deadlines(busy_house, number)
        [fact] = await journal(busy_house, number, "policy_adopted")
    [change] = fact["fact"]["changes"]
    assert "1 open cases follow, 0 deadlines earlier, 1 later" in answer.stdout
    assert progress == {"waiting": 0, "adopted": 1, "refused": 0, "skipped": 0}
    assert (change["limit"], fact["actor"]["id"]) == ("registration", "calendar import")
    assert datetime.fromisoformat(change["before"]) == instants(before)[change["clock"]]
    assert datetime.fromisoformat(change["after"]) == instants(after)[change["clock"]]
    assert instants(after)[change["clock"]].date() > today() + timedelta(days=18)
    assert adoption["figures"]["later"] == 1
    assert (adoption["started_by"], adoption["calendar"].startswith("cn closed 20-")) == ("calendar import", True)


async def test_a_case_keeps_its_policy_version_and_new_cases_get_the_calendar(
    busy_house: House, env: WorkflowEnvironment, notice: Path
) -> None:
    async with working(busy_house, env):
        number = await in_working_days(busy_house)
        await busy_house.recorded(number, "arrived")
        await desk(busy_house, "calendar", "import", str(notice))
        await busy_house.app.state.tools.casework.sweep(timedelta(0))
        await busy_house.recorded(number, "policy_adopted")
        fresh = await opened(busy_house, key="after")
        await busy_house.recorded(fresh, "arrived")
        due = instants(await deadlines(busy_house, fresh))
    assert len(set(execute(busy_house.url, "select policy_version from complaint_case"))) == 1
    [registration] = [at for clock, at in due.items() if clock.startswith("registration")]
    assert registration.date() > today() + timedelta(days=18)


async def test_a_dry_run_shows_what_would_move_and_leaves_no_trace(house: House, notice: Path) -> None:
    number = await in_working_days(house)
    kept = execute(house.url, "select count(*) from calendar_version")
    answer = await desk(house, "calendar", "import", str(notice), "--dry-run")
    assert answer.exit_code == 0, answer.output
    assert "sop: 1 open cases would follow, 0 deadlines earlier, 1 later, 0 newly overdue\n" in answer.stdout
    assert answer.stdout.startswith("cn: would be kept, version closed 20-")
    assert f"  {number} registration: 20" in answer.stdout
    assert execute(house.url, "select count(*) from calendar_version") == kept
    for table in ("adoption", "adoption_case", "receipt"):
        assert execute(house.url, f"select count(*) from {table}") == [(0,)]


async def test_loading_it_again_tells_nobody_twice(house: House, notice: Path) -> None:
    await in_working_days(house)
    first = await desk(house, "calendar", "import", str(notice))
    again = await desk(house, "calendar", "import", str(notice))
    assert "1 open cases follow" in first.stdout
    assert "kept already" in again.stdout
    assert execute(house.url, "select count(*) from receipt where kind = 'adopt_policy'") == [(1,)]


async def test_cases_in_natural_time_have_nothing_to_follow(house: House, notice: Path) -> None:
    await opened(house)
    answer = await desk(house, "calendar", "import", str(notice))
    assert "open cases follow" not in answer.stdout
    assert execute(house.url, "select count(*) from receipt") == [(0,)]


async def test_what_is_missing_to_tell_the_cases_is_named_before_anything_is_kept(house: House, notice: Path) -> None:
    await in_working_days(house)
    answer = await desk(house, "calendar", "import", str(notice), bare=True)
    assert answer.exit_code == 2
    assert "KEY_FILE: Field required" in answer.stderr
    assert execute(house.url, "select count(*) from calendar_version where version like 'closed%%'") == [(0,)]


async def test_who_loads_a_calendar_decides_nothing_else(house: House) -> None:
    """The command is the desk's own: neither a director nor anybody sends it by the common way."""
    number = await opened(house)
    async with await house.staff(AGENT) as client:
        path = f"/api/v1/complaints/{number}/commands"
        answer = await client.post(path, json={"kind": "adopt_policy"}, headers={"idempotency-key": "k"})
    assert answer.status_code == 422
