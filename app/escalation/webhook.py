"""Calls the operator's webhook, beside the replies and never before them.

    tell → room? → attempt → 2xx: delivered
             |        ↑  |
           dropped   pause (full jitter), five attempts within four minutes → failed

What is told is kept in memory only: who must not lose one call runs the receiver close by, and alerts on
`warmline_escalations_total`.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from app.escalation.event import Event
from app.escalation.signing import signed_headers
from app.settings import EscalationConfig
from app.telemetry.safety_metrics import SafetyMetrics

log = logging.getLogger("warmline.escalation")

ATTEMPT_S = 5.0
ATTEMPTS = 5
# Full jitter: the pause before the n-th retry is drawn from 0 to these, in seconds.
PAUSES_S = (5.0, 20.0, 60.0, 120.0)
# Calls at once, and calls under way, waiting or pausing.
AT_ONCE = 8
ROOM = 1000
# How long the process waits at its end for what is not told yet.
CLOSE_S = 5.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a call was in vain, and for how long the receiver wants to be left alone."""

    reason: str
    asks_to_wait_s: float = 0.0


class Escalation(Protocol):
    """Who tells somebody of posts that show danger."""

    def tell(self, event: Event) -> None:
        """Have it told, soon; returns at once and never fails."""
        ...


class Nobody:
    """For a config without an escalation: there is nobody to tell."""

    def tell(self, event: Event) -> None:
        """Do nothing."""


class Webhook:
    """Tells one address.

    Args:
        config: where, and what signs.
        session: sends the calls.
        metrics: told how it comes out.
        rng: draws pauses.
    """

    def __init__(
        self,
        config: EscalationConfig,
        session: aiohttp.ClientSession,
        metrics: SafetyMetrics,
        rng: random.Random | None = None,
    ) -> None:
        self._url = str(config.url)
        self._key = config.key
        self._session = session
        self._metrics = metrics
        self._rng = rng or random.Random()  # noqa: S311 - spreads load
        self._doors = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def tell(self, event: Event) -> None:
        """As `Escalation.tell`; without room, it is counted and logged as dropped."""
        if len(self._tasks) >= ROOM or self._closing.is_set():
            self._give_up(event, 0, "shut down" if self._closing.is_set() else "no room", is_dropped=True)
            return
        task = asyncio.create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Try what is not told yet once more, without a pause, and not for longer than `CLOSE_S`."""
        self._closing.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _deliver(self, event: Event) -> None:
        began = time.monotonic()
        body = event.body()
        attempts = 0
        try:
            while True:
                is_last = attempts + 1 >= ATTEMPTS or self._closing.is_set()
                attempts += 1
                failure = await self._attempt(event.id, body)
                if failure is None:
                    self._metrics.escalation_ended("delivered", time.monotonic() - began)
                    return
                if is_last:
                    break
                await self._pause(max(self._rng.uniform(0, PAUSES_S[attempts - 1]), failure.asks_to_wait_s))
                self._metrics.count_escalation_retry()
        except asyncio.CancelledError:
            self._give_up(event, attempts, "shut down")
            raise
        self._give_up(event, attempts, failure.reason)

    async def _attempt(self, event_id: str, body: bytes) -> _Failure | None:
        """One call; None when it was answered with a 2xx. A redirect is a failure: it could lead anywhere."""
        async with self._doors:
            headers = signed_headers(self._key, event_id, int(time.time()), body)
            try:
                async with (
                    asyncio.timeout(ATTEMPT_S),
                    self._session.post(
                        self._url,
                        data=body,
                        headers={"Content-Type": "application/json", "User-Agent": "Warmline", **headers},
                        allow_redirects=False,
                    ) as response,
                ):
                    if 200 <= response.status < 300:
                        return None
                    return _Failure(f"status {response.status}", _asked_wait_s(response.headers.get("Retry-After", "")))
            except TimeoutError:
                return _Failure("timeout")
            except Exception as error:  # whatever it is, nobody was told
                return _Failure(type(error).__name__)

    async def _pause(self, seconds: float) -> None:
        """Wait, unless the process ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def _give_up(self, event: Event, attempts: int, reason: str, *, is_dropped: bool = False) -> None:
        self._metrics.escalation_ended("dropped" if is_dropped else "failed")
        told = {"escalation_id": event.id, "request_id": event.request_id, "level": event.level, "key": event.key}
        log.error("escalation failed", extra={**told, "attempts": attempts, "reason": reason})


def _asked_wait_s(retry_after: str) -> float:
    """Seconds of a `Retry-After`, as far as we would wait anyway; a date counts for nothing."""
    return min(float(retry_after[:9]), PAUSES_S[-1]) if retry_after.isascii() and retry_after[:9].isdigit() else 0.0


@asynccontextmanager
async def running_escalation(config: EscalationConfig | None, metrics: SafetyMetrics) -> AsyncGenerator[Escalation]:
    """What tells the config's webhook while inside; without a config, `tell` does nothing."""
    if config is None:
        yield Nobody()
        return
    # Calls are rare: a kept connection would be closed by the time that it is needed.
    connector = aiohttp.TCPConnector(limit=AT_ONCE, force_close=True)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, trust_env=False) as session:
        webhook = Webhook(config, session, metrics)
        try:
            yield webhook
        finally:
            await webhook.close()
