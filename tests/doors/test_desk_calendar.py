"""`desk calendar` and `desk due`: calendars shown and loaded, due times answered one by one or line by line."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk import app
from plumbing.settings import Settings

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "policies" / "calendars"
PAGE = ROOT / "docs" / "calendars.md"

SHOP = """
[calendar]
key = "shop"
version = "1"
title = { zh = "门店", en = "Shop" }
state = "company"
extends = "cn"

[days]
closed = [{ from = 2026-05-21, to = 2026-05-21, zh = "盘点", en = "Stocktaking" }]
"""


@pytest.fixture
def desk() -> CliRunner:
    return CliRunner()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.toml"
    file.write_text(SHOP, "utf-8")
    return file


def test_a_shipped_calendar_is_shown_year_by_year(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["calendar", "show", "cn", "--year", "2026"])
    assert answer.exit_code == 0
    assert "248 working days" in answer.stdout
    assert "国庆节 National Day" in answer.stdout
    assert "provisional" in desk.invoke(app, ["calendar", "show", "cn", "--year", "2027"]).stdout


def test_a_file_is_shown_before_it_is_loaded(desk: CliRunner, shop: Path) -> None:
    shown = desk.invoke(app, ["calendar", "show", str(shop), "--year", "2026"]).stdout
    assert "* 2026-05-21              盘点" in shown


def test_an_unknown_calendar_is_answered_with_those_there_are(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["calendar", "show", "mars"])
    assert answer.exit_code == 1
    assert "calendar mars: there is none of this key; there are always, cn" in answer.stderr


def test_every_mistake_of_a_calendar_file_is_named_by_its_path(desk: CliRunner, shop: Path) -> None:
    shop.write_text(SHOP.replace("to = 2026-05-21", "to = 2026-05-01").replace('"cn"', '"mars"'), "utf-8")
    answer = desk.invoke(app, ["calendar", "show", str(shop)])
    assert answer.exit_code == 1
    assert "days.closed.0.to: must not lie before from" in answer.stderr
    assert "calendar.extends: no such calendar: mars" in answer.stderr


def test_a_calendar_is_loaded_once_and_then_shown(
    desk: CliRunner, shop: Path, emptied_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", emptied_url)
    assert desk.invoke(app, ["calendar", "import", str(SHIPPED / "cn.toml")]).exit_code == 0
    loaded = desk.invoke(app, ["calendar", "import", str(shop)])
    assert loaded.stdout.startswith("shop: kept, version 1-")
    assert "kept already" in desk.invoke(app, ["calendar", "import", str(shop)]).stdout
    assert "extends cn" in desk.invoke(app, ["calendar", "show", "shop", "--year", "2026"]).stdout


def test_loading_needs_a_desk(desk: CliRunner, shop: Path, tmp_path: Path) -> None:
    answer = desk.invoke(app, ["calendar", "import", str(shop), "--data", str(tmp_path / "none")])
    assert answer.exit_code == 2
    assert "no desk has run in" in answer.stderr


def test_a_due_time_comes_with_its_reasons(desk: CliRunner) -> None:
    asked = ["due", "--policy", "sop", "--limit", "plan", "--grade", "urgent", "--from", "2026-05-20T17:30"]
    assert desk.invoke(app, asked).stdout.splitlines() == [
        "2026-05-20T21:30:00+08:00  4:00 natural",
        "  2026-05-20 17:30 to 2026-05-20 21:30  natural time, counts 4:00",
    ]
    by_calendar = desk.invoke(app, [*asked, "--unit", "working_time", "--calendar", "cn", "--language", "zh"])
    assert by_calendar.stdout.splitlines() == [
        "2026-05-21T13:30:00+08:00  4:00 工作时间",
        "  2026-05-20 17:30 至 2026-05-20 18:00  工作时间, 计 0:30",
        "  2026-05-20 18:00 至 2026-05-21 09:00  非工作时间, 不计",
        "  2026-05-21 09:00 至 2026-05-21 12:00  工作时间, 计 3:00",
        "  2026-05-21 12:00 至 2026-05-21 13:00  班次间休息, 不计",
        "  2026-05-21 13:00 至 2026-05-21 13:30  工作时间, 计 0:30",
    ]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["--from", "2026-05-20"], "--limit: missing"),
        (["--limit", "plan"], "--from: missing"),
        (["--limit", "plan", "--from", "2026-05-20"], "--grade: this limit differs by grade: urgent, important"),
        (["--limit", "plan", "--grade", "worst", "--from", "2026-05-20"], "--grade: must be one of urgent, important"),
        (["--limit", "nap", "--from", "2026-05-20"], "--limit: this policy has none of this name; it has first_resp"),
        (["--limit", "plan_promise", "--from", "2026-05-20"], "--limit: is due when it was promised"),
        (["--limit", "proof", "--from", "noon"], "--from: an instant is written 2026-05-20T09:30"),
        (["--policy", "x", "--limit", "plan", "--from", "2026-05-20"], "--policy: there is none of this key; there"),
        (["--limit", "proof", "--from", "9999-12-31T23:59"], "--from: must lie in the years 1970 to 2200"),
        (["--limit", "proof", "--from", "0001-01-01T00:00"], "--from: must lie in the years 1970 to 2200"),
        (["--limit", "proof", "--from", "2026-05-20", "--calendar", "mars"], "--calendar: there is none of this key"),
        (["--limit", "proof", "--unit", "moons", "--from", "2026-05-20"], "--unit: must be one of natural, working_"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(desk: CliRunner, asked: list[str], says: str) -> None:
    answer = desk.invoke(app, ["due", *asked])
    assert answer.exit_code == 2
    assert answer.stderr.startswith(says)


def test_many_questions_are_answered_line_by_line_in_their_order(desk: CliRunner) -> None:
    lines = [
        {"limit": "registration", "from": "2026-05-20T09:30:00Z"},
        {"limit": "plan", "grade": "general", "from": "2026-12-31T15:00", "unit": "working_day", "calendar": "cn"},
        {"limit": "plan", "from": "2026-05-20"},
        {"limit": "registration", "from": 5},
        {"color": "red"},
    ]
    given = "\n".join([*map(json.dumps, lines), "", "no JSON", "[]"])
    answer = desk.invoke(app, ["due", "--stdin"], input=given)
    first, second, *wrong = map(json.loads, answer.stdout.splitlines())
    assert answer.exit_code == 1
    assert first["due_at"] == "2026-05-20T19:30:00+08:00"
    assert (second["due_at"], second["provisional"]) == ("2027-01-01T15:00:00+08:00", True)
    assert [step["why"] for step in second["steps"]] == ["working_day"]
    assert [each["field"] for each in wrong] == ["grade", "line", "color", "line", "line"]
    assert all(each["error"] for each in wrong)


def test_no_line_ends_the_batch(desk: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "passwd").write_text("root:x:0:0::/root:/bin/sh\n", "utf-8")
    good = {"limit": "registration", "from": "2026-05-20T09:30:00Z"}
    wrong = [
        {**good, "from": "9999-12-31T23:00"},
        {**good, "from": "0001-01-01T00:00:00+14:00"},
        *({**good, "calendar": str(tmp_path / name)} for name in ("passwd", "binary", "", "x" * 300)),
        {**good, "calendar": "\ud800"},
        {**good, "calendar": "a\0b"},
        {"\ud800": "red"},
    ]
    lines = [*(json.dumps(each).encode() for each in wrong), b"[" * 100_000, b"\xff\xfe", json.dumps(good).encode()]
    answer = desk.invoke(app, ["due", "--stdin"], input=b"\n".join(lines))
    *errors, last = map(json.loads, answer.stdout.splitlines())
    assert (answer.exit_code, last["due_at"]) == (1, "2026-05-20T19:30:00+08:00")
    assert [each["field"] for each in errors] == ["from"] * 2 + ["calendar"] * 6 + ["line"] * 3


def test_the_page_on_calendars_is_true(
    desk: CliRunner, tmp_path: Path, emptied_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the page runs, on the very calendar that the page shows."""
    page = PAGE.read_text("utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", page, re.S)
    (tmp_path / "workshop.toml").write_text(example, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", emptied_url)
    assert desk.invoke(app, ["calendar", "import", str(SHIPPED / "cn.toml")]).exit_code == 0
    commands = [line for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.splitlines()]
    for command in commands:
        answer = desk.invoke(app, command.split()[1:])
        assert answer.exit_code == 0, (command, answer.stderr)
    assert len(commands) == 6
