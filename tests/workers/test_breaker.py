"""The breaker's states by the results it is told, on a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workers.breaker import ENOUGH, FIRST_WAIT_S, LONGEST_WAIT_S, SHARE, WINDOW, Breaker

GOOD, BAD = "g", "b"


def told(results: str, breaker: Breaker | None = None, now: float = 0.0) -> Breaker:
    breaker = breaker or Breaker()
    for result in results:
        breaker.record(good=result == GOOD, began=now, now=now)
    return breaker


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ("", "closed"),
        ("bbbbb", "closed"),  # too few to tell
        ("bbbbbb", "open"),
        ("gggggb", "closed"),
        ("ggggbb", "open"),  # 2 of 6
        ("gggggggggggggggbbbbb", "closed"),  # 5 of 20
        ("ggggggggggggggbbbbbb", "open"),  # 6 of 20
        ("b" * 5 + "g" * 20 + "bbbb", "closed"),  # the old ones are forgotten
        ("gbgbg", "closed"),
        ("gbgbgb", "open"),
    ],
)
def test_it_opens_at_three_failures_in_ten_of_the_last_twenty(results: str, state: str) -> None:
    assert told(results).state == state


def test_it_is_half_open_after_its_wait_and_closes_on_two_good_ones_in_a_row() -> None:
    breaker = told("bbbbbb")
    breaker.begin_probe(FIRST_WAIT_S / 2)
    assert (breaker.state, breaker.wait_s(FIRST_WAIT_S / 2)) == ("open", FIRST_WAIT_S / 2)
    breaker.begin_probe(FIRST_WAIT_S)
    assert told("g", breaker, FIRST_WAIT_S).state == "half-open"
    assert told("g", breaker, FIRST_WAIT_S).state == "closed"
    assert told("bbbbb", breaker, 2).state == "closed", "it begins with a clean sheet"


def test_a_failed_probe_opens_it_again_for_longer_each_time_up_to_a_bound() -> None:
    breaker, now, waits = told("bbbbbb"), 0.0, []
    for _ in range(8):
        waits.append(breaker.wait_s(now))
        now += waits[-1]
        breaker.begin_probe(now)
        told("gb", breaker, now)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert breaker.openings == 1


def test_a_worker_that_flaps_waits_longer_until_it_has_held_for_a_whole_window() -> None:
    breaker, now = told("bbbbbb"), 1.0
    breaker.begin_probe(now)
    told("gg", breaker, now)
    told("bbbbbb", breaker, now)
    assert breaker.wait_s(now) == 2 * FIRST_WAIT_S
    now += 2 * FIRST_WAIT_S
    breaker.begin_probe(now)
    told("gg" + "g" * WINDOW, breaker, now)
    told("b" * ENOUGH, breaker, now)
    assert (breaker.wait_s(now), breaker.openings) == (FIRST_WAIT_S, 3)


def test_drafts_that_an_open_worker_gets_for_want_of_another_can_close_it() -> None:
    breaker = told("bbbbbb")
    told("gbg", breaker, 0.5)
    assert breaker.state == "open"
    assert breaker.wait_s(0.5) == 0.5, "their failures do not make the wait longer"
    assert told("g", breaker, 0.6).state == "closed"


@pytest.mark.parametrize("good", [True, False])
def test_what_began_before_it_opened_does_not_count(good: bool) -> None:
    breaker = told("bbbbbb", now=10)
    breaker.begin_probe(11)
    for _ in range(3):
        breaker.record(good=good, began=9, now=12)
    assert breaker.state == "half-open"


@given(st.lists(st.tuples(st.sampled_from(["good", "bad", "probe"]), st.floats(0, 10))))
def test_whatever_happens_it_keeps_its_word(steps: list[tuple[str, float]]) -> None:
    breaker, now, recent, in_a_row = Breaker(), 0.0, list[str](), 0
    for step, seconds in steps:
        now += seconds
        before = breaker.state
        waited = breaker.wait_s(now) == 0
        if step == "probe":
            breaker.begin_probe(now)
            assert breaker.state == ("half-open" if before == "open" and waited else before)
            continue
        breaker.record(good=step == "good", began=now, now=now)
        in_a_row = in_a_row + 1 if step == "good" else 0
        if before == "closed":
            recent = [*recent, step][-WINDOW:]
            is_bad = step == "bad" and len(recent) >= ENOUGH and recent.count("bad") >= SHARE * len(recent)
            assert breaker.is_closed is not is_bad
        elif breaker.is_closed:
            assert in_a_row >= 2
        if not breaker.is_closed:
            recent = []
        assert 0 <= breaker.wait_s(now) <= LONGEST_WAIT_S
