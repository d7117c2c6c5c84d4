"""The file of a signature, written by `python -m app.tools.signature train` and read by the service."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import hexdigits

from app.style.signature import MEASURED, Signature
from app.style.word_lists import LISTS_VERSION

FORMAT = 1
# A signature of fifty sources and a thousand signs has about a fifth of it.
MOST_BYTES = 4_000_000
# What no sensible weight reaches, so that no sum of them overflows.
LARGEST = 1e9
_WEIGHTS = ("sources", "intercepts", "means", "measured", "signs")
_REQUIRED = ("format", "lists_version", *_WEIGHTS)
_OPTIONAL = ("replies", "digest")
_DIGEST = 64  # hexadecimal digits of SHA-256
_SHOWN = 40
_DIGITS = 18  # an integer with more of them is read as a float


class BadSignature(ValueError):
    """The file is no signature that this version can score."""


@dataclass(frozen=True, slots=True)
class Training:
    """What a file tells of the replies that it was trained on; None where it does not.

    Attributes:
        replies: how many.
        digest: SHA-256 of all of them together, in hexadecimal.
    """

    replies: int | None = None
    digest: str | None = None


def signature_content(signature: Signature, training: Training | None = None) -> dict[str, object]:
    """What stands in the file, as JSON has it."""
    told = {name: getattr(training, name) for name in _OPTIONAL if getattr(training, name, None) is not None}
    weights = {name: getattr(signature, name) for name in _WEIGHTS}
    return {"format": FORMAT, "lists_version": LISTS_VERSION, **told, **weights}


def load_signature(path: Path) -> Signature:
    """Read a signature file.

    Raises:
        BadSignature: that says in one sentence what is wrong, by file and key.
    """
    return read_signature(path)[0]


def read_signature(path: Path) -> tuple[Signature, Training]:
    """A signature, and what its file tells of its training.

    Raises:
        BadSignature: that says in one sentence what is wrong, by file and key.
    """
    try:
        content = _parse(_read(path))
        _check_keys(content)
        return _signature(content), _training(content)
    except BadSignature as bad:
        raise BadSignature(f"{path.name}: {bad}") from None


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise BadSignature("is no file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadSignature(f"cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise BadSignature(f"has more than {MOST_BYTES:,} bytes, too many for a signature")
    return content


def _parse(content: bytes) -> Mapping[str, object]:
    try:
        parsed = json.loads(content.decode("utf-8-sig"), parse_int=_integer, object_pairs_hook=_without_doubles)
    except UnicodeDecodeError:
        raise BadSignature("is not UTF-8") from None
    except RecursionError:
        raise BadSignature("is nested too deeply for a signature") from None
    except json.JSONDecodeError as error:
        raise BadSignature(f"is not JSON from line {error.lineno}, column {error.colno} on") from None
    if not isinstance(parsed, dict):
        raise BadSignature("is not a JSON object")
    return parsed


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def _without_doubles(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BadSignature(f"{key} stands twice" if key in _REQUIRED + _OPTIONAL else "signs names a sign twice")
        found[key] = value
    return found


def _check_keys(content: Mapping[str, object]) -> None:
    if _is_whole(content.get("format")) and content["format"] != FORMAT:
        raise BadSignature(f"format must be {FORMAT}, that of this version: train it again")
    missing = [key for key in _REQUIRED if key not in content]
    if missing:
        raise BadSignature(f"{missing[0]} is missing")
    if not _is_whole(content["format"]):
        raise BadSignature(f"format must be {FORMAT}")
    if content["lists_version"] != LISTS_VERSION:
        raise BadSignature(f"lists_version must be {LISTS_VERSION}, that of this version's word lists: train it again")
    unknown = sorted(content.keys() - {*_REQUIRED, *_OPTIONAL})
    if unknown:
        raise BadSignature(f"{unknown[0][:_SHOWN]!a} is no key of a signature")


def _signature(content: Mapping[str, object]) -> Signature:
    sources = _sources(content["sources"])
    measured, signs = content["measured"], content["signs"]
    if not isinstance(measured, list) or len(measured) != len(sources):
        raise BadSignature(f"measured must have a row for each of the {len(sources)} sources")
    if not isinstance(signs, dict):
        raise BadSignature("signs must be an object")
    return Signature(
        sources=sources,
        intercepts=_row("intercepts", content["intercepts"], len(sources)),
        means=_row("means", content["means"], len(MEASURED)),
        measured=tuple(
            _row(f"measured, row {place},", row, len(MEASURED)) for place, row in enumerate(measured, start=1)
        ),
        # Named by place: a sign is a piece of somebody's reply.
        signs={
            sign: _row(f"signs, entry {place},", row, len(sources))
            for place, (sign, row) in enumerate(signs.items(), start=1)
        },
    )


def _sources(sources: object) -> tuple[str, ...]:
    if not isinstance(sources, list) or len(sources) < 2:
        raise BadSignature("sources must be a list of two names or more")
    for place, name in enumerate(sources, start=1):
        if not isinstance(name, str) or not name.strip() or name != name.strip() or not name.isprintable():
            raise BadSignature(f"sources, entry {place}, must be a name of printable characters without blanks around")
    if len(set(sources)) < len(sources):
        raise BadSignature("sources must be different names")
    return tuple(sources)


def _row(key: str, numbers: object, length: int) -> tuple[float, ...]:
    if not isinstance(numbers, list) or len(numbers) != length or not all(map(_is_sensible, numbers)):
        raise BadSignature(f"{key} must be a list of {length} numbers, none beyond {LARGEST:g}")
    return tuple(map(float, numbers))


def _training(content: Mapping[str, object]) -> Training:
    replies, digest = content.get("replies"), content.get("digest")
    if replies is not None and (not isinstance(replies, int) or not _is_whole(replies) or replies < 1):
        raise BadSignature("replies must be a whole number from 1 on")
    if digest is None or (isinstance(digest, str) and len(digest) == _DIGEST and set(digest) <= set(hexdigits)):
        return Training(replies, digest)
    raise BadSignature(f"digest must be a string of {_DIGEST} hexadecimal digits")


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _is_sensible(number: object) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return abs(number) <= LARGEST  # never true of NaN
