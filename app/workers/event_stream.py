"""Server-sent events as they come off a socket: bytes in, the data of whole events out."""

from app.errors import WorkerNonsense

MAX_EVENT_BYTES = 1 << 20


class EventParser:
    """Splits a byte stream into the `data` of its events; comments and other fields are passed over."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take bytes, cut anywhere; return the data of each event that they complete.

        Raises:
            WorkerNonsense: an event is larger than a mebibyte.
        """
        events: list[bytes] = []
        self._line += chunk
        if b"\n" not in chunk:
            self._check_size()
            return events
        *lines, rest = self._line.split(b"\n")
        self._line = rest
        for line in lines:
            self._take(bytes(line.removesuffix(b"\r")), events)
        self._check_size()
        return events

    def _take(self, line: bytes, events: list[bytes]) -> None:
        if not line:
            if self._data:
                events.append(b"\n".join(self._data))
            self._data = []
            self._size = 0
        elif line.startswith(b"data:"):
            data = line[5:].removeprefix(b" ")
            self._size += len(data)
            self._data.append(data)

    def _check_size(self) -> None:
        if self._size + len(self._line) > MAX_EVENT_BYTES:
            raise WorkerNonsense("The worker sent an event of more than a mebibyte.")
