"""The windows and leases of a key in Redis, shared by every process that asks it: one round trip a question.

Redis holds the config's names of keys, numbers, and random names of leases; no key and nobody's text. Its clock is the
only one that counts. Written for Redis 6 and newer.

`limits`, the best kept library of its kind, was looked at: its windows take one amount at a time and cannot be
corrected afterwards, it has no leases, and three limits would be three round trips. So the client is redis-py, and the
three scripts beside this file are ours.
"""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, Protocol, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeout

from app.access.keys import ApiKey
from app.access.limits import LEASE_S, REASONS, Ask, Grant, Reason

Answer = TypeVar("Answer")
Failing = Literal["timeout", "connection", "answer"]
FAILINGS: tuple[Failing, ...] = ("timeout", "connection", "answer")
CONNECTIONS = 32
# Behind the caller's own, much shorter patience.
_SOCKET_S = 1.0
# How many leases one script renews, so that Redis is not held up.
_RENEWED_AT_ONCE = 500


class StoreFailed(Exception):
    """Redis did not answer, or not as it should; `failing` says in which way. Never a text of Redis's."""

    def __init__(self, failing: Failing) -> None:
        super().__init__(failing)
        self.failing = failing


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """What Redis decided; `wait_s` is 0 for leases, whose end nobody knows."""

    admitted: bool
    over: Reason | None
    wait_s: int
    second: int
    requests_used: int
    tokens_used: int


class Store(Protocol):
    """What is shared; each call raises StoreFailed."""

    async def admit(self, key: ApiKey, ask: Ask, lease: str) -> SharedAnswer: ...

    async def settle(self, grant: Grant, tokens: int) -> None: ...

    async def renew(self, name: str, leases: list[str]) -> None: ...

    async def release(self, name: str, leases: Iterable[str]) -> None: ...

    async def probe(self) -> None: ...


class RedisStore:
    """Args:
    url: `redis://` or `rediss://`, with its password.
    lease_s: seconds after which a lease that is not renewed ends.
    """

    def __init__(self, url: str, lease_s: float = LEASE_S) -> None:
        # Once more at once: a connection that lay in the pool while Redis was restarted is dead.
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=_SOCKET_S,
            socket_timeout=_SOCKET_S,
            socket_connect_timeout=_SOCKET_S,
            retry=Retry(NoBackoff(), 1),
            protocol=2,
        )
        self._client = Redis.from_pool(pool)
        self._lease_ms = round(1000 * lease_s)
        folder = files("app.access")
        self._admit, self._settle, self._renew = (
            self._client.register_script(folder.joinpath(f"{name}.lua").read_text(encoding="utf-8"))
            for name in ("admit", "settle", "renew")
        )

    async def admit(self, key: ApiKey, ask: Ask, lease: str) -> SharedAnswer:
        arguments: list[str | int] = [
            ask.requests,
            key.requests_per_minute or 0,
            ask.tokens,
            key.tokens_per_minute or 0,
            lease,
            key.max_in_flight or 0,
            self._lease_ms,
            int(ask.urgent),
        ]
        admitted, over, *numbers = await _answered(self._admit([*_places(key.name)], arguments))
        return SharedAnswer(bool(admitted), REASONS[over - 1] if over else None, *numbers)

    async def settle(self, grant: Grant, tokens: int) -> None:
        _, of_tokens, of_leases = _places(grant.key.name)
        counted = grant.shared_second is not None and grant.key.tokens_per_minute is not None
        added = tokens - grant.tokens if counted else 0
        await _answered(self._settle([of_tokens, of_leases], [grant.shared_second or 0, added, grant.lease]))

    async def renew(self, name: str, leases: list[str]) -> None:
        for first in range(0, len(leases), _RENEWED_AT_ONCE):
            some = leases[first : first + _RENEWED_AT_ONCE]
            await _answered(self._renew([_places(name)[2]], [self._lease_ms, *some]))

    async def release(self, name: str, leases: Iterable[str]) -> None:
        await _answered(self._client.zrem(_places(name)[2], *leases))

    async def probe(self) -> None:
        """Write something: a Redis that only reads is of no use."""
        await _answered(self._client.set("warmline:probe", 1, ex=60))

    async def close(self) -> None:
        await self._client.aclose()


def _places(name: str) -> list[str]:
    """Where a key's windows and leases are; the braces keep them on one node of a cluster."""
    return [f"warmline:{{{name}}}:{what}" for what in ("requests", "tokens", "leases")]


async def _answered(answer: Awaitable[Answer]) -> Answer:
    try:
        return await answer
    except ResponseError:
        raise StoreFailed("answer") from None
    except RedisTimeout:
        raise StoreFailed("timeout") from None
    except (RedisError, OSError):
        raise StoreFailed("connection") from None
