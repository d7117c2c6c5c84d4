"""How many retries there may be: a share of the traffic, so that an outage is not multiplied."""

SHARE = 0.1
RESERVE = 10.0
MOST = 100.0


class RetryBudget:
    """Each request adds a share of a retry, each retry takes a whole one.

    Args:
        share: retries a request in the long run.
        reserve: what there is at the start, so that a quiet service can retry too.
        most: what can be saved up, so that a good day does not pay for a storm.
    """

    def __init__(self, share: float = SHARE, reserve: float = RESERVE, most: float = MOST) -> None:
        self._share = share
        self._most = most
        self.left = min(reserve, most)

    def add(self) -> None:
        self.left = min(self.left + self._share, self._most)

    def take(self) -> bool:
        """Take one retry, if there is one left."""
        if self.left < 1:
            return False
        self.left -= 1
        return True
