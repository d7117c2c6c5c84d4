"""What a key's limits are asked and what they answer, the same in memory and in Redis.

A refusal is a value, not an error, since who asks may know why it must not count: an urgent request is admitted
whatever the limits say, and counted all the same.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.access.keys import ApiKey

Reason = Literal["requests", "tokens", "in-flight"]
REASONS: tuple[Reason, ...] = ("requests", "tokens", "in-flight")

WINDOW_S = 60
# A lease that nobody renews for so long is given back: its process is dead, or has lost it.
LEASE_S = 20.0
RENEW_EVERY_S = 6.0


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request wants to take.

    Attributes:
        requests: 1, or 0 for work that was counted before.
        tokens: a guess of what it will use; settled with the truth afterwards.
        in_flight: whether it takes a lease, so one of the key's `max_in_flight`.
        urgent: whether it must be let in whatever the limits say.
    """

    requests: int = 1
    tokens: int = 0
    in_flight: bool = True
    urgent: bool = False


REQUEST_ONLY = Ask(in_flight=False)
URGENT_REQUEST_ONLY = Ask(in_flight=False, urgent=True)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Grant:
    """What an admitted request holds until it is settled.

    Attributes:
        lease: its name among the key's leases; empty when it took none.
        tokens: what was reserved.
        second: the second of the local window that it was counted in.
        shared_second: the same in Redis's window, by Redis's clock; None when Redis was not asked.
        began: monotonic seconds.
    """

    key: ApiKey
    lease: str
    tokens: int
    second: int
    began: float
    shared_second: int | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the limits said.

    Attributes:
        grant: what to settle afterwards; None when the request was refused.
        over: the limit that was reached; with a grant, an urgent request went past it.
        retry_after_s: seconds until the windows would admit the same request.
        requests_left: of this minute's, None where the key has no such limit.
        tokens_left: likewise.
    """

    grant: Grant | None
    over: Reason | None = None
    retry_after_s: int = 0
    requests_left: int | None = None
    tokens_left: int | None = None

    @property
    def admitted(self) -> bool:
        return self.grant is not None


class Limits(Protocol):
    """Where limits are kept."""

    async def admit(self, key: ApiKey, ask: Ask) -> Decision:
        """Take what is asked for, all of it or nothing."""
        ...

    def settle(self, grant: Grant, tokens: int) -> None:
        """Give the lease back and put the tokens that were used in place of the guess; at once, and only once."""
        ...

    def in_flight(self, name: str) -> int:
        """The leases of a key that this process holds."""
        ...


@dataclass(slots=True)
class HoldTime:
    """How long a lease is usually held, in seconds. When all are taken, the next is free after that by their number."""

    mean_s: float = 2.0
    _weight: float = field(default=0.1, repr=False)

    def note(self, seconds: float) -> None:
        self.mean_s += self._weight * (seconds - self.mean_s)

    def wait_s(self, leases: int) -> float:
        return self.mean_s / max(leases, 1)
