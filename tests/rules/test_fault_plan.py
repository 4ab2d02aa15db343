"""A campaign's faults follow from its seed, none is forgotten, and none gets in another's way."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from trials.faults.plan import LARGEST_VOLLEY, SECONDS, VICTIMS, plan

SEEDS = st.integers(0, 2**32)


@given(SEEDS, st.integers(1, 200))
def test_a_seed_gives_so_many_faults_and_always_the_same(seed: int, faults: int) -> None:
    volleys = plan(seed, faults)
    assert sum(map(len, volleys)) == faults
    assert volleys == plan(seed, faults)
    assert all(1 <= len(volley) <= LARGEST_VOLLEY for volley in volleys)


@given(SEEDS)
def test_faults_of_one_volley_hit_different_targets_and_last_as_their_kind_does(seed: int) -> None:
    for volley in plan(seed, 60):
        assert len({fault.target for fault in volley}) == len(volley)
        for fault in volley:
            shortest, longest = SECONDS[fault.kind]
            assert shortest <= fault.seconds <= longest


@given(SEEDS)
def test_two_hundred_faults_do_everything_to_everybody(seed: int) -> None:
    done = Counter((fault.kind, fault.victim) for volley in plan(seed, 200) for fault in volley)
    assert {(kind, victim) for kind, victims in VICTIMS.items() for victim in victims} == set(done)
    assert min(done.values()) >= 2


def test_another_seed_gives_others() -> None:
    assert plan(1, 20) != plan(2, 20)
