"""When a worker is left alone for a while: a circuit breaker as a pure state machine, the clock passed in.

A worker whose last answers were failures is open: others get its drafts. After a wait that grows it is
half-open: it is tried with one token at a time, since servers exist that call themselves healthy and
cannot generate. Two good ones in a row close it.
"""

from collections import deque
from typing import Literal

State = Literal["closed", "half-open", "open"]

WINDOW = 20
ENOUGH = 6
SHARE = 0.3
GOOD_IN_A_ROW = 2
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0


class Breaker:
    """One worker's; every `now` and `began` is seconds of one monotonic clock."""

    def __init__(self) -> None:
        self.state: State = "closed"
        self.openings = 0
        self._results: deque[bool] = deque(maxlen=WINDOW)
        self._good = 0
        self._wait_s = FIRST_WAIT_S
        self._opened_at = 0.0

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"

    def record(self, *, good: bool, began: float, now: float) -> None:
        """Take the result of an attempt or a probe that began at `began`.

        What began before the breaker opened says nothing about the worker as it is now.
        """
        if self.state == "closed":
            self._results.append(good)
            failures = self._results.count(False)
            if not good and len(self._results) >= ENOUGH and failures >= SHARE * len(self._results):
                self._open(now)
            elif len(self._results) == WINDOW:
                self._wait_s = FIRST_WAIT_S  # it has held: the next wait is a short one again
        elif began < self._opened_at:
            return
        elif good:
            self._good += 1
            if self._good == GOOD_IN_A_ROW:
                self.state = "closed"
        else:
            self._good = 0
            if self.state == "half-open":
                self._open(now)

    def wait_s(self, now: float) -> float:
        """Seconds until the worker may be probed."""
        return 0.0 if self.state != "open" else max(0.0, self._opened_at + self._wait_s - now)

    def begin_probe(self, now: float) -> None:
        """Try the worker: half-open from here, where it is open and has waited."""
        if self.state == "open" and self.wait_s(now) == 0:
            self.state = "half-open"
            # From its next opening on, whatever comes of this probe.
            self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)

    def _open(self, now: float) -> None:
        if self.state == "closed":
            self.openings += 1
        self.state = "open"
        self._results.clear()
        self._good = 0
        self._opened_at = now
