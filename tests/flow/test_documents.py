"""One journey per document, by its own cases: in time as it reads, and with every limit of the company missed."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from complaints.vocabulary import Debtor
from complaints.worktime import prolonged
from tests.flow.stage import Play, World, playing
from tests.flow.stories import Telling, rules, story

CASES = {"svc": "spin_noise", "app": "second_repair", "wks": "rain", "dsp": "crushed"}
"""The case each document tells."""

NOT_OWED = {
    "svc": {"joint_determination", "proof", "remedy_assigned"},
    "app": {"joint_determination", "proof", "remedy"},
    "wks": {"reply", "joint_determination", "proof", "mediation", "remedy", "suggestion"},
    "dsp": {"joint_determination", "proof", "remedy", "suggestion"},
}
"""Limits of the company for what doesn't come up in that case: no inquiry, no proof asked for, nothing jointly."""


CALLS = {"call_task"}
"""Owed only where the customer is waited for longer than they have time."""


async def told(env: WorkflowEnvironment, policy: str, *, late: bool) -> tuple[World, str]:
    """The document's own case on the stage; what the world saw of it, and how it ended."""
    tale = story(policy, CASES[policy])
    at = await env.get_current_time()
    async with playing(env, rules_=rules(tale, at), policy=policy) as play:
        telling = Telling(play, tale)
        await (telling.late() if late else telling.in_time())
        await archived(play)
        return play.world, await play.handle.result()


async def archived(play: Play) -> None:
    while (await play.view()).stage != "archived":
        await play.skip(hours=24)


def limits(facts: Iterable[Any]) -> set[str]:
    return {fact.limit for fact in facts}


@pytest.mark.parametrize("policy", CASES)
@pytest.mark.clause("SVC-1.2", "SVC-4.1", "SVC-4.3", "APP-3.1", "APP-5.1", "WKS-3.1", "WKS-5.1", "DSP-3.1", "DSP-4.1")
async def test_the_documents_own_case_in_time(env: WorkflowEnvironment, policy: str) -> None:
    world, ended = await told(env, policy, late=False)
    assert ended == story(policy, CASES[policy]).ends
    assert limits(world.facts("limit_missed")) == set(story(policy, CASES[policy]).misses)
    notices = Counter(each.key for each in world.notices)
    assert set(notices.values()) == {1}


@pytest.mark.parametrize("policy", CASES)
@pytest.mark.clause("SVC-5.1")
async def test_the_documents_own_case_with_every_limit_of_the_company_missed(
    env: WorkflowEnvironment, policy: str
) -> None:
    world, ended = await told(env, policy, late=True)
    tale = story(policy, CASES[policy])
    law = rules(tale, world.recorded[1].at)
    owed = {each.name for each in law.limits if each.debtor is Debtor.COMPANY} - NOT_OWED[policy]
    assert ended == tale.ends
    assert limits(world.facts("limit_missed")) - CALLS == owed - CALLS
    assert limits(fact for fact in world.facts("limit_met") if fact.late) >= owed - CALLS - {"progress"}
    assert set(Counter((fact.clock) for fact in world.facts("limit_missed")).values()) == {1}
    assert set(Counter(each.key for each in world.notices).values()) == {1}
    assert_each_rung_once_where_the_ladder_puts_it(world, law)


def assert_each_rung_once_where_the_ladder_puts_it(world: World, law: Any) -> None:
    """A miss brings the levels in one by one, each at its time in the clock's own unit, and the last one again."""
    misses = {fact.clock: fact for fact in world.facts("limit_missed")}
    climbed: dict[str, list[Any]] = {}
    for fact in world.facts("escalated"):
        climbed.setdefault(fact.clock, []).append(fact)
    for clock, steps in climbed.items():
        top = len(law.ladder)
        assert [each.level for each in steps] == [min(place, top) for place in range(1, len(steps) + 1)]
        unit = law.limit(misses[clock].limit).unit
        first = prolonged(misses[clock].ladder_from, law.ladder[0].after, unit, law.calendar)
        assert steps[0].scheduled_at == first
        assert [each.role for each in steps[:top]] == [step.role for step in law.ladder[: len(steps[:top])]]
