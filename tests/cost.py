"""Whether reading a text takes no more time than its length explains."""

from collections.abc import Callable
from time import process_time

SMALL, LARGE = 2_500, 20_000
Read = Callable[[str], object]


def seconds_of(read: Read, text: str) -> float:
    """CPU time of the fastest of three runs."""
    times = []
    for _ in range(3):
        began = process_time()
        read(text)
        times.append(process_time() - began)
    return min(times)


def is_linear(read: Read, text: Callable[[int], str], small: int = SMALL, large: int = LARGE) -> bool:
    """Whether eight times as much takes at most 24 times as long (quadratic: 64), in one of three tries."""
    return any(
        seconds_of(read, text(large)) < 3 * large / small * seconds_of(read, text(small)) + 0.002 for _ in range(3)
    )
