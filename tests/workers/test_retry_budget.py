"""Retries are a share of the traffic, whatever order they come in."""

from hypothesis import given
from hypothesis import strategies as st

from app.workers.retry_budget import MOST, RESERVE, SHARE, RetryBudget


def test_a_quiet_service_can_retry_and_an_outage_is_not_multiplied() -> None:
    budget = RetryBudget()
    retries = 0
    for _ in range(1000):
        budget.add()
        while budget.take():
            retries += 1
    assert RESERVE + 99 <= retries <= RESERVE + 100


def test_a_good_day_does_not_pay_for_a_storm() -> None:
    budget = RetryBudget()
    for _ in range(100_000):
        budget.add()
    assert sum(budget.take() for _ in range(1000)) == MOST


@given(st.lists(st.booleans()))
def test_it_never_gives_more_than_it_has(steps: list[bool]) -> None:
    budget, added, taken = RetryBudget(), 0, 0
    for is_request in steps:
        if is_request:
            budget.add()
            added += 1
        else:
            taken += budget.take()
        assert 0 <= budget.left <= MOST
    assert taken <= RESERVE + SHARE * added + 1e-6
