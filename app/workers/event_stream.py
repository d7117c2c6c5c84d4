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
        if b"\n" not in chunk:
            self._line += chunk
            self._check_size()
            return []
        if self._line:
            chunk = bytes(self._line) + chunk
        *lines, rest = chunk.split(b"\n")
        self._line = bytearray(rest)
        events: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                data = line[5:].removesuffix(b"\r").removeprefix(b" ")
                self._size += len(data)
                self._data.append(data)
            elif self._data and line in (b"", b"\r"):
                events.append(self._data[0] if len(self._data) == 1 else b"\n".join(self._data))
                self._data = []
                self._size = 0
        self._check_size()
        return events

    def _check_size(self) -> None:
        if self._size + len(self._line) > MAX_EVENT_BYTES:
            raise WorkerNonsense("The worker sent an event of more than a mebibyte.")
