"""Ten times the arrivals that a worker can serve, for a few seconds; `make bench-overload` is the long one."""

import asyncio

import pytest

from loadtests.overload import Plan, overload, p99

PLAN = Plan(slots=2, service_s=0.5, seconds=5, rounds=1, queue=4, queue_s=2.0)
# What a busy machine may add.
MARGIN_S = 10.0


@pytest.mark.timeout(120)
def test_what_cannot_be_served_is_refused_at_once_and_the_rest_is_served_in_time() -> None:
    report = asyncio.run(overload(PLAN))
    (result,) = report.rounds
    arrivals = int(PLAN.rate * PLAN.seconds)

    assert set(result.statuses) == {200, 503}
    assert sum(result.statuses.values()) == arrivals
    assert result.untold == 0
    assert p99(result.accepted) <= report.unloaded_s + PLAN.queue_s + MARGIN_S
    assert report.most_at_worker <= PLAN.slots, "the worker never got more than it has slots"
    assert result.statuses[200] >= arrivals / PLAN.times / 2, "the worker was kept busy all the same"
    # 5 drafts at 4 a second: 2 s; more where the machine is slow.
    assert max(result.told, key=lambda seconds: result.told[seconds]) <= 6
    assert p99(result.health) <= 0.1 + p99(result.lag) + MARGIN_S
