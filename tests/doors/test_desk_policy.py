"""`desk policy diff`, `new` and `publish`: what differs, a file to begin with, a version for new cases."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import policies
from desk import app
from plumbing.settings import Settings
from tests.doors.house import execute
from tests.doors.versions import SHIPPED, moved, policy

PAGE = Path(__file__).parents[2] / "docs" / "policies.md"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, postgres_url: str, tmp_path: Path) -> CliRunner:
    """The command in an empty folder, beside a desk's record."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def written(text: str, name: str = "sop.toml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def test_what_differs_is_told_by_path_with_both_values_and_sources(desk: CliRunner) -> None:
    text = moved(limits={"registration": ("2h", "5h")})
    changed = text.replace('source = "document"\nclause = "SOP-1.2"', 'source = "assumption"\nclause = "SOP-1.2"', 1)
    answer = desk.invoke(app, ["policy", "diff", "sop", written(changed)])
    assert answer.exit_code == 1
    assert answer.stdout.splitlines() == [
        "[policy]",
        "  policy.version: 1 → 2",
        "[limits]",
        "  limits.registration.within: 2h (document SOP-1.2) → 5h (assumption SOP-1.2)",
    ]


def test_a_source_that_changed_alone_is_told_too(desk: CliRunner) -> None:
    changed = SHIPPED.replace('source = "document"\nclause = "SOP-1.2"', 'source = "assumption"\nclause = "SOP-1.2"', 1)
    told = desk.invoke(app, ["policy", "diff", "sop", written(changed)]).stdout
    assert "  limits.registration.source: document SOP-1.2 → assumption SOP-1.2" in told


def test_a_value_only_one_of_them_has_is_told(desk: CliRunner) -> None:
    changed = SHIPPED.replace('logistics = { zh', 'transport = { zh = "运输", en = "Transport" }\nlogistics = { zh', 1)
    told = desk.invoke(app, ["policy", "diff", "sop", written(changed)]).stdout
    assert "  departments.transport.en: – → Transport" in told


def test_the_same_policy_differs_in_nothing(desk: CliRunner) -> None:
    answer = desk.invoke(app, ["policy", "diff", "sop", written(SHIPPED)])
    assert (answer.exit_code, answer.stdout) == (0, "no difference\n")


def test_versions_a_desk_keeps_are_compared_by_their_names(desk: CliRunner) -> None:
    third = moved("3", {"registration": ("2h", "6h")})
    for text in (moved(), third):
        assert desk.invoke(app, ["policy", "publish", written(text)]).exit_code == 0
    told = desk.invoke(app, ["policy", "diff", "sop@2", f"sop@{policy(third).version}"])
    assert told.exit_code == 1
    assert "  limits.registration.within: 5h (document SOP-1.2) → 6h (document SOP-1.2)" in told.stdout


@pytest.mark.parametrize(
    ("which", "says"),
    [("nothing", "no policy or file nothing; there are"), ("sop@9", "no version 9 of sop is kept; there are none")],
)
def test_what_cannot_be_compared_is_said(desk: CliRunner, which: str, says: str) -> None:
    answer = desk.invoke(app, ["policy", "diff", "sop", which])
    assert answer.exit_code == 2
    assert says in answer.stderr


def test_a_policy_begun_from_another_passes_the_check_and_differs_in_its_name_alone(desk: CliRunner) -> None:
    begun = desk.invoke(app, ["policy", "new", "workshop", "--from", "sop"])
    assert begun.stdout.splitlines() == ["written: workshop.toml", "written: templates/workshop.toml"]
    assert "workshop: fine, version 1-" in desk.invoke(app, ["policy", "check", "workshop.toml"]).stdout
    told = desk.invoke(app, ["policy", "diff", "sop", "workshop.toml"]).stdout.splitlines()
    assert told[:2] == ["[policy]", "  policy.key: sop → workshop"]
    assert {line for line in told if line.startswith("[")} == {"[policy]"}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["sop"], "sop is a shipped policy"),
        (["Work Shop"], "small letters, digits and underscores"),
        (["workshop", "--from", "nothing"], "no policy nothing to begin with; there are"),
    ],
)
def test_what_cannot_be_begun_is_said_and_nothing_is_written(desk: CliRunner, asked: list[str], says: str) -> None:
    answer = desk.invoke(app, ["policy", "new", *asked])
    assert answer.exit_code == 1
    assert says in answer.stderr
    assert not list(Path().iterdir())


def test_what_is_there_already_is_not_written_over(desk: CliRunner) -> None:
    assert desk.invoke(app, ["policy", "new", "workshop"]).exit_code == 0
    Path("workshop.toml").write_text("mine", "utf-8")
    answer = desk.invoke(app, ["policy", "new", "workshop"])
    assert (answer.exit_code, "is there already" in answer.stderr) == (1, True)
    assert Path("workshop.toml").read_text("utf-8") == "mine"


