"""The chart is whole: one start, no trap, every road ends in the archive, every word of it exists."""

import pytest

from complaints.chart import CHART, DEADLINE, OPEN, START, commands_in, rows
from complaints.choices import CHOICES
from complaints.commands import HUMAN_COMMANDS
from complaints.facts import FACTS
from complaints.guards import GUARDS
from complaints.makers import MAKERS
from complaints.vocabulary import Role, Stage
from tests.builders import rules


def ways_out(stage: Stage) -> set[Stage]:
    return {row.to for row in CHART if stage in row.stages and row.to is not None and row.to is not stage}


def reached_from(start: Stage) -> set[Stage]:
    seen, ahead = {start}, [start]
    while ahead:
        for stage in ways_out(ahead.pop()) - seen:
            seen.add(stage)
            ahead.append(stage)
    return seen


@pytest.mark.clause("APP-7.3")
def test_every_stage_can_be_reached_and_reaches_the_archive() -> None:
    assert reached_from(START[0]) == set(Stage)
    for stage in Stage:
        assert Stage.ARCHIVED in reached_from(stage)


def test_only_the_archive_is_final() -> None:
    assert [stage for stage in Stage if not ways_out(stage)] == [Stage.ARCHIVED]


def test_every_row_names_its_clause_and_somebody_who_may() -> None:
    assert all(row.clause and row.who for row in CHART)


def test_every_command_and_fact_stands_in_the_chart() -> None:
    assert {row.command for row in CHART} == {*MAKERS, DEADLINE}
    assert {fact for row in CHART for fact in row.facts} | {START[1]} == set(FACTS)
    assert set(HUMAN_COMMANDS) <= set(MAKERS)


def test_every_guard_and_choice_the_chart_names_exists_and_none_is_idle() -> None:
    assert {guard for row in CHART for guard in row.guards} == set(GUARDS)
    assert {row.choice for row in CHART} == set(CHOICES)


def test_rows_of_one_command_in_one_stage_are_told_apart_by_choices() -> None:
    for stage in Stage:
        for command in commands_in(stage):
            found = rows(stage, command)
            assert len(found) == 1 or all(row.choice for row in found), (stage, command)


@pytest.mark.clause("APP-7.3")
def test_every_stage_has_an_owner_and_every_open_one_a_limit() -> None:
    policy = rules()
    assert set(policy.owners) == set(Stage)
    assert all(isinstance(role, Role) for role in policy.owners.values())
    for stage in OPEN:
        assert any(not limit.stages or stage in limit.stages for limit in policy.limits), stage
