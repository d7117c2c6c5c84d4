"""What the webhook is told of a post that shows danger; it has no place for a text."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Literal


def _new_id() -> str:
    return f"esc_{secrets.token_hex(12)}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Event:
    """A post was rated elevated or imminent.

    Attributes:
        request_id: by which the app finds the post again; it is in the response and in the log line, too.
        level: how grave it is.
        subject: who is in danger.
        types: what the danger is, gravest first.
        country: that the app told, ISO 3166 alpha-2; it is never guessed.
        key: name of the API key, so that the operator knows which app.
        id: the same at every attempt, so that a receiver can tell a repetition.
        created_at: ISO 8601 in UTC.
    """

    request_id: str
    level: Literal["elevated", "imminent"]
    subject: Literal["self", "other", "unknown"]
    types: tuple[str, ...] = ()
    country: str | None = None
    key: str | None = None
    id: str = field(default_factory=_new_id)
    created_at: str = field(default_factory=_now)

    def body(self) -> bytes:
        """As JSON; these bytes are signed, and no others are sent."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True).encode()
