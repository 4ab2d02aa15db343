"""The page on working together is true: every command of it runs, in its order."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk import app
from records.database import Database
from tests.builders import LOGISTICS_HEAD, PRODUCT_HEAD
from tests.doors.house import execute, hire, settings_for

PAGE = Path(__file__).parents[2] / "docs" / "people.md"


def this_week(page: str) -> str:
    """The page as if its absence began today, for one long over is refused."""
    today = datetime.now(UTC).date()
    return page.replace("2026-10-01", today.isoformat()).replace("2026-10-08", (today + timedelta(days=7)).isoformat())


def test_every_command_of_the_page_runs(
    database: Database, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings_for(tmp_path, postgres_url).as_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    execute(postgres_url, "alter sequence deputy_id_seq restart")
    for person in (LOGISTICS_HEAD, PRODUCT_HEAD):
        hire(postgres_url, person)
    desk, page = CliRunner(), this_week(PAGE.read_text("utf-8"))
    commands = [line for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.splitlines()]
    for command in commands:
        answer = desk.invoke(app, command.split()[1:])
        assert answer.exit_code == 0, (command, answer.output)
    assert len(commands) == 7
    assert (tmp_path / "handbook.md").exists()
