"""What names or reaches a person, replaced by what it is, before a text leaves the house.

`jane@example.org` becomes `[EMAIL_1]`, and `[EMAIL_1]` again wherever it comes again in the same request, so that a
model can still tell who is who. Nothing is put back into the reply. Names of people and places are not found: no rule
proves them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.safety.identifiers import KINDS, Identifier, Kind
from app.safety.numbers import find_numbers, may_hold_numbers
from app.safety.online_names import find_online_names, may_hold_names

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with placeholders, and how many of each kind were put into it."""

    text: str
    counts: Mapping[str, int]


class Redactor:
    """Goes over the texts of one request; the same value has the same number in all of them."""

    def __init__(self) -> None:
        self._numbers: dict[Kind, dict[str, int]] = {kind: {} for kind in KINDS}

    def redact(self, text: str) -> Redacted:
        """The text with a placeholder for each identifier; of two that overlap, for the one that holds more."""
        if not may_hold_names(text) and not may_hold_numbers(text):
            return Redacted(text, _NOTHING)
        found = _apart(list(_identifiers(text)), len(text))
        if not found:
            return Redacted(text, _NOTHING)
        parts: list[str] = []
        end = 0
        for one in found:
            parts += (text[end : one.start], self._placeholder(one.kind, one.value))
            end = one.end
        counts: Mapping[str, int] = Counter([str(one.kind) for one in found])
        return Redacted("".join((*parts, text[end:])), counts)

    def _placeholder(self, kind: Kind, value: str) -> str:
        numbers = self._numbers[kind]
        return f"[{kind}_{numbers.setdefault(value, len(numbers) + 1)}]"


def _apart(found: list[Identifier], length: int) -> list[Identifier]:
    """In the order of the text, without those that touch an earlier one of the list."""
    if len(found) > 1:
        taken = bytearray(length)
        free = []
        for one in found:
            if taken.find(1, one.start, one.end) < 0:
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                free.append(one)
        found = sorted(free, key=lambda one: one.start)
    return found


def _identifiers(text: str) -> Iterator[Identifier]:
    """Those that hold others first."""
    yield from find_online_names(text)
    yield from find_numbers(text)


def redact(text: str) -> Redacted:
    """A text by itself."""
    return Redactor().redact(text)
