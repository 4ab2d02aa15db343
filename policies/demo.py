"""Demo policies: each document with an hour in two seconds, so that a whole department can be watched within minutes.

The SOP's is called `demo`, that of another policy `demo_` and its key.
"""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from policies.durations import parse_duration

FIRST = "demo"
OF_FIRST = "sop"
PACE = timedelta(hours=1) / timedelta(seconds=2)
SHORTEST = timedelta(seconds=3)
LONGEST = timedelta(days=2) / PACE
"""Whatever takes longer than two days takes two days, so that a case is in the archive within four minutes."""

ACT_AFTER_DUE = "0.1s"
TITLE = {"zh": "演示流程:2 秒为 1 小时", "en": "Demo: an hour in two seconds"}


def key_of(policy: str) -> str:
    """The key of a policy's demo."""
    return FIRST if policy == OF_FIRST else f"{FIRST}_{policy}"


def original(key: str) -> str | None:
    """The policy whose demo has this key; None for a key of no demo."""
    if key == FIRST:
        return OF_FIRST
    return key.removeprefix(f"{FIRST}_") if key.startswith(f"{FIRST}_") else None


def hurried(body: dict[str, Any]) -> dict[str, Any]:
    """The same policy with every limit in a hurry; its ladder and waits keep their proportions exactly."""
    made = deepcopy(body)
    made["policy"] |= {"key": key_of(body["policy"]["key"]), "title": TITLE}
    for limit in made["limits"].values():
        _hurry_limit(limit)
    for step in made["ladder"]["steps"]:
        step |= {"after": _text(scaled(step["after"])), "source": "assumption"}
    for place in (made["ladder"]["repeat_every"], made["ladder"]["acknowledge_at_most"], made["waiting"]["at_most"]):
        place |= {"value": _text(scaled(place["value"])), "source": "assumption"}
    made["ladder"]["act_after_due"] |= {"value": ACT_AFTER_DUE, "source": "assumption"}
    return made


def scaled(duration: str) -> timedelta:
    """A duration of the original as it passes here."""
    return parse_duration(duration) / PACE


def _hurry_limit(limit: dict[str, Any]) -> None:
    limit |= {"source": "assumption", "unit": "natural"}
    if "within" in limit:
        limit["within"] = _limited(limit["within"])
    if "by_grade" in limit:
        limit["by_grade"] = {grade: _limited(within) for grade, within in limit["by_grade"].items()}


def _limited(duration: str) -> str:
    return _text(min(max(scaled(duration), SHORTEST), LONGEST))


def _text(duration: timedelta) -> str:
    return f"{duration.total_seconds():g}s"