def test_a_version_is_published_once(desk: CliRunner, postgres_url: str) -> None:
    file, version = written(moved()), policy(moved()).version
    first = desk.invoke(app, ["policy", "publish", file, "--key", "sop"])
    assert first.stdout == f"sop: published, version {version}\n"
    assert "in force already" in desk.invoke(app, ["policy", "publish", file]).stdout
    found = execute(postgres_url, "select key, version, published_by from policy_publication")
    assert found == [("sop", version, "command line")]


def test_templates_beside_the_file_are_checked_and_published_with_it(desk: CliRunner, postgres_url: str) -> None:
    file = written(moved())
    Path("templates").mkdir()
    zh, en = '{ subject = "好", body = "{{ number }}" }', '{ subject = "Well", body = "{{" }'
    own = f"[templates.calming]\nzh = {zh}\nen = {en}\n"
    written(own, "templates/sop.toml")
    wrong = desk.invoke(app, ["policy", "check", file])
    assert (wrong.exit_code, "sop: templates.calming.en.body" in wrong.stderr) == (1, True)
    written(own.replace('"{{"', '"{{ number }}"'), "templates/sop.toml")
    assert desk.invoke(app, ["policy", "publish", file]).exit_code == 0
    [(words,)] = execute(postgres_url, "select templates from policy_version")
    assert words["calming"]["en"]["subject"] == "Well"
    assert "number_notice" in words


def test_a_file_with_mistakes_is_not_published(desk: CliRunner, postgres_url: str) -> None:
    answer = desk.invoke(app, ["policy", "publish", written(moved().replace('"2min"', '"soon"'))])
    assert answer.exit_code == 1
    assert "sop.toml: limits.first_response.within" in answer.stderr
    other = desk.invoke(app, ["policy", "publish", written(moved()), "--key", "svc"])
    assert (other.exit_code, "policy.key: this is sop, not svc" in other.stderr) == (1, True)
    assert execute(postgres_url, "select count(*) from policy_publication") == [(0,)]


def test_templates_that_are_no_text_are_told_apart_from_their_policy(desk: CliRunner) -> None:
    Path("templates").mkdir()
    Path("templates/sop.toml").write_bytes(b"\xff")
    answer = desk.invoke(app, ["policy", "check", written(SHIPPED)])
    assert (answer.exit_code, answer.stderr) == (1, "sop: templates: not UTF-8 text\n")


def test_a_shipped_policy_is_checked_by_its_key(desk: CliRunner) -> None:
    Path("svc").mkdir()
    answer = desk.invoke(app, ["policy", "check", "svc"])
    assert (answer.exit_code, answer.stdout) == (0, f"svc: fine, version {policies.load('svc').version}\n")


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("nonexist.toml", "No such file or directory"),
        ("folder", "Is a directory"),
        ("binary.toml", "not UTF-8 text"),
        ("deep.toml", "not TOML: nested too deeply"),
        ("mars.toml", "policy.zone.value: no such time zone: Mars/Base"),
    ],
)
def test_what_is_no_policy_is_told_by_every_command(desk: CliRunner, file: str, says: str) -> None:
    Path("folder").mkdir()
    Path("binary.toml").write_bytes(b"\x80\xff\x00")
    written("a = " + "[" * 9000, "deep.toml")
    written(SHIPPED.replace("Asia/Shanghai", "Mars/Base"), "mars.toml")
    for asked in (["check", file], ["publish", file], ["publish", file, "--key", "sop"]):
        answer = desk.invoke(app, ["policy", *asked])
        assert (answer.exit_code, says in answer.stderr) == (1, True), (asked, answer.output)
    answer = desk.invoke(app, ["policy", "diff", "sop", file])
    assert answer.exit_code == 2
    assert says in answer.stderr or "no policy or file nonexist.toml" in answer.stderr


def test_publishing_needs_a_desk(desk: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    answer = desk.invoke(app, ["policy", "publish", written(moved()), "--data", "none"])
    assert answer.exit_code == 2
    assert "no desk has run in none" in answer.stderr


def test_the_page_on_versions_is_true(desk: CliRunner) -> None:
    """Every command of the page runs, in its order."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    commands = [line for block in blocks for line in block.splitlines()]
    for command in commands:
        words, _, file = command.partition(" > ")
        answer = desk.invoke(app, words.split()[1:])
        assert answer.exit_code == 0, (command, answer.output)
        if file:
            Path(file).write_text(answer.stdout, "utf-8")
    assert len(commands) == 8


def test_a_kept_version_is_compared_in_the_order_it_is_written_in(desk: CliRunner) -> None:
    spans = ('urgent = "4h", important = "8h", general = "24h"', 'urgent = "5h", important = "9h", general = "25h"')
    assert spans[0] in SHIPPED
    for version, graded in zip(("2", "3"), spans, strict=True):
        text = moved(version, limits={}).replace(spans[0], graded)
        assert desk.invoke(app, ["policy", "publish", written(text)]).exit_code == 0
    told = desk.invoke(app, ["policy", "diff", "sop@2", "sop@3"]).stdout
    assert re.findall(r"by_grade\.(\w+):", told) == ["urgent", "important", "general"]
