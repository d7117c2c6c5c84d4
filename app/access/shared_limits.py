"""Limits that replicas share, and what holds when the place where they are shared is slow or gone.

Redis gets 50 ms for a decision; after that the process decides by itself, by its own part of the traffic, which it
has counted all along. After three failures in a row nobody waits any more, and Redis is tried in the background until
it is back. A request never fails for it.

What fails together counts as one failure: a process that was held up itself finds every question late at once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager, suppress
from time import perf_counter
from typing import TypeVar

from app.access.keys import ApiKey
from app.access.limits import RENEW_EVERY_S, Ask, Decision, Grant
from app.access.local_limits import LocalLimits
from app.access.redis_store import SharedAnswer, Store, StoreFailed
from app.telemetry.metrics import Metrics

log = logging.getLogger("warmline.limits")

Answer = TypeVar("Answer")
PATIENCE_S = 0.05
FAILURES = 3
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 4.0


class SharedLimits:
    """Asks the store, and the local limits where that fails.

    Args:
        store: where the limits are shared.
        local: this process's own part.
        metrics: told of the store's state, times and failures.
        patience_s: what a decision may wait for the store.
    """

    def __init__(self, store: Store, local: LocalLimits, metrics: Metrics, patience_s: float = PATIENCE_S) -> None:
        self._store = store
        self._local = local
        self._metrics = metrics
        self._patience_s = patience_s
        self._failures = 0
        self._last_failure = -patience_s
        self._is_up = True
        self._went_down = asyncio.Event()
        self._settling: set[asyncio.Task[None]] = set()
        # Leases that the store was to give back, but did not hear of: it still counts them when it returns.
        self._owed: defaultdict[str, set[str]] = defaultdict(set)

    @property
    def is_up(self) -> bool:
        return self._is_up

    async def admit(self, key: ApiKey, ask: Ask) -> Decision:
        lease = self._local.new_lease() if ask.in_flight else ""
        if self._is_up:
            with suppress(StoreFailed):
                answer = await self._timed(self._store.admit(key, ask, lease), self._patience_s)
                return self._decision(key, ask, lease, answer)
        self._metrics.count_degraded()
        return self._local.decide(key, ask, lease)

    def settle(self, grant: Grant, tokens: int) -> None:
        if grant.is_settled:
            return
        self._local.settle(grant, tokens)
        has_tokens = grant.key.tokens_per_minute is not None and tokens != grant.tokens
        if not self._is_up:
            self._owe(grant)
        elif grant.lease or has_tokens:
            # Nobody waits for it, and no client that leaves takes it along.
            task = asyncio.create_task(self._settle(grant, tokens))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

    def in_flight(self, name: str) -> int:
        return self._local.in_flight(name)

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Renew leases and look for a lost store while inside; leaving lets what is being settled end."""
        try:
            # The first connection may be slow; nobody waits yet.
            await self._timed(self._store.probe(), 1.0)
        except StoreFailed as error:
            self._lose(error.failing)
        tasks = [asyncio.create_task(self._renew_again()), asyncio.create_task(self._come_back())]
        try:
            yield
        finally:
            if self._settling:
                await asyncio.wait(self._settling, timeout=2 * self._patience_s)
            for task in [*tasks, *self._settling]:
                task.cancel()
            await asyncio.gather(*tasks, *self._settling, return_exceptions=True)

    def _decision(self, key: ApiKey, ask: Ask, lease: str, answer: SharedAnswer) -> Decision:
        grant = self._local.count(key, ask, lease, answer.second) if answer.admitted else None
        wait_s = self._local.lease_wait_s(key) if answer.over == "in-flight" else answer.wait_s
        left = [
            None if limit is None else max(0, limit - used)
            for limit, used in (
                (key.requests_per_minute, answer.requests_used),
                (key.tokens_per_minute, answer.tokens_used),
            )
        ]
        return Decision(grant, answer.over, wait_s, *left)

    async def _settle(self, grant: Grant, tokens: int) -> None:
        try:
            await self._timed(self._store.settle(grant, tokens), self._patience_s)
        except StoreFailed:
            self._owe(grant)

    def _owe(self, grant: Grant) -> None:
        if grant.lease and grant.shared_second is not None:
            self._owed[grant.key.name].add(grant.lease)

    async def _timed(self, asked: Awaitable[Answer], patience_s: float) -> Answer:
        """The store's answer, in time; its state follows from how it goes.

        Raises:
            StoreFailed: as the store raises it, or when the patience ended.
        """
        began = perf_counter()
        try:
            async with asyncio.timeout(patience_s):
                answer = await asked
        except TimeoutError:
            self._note_failure("timeout")
            raise StoreFailed("timeout") from None
        except StoreFailed as error:
            self._note_failure(error.failing)
            raise
        finally:
            self._metrics.time_redis(perf_counter() - began)
        self._failures = 0
        return answer

    def _note_failure(self, failing: str) -> None:
        self._metrics.count_redis_error(failing)
        now = perf_counter()
        if now - self._last_failure < self._patience_s:
            return
        self._last_failure = now
        self._failures += 1
        if self._is_up and self._failures >= FAILURES:
            self._lose(failing)

    def _lose(self, failing: str) -> None:
        self._is_up = False
        self._went_down.set()
        log.warning("Redis is gone or slow; limits are kept by each process", extra={"failing": failing})

    async def _come_back(self) -> None:
        while True:
            await self._went_down.wait()
            pause_s = FIRST_PAUSE_S
            while not self._is_up:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                with suppress(StoreFailed):
                    await self._timed(self._store.probe(), self._patience_s)
                    await self._renew()
                    self._is_up = True
            self._went_down.clear()
            log.info("Redis is back; limits are shared again")

    async def _renew_again(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            if self._is_up:
                with suppress(StoreFailed):
                    await self._renew()

    async def _renew(self) -> None:
        while self._owed:
            name, leases = self._owed.popitem()
            await self._timed(self._store.release(name, leases), 1.0)
        for name, held in list(self._local.held()):
            await self._timed(self._store.renew(name, held), 1.0)
            # One that was settled meanwhile must not come back by this.
            if settled := set(held).difference(dict(self._local.held()).get(name, ())):
                await self._timed(self._store.release(name, settled), 1.0)
