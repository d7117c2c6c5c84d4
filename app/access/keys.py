"""API keys: 256 random bits each, known to the config by their SHA-256 only."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.settings import KeyConfig

# What a key of ours begins with, so that a scanner for leaked secrets can know it.
PREFIX = "wl_"
_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that may ask, by its name; the key itself is nowhere. A limit that is None does not exist."""

    name: str
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    max_in_flight: int | None = None

    @classmethod
    def of(cls, config: KeyConfig) -> "ApiKey":
        return cls(config.name, config.requests_per_minute, config.tokens_per_minute, config.max_in_flight)


class KeyRing:
    """The keys of a config; empty when it names none, and then nobody is asked for one."""

    def __init__(self, configs: Iterable[KeyConfig]) -> None:
        self._entries = [(bytes.fromhex(config.sha256), ApiKey.of(config)) for config in configs]

    def __bool__(self) -> bool:
        return bool(self._entries)

    def find(self, presented: bytes) -> ApiKey | None:
        """The key that was presented, or None. Takes the same time whichever it is, and when it is none."""
        digest = sha256(presented).digest()
        found = None
        for known, key in self._entries:
            if hmac.compare_digest(known, digest):
                found = key
        return found


def new_key() -> tuple[str, str]:
    """A fresh random key, and its SHA-256 in hex for the config."""
    key = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    return key, sha256(key.encode()).hexdigest()
