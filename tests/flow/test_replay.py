"""Yesterday's cases still replay, to the same facts and the same due times; a careless change would be noticed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from complaints import deadlines
from complaints.deadlines import Clock
from tests.flow.replaying import HISTORIES, load, recorded_orders, replay
from workflows import acts

PATHS = sorted(HISTORIES.glob("*.json"))


def test_there_are_recorded_histories_and_they_hold_facts() -> None:
    assert len(PATHS) >= 5
    for path in PATHS:
        orders = recorded_orders(load(path))
        assert orders
        assert orders[0].entries[0].fact.kind == "arrived"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
async def test_a_recorded_history_replays_to_the_same_facts_and_due_times(path: Path) -> None:
    await replay(load(path))


async def test_a_changed_rule_fails_the_replay_though_every_command_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A minute more for every promise: the same events, other due times."""
    honest: Callable[..., Clock] = deadlines._promise

    def lenient(*args: Any) -> Clock:
        return honest(*args[:-1], args[-1] + timedelta(minutes=1))

    monkeypatch.setattr(deadlines, "_promise", lenient)
    with pytest.raises(AssertionError, match="than recorded"):
        await replay(load(HISTORIES / "happy.json"))


async def test_a_changed_workflow_fails_the_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    """One act under another name: the commands no longer fit the events."""
    honest = acts.workflow.execute_activity

    async def renamed(name: str, *args: Any, **options: Any) -> Any:
        return await honest("write" if name == "record" else name, *args, **options)

    monkeypatch.setattr(acts.workflow, "execute_activity", renamed)
    with pytest.raises(Exception, match=r"TMPRL1100|[Nn]ondeterminism"):
        await replay(load(HISTORIES / "happy.json"))
