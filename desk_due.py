"""`desk due`: when a limit of a policy is due, and how that came about; one at a time, or as many as come in."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from policies.calendars import Calendar
    from policies.due_times import DueTime, Question

ASKED = ("policy", "limit", "grade", "from", "unit", "calendar")
"""What a line of --stdin may say; what it leaves out is taken from the options."""


def due(
    policy: Annotated[str, typer.Option(help="Key of the policy.")] = "sop",
    limit: Annotated[str | None, typer.Option(help="Name of the limit.")] = None,
    grade: Annotated[str | None, typer.Option(help="Grade of the case, where the limit differs by it.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="The instant it runs from, ISO 8601.")] = None,
    unit: Annotated[str | None, typer.Option(help="natural, working_time or working_day [the limit's].")] = None,
    calendar: Annotated[str | None, typer.Option(help="Key or file of a calendar [the policy's].")] = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read a question from each line, as JSON.")] = False,
    language: Annotated[str, typer.Option(help="zh or en.")] = "en",
) -> None:
    """Print when a limit is due, and step by step why.

    With --stdin each line is an object with any of policy, limit, grade, from, unit and calendar; each answer is one
    line too, in the same order: due_at and steps, or error.
    """
    options = {
        "policy": policy, "limit": limit, "grade": grade, "from": start, "unit": unit, "calendar": calendar,
    }  # fmt: skip
    if stdin:
        raise typer.Exit(int(_many({name: value for name, value in options.items() if value is not None})))
    _one(options, "zh" if language == "zh" else "en")


def _one(asked: Mapping[str, Any], language: Any) -> None:
    from complaints.account import length, told
    from complaints.errors import BadValue
    from complaints.vocabulary import Unit
    from policies.due_times import due_time

    try:
        answer = due_time(_question(asked))
    except BadValue as wrong:
        typer.echo(f"--{wrong}", err=True)
        raise typer.Exit(2) from None
    how = answer.unit.zh if language == "zh" else answer.unit.replace("_", " ")
    span = length(answer.span, language, in_days=answer.unit is not Unit.WORKING_TIME)
    typer.echo(f"{_on_the_wall(answer, answer.due_at)}  {span} {how}")
    for step in answer.steps:
        typer.echo(f"  {told(step, answer.calendar, language)}")


def _many(options: Mapping[str, Any]) -> bool:
    """Answer line by line as they come; whether any couldn't be answered."""
    from complaints.errors import BadValue
    from policies.due_times import due_time

    wrong = False
    for line in filter(bytes.strip, sys.stdin.buffer):
        try:
            answer = _written(due_time(_question({**options, **_asked(line)})))
        except BadValue as mistake:
            wrong, answer = True, {"error": str(mistake), "field": mistake.field}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    return wrong


def _asked(line: bytes) -> dict[str, Any]:
    from complaints.errors import BadValue

    try:
        asked = json.loads(line)
    except ValueError:
        raise BadValue("line", "isn't JSON") from None
    except RecursionError:
        raise BadValue("line", "is nested too deeply") from None
    if not isinstance(asked, dict) or any(not isinstance(each, str | None) for each in asked.values()):
        raise BadValue("line", "must be an object of texts")
    for name in asked:
        if name not in ASKED:
            raise BadValue(name if name.isprintable() else "line", f"unknown; a line may say {', '.join(ASKED)}")
    return asked


def _question(asked: Mapping[str, Any]) -> "Question":
    from complaints.errors import BadValue
    from policies.due_times import Question

    for name in ("limit", "from"):
        if not asked.get(name):
            raise BadValue(name, "missing")
    return Question(
        policy=asked["policy"],
        limit=asked["limit"],
        start=asked["from"],
        grade=asked.get("grade"),
        unit=asked.get("unit"),
        calendar=_calendar(asked["calendar"]) if asked.get("calendar") else None,
    )


@cache
def _calendar(key: str) -> "Calendar":
    from desk_calendar import found

    return found(key, {})


def _written(answer: "DueTime") -> dict[str, Any]:
    """An answer as JSON."""
    return {
        "due_at": _on_the_wall(answer, answer.due_at),
        "from": _on_the_wall(answer, answer.start),
        "unit": answer.unit,
        "span_seconds": answer.span.total_seconds(),
        "calendar": {"key": answer.calendar.key, "version": answer.calendar.version},
        "provisional": any(step.provisional for step in answer.steps),
        "steps": [
            {
                "from": _on_the_wall(answer, step.start),
                "to": _on_the_wall(answer, step.end),
                "counted_seconds": step.counted.total_seconds(),
                "why": step.why,
                "zh": step.zh,
                "en": step.en,
                "provisional": step.provisional,
            }
            for step in answer.steps
        ],
    }


def _on_the_wall(answer: "DueTime", at: datetime) -> str:
    """An instant with the offset of the calendar's zone."""
    offset: timedelta = answer.calendar.wall(at).replace(tzinfo=UTC) - at
    return at.astimezone(timezone(offset)).isoformat()
