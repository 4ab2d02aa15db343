"""How fast lists and single cases are read over HTTP from a full database, by staff with a session."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx2
from sqlalchemy import select

from records.tables import complaint_case
from trials.bench.filling import FAULTS, THINGS, Filled, fill
from trials.bench.ground import Ground, say
from trials.bench.sizes import Size
from trials.bench.table import Found, percentile, spread
from trials.people import People

LIST = "/api/v1/complaints"
SEED = 20260520
STAGES = ("verifying", "grading", "planning", "approving", "proposing", "executing", "confirming", "revisiting")
LONGEST_PAGE = 200


@dataclass(frozen=True)
class Question:
    """One kind of request: who asks, and the address, each time another."""

    says: str
    who: str
    path: str
    query: Callable[[], dict[str, Any]] = dict


@dataclass
class Asked:
    """What the answers to one kind took, in seconds."""

    question: Question
    times: list[float] = field(default_factory=list)


async def asked(ground: Ground, seeded: dict[str, str], size: Size) -> Found:
    """Fill the database, log in, ask."""
    lived = await _lived_through(ground)
    filled = await fill(ground, size.listed)
    people = People(ground.desk.address("My desk and API"), ground.desk.address("Mailbox"), seeded)
    dice = random.Random(SEED)
    lists = [await _answers(people, each, size.asked) for each in worklists(dice, filled)]
    lists.append(await _pages(people, size.asked))
    pages = [await _answers(people, each, size.asked) for each in single_cases(dice, filled, lived)]
    await people.close()
    worst = {"worklist_p99_ms": _slowest(lists), "case_page_p99_ms": _slowest(pages)}
    say(f"a worklist takes {worst['worklist_p99_ms']:.0f} ms at most, a case {worst['case_page_p99_ms']:.0f} ms (p99)")
    lines = [f"{size.listed} cases besides those that ran here; {size.asked} requests of each kind, one by one"]
    lines += [f"{each.question.says:46} {spread(each.times, 'ms', 1000)}" for each in [*lists, *pages]]
    return Found(worst, lines=lines)


def worklists(dice: random.Random, filled: Filled) -> list[Question]:
    """What people look for in lists."""

    def stage() -> dict[str, Any]:
        return {"stage": dice.choice(STAGES)}

    return [
        Question("all cases, the first page", "agent-1", LIST),
        Question("the desk's page", "agent-1", "/"),
        Question("the desk's page, of one department", "logistics-head", "/"),
        Question("one stage", "agent-1", LIST, stage),
        Question("one stage, of one department", "logistics-head", LIST, stage),
        Question("late now", "supervisor-1", LIST, lambda: {"overdue": "true"}),
        Question("not late", "supervisor-1", LIST, lambda: {"overdue": "false"}),
        Question("urgent and late", "director-1", LIST, lambda: {"grade": "urgent", "overdue": "true"}),
        Question("archived", "agent-1", LIST, lambda: {"stage": "archived"}),
        Question("a role's turn", "agent-1", LIST, lambda: {"owner": dice.choice(("agent", "executor", "director"))}),
        Question("a department's", "agent-1", LIST, lambda: {"department": "product"}),
        Question("waiting for the customer", "agent-1", LIST, lambda: {"waiting": "true"}),
        Question("nobody's", "agent-1", LIST, lambda: {"owner_id": "nobody"}),
        Question("a phone number", "agent-1", LIST, lambda: {"text": dice.choice(filled.phones)}),
        Question("a complaint number", "agent-1", LIST, lambda: {"text": dice.choice(filled.numbers)}),
        Question("a word that many say", "agent-1", LIST, lambda: {"text": dice.choice(FAULTS)}),
        Question("words that few say", "agent-1", LIST, lambda: {"text": dice.choice(THINGS) + dice.choice(FAULTS)}),
        Question("a word, in one stage", "agent-1", LIST, lambda: {"text": dice.choice(FAULTS), **stage()}),
        Question("a word nobody says", "agent-1", LIST, lambda: {"text": "飞碟"}),
    ]


def single_cases(dice: random.Random, filled: Filled, lived: list[str]) -> list[Question]:
    """A case in all the ways it is looked at; those lived through here have their whole journal."""
    numbers, some = cycle(lived or filled.numbers[:1]), dice.sample(filled.numbers, min(len(filled.numbers), 500))
    written = cycle(some)
    return [
        Question("a case", "agent-1", LIST + "/{}", lambda: {"": next(written)}),
        Question("a case that ran here", "agent-1", LIST + "/{}", lambda: {"": next(numbers)}),
        Question("its journal", "agent-1", LIST + "/{}/journal", lambda: {"": next(numbers)}),
        Question("its page", "agent-1", "/cases/{}", lambda: {"": next(numbers)}),
    ]


async def _lived_through(ground: Ground) -> list[str]:
    """The cases of this desk with the longest journals."""
    wanted = select(complaint_case.c.number).order_by(complaint_case.c.version.desc()).limit(50)
    async with ground.database.transaction() as connection:
        return [str(number) for number in (await connection.execute(wanted)).scalars()]


async def _answers(people: People, question: Question, count: int) -> Asked:
    client, answered = await people.staff(question.who), Asked(question)
    await _timed(client, question, [])
    for _ in range(count):
        await _timed(client, question, answered.times)
    return answered


async def _timed(client: httpx2.AsyncClient, question: Question, times: list[float]) -> httpx2.Response:
    query = question.query()
    path = question.path.format(query.pop("", ""))
    began = time.perf_counter()
    answer = await client.get(path, params=query)
    times.append(time.perf_counter() - began)
    assert answer.status_code == 200, f"{path} {query}: {answer.status_code} {answer.text}"
    return answer


async def _pages(people: People, count: int) -> Asked:
    """Page after page of everything, by cursor."""
    cursor: dict[str, Any] = {"limit": LONGEST_PAGE}
    answered = Asked(Question("page after page of everything, 200 a page", "agent-1", LIST, lambda: dict(cursor)))
    client = await people.staff("agent-1")
    for _ in range(count):
        answer = await _timed(client, answered.question, answered.times)
        cursor["cursor"] = answer.json()["next_cursor"]
        if cursor["cursor"] is None:
            break
    return answered


def _slowest(kinds: list[Asked]) -> float:
    return max(percentile(each.times, 0.99) for each in kinds) * 1000
