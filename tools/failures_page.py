"""Writes docs/failures.md: what went wrong for others, and what shows or says that it doesn't here."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

INTRO = """\
# Failures of others

What people who run other helpdesks and workflow engines reported, each thread with the tests that show it doesn't \
happen here, the reason why it can't, or the issue that brings what is missing.

| # | thread | what went wrong | here |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = (f"| {number} | {each['thread']} | {each['wrong']} | {here(each)} |" for number, each in listed().items())
    return INTRO + "\n".join(rows) + "\n"


def listed() -> dict[str, dict[str, Any]]:
    """Every failure by its number."""
    return tomllib.loads((ROOT / "docs" / "failures.toml").read_text("utf-8"))


def here(failure: dict[str, Any]) -> str:
    """What is said of it: tests by their names, the reason, what is still to come."""
    said = [*map(_in_words, failure.get("tests", ())), *filter(None, [failure.get("why")])]
    if "later" in failure:
        said.append(f"{'more ' if said else ''}comes with {failure['later']}")
    return "<br>".join(said)


def _in_words(test: str) -> str:
    path, _, name = test.partition("::")
    return f"{Path(path).stem}: {name.removeprefix('test_').replace('_', ' ')}"


def known_tests() -> set[str]:
    """Every test function of this repository as `path::name`."""
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    return {f"{path.relative_to(ROOT).as_posix()}::{name}" for path in paths for name in _tests_in(path)}


def _tests_in(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name
