"""A clock that a test moves."""

from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Monotonic seconds."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += seconds
