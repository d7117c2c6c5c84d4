"""Which of several processes of one service owns the embedded model, and where it listens.

`uvicorn --workers N` makes N processes; one llama.cpp server is enough for them. Whoever holds the
lock owns the server and publishes its address; when the owner dies, the kernel frees the lock and
another process takes over.
"""

import fcntl
import json
import multiprocessing
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Address:
    """Where the embedded server listens, and the key that it asks for."""

    url: str
    api_key: str


class Claim:
    """A claim to own the embedded server; alone in its service, a process always has it."""

    def __init__(self) -> None:
        parent = multiprocessing.parent_process()
        self._lock: int | None = None
        self._folder = None if parent is None else _place(parent.pid or os.getppid())

    def take(self) -> bool:
        """Try to become the owner; True as long as this process is."""
        if self._folder is None or self._lock is not None:
            return True
        _make_ours(self._folder)
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def publish(self, address: Address | None) -> None:
        """Tell the other processes where the server listens, or (None) that it does not."""
        if self._folder is None:
            return
        place = self._folder / "address"
        if address is None:
            place.unlink(missing_ok=True)
            return
        _make_ours(self._folder)
        fresh = self._folder / "address.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(address)))
        fresh.rename(place)

    def published(self) -> Address | None:
        """Where the owner says that the server listens."""
        if self._folder is None:
            return None
        try:
            return Address(**json.loads((self._folder / "address").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def give_up(self) -> None:
        if self._lock is not None:
            self.publish(None)
            os.close(self._lock)
            self._lock = None


def _place(service_pid: int) -> Path:
    return Path(tempfile.gettempdir()) / f"warmline-{os.getuid()}-{service_pid}"


def _make_ours(folder: Path) -> None:
    """Make the folder, also again when a cleaner took it away."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError("the folder of the embedded model's address belongs to somebody else")
