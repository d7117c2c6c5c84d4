"""Limits in memory, on a clock of the test's own."""

import gc

from hypothesis import given
from hypothesis import strategies as st

from app.access.keys import ApiKey
from app.access.limits import REQUEST_ONLY, Ask, Decision
from app.access.local_limits import LocalLimits
from app.access.windows import STEPS, Window
from tests.access.clock import Clock

REQUESTS = ApiKey("requests", requests_per_minute=10)
TOKENS = ApiKey("tokens", tokens_per_minute=1_000)
IN_FLIGHT = ApiKey("in-flight", max_in_flight=3)
FREE = ApiKey("free")


def limits() -> tuple[LocalLimits, Clock]:
    clock = Clock()
    return LocalLimits(clock), clock


def test_requests_are_admitted_up_to_the_limit_and_then_refused_with_the_seconds_to_wait() -> None:
    local, clock = limits()
    decisions = [local.decide(REQUESTS, REQUEST_ONLY) for _ in range(11)]

    assert [decision.admitted for decision in decisions] == [True] * 10 + [False]
    assert [decision.requests_left for decision in decisions] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
    assert (decisions[-1].over, decisions[-1].retry_after_s) == ("requests", 61)
    clock.pass_s(decisions[-1].retry_after_s)
    assert local.decide(REQUESTS, REQUEST_ONLY).admitted


def test_there_is_no_double_burst_on_the_edge_of_a_minute() -> None:
    local, clock = limits()
    clock.now = 1_019.9  # a fixed window of the clock's minutes would begin anew at 1020
    early = [local.decide(REQUESTS, REQUEST_ONLY).admitted for _ in range(10)]
    clock.pass_s(0.2)
    late = [local.decide(REQUESTS, REQUEST_ONLY).admitted for _ in range(10)]

    assert (sum(early), sum(late)) == (10, 0)


@given(
    steps=st.lists(st.tuples(st.floats(0, 20), st.integers(1, 6)), min_size=1, max_size=60),
    limit=st.integers(1, 12),
)
def test_no_60_seconds_hold_more_than_the_limit_and_every_wait_is_true(
    steps: list[tuple[float, int]], limit: int
) -> None:
    local, clock = limits()
    key = ApiKey("k", requests_per_minute=limit)
    admitted: list[float] = []
    for pause_s, requests in steps:
        clock.pass_s(pause_s)
        for _ in range(requests):
            decision = local.decide(key, REQUEST_ONLY)
            if decision.admitted:
                admitted.append(clock.now)
            else:
                later = clock.now + decision.retry_after_s
                assert 1 <= decision.retry_after_s <= 61
                assert _wait_s(local, key, later) == 0
                assert decision.retry_after_s == 1 or _wait_s(local, key, later - 1) > 0
    assert all(sum(start <= moment < start + 60 for moment in admitted) <= limit for start in admitted)


def _wait_s(local: LocalLimits, key: ApiKey, now: float) -> int:
    """What a request at another time would have to wait, without taking anything."""
    seen = local._uses[key.name].requests
    window = Window()
    window._amounts, window._second, window.total = list(seen._amounts), seen._second, seen.total
    window.advance(int(now))
    return window.wait_s(1, key.requests_per_minute or 0, now)


def test_refused_requests_do_not_count() -> None:
    local, clock = limits()
    for _ in range(500):
        local.decide(REQUESTS, REQUEST_ONLY)
        clock.pass_s(0.1)
    clock.pass_s(61)

    assert local.decide(REQUESTS, REQUEST_ONLY).requests_left == 9


def test_tokens_are_reserved_and_the_truth_takes_their_place() -> None:
    local, _ = limits()
    first = local.decide(TOKENS, Ask(tokens=600))
    second = local.decide(TOKENS, Ask(tokens=600))
    assert (first.admitted, second.admitted, second.over) == (True, False, "tokens")
    assert first.grant
    local.settle(first.grant, 150)

    third = local.decide(TOKENS, Ask(tokens=600))
    assert (third.admitted, third.tokens_left) == (True, 250)
    assert third.grant
    local.settle(third.grant, 900)
    assert local.decide(TOKENS, Ask(tokens=1)).over == "tokens"


def test_settling_twice_counts_once() -> None:
    local, _ = limits()
    grant = local.decide(TOKENS, Ask(tokens=600)).grant
    assert grant
    for tokens in (100, 0, 900):
        local.settle(grant, tokens)

    assert local.decide(TOKENS, Ask(tokens=100)).tokens_left == 800


