"""Whether a reply is ours, unchanged: `python -m app.tools.verify_reply [FILE]`.

Reads what `POST /reply` answered (JSON) from a file or from standard input, and the key from WARMLINE_PROVENANCE_KEY.
"""

import argparse
import json
import sys
from pathlib import Path

from app.config_file import BadConfig, provenance_key
from app.safety.provenance import key_id_of, verify

OURS, NOT_OURS, UNUSABLE = 0, 1, 2
NEEDED = ("id", "reply", "model", "prompt_version", "provenance")


class _NoReply(Exception):
    """What was read is no reply object; says what would be right, and never what it was."""


def main(arguments: list[str] | None = None) -> int:
    """Say in one sentence whether the text is ours; 0 when it is, 1 when it is not, 2 when that cannot be told."""
    parser = argparse.ArgumentParser(prog="python -m app.tools.verify_reply", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="a reply object as JSON; without it, standard input")
    file: Path | None = parser.parse_args(arguments).file
    source = str(file) if file and str(file) != "-" else "standard input"
    try:
        key = provenance_key()
        content = file.read_bytes() if file and str(file) != "-" else sys.stdin.buffer.read()
        reply = _parsed(content)
    except BadConfig as error:
        return _unusable(str(error))
    except OSError as error:
        return _unusable(f"{source}: {error.strerror or type(error).__name__}")
    except _NoReply as error:
        return _unusable(f"{source}: {error}")
    if verify(key, reply):
        provenance = reply["provenance"]
        when = provenance["created_at"] if isinstance(provenance, dict) else ""
        by = f"with {reply['model']}" if reply["model"] else "as a fixed text"
        print(f"This text is ours, unchanged: made {by} at {when}.")
        return OURS
    print(f"This text is not ours, or it was changed, or another key than {key_id_of(key)} signed it.")
    return NOT_OURS


def _parsed(content: bytes) -> dict[str, object]:
    """The reply object.

    Raises:
        _NoReply: it is none.
    """
    try:
        reply = json.loads(content)
    except (ValueError, RecursionError):
        raise _NoReply("is not JSON; it must be the whole answer of POST /reply") from None
    if not isinstance(reply, dict):
        raise _NoReply("is not a JSON object; it must be the whole answer of POST /reply")
    if missing := [name for name in NEEDED if name not in reply]:
        raise _NoReply(f"has no {', '.join(missing)}; it must be the whole answer of POST /reply")
    return reply


def _unusable(why: str) -> int:
    print(why, file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
