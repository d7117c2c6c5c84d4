"""Routing's decisions as a table, and what holds for every set of workers."""

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workers.routing import Fitness, Standing, candidates, choose, preferred, with_room

WELL, UNWELL, WAITS = Fitness.WELL, Fitness.UNWELL, Fitness.ASKED_TO_WAIT


def at(name: str, in_flight: int = 0, **more: object) -> Standing:
    return Standing(name, in_flight, **more)  # type: ignore[arg-type]


def both_drawn(*workers: Standing, key: str = "") -> str:
    """Who is chosen, whichever of two is drawn first."""
    chosen = {choose(workers, key, lambda n, first=first: min(first, n - 1)).name for first in (0, 1)}  # type: ignore[misc]
    assert len(chosen) == 1, chosen
    return chosen.pop()


# case: (workers, the one chosen)
LOADS = {
    "fewer in flight": ([at("a", 3), at("b", 2)], "b"),
    "the engine's queue counts": ([at("a", 1, waiting=5.0), at("b", 4, waiting=0.0)], "b"),
    "unknown adds nothing": ([at("a", 2), at("b", 1, waiting=2.0)], "a"),
    "stale is worse than any load": ([at("a", 0, waiting=0.0, is_stale=True), at("b", 90, waiting=90.0)], "b"),
    "two that are stale go by our own count": (
        [at("a", 2, waiting=0.0, is_stale=True), at("b", 1, waiting=99.0, is_stale=True)],
        "b",
    ),
}


@pytest.mark.parametrize("case", LOADS)
def test_the_less_loaded_of_two_is_taken(case: str) -> None:
    workers, chosen = LOADS[case]
    assert both_drawn(*workers) == chosen


# case: (workers, tried, those that promise most)
PROMISES = {
    "all well": ([at("a"), at("b")], "", "ab"),
    "one unwell": ([at("a", fitness=UNWELL), at("b")], "", "b"),
    "all unwell: none is left out": ([at("a", fitness=UNWELL), at("b", fitness=UNWELL)], "", "ab"),
    "unwell before one that asked to wait": ([at("a", fitness=WAITS), at("b", fitness=UNWELL)], "", "b"),
    "another before the same": ([at("a"), at("b")], "a", "b"),
    "the same that is well before another that is not": ([at("a"), at("b", fitness=UNWELL)], "a", "a"),
    "all tried": ([at("a"), at("b")], "ab", "ab"),
    "nobody": ([], "", ""),
}


@pytest.mark.parametrize("case", PROMISES)
def test_those_that_promise_most_are_candidates(case: str) -> None:
    workers, tried, expected = PROMISES[case]
    assert "".join(worker.name for worker in candidates(workers, set(tried))) == expected


def test_caps_are_kept_and_urgent_drafts_get_a_little_more() -> None:
    workers = [at("full", 4, max_in_flight=4), at("fuller", 5, max_in_flight=4), at("free", 900)]

    assert [worker.name for worker in with_room(workers)] == ["free"]
    assert [worker.name for worker in with_room(workers, lambda _cap: 1)] == ["full", "free"]


def test_a_conversation_stays_while_that_costs_little() -> None:
    own = preferred([at("a"), at("b")], "k").name
    other = "b" if own == "a" else "a"

    for own_load, other_load in product(range(0, 40, 3), repeat=2):
        stays = own_load <= other_load + max(2, other_load / 4)
        assert both_drawn(at(own, own_load), at(other, other_load), key="k") == (own if stays else other)


standings = st.lists(
    st.builds(
        Standing,
        name=st.text("abcdefgh", min_size=1, max_size=3),
        in_flight=st.integers(0, 50),
        max_in_flight=st.none() | st.integers(1, 50),
        waiting=st.none() | st.floats(0, 100),
        is_stale=st.booleans(),
        fitness=st.sampled_from(Fitness),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda worker: worker.name,
)


@given(standings, st.text("xyz", max_size=3), st.randoms(use_true_random=False))
def test_the_one_chosen_is_one_of_them_and_never_far_worse_than_the_best_of_its_draw(
    workers: list[Standing], key: str, rng: Random
) -> None:
    chosen = choose(workers, key, rng.randrange)

    assert chosen in workers
    worse = [worker for worker in workers if worker.load > chosen.load]
    if len(workers) > 1 and not key:
        assert worse or sum(worker.load == chosen.load for worker in workers) > 1, "the worst of all never wins a draw"
    if chosen.is_stale and not key:
        assert sum(worker.is_stale for worker in workers) > 1 or len(workers) == 1


@given(standings, st.sets(st.text("abcdefgh", min_size=1, max_size=3)))
def test_somebody_is_always_left_and_nobody_better_is_left_out(workers: list[Standing], tried: set[str]) -> None:
    left = candidates(workers, tried)

    assert left
    best = min(worker.fitness for worker in workers)
    assert {worker.fitness for worker in left} == {best}


@given(standings, st.integers(0, 5))
def test_room_is_below_the_cap(workers: list[Standing], extra: int) -> None:
    for worker in with_room(workers, lambda _cap: extra):
        assert worker.max_in_flight is None or worker.in_flight < worker.max_in_flight + extra


def test_a_worker_that_goes_takes_its_own_conversations_along_and_no_other() -> None:
    workers = [at(name) for name in ("a", "b", "c", "d")]
    keys = [f"key-{number}" for number in range(2000)]
    before = {key: preferred(workers, key).name for key in keys}
    after = {key: preferred(workers[:-1], key).name for key in keys}

    assert {before[key] for key in keys if before[key] != after[key]} == {"d"}
    shares = [sum(name == worker.name for name in before.values()) for worker in workers]
    assert min(shares) > 400, "keys spread evenly"


def test_power_of_two_choices_spreads_drafts_that_stay() -> None:
    rng, counts = Random(3), [0] * 8
    for _ in range(800):
        chosen = choose([at(str(number), count) for number, count in enumerate(counts)], "", rng.randrange)
        counts[int(chosen.name)] += 1

    assert max(counts) - min(counts) <= 6
