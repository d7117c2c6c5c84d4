"""What names or reaches a person and can be proved by a rule; a person's name cannot."""

from typing import Literal, NamedTuple, get_args

Kind = Literal["EMAIL", "PHONE", "CARD", "IBAN", "SSN", "URL", "HANDLE", "IP"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Identifier(NamedTuple):
    """Where one stands in a text, in characters from its beginning; `end` is behind the last.

    Attributes:
        value: the same for every spelling of it.
    """

    kind: Kind
    start: int
    end: int
    value: str
