"""What holds when the shared store fails, with a store that fails as it is told."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

import pytest

from app.access.keys import ApiKey
from app.access.limits import Ask, Decision, Grant
from app.access.local_limits import LocalLimits
from app.access.redis_store import SharedAnswer, StoreFailed
from app.access.shared_limits import FAILURES, SharedLimits
from app.telemetry.metrics import Metrics

pytestmark = pytest.mark.anyio

KEY = ApiKey("app", requests_per_minute=10**6, tokens_per_minute=10**9, max_in_flight=10**5)
PATIENCE_S = 0.05
# A busy machine wakes us late.
NOISE_S = 1.0


@dataclass(slots=True)
class FakeStore:
    """Admits everything until it is told to fail or to take its time; notes what it was asked."""

    failing: bool = False
    takes_s: float = 0.0
    admits: bool = True
    asked: list[str] = field(default_factory=list)
    leases: set[str] = field(default_factory=set)
    settled: list[int] = field(default_factory=list)

    async def _answer(self, question: str) -> None:
        self.asked.append(question)
        await asyncio.sleep(self.takes_s)
        if self.failing:
            raise StoreFailed("connection")

    async def admit(self, key: ApiKey, ask: Ask, lease: str) -> SharedAnswer:
        await self._answer("admit")
        if self.admits:
            self.leases.add(lease)
        return SharedAnswer(self.admits, None if self.admits else "requests", 0 if self.admits else 7, 100, 5, 9)

    async def settle(self, grant: Grant, tokens: int) -> None:
        await self._answer("settle")
        self.leases.discard(grant.lease)
        self.settled.append(tokens)

    async def renew(self, name: str, leases: list[str]) -> None:
        await self._answer("renew")
        self.leases.update(leases)

    async def release(self, name: str, leases: Iterable[str]) -> None:
        await self._answer("release")
        self.leases.difference_update(leases)

    async def probe(self) -> None:
        await self._answer("probe")


@dataclass(slots=True)
class Setup:
    store: FakeStore
    limits: SharedLimits
    metrics: Metrics

    async def admit(self) -> Decision:
        return await self.limits.admit(KEY, Ask(tokens=100))

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


@asynccontextmanager
async def setup(store: FakeStore | None = None, patience_s: float = 2.0) -> AsyncGenerator[Setup]:
    store = store or FakeStore()
    metrics = Metrics()
    shared = SharedLimits(store, LocalLimits(), metrics, patience_s)
    async with shared.kept():
        yield Setup(store, shared, metrics)


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - a test may watch anything
            await asyncio.sleep(0.01)


async def test_the_store_decides_while_it_answers() -> None:
    async with setup() as it:
        good = await it.admit()
        it.store.admits = False
        bad = await it.admit()

        assert good.grant
        assert (good.requests_left, good.tokens_left) == (10**6 - 5, 10**9 - 9)
        assert (bad.grant, bad.over, bad.retry_after_s) == (None, "requests", 7)
        assert it.limits.in_flight("app") == 1
        it.limits.settle(good.grant, 40)
        it.limits.settle(good.grant, 40)
        await until(lambda: it.store.settled == [40])
        assert it.store.leases == set()
        assert it.metric("warmline_redis_seconds_count") == 4
        assert it.metric("warmline_limits_degraded_total") == 0


async def test_a_dead_store_costs_nobody_a_request_and_is_soon_asked_no_more() -> None:
    async with setup(patience_s=PATIENCE_S) as it:
        it.store.failing = True
        decisions = []
        async with asyncio.timeout(20):
            while it.limits.is_up:
                decisions.append(await it.admit())
                await asyncio.sleep(0.001)
        asked = it.store.asked.count("admit")
        decisions += [await it.admit() for _ in range(20)]

        assert all(decision.admitted for decision in decisions)
        assert asked == len(decisions) - 20 >= FAILURES
        assert it.store.asked.count("admit") == asked
        assert it.metric("warmline_limits_degraded_total") == len(decisions)
        assert it.metric("warmline_redis_errors_total", failing="connection") >= FAILURES


async def test_what_fails_at_once_is_one_failure() -> None:
    async with setup(patience_s=0.5) as it:
        it.store.failing = True
        await asyncio.gather(*(it.admit() for _ in range(50)))
        it.store.failing = False
        await it.admit()

        assert it.limits.is_up


async def test_a_slow_store_costs_its_patience_a_few_times_and_then_nothing() -> None:
    async with setup(patience_s=PATIENCE_S) as it:
        it.store.takes_s = 30
        took = []
        for _ in range(8):
            began = perf_counter()
            assert (await it.admit()).admitted
            took.append(perf_counter() - began)

        assert all(PATIENCE_S <= seconds < PATIENCE_S + NOISE_S for seconds in took[:FAILURES])
        assert min(took[FAILURES:]) < PATIENCE_S / 5
        assert it.store.asked.count("admit") == FAILURES
        assert it.metric("warmline_redis_errors_total", failing="timeout") >= FAILURES


async def test_many_at_once_wait_for_a_slow_store_together() -> None:
    async with setup(patience_s=PATIENCE_S) as it:
        it.store.takes_s = 30
        began = perf_counter()
        decisions = await asyncio.gather(*(it.admit() for _ in range(40)))

        assert all(decision.admitted for decision in decisions)
        assert perf_counter() - began < PATIENCE_S + NOISE_S


async def test_one_failure_among_good_answers_changes_nothing() -> None:
    async with setup() as it:
        for _ in range(5):
            it.store.failing = True
            assert (await it.admit()).admitted
            it.store.failing = False
            assert (await it.admit()).admitted

        assert it.limits.is_up


async def test_the_process_counts_its_own_part_so_that_a_lost_store_is_no_fresh_minute() -> None:
    key = ApiKey("app", requests_per_minute=30)
    async with setup() as it:
        for _ in range(25):
            assert (await it.limits.admit(key, Ask())).admitted
        it.store.failing = True
        later = [(await it.limits.admit(key, Ask())).admitted for _ in range(10)]

    assert later == [True] * 5 + [False] * 5


async def test_leases_that_were_given_back_while_the_store_was_away_are_given_back_to_it() -> None:
    async with setup(patience_s=PATIENCE_S) as it:
        shared = [await it.admit() for _ in range(3)]
        assert len(it.store.leases) == 3
        it.store.failing = True
        async with asyncio.timeout(20):
            while it.limits.is_up:
                await it.admit()
                await asyncio.sleep(0.001)
        for decision in shared[:2]:
            assert decision.grant
            it.limits.settle(decision.grant, 5)
        it.store.failing = False
        await until(lambda: it.limits.is_up)

    assert shared[2].grant
    assert it.store.leases == {shared[2].grant.lease}


async def test_a_store_that_comes_back_is_used_again_and_learns_which_leases_are_held() -> None:
    async with setup(patience_s=PATIENCE_S) as it:
        it.store.failing = True
        held = []
        async with asyncio.timeout(20):
            while it.limits.is_up:
                held.append(await it.admit())
                await asyncio.sleep(0.01)
        it.store.leases.clear()
        it.store.failing = False
        await until(lambda: it.limits.is_up)

        assert len(it.store.leases) == len(held)
        for decision in held:
            assert decision.grant
            it.limits.settle(decision.grant, 1)
        await until(lambda: not it.store.leases)
        assert (await it.admit()).admitted
        assert it.store.asked[-1] == "admit"


async def test_a_store_that_is_away_at_the_start_is_found_later() -> None:
    async with setup(FakeStore(failing=True)) as it:
        assert not it.limits.is_up
        assert (await it.admit()).admitted
        assert "admit" not in it.store.asked
        it.store.failing = False
        await until(lambda: it.limits.is_up)


async def test_leases_are_renewed_while_they_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.access.shared_limits.RENEW_EVERY_S", 0.02)
    async with setup() as it:
        decision = await it.admit()
        it.store.leases.clear()
        await until(lambda: len(it.store.leases) == 1)
        assert decision.grant
        it.limits.settle(decision.grant, 0)
        await until(lambda: not it.store.leases)


async def test_a_lease_that_is_settled_while_it_is_renewed_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.access.shared_limits.RENEW_EVERY_S", 0.02)
    async with setup() as it:
        decision = await it.admit()
        it.store.takes_s = 0.03
        await until(lambda: "renew" in it.store.asked)
        assert decision.grant
        it.store.takes_s = 0.0
        it.limits.settle(decision.grant, 0)
        await until(lambda: "release" in it.store.asked)
        await until(lambda: not it.store.leases)


async def test_leaving_waits_for_what_is_being_settled() -> None:
    store = FakeStore()
    async with setup(store) as it:
        decision = await it.admit()
        store.takes_s = 0.02
        assert decision.grant
        it.limits.settle(decision.grant, 3)

    assert store.settled == [3]
