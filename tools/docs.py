"""Writes the generated pages of docs/: `python -m tools.docs`; a test holds them against what is written."""

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import policies
from complaints import vocabulary
from complaints.chart import CHART, DEADLINE
from complaints.vocabulary import Term
from plumbing.settings import Settings
from tools import failures_page, metrics_page
from tools.chart_picture import draw
from tools.dashboard import dashboard

ROOT = Path(__file__).parents[1]
CLAUSE = re.compile(r"\b(?:SOP|SVC|APP|WKS|DSP)-\d\.\d\b")
MADE = "<!-- made by `make docs`; change the source, not this page -->"


def pages() -> dict[str, str]:
    """Every generated page by its path in docs/."""
    return {
        "chart.svg": draw(),
        "chart.md": chart(),
        "vocabulary.md": terms(),
        "settings.md": settings(),
        "clauses.md": clauses(),
        "failures.md": f"{MADE}\n{failures_page.page()}",
        "metrics.md": f"{MADE}\n{metrics_page.page()}",
        "../deploy/grafana/complaint-desk.json": dashboard(),
    }


def chart() -> str:
    """The chart as a table."""
    head = "| stages | command | who | facts | leads to | guards | clause |"
    lines = [MADE, "# The life of a complaint", "", "![chart](chart.svg)", "", head, "| --- " * 7 + "|"]
    for row in CHART:
        stages = "any open stage" if len(row.stages) >= 10 else ", ".join(row.stages)
        command = row.command if row.command == DEADLINE else f"`{row.command}`"
        choice = (f"if {row.choice}; " if row.choice else "") + ", ".join(row.guards)
        cells = [stages, command, ", ".join(row.who), ", ".join(row.facts), row.to or "–", choice or "–", row.clause]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def terms() -> str:
    """Every closed set of terms."""
    lines = [MADE, "# Vocabulary", ""]
    for name, cls in inspect.getmembers(vocabulary, inspect.isclass):
        if issubclass(cls, Term) and cls is not Term:
            lines += [f"## {name}", "", (cls.__doc__ or "").strip(), "", "| stored value | 中文 |", "| --- | --- |"]
            lines += [f"| `{member.value}` | {member.zh} |" for member in cls] + [""]
    return "\n".join(lines)


def settings() -> str:
    """Every setting with its default."""
    lines = [MADE, "# Settings", "", "Read from the environment when a process starts.", "",
             "| variable | default | what it is |", "| --- | --- | --- |"]  # fmt: skip
    for name, each in sorted(Settings.model_fields.items()):
        default = "required" if each.is_required() else f"`{each.default}`" if each.default is not None else "–"
        lines.append(f"| `{name.upper()}` | {default} | {' '.join((each.description or '').split())} |")
    return "\n".join(lines) + "\n"


def clauses() -> str:
    """Clause by clause: the policy fields that carry it, the code that names it, the tests that show it."""
    listed = tomllib.loads((ROOT / "docs" / "clauses.toml").read_text("utf-8"))
    shown, code = claims(), named_in()
    head = "| clause | in short | policy | code | tests |"
    lines = [MADE, "# Clauses", "", head, "| --- " * 5 + "|"]
    for clause, each in listed.items():
        tests = list(dict.fromkeys(shown.get(clause, [])))
        if "later" in each:
            tests.append(f"{'the rest ' if tests else ''}comes with {each['later']}")
        cells = fields(clause), code.get(clause, []), tests
        shown_cells = ("<br>".join(cell) or "–" for cell in cells)
        lines.append(f"| {clause} | {each['title']} | {' | '.join(shown_cells)} |")
    return "\n".join(lines) + "\n"


ROOMS = ("complaints", "workflows", "activities", "records", "policies", "api")


def named_in() -> dict[str, list[str]]:
    """Which files of the product name which clause."""
    found: dict[str, list[str]] = {}
    for path in sorted(each for room in ROOMS for each in (ROOT / room).rglob("*.py")):
        for clause in dict.fromkeys(CLAUSE.findall(path.read_text("utf-8"))):
            found.setdefault(clause, []).append(str(path.relative_to(ROOT)))
    return found


def fields(clause: str) -> list[str]:
    """The limits and values of the shipped policies that name this clause."""
    return [path for key in list(policies.keys()) for path in _carrying(policies.load(key).body, clause, key)]


def _carrying(part: object, clause: str, path: str) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("clause") == clause:
            yield path
        for name, value in part.items():
            yield from _carrying(value, clause, f"{path}.{name}")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from _carrying(value, clause, f"{path}.{place}")


def claims() -> dict[str, list[str]]:
    """Which tests claim which clause."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.clause":
                owner = _owner(path, node)
                for each in node.args:
                    if isinstance(each, ast.Constant):
                        found.setdefault(str(each.value), []).append(owner)
    return found


def _owner(path: Path, mark: ast.Call) -> str:
    """The test below a mark."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        marks = [ast.unparse(each) for each in getattr(node, "decorator_list", [])]
        if ast.unparse(mark) in marks and any(each.lineno == mark.lineno for each in node.decorator_list):  # type: ignore[attr-defined]
            return f"{path.stem}: {node.name.removeprefix('test_').replace('_', ' ')}"  # type: ignore[attr-defined]
    return path.stem


def main() -> None:
    """Write every page anew."""
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
