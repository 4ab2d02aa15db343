"""The `desk` command's short answers: policies checked, settings named, nothing secret shown."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk import app
from plumbing.settings import Settings

SHIPPED = Path(__file__).parents[2] / "policies" / "sop.toml"


@pytest.fixture
def desk() -> CliRunner:
    return CliRunner()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_shipped_policies_are_fine(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["policy", "check"])
    assert answer.exit_code == 0
    assert "sop: fine, version" in answer.stdout


def test_every_mistake_of_a_policy_file_is_named_by_its_path(desk: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(SHIPPED.read_text("utf-8").replace("[policy]", "[policy]\nsurprise = 1", 1), "utf-8")
    answer = desk.invoke(app, ["policy", "check", str(file)])
    assert answer.exit_code == 1
    assert "mine: policy.surprise" in answer.stderr


def test_a_policy_is_shown_as_it_is_written(desk: CliRunner) -> None:
    assert desk.invoke(app, ["policy", "show", "sop"]).stdout.strip() == SHIPPED.read_text("utf-8").strip()


def test_a_policy_made_from_another_is_shown_too(desk: CliRunner) -> None:
    shown = json.loads(desk.invoke(app, ["policy", "show", "demo"]).stdout)
    assert shown["limits"]["verification"]["within"] == "8s"
    assert "demo: fine, version" in desk.invoke(app, ["policy", "check"]).stdout


def test_an_unknown_policy_is_answered_with_those_there_are(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["policy", "show", "nothing"])
    assert answer.exit_code == 1
    assert "sop" in answer.stderr


def test_an_unknown_story_is_answered_with_those_there_are(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["demo", "--only", "nothing"])
    assert answer.exit_code == 2
    assert "gas_alarm" in answer.stderr


def test_missing_settings_are_all_named(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["search-attributes"])
    assert answer.exit_code == 2
    for name in ("DATABASE_URL", "TEMPORAL_ADDRESS", "KEY_FILE", "MASTER_KEY_FILE", "SESSION_SECRET_FILE"):
        assert f"{name}: Field required" in answer.stderr


def test_a_wrong_setting_is_named_without_its_value(desk: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://desk:hush@db/desk")
    answer = desk.invoke(app, ["search-attributes"])
    assert "DATABASE_URL" in answer.stderr
    assert "hush" not in answer.output


def test_only_what_is_shipped_is_staffed(desk: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    answer = desk.invoke(app, ["seed", "--policy", "nosuch"])
    assert (answer.exit_code, "no policy nosuch; there are app," in answer.stderr) == (2, True)
    without = desk.invoke(app, ["seed", "--policy", "svc", "--data", "none"])
    assert (without.exit_code, "no desk has run in" in without.stderr) == (2, True)
