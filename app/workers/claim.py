"""Which of several processes of one service owns the embedded model, and where it listens.

`uvicorn --workers N` makes N processes; one llama.cpp server is enough for them. Whoever holds the
lock owns the server and publishes its address; when the owner dies, the kernel frees the lock and
another process takes over. Each process that has a reply in the making holds a second lock, shared, so that
an owner that ends does not take the server from under the others.
"""

import fcntl
import json
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Address:
    """Where the embedded server listens, and the key that it asks for."""

    url: str
    api_key: str


class Claim:
    """A claim to own the embedded server; alone in its service, a process always has it.

    Args:
        folder: where the processes of the service meet; by default a place of the parent process, where there is one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        parent = multiprocessing.parent_process()
        self._lock: int | None = None
        self._folder = folder or (None if parent is None else _place(parent.pid or os.getppid()))
        self._uses = 0
        self._use: int | None = None

    def take(self) -> bool:
        """Try to become the owner; True as long as this process is."""
        if self._folder is None or self._lock is not None:
            return True
        self._lock = _locked(self._folder / "lock")
        return self._lock is not None

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have the owner wait with its end while inside."""
        self._uses += 1
        if self._uses == 1 and self._folder is not None:
            # Nobody holds it alone for longer than a question takes.
            self._use = _opened(self._folder / "use")
            fcntl.flock(self._use, fcntl.LOCK_SH)
        try:
            yield
        finally:
            self._uses -= 1
            if self._uses == 0 and self._use is not None:
                os.close(self._use)
                self._use = None

    def is_used_by_others(self) -> bool:
        """Whether another process has a reply in the making; False while this one has, too."""
        if self._folder is None or self._lock is None or self._uses:
            return False
        alone = _locked(self._folder / "use")
        if alone is not None:
            os.close(alone)
        return alone is None

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


def _opened(file: Path) -> int:
    _make_ours(file.parent)
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(file: Path) -> int | None:
    """The file, locked for us alone; None while somebody else holds it."""
    opened = _opened(file)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened


def _make_ours(folder: Path) -> None:
    """Make the folder, also again when a cleaner took it away."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError("the folder of the embedded model's address belongs to somebody else")
