"""What a worker's engine tells of its load: vLLM's `/metrics`, read in the background.

Absent is unknown, never 0: a server of another kind has no such page, and vLLM renames and hides
metrics. What was told once and is no longer is stale, and stale means worst.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

import aiohttp

READ_EVERY_S = 1.0
ASK_AGAIN_S = 30.0
READ_S = 1.0
STALE_AFTER_S = 5.0
MAX_PAGE_BYTES = 4 << 20

_PREFIX = b"\nvllm:num_requests_"
_CAPACITY = re.compile(rb'\breason="capacity"')


@dataclass(frozen=True, slots=True)
class Reading:
    """Drafts that the engine works on and those that wait for room in it, over all its engines and clients."""

    running: float | None = None
    waiting: float | None = None


@dataclass(slots=True)
class EngineLoad:
    """The last reading and when it was taken, on the event loop's clock; None: never, or the server has none."""

    reading: Reading | None = None
    read_at: float | None = None

    @property
    def waiting(self) -> float | None:
        return self.reading.waiting if self.reading else None

    def age_s(self, now: float) -> float | None:
        return None if self.read_at is None else now - self.read_at

    def is_stale(self, now: float) -> bool:
        return self.read_at is not None and now - self.read_at > STALE_AFTER_S

    def note(self, reading: Reading | None, now: float) -> None:
        """Take a reading; None: the server answers, and has nothing to tell."""
        self.reading = reading
        self.read_at = None if reading is None else now


def parse_load(page: bytes) -> Reading | None:
    """The load of a page of vLLM's metrics; None where it has none of them.

    Where waiting is told by reason, only `capacity` counts: `deferred` waits for something else than room.
    """
    sums: dict[str, float] = {}
    for rest in (b"\n" + page).split(_PREFIX)[1:]:
        _add(rest.partition(b"\n")[0], sums)
    if not sums:
        return None
    return Reading(sums.get("running"), sums.get("capacity", sums.get("waiting")))


def _add(line: bytes, sums: dict[str, float]) -> None:
    """Add one sample, `running{model_name="m"} 3.0`, to its sum."""
    series, _, value = line.strip().rpartition(b" ")
    name = series.partition(b"{")[0].decode("ascii", "replace")
    if name == "waiting_by_reason" and _CAPACITY.search(series):
        name = "capacity"
    if name in ("running", "waiting", "capacity"):
        try:
            sums[name] = sums.get(name, 0.0) + float(value)
        except ValueError:
            return


class EngineReader:
    """Reads one server's metrics.

    Args:
        base_url: as the config names it, with the version of the API.
        session: the worker's own.
    """

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.url = f"{re.sub(r'/v[0-9]+/?$', '', base_url).rstrip('/')}/metrics"
        self._session = session

    async def read(self) -> Reading | None:
        """The load now, or None where the server has none to tell.

        Raises:
            aiohttp.ClientError, TimeoutError: it did not answer in time.
        """
        async with asyncio.timeout(READ_S), self._session.get(self.url, allow_redirects=False) as response:
            if response.status >= 500:
                raise aiohttp.ClientPayloadError
            if response.status != 200:
                return None
            page = bytearray()
            while len(page) < MAX_PAGE_BYTES and (part := await response.content.readany()):
                page += part
            return parse_load(bytes(page))


async def follow(
    read: Callable[[], Coroutine[None, None, Reading | None]],
    load: EngineLoad,
    pause: Callable[[float], Coroutine[None, None, None]] = asyncio.sleep,
) -> None:
    """Keep the load fresh until cancelled; a server that has none to tell is asked again now and then."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            reading = await read()
            load.note(reading, loop.time())
            await pause(READ_EVERY_S if reading else ASK_AGAIN_S)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            await pause(READ_EVERY_S)
