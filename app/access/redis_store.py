"""The windows and leases of a key in Redis, shared by every process that asks it: one round trip a question.

Redis holds the config's names of keys, numbers, and random names of leases; no key and nobody's text. Its clock is the
only one that counts. Written for Redis 6 and newer.

`limits`, the best kept library of its kind, was looked at: its windows take one amount at a time and cannot be
corrected afterwards, it has no leases, and three limits would be three round trips. So the three scripts beside this
file are ours, and redis-py carries them (`app.access.redis_line`).
"""

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from importlib.resources import files
from typing import Any, Literal, Protocol, TypeVar

from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeout

from app.access.keys import ApiKey
from app.access.limits import LEASE_S, REASONS, Ask, Grant, Reason
from app.access.redis_line import RedisLine

Answer = TypeVar("Answer")
Failing = Literal["timeout", "connection", "answer"]
FAILINGS: tuple[Failing, ...] = ("timeout", "connection", "answer")
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
        self._line = RedisLine(url)
        self._lease_ms = round(1000 * lease_s)
        self._admit, self._settle, self._renew = map(_Script.of, ("admit", "settle", "renew"))

    async def admit(self, key: ApiKey, ask: Ask, lease: str) -> SharedAnswer:
        arguments = (
            ask.requests,
            key.requests_per_minute or 0,
            ask.tokens,
            key.tokens_per_minute or 0,
            lease,
            key.max_in_flight or 0,
            self._lease_ms,
            int(ask.urgent),
        )
        answer = await self._run(self._admit, _places(key.name), *arguments)
        admitted, over, *numbers = map(int, answer.split())
        return SharedAnswer(bool(admitted), REASONS[over - 1] if over else None, *numbers)

    async def settle(self, grant: Grant, tokens: int) -> None:
        _, of_tokens, of_leases = _places(grant.key.name)
        counted = grant.shared_second is not None and grant.key.tokens_per_minute is not None
        added = tokens - grant.tokens if counted else 0
        await self._run(self._settle, (of_tokens, of_leases), grant.shared_second or 0, added, grant.lease)

    async def renew(self, name: str, leases: list[str]) -> None:
        for first in range(0, len(leases), _RENEWED_AT_ONCE):
            some = leases[first : first + _RENEWED_AT_ONCE]
            await self._run(self._renew, _places(name)[2:], self._lease_ms, *some)

    async def release(self, name: str, leases: Iterable[str]) -> None:
        await _answered(self._line.ask("ZREM", _places(name)[2], *leases))

    async def probe(self) -> None:
        """Write something over a new connection: a Redis that only reads is of no use, nor is a dead connection."""
        await self._line.hang_up()
        await _answered(self._line.ask("SET", "warmline:probe", 1, "EX", 60))

    async def close(self) -> None:
        await self._line.hang_up()

    async def _run(self, script: "_Script", places: Sequence[str], *arguments: str | int) -> Any:
        """A script's answer; one that Redis does not know yet, or has forgotten, is sent whole."""
        try:
            return await _answered(self._line.ask("EVALSHA", script.digest, len(places), *places, *arguments))
        except _Unknown:
            return await _answered(self._line.ask("EVAL", script.text, len(places), *places, *arguments))


@dataclass(frozen=True, slots=True)
class _Script:
    text: str
    digest: str

    @classmethod
    def of(cls, name: str) -> "_Script":
        text = files("app.access").joinpath(f"{name}.lua").read_text(encoding="utf-8")
        # Redis knows scripts by their SHA-1; it protects nothing.
        return cls(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


class _Unknown(StoreFailed):
    """Redis does not know the script."""


@lru_cache(maxsize=1024)
def _places(name: str) -> tuple[str, str, str]:
    """Where a key's windows and leases are; the braces keep them on one node of a cluster."""
    return f"warmline:{{{name}}}:requests", f"warmline:{{{name}}}:tokens", f"warmline:{{{name}}}:leases"


async def _answered(answer: Awaitable[Answer]) -> Answer:
    try:
        return await answer
    except NoScriptError:
        raise _Unknown("answer") from None
    except ResponseError:
        raise StoreFailed("answer") from None
    except RedisTimeout:
        raise StoreFailed("timeout") from None
    except (RedisError, OSError):
        raise StoreFailed("connection") from None
