"""Noticing that the config file has changed, and that whoever writes it has finished."""

import os
from pathlib import Path

from app.config_file import Content, read_content

_Stamp = tuple[int, int, int, int] | None


class ConfigWatch:
    """Looks at one file. It knows the content, not the name's target: editors replace files, Kubernetes links.

    Args:
        path: the file that `WARMLINE_CONFIG` names.

    Attributes:
        content: what was told last.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = _stamp_of(path)
        self.content: Content = read_content(path)
        self._candidate = self.content

    def look(self) -> bool:
        """Whether there is other content that has been the same twice in a row; each is told once.

        A file that is half written now is longer the next time, unless its writer is slower than we look.
        """
        stamp = _stamp_of(self.path)
        if stamp == self._stamp and self._candidate == self.content:
            return False
        self._stamp = stamp
        content = read_content(self.path)
        if content != self._candidate:
            self._candidate = content
            return False
        if content == self.content:
            return False
        self.content = content
        return True

    def look_now(self) -> Content:
        """The content as it is, because somebody says that it is final."""
        self._stamp = _stamp_of(self.path)
        self.content = self._candidate = read_content(self.path)
        return self.content


def _stamp_of(path: Path) -> _Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
