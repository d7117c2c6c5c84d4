"""A sliding window of a minute, in steps of a second: never more than its limit in any 60 seconds."""

from math import ceil

from app.access.limits import WINDOW_S

# The second that is under way and the 60 before it: what is older than 60 s by any clock is outside.
STEPS = WINDOW_S + 1


class Window:
    """Amounts by the second in which they were taken. Memory does not depend on how many there were."""

    __slots__ = ("_amounts", "_second", "total")

    def __init__(self) -> None:
        self._amounts = [0] * STEPS
        self._second = 0
        self.total = 0

    def advance(self, second: int) -> None:
        """Let go of what is older than the window. A clock that goes back changes nothing."""
        passed = second - self._second
        if passed <= 0:
            return
        if passed >= STEPS:
            self._amounts = [0] * STEPS
            self.total = 0
        else:
            for old in range(self._second + 1, second + 1):
                place = old % STEPS
                self.total -= self._amounts[place]
                self._amounts[place] = 0
        self._second = second

    def add(self, amount: int, second: int) -> None:
        """Count an amount in a second of the window; what lies outside is forgotten. A correction may be negative."""
        if self._second - STEPS < second <= self._second:
            self._amounts[second % STEPS] += amount
            self.total += amount

    def wait_s(self, amount: int, limit: int, now: float) -> int:
        """Whole seconds after which the amount fits under the limit, if nobody else takes any; 0 when it fits now."""
        excess = self.total + min(amount, limit) - limit
        if excess <= 0:
            return 0
        for second in range(self._second - STEPS + 1, self._second + 1):
            excess -= self._amounts[second % STEPS]
            if excess <= 0:
                return max(1, ceil(second + STEPS - now))
        return STEPS
