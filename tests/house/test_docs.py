"""The documents are true: generated pages are fresh, both READMEs say the same, every clause due now is claimed."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

import desk
from plumbing.settings import Settings
from tools.docs import claims, pages
from workflows import names

ROOT = Path(__file__).parents[2]
READMES = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md")]


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_fresh(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages()[name], "run `make docs`"


def test_every_clause_is_claimed_by_a_test_or_says_what_brings_it() -> None:
    listed = tomllib.loads((ROOT / "docs" / "clauses.toml").read_text("utf-8"))
    claimed = claims()
    assert [each for each in claimed if each not in listed] == []
    assert [each for each, entry in listed.items() if each not in claimed and "later" not in entry] == []
    assert all("later" not in entry for each, entry in listed.items() if each.startswith("SOP-"))


def test_both_readmes_have_the_same_parts_commands_and_addresses() -> None:
    english, chinese = READMES
    for pattern in (r"^## ", r"^\| ", r"^```"):
        assert len(re.findall(pattern, english, re.M)) == len(re.findall(pattern, chinese, re.M)), pattern
    assert re.findall(r"http://[^\s|]+", english) == re.findall(r"http://[^\s|]+", chinese)
    walk = re.compile(r"```sh\n(DESK.*?)```", re.S)
    assert walk.findall(english) == walk.findall(chinese)


def test_the_commands_of_the_readme_are_in_the_makefile() -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for readme in READMES:
        assert set(re.findall(r"make ([a-z-]+)", readme)) <= made


def test_the_commands_and_variables_of_the_documents_exist() -> None:
    text = "\n".join(page.read_text("utf-8") for page in [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
    commands = set(get_command(desk.app).commands) | {"policy check", "policy show"}  # type: ignore[attr-defined]
    named = set(re.findall(r"`(?:\.venv/bin/)?desk ([a-z][a-z-]*)", text))
    assert named <= commands
    given = {name.upper() for name in Settings.model_fields} | {"AGENT_PASSWORD"}
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert [each for each in re.findall(r"`([A-Z]+_[A-Z_]+)`", text) if each not in given and each not in compose] == []
    filters = set(re.findall(r"^\| [^|]+ \| `([A-Z][A-Za-z]+) ", text, re.M))
    assert filters <= {key.name for key in names.SEARCH_ATTRIBUTES}
    assert filters


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md", *[f"docs/{p.name}" for p in ROOT.glob("docs/*.md")]])
def test_every_link_to_a_file_leads_somewhere(readme: str) -> None:
    page = ROOT / readme
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_nothing_names_this_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = re.compile(r"/work/|index-url|find-links|files\.pythonhosted|registry\.npmjs")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".lock", ".yml", "") and path != Path(__file__) and path.is_file():
            text = path.read_text("utf-8", errors="replace")
            assert not [each for each in told.findall(text) if each != "index-url" or name != "Makefile"], name
