"""The demo's policy is the SOP in a hurry: same rules, same order, every clock short enough to watch."""

from datetime import UTC, datetime, timedelta

import pytest

import policies
from complaints.policy import Limit, Rules
from policies.demo import LONGEST, SHORTEST, key_of

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
SOP, DEMO = (policies.load(key).rules(NOON) for key in ("sop", "demo"))


def lengths(rules: Rules) -> dict[str, list[timedelta]]:
    """Every length a limit of this policy may have."""
    return {limit.name: _lengths(limit) for limit in rules.limits}


def _lengths(limit: Limit) -> list[timedelta]:
    return [*filter(None, [limit.within]), *(limit.by_grade or {}).values()]


def test_no_limit_is_under_three_seconds_and_all_is_over_within_four_minutes() -> None:
    found = [each for every in lengths(DEMO).values() for each in every]
    assert min(found) == SHORTEST == timedelta(seconds=3)
    assert max(found) == LONGEST
    customers_silence_then_archive = DEMO.limit("confirmation").within, DEMO.limit("archive").within
    assert sum(filter(None, customers_silence_then_archive), timedelta(0)) < timedelta(minutes=4)


def test_what_was_longer_stays_no_shorter() -> None:
    slow, fast = lengths(SOP), lengths(DEMO)
    pairs = [pair for name in slow for pair in zip(slow[name], fast[name], strict=True)]
    assert [quick for _, quick in sorted(pairs)] == sorted(quick for _, quick in pairs)
    assert timedelta(hours=4) / 1800 == DEMO.limit("verification").within == timedelta(seconds=8)


def test_the_ladder_keeps_its_proportions() -> None:
    assert [step.after * 1800 for step in DEMO.ladder] == [step.after for step in SOP.ladder]
    assert [step.role for step in DEMO.ladder] == [step.role for step in SOP.ladder]
    assert timedelta(0) < DEMO.grace < SOP.grace
    assert DEMO.ladder[1].after > DEMO.grace


def test_everything_but_the_times_is_the_sops() -> None:
    same = ("categories", "departments", "indicators", "authority", "owners", "low_score", "silence", "by_hand")
    assert [getattr(DEMO, name) for name in same] == [getattr(SOP, name) for name in same]
    assert policies.load("demo").templates == policies.load("sop").templates
    assert [limit.met_by for limit in DEMO.limits] == [limit.met_by for limit in SOP.limits]


def test_no_time_of_the_demo_is_said_to_stand_in_the_document() -> None:
    document = policies.load("demo").document
    assert {limit.source for limit in document.limits.values()} == {"assumption"}
    assert {step.source for step in document.ladder.steps} == {"assumption"}


def test_the_demo_is_known_only_where_it_is_asked_for() -> None:
    shipped = policies.keys()
    assert "demo" not in shipped
    assert set(policies.keys(with_demo=True)) == {*shipped, *map(key_of, shipped)}
    with pytest.raises(KeyError):
        policies.load("nothing")


def test_the_demos_rules_are_small_enough_to_travel() -> None:
    assert len(policies.RULES.dump_json(DEMO, exclude_defaults=True)) <= policies.LARGEST_RULES
