"""What the record says of a case after its story: times by stage, limits, escalations, notices, and whether all is as
written."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any

from complaints.vocabulary import Stage
from policies.demo import PACE
from trials.demo.cast import LOGINS
from trials.demo.player import Playing
from trials.people import BETWEEN_TRIES, TRIES

Entry = dict[str, Any]
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One case as its journal, its clocks and its notices tell it; hours are those of the demo's clock."""

    playing: Playing
    case: dict[str, Any]
    hours: dict[Stage, float]
    met: int
    missed: tuple[str, ...]
    unplanned: tuple[str, ...]
    escalations: int
    level: int
    notices: int
    undelivered: int
    troubles: tuple[str, ...]


async def find(playing: Playing) -> Finding:
    """Read a case over REST as the supervisor sees it, once its last notices are out."""
    case = await _get(playing, "self")
    entries: list[Entry] = (await _get(playing, "journal"))["entries"]
    notices = await _settled_notices(playing)
    missed, met = _missed(entries), _facts(entries, "limit_met")
    planned = set(playing.story.misses)
    limits = tuple(dict.fromkeys(fact["limit"] for fact in missed.values()))
    escalated = _facts(entries, "escalated")
    return Finding(
        playing=playing,
        case=case,
        hours=hours_by_stage(entries),
        met=sum(not fact["late"] for fact in met),
        missed=limits,
        unplanned=tuple(each for each in limits if each not in planned),
        escalations=len(escalated),
        level=max((fact["level"] for fact in escalated), default=0),
        notices=len(notices),
        undelivered=Counter(each["status"] for each in notices)["undeliverable"],
        troubles=tuple(_troubles(playing, case, missed, met)),
    )


def hours_by_stage(entries: Sequence[Entry]) -> dict[Stage, float]:
    """How long the case stood in each stage before it was closed, in hours of the demo's clock."""
    spent: dict[Stage, float] = {}
    # A miss found late stands in the journal with its true time, which may lie before the entry in front of it.
    times = accumulate((datetime.fromisoformat(entry["taken_at"]) for entry in entries), max)
    for entry, (since, until) in zip(entries, pairwise(times), strict=False):
        stage = Stage(entry["stage"])
        spent[stage] = spent.get(stage, 0.0) + (until - since).total_seconds() * PACE / SECONDS_PER_HOUR
    return spent


def _facts(entries: Sequence[Entry], kind: str) -> list[dict[str, Any]]:
    return [entry["fact"] for entry in entries if entry["fact"]["kind"] == kind]


def _missed(entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """The company's misses by clock, without those taken back."""
    withdrawn = {fact["clock"] for fact in _facts(entries, "miss_withdrawn")}
    return {fact["clock"]: fact for fact in _facts(entries, "limit_missed") if fact["clock"] not in withdrawn}


def _troubles(
    playing: Playing, case: dict[str, Any], missed: dict[str, dict[str, Any]], met: list[dict[str, Any]]
) -> Iterator[str]:
    """Where the case is not as its story says.

    A miss nobody meant is none of these on a slow machine, where people come late as well; one whose act was in time
    would be.
    """
    if playing.trouble:
        yield playing.trouble
    elif case["closing"] != playing.story.ends:
        yield f"closing is {case['closing']}, should be {playing.story.ends}"
    for limit in playing.story.misses:
        if limit not in {fact["limit"] for fact in missed.values()}:
            yield f"{limit} should have been missed"
    for fact in met:
        if fact["clock"] in missed and not fact["late"]:
            yield f"{fact['limit']} counts as missed although it was met in time"


async def _settled_notices(playing: Playing) -> list[dict[str, Any]]:
    """The case's notices, once none is on its way."""
    for _ in range(TRIES):
        found: list[dict[str, Any]] = (await _get(playing, "notices"))["notices"]
        if all(each["status"] != "sending" for each in found) and _told_of_its_end(playing, found):
            return found
        await asyncio.sleep(BETWEEN_TRIES)
    return found


def _told_of_its_end(playing: Playing, notices: list[dict[str, Any]]) -> bool:
    return bool(playing.trouble) or "closed_told" in {each["template"] for each in notices}


async def _get(playing: Playing, part: str) -> dict[str, Any]:
    people = playing.run.people
    answer = await people.ask(await people.staff(LOGINS["supervisor"]), "GET", playing.links[part])
    found: dict[str, Any] = answer.json()
    return found