def test_what_is_settled_after_its_minute_changes_nothing() -> None:
    local, clock = limits()
    grant = local.decide(TOKENS, Ask(tokens=600)).grant
    clock.pass_s(90)
    assert grant
    local.settle(grant, 10)

    assert local.decide(TOKENS, Ask(tokens=100)).tokens_left == 900


def test_a_request_above_the_whole_minute_is_admitted_when_the_window_is_empty() -> None:
    local, clock = limits()
    big = Ask(tokens=5_000)
    first, second = local.decide(TOKENS, big), local.decide(TOKENS, big)

    assert (first.admitted, second.admitted) == (True, False)
    clock.pass_s(second.retry_after_s)
    assert local.decide(TOKENS, big).admitted


def test_leases_are_limited_and_come_back_when_they_are_settled() -> None:
    local, clock = limits()
    held = [local.decide(IN_FLIGHT, Ask()) for _ in range(4)]
    assert [decision.admitted for decision in held] == [True, True, True, False]
    assert held[3].over == "in-flight"
    assert local.in_flight("in-flight") == 3
    grant = held[0].grant
    assert grant
    clock.pass_s(12)
    local.settle(grant, 0)
    local.settle(grant, 0)

    assert local.in_flight("in-flight") == 2
    again = [local.decide(IN_FLIGHT, Ask()) for _ in range(2)]
    assert [decision.admitted for decision in again] == [True, False]


def test_a_lease_that_was_lost_is_given_back() -> None:
    local, _ = limits()
    kept = [local.decide(IN_FLIGHT, Ask()) for _ in range(3)]
    assert not local.decide(IN_FLIGHT, Ask()).admitted
    kept.pop()  # nobody settles it
    gc.collect()

    assert local.decide(IN_FLIGHT, Ask()).admitted


def test_the_wait_for_a_lease_follows_how_long_they_are_held() -> None:
    waits = []
    for held_s in (1, 30):
        local, clock = limits()
        for _ in range(60):
            grant = local.decide(IN_FLIGHT, Ask()).grant
            clock.pass_s(held_s)
            assert grant
            local.settle(grant, 0)
        held = [local.decide(IN_FLIGHT, Ask()) for _ in range(4)]
        waits.append(held[3].retry_after_s)

    assert waits == [1, 10]


def test_an_urgent_request_is_admitted_whatever_the_limits_say_and_counts() -> None:
    for key, ask in ((REQUESTS, Ask()), (TOKENS, Ask(tokens=400)), (IN_FLIGHT, Ask())):
        local, _ = limits()
        usual = [local.decide(key, ask) for _ in range(12)]
        urgent = local.decide(key, Ask(ask.requests, ask.tokens, urgent=True))

        assert not usual[-1].admitted
        assert (urgent.admitted, urgent.over) == (True, usual[-1].over)
        assert urgent.retry_after_s >= 1
    assert local.in_flight("in-flight") == 4


def test_a_refusal_takes_nothing_of_any_limit() -> None:
    local, _ = limits()
    key = ApiKey("all", requests_per_minute=10, tokens_per_minute=1_000, max_in_flight=2)
    held = [local.decide(key, Ask(tokens=10)) for _ in range(2)]
    refused = [local.decide(key, Ask(tokens=10)) for _ in range(5)]

    assert all(decision.admitted for decision in held)
    assert {decision.over for decision in refused} == {"in-flight"}
    assert (refused[-1].requests_left, refused[-1].tokens_left) == (8, 980)


def test_keys_do_not_share_and_one_without_limits_has_none() -> None:
    local, _ = limits()
    mine = [local.decide(REQUESTS, REQUEST_ONLY).admitted for _ in range(11)]
    other = local.decide(ApiKey("other", requests_per_minute=1), REQUEST_ONLY)
    free = [local.decide(FREE, Ask(tokens=10**6)) for _ in range(200)]

    assert (mine[-1], other.admitted) == (False, True)
    assert all(decision == Decision(decision.grant) for decision in free)


def test_memory_does_not_grow_with_requests_and_forgets_keys_that_are_gone() -> None:
    local, clock = limits()
    for number in range(3_000):
        grant = local.decide(FREE, Ask(tokens=number)).grant
        assert grant
        local.settle(grant, 1)
        clock.pass_s(0.05)
    use = local._uses["free"]

    assert (len(use.requests._amounts), len(use.tokens._amounts), len(use.leases)) == (STEPS, STEPS, 0)
    local.keep_only({"other"})
    assert not local._uses


def test_a_clock_that_stands_still_or_jumps_does_no_harm() -> None:
    window = Window()
    window.advance(500)
    window.add(5, 500)
    window.advance(400)
    window.add(1, 400)
    assert window.total == 5
    window.advance(10**9)
    assert window.total == 0
