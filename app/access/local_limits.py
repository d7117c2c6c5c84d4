"""Limits in the memory of one process: exact when there is one process, and what is left when Redis is gone."""

import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from weakref import ref

from app.access.keys import ApiKey
from app.access.limits import Ask, Decision, Grant, HoldTime, Reason
from app.access.windows import Window


@dataclass(slots=True)
class _Use:
    """What one key has used. A lease whose grant nobody holds any more was lost, and counts no longer."""

    requests: Window = field(default_factory=Window)
    tokens: Window = field(default_factory=Window)
    leases: dict[str, ref[Grant]] = field(default_factory=dict)
    held: HoldTime = field(default_factory=HoldTime)

    def drop_lost(self) -> None:
        self.leases = {lease: grant for lease, grant in self.leases.items() if grant() is not None}


class LocalLimits:
    """Keeps a fixed amount of memory for each key of the config, beside its leases.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._uses: defaultdict[str, _Use] = defaultdict(_Use)
        self._numbers = count()
        self._process = secrets.token_hex(8)

    async def admit(self, key: ApiKey, ask: Ask) -> Decision:
        return self.decide(key, ask)

    def decide(self, key: ApiKey, ask: Ask, lease: str | None = None) -> Decision:
        """Decide here and now."""
        now = self._clock()
        use = self._uses[key.name]
        use.requests.advance(int(now))
        use.tokens.advance(int(now))
        over, wait_s = self._refusal(key, ask, use, now)
        grant = None
        if over is None or ask.urgent:
            grant = self._take(key, ask, use, now, lease)
        return Decision(
            grant,
            over,
            wait_s,
            None if key.requests_per_minute is None else max(0, key.requests_per_minute - use.requests.total),
            None if key.tokens_per_minute is None else max(0, key.tokens_per_minute - use.tokens.total),
        )

    def count(self, key: ApiKey, ask: Ask, lease: str, shared_second: int) -> Grant:
        """Count what was admitted elsewhere, so that this process knows its own part when Redis goes."""
        now = self._clock()
        use = self._uses[key.name]
        use.requests.advance(int(now))
        use.tokens.advance(int(now))
        grant = self._take(key, ask, use, now, lease)
        grant.shared_second = shared_second
        return grant

    def settle(self, grant: Grant, tokens: int) -> None:
        if grant.is_settled:
            return
        grant.is_settled = True
        now = self._clock()
        use = self._uses[grant.key.name]
        if tokens != grant.tokens:
            use.tokens.advance(int(now))
            use.tokens.add(tokens - grant.tokens, grant.second)
        if grant.lease:
            use.leases.pop(grant.lease, None)
            use.held.note(now - grant.began)

    def in_flight(self, name: str) -> int:
        use = self._uses.get(name)
        if use is None:
            return 0
        use.drop_lost()
        return len(use.leases)

    def new_lease(self) -> str:
        """A name that no other process gives."""
        return f"{self._process}-{next(self._numbers)}"

    def lease_wait_s(self, key: ApiKey) -> int:
        """Seconds until one of the key's leases may come free, by how long they were held of late."""
        return max(1, ceil(self._uses[key.name].held.wait_s(key.max_in_flight or 1)))

    def held(self) -> Iterator[tuple[str, list[str]]]:
        """The leases that are still held, by key."""
        for name, use in self._uses.items():
            use.drop_lost()
            if use.leases:
                yield name, list(use.leases)

    def keep_only(self, names: Collection[str]) -> None:
        """Forget keys that the config does not name any more, but for those with replies in flight."""
        for name in set(self._uses) - set(names):
            if not self.in_flight(name):
                del self._uses[name]

    def _refusal(self, key: ApiKey, ask: Ask, use: _Use, now: float) -> tuple[Reason | None, int]:
        """The limit that is reached for longest, and for how many seconds."""
        over: Reason | None = None
        wait_s = 0
        if key.requests_per_minute is not None and ask.requests:
            wait_s = use.requests.wait_s(ask.requests, key.requests_per_minute, now)
            over = "requests" if wait_s else None
        if key.tokens_per_minute is not None and ask.tokens:
            longer_s = use.tokens.wait_s(ask.tokens, key.tokens_per_minute, now)
            over, wait_s = ("tokens", longer_s) if longer_s > wait_s else (over, wait_s)
        if key.max_in_flight is not None and ask.in_flight and len(use.leases) >= key.max_in_flight:
            use.drop_lost()
            if len(use.leases) >= key.max_in_flight and over is None:
                over, wait_s = "in-flight", self.lease_wait_s(key)
        return over, wait_s

    def _take(self, key: ApiKey, ask: Ask, use: _Use, now: float, lease: str | None) -> Grant:
        second = int(now)
        if ask.requests:
            use.requests.add(ask.requests, second)
        if ask.tokens:
            use.tokens.add(ask.tokens, second)
        if not ask.in_flight:
            return Grant(key, "", ask.tokens, second, now)
        lease = lease or self.new_lease()
        grant = Grant(key, lease, ask.tokens, second, now)
        use.leases[lease] = ref(grant)
        return grant
