"""Replies that are made once for their `Idempotency-Key`: kept for ten minutes in the memory of this process.

Nothing of a request is kept: the key and the body are known by HMACs whose secret this process drew for itself.
"""

import asyncio
import hmac
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

from app.errors import IdempotencyConflict

KEPT_S = 600.0
SWEEP_EVERY_S = 15.0
MAX_ENTRIES = 10_000
MAX_BYTES = 64 << 20
# What an entry takes beside its reply: two digests, their objects, a place in a dictionary.
_ENTRY_BYTES = 600
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def is_idempotency_key(text: str) -> bool:
    """Whether it has 1 to 255 printable ASCII characters."""
    return _KEY.fullmatch(text) is not None


class _Entry:
    """A reply, there or coming, and who waits for it."""

    __slots__ = ("ends", "fingerprint", "leader", "place", "reply", "waiting")

    def __init__(self, place: bytes, fingerprint: bytes) -> None:
        self.place = place
        self.fingerprint = fingerprint
        self.leader: Claim | None = None
        self.waiting: deque[Claim] = deque()
        self.reply = b""
        self.ends = 0.0

    @property
    def size(self) -> int:
        return len(self.reply) + _ENTRY_BYTES


class Claim:
    """One request's part in a reply: it finds it there (`reply`), leads its making (`leads`), or waits.

    Whatever happens, `leave` must be called; it may be called more than once.
    """

    __slots__ = ("_entry", "_outcome", "_store", "leads", "reply")

    def __init__(self, store: "Idempotency", entry: _Entry) -> None:
        self._store = store
        self._entry = entry
        self._outcome: asyncio.Future[bytes | Exception | None] | None = None
        self.leads = False
        self.reply: bytes | None = entry.reply or None
        if self.reply is None and entry.leader is None:
            self.lead()
        elif self.reply is None:
            self._outcome = asyncio.get_running_loop().create_future()
            entry.waiting.append(self)

    def lead(self) -> None:
        self.leads = True
        self._entry.leader = self

    async def wait(self) -> bytes | None:
        """The reply that somebody else made; None when this one leads from now on.

        Raises:
            Exception: the one that the leader failed with.
        """
        if self._outcome is None:
            return self.reply
        outcome = await self._outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def finish(self, reply: bytes) -> None:
        """Keep the reply of the one who leads, and give it to those who wait."""
        if self._entry.leader is self:
            self._store.keep(self._entry, reply)
            self._tell(reply)

    def fail(self, error: Exception) -> None:
        """Let those who wait fail alike. Nothing is kept: the next request tries anew."""
        if self._entry.leader is self:
            self._store.drop(self._entry)
            self._tell(error)

    def leave(self) -> None:
        """Hand the lead to the first who waits, if the reply is not there yet; or stop waiting."""
        entry = self._entry
        if self._outcome is not None and not self._outcome.done():
            self._outcome.cancel()
            with suppress(ValueError):
                entry.waiting.remove(self)
        if entry.leader is not self:
            return
        entry.leader = None
        while entry.waiting:
            heir = entry.waiting.popleft()
            if heir.told(None):
                heir.lead()
                return
        self._store.drop(entry)

    def told(self, outcome: bytes | Exception | None) -> bool:
        """Hear how it came out; False from one who has left."""
        if self._outcome is None or self._outcome.done():
            return False
        self._outcome.set_result(outcome)
        return True

    def _tell(self, outcome: bytes | Exception) -> None:
        entry = self._entry
        entry.leader = None
        while entry.waiting:
            entry.waiting.popleft().told(outcome)


class Idempotency:
    """The replies of one process by their keys.

    Args:
        clock: monotonic seconds.
        max_entries: replies kept and being made, together; the oldest kept ones go first, those being made stay.
        max_bytes: of the kept ones; likewise.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        max_entries: int = MAX_ENTRIES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._clock = clock
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._secret = secrets.token_bytes(32)
        self._made: dict[bytes, _Entry] = {}
        self._kept: dict[bytes, _Entry] = {}
        self.size = 0

    @property
    def made(self) -> int:
        """How many replies are being made."""
        return len(self._made)

    @property
    def kept(self) -> int:
        """How many replies are kept."""
        return len(self._kept)

    def claim(self, owner: str, key: str, body: bytes) -> Claim:
        """A request's part in the reply of this key.

        Args:
            owner: the API key's name, whose idempotency keys are its own.
            key: the header; see `is_idempotency_key`.
            body: what the request means; two with the same key must agree in it.

        Raises:
            IdempotencyConflict: the key came before with another body.
        """
        self.sweep()
        place = self._digest(f"{owner}\n{key}".encode())
        fingerprint = self._digest(body)
        entry = self._made.get(place) or self._kept.get(place)
        if entry is None:
            entry = self._made[place] = _Entry(place, fingerprint)
        elif not hmac.compare_digest(entry.fingerprint, fingerprint):
            raise IdempotencyConflict
        return Claim(self, entry)

    def keep(self, entry: _Entry, reply: bytes) -> None:
        self.drop(entry)
        entry.reply = reply
        entry.ends = self._clock() + KEPT_S
        self._kept[entry.place] = entry
        self.size += entry.size
        while self._kept and (self.size > self._max_bytes or self.made + self.kept > self._max_entries):
            self._forget_oldest()

    def drop(self, entry: _Entry) -> None:
        self._made.pop(entry.place, None)

    def sweep(self) -> None:
        """Forget what was kept for ten minutes."""
        now = self._clock()
        while self._kept and next(iter(self._kept.values())).ends <= now:
            self._forget_oldest()

    @asynccontextmanager
    async def swept(self) -> AsyncGenerator[None]:
        """Forget in time also where nobody asks, while inside."""
        task = asyncio.create_task(self._sweep_again())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _forget_oldest(self) -> None:
        place = next(iter(self._kept))
        self.size -= self._kept.pop(place).size

    def _digest(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, "sha256")

    async def _sweep_again(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            self.sweep()
