"""A signature by which it can be told later whether a text is ours, unchanged, and which model wrote it.

HMAC-SHA256 (RFC 2104) over the reply's id, the SHA-256 of its text, the model, the version of the prompt and the time.
Who has the key can sign as well as verify, so it tells whoever runs the service, and nobody else, what is ours. A text
that was edited by a single character is no longer: an app that changes a reply must not show it with its signature.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

# A later encoding must not be taken for this one.
_PURPOSE = "warmline-provenance-v1"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a text comes from.

    Attributes:
        text_sha256: of the text in UTF-8, in hex.
        created_at: ISO 8601 in UTC, to the second.
        key_id: the first eight hex digits of the key's SHA-256, so that keys can be told apart when they change.
        signature: in hex.
    """

    text_sha256: str
    created_at: str
    key_id: str
    signature: str


def sign(
    key: bytes, *, reply_id: str, text: str, model: str | None, prompt_version: str, now: datetime | None = None
) -> Provenance:
    """Sign a reply as it is sent.

    Args:
        key: of the service; `app.settings` sees to its length.
        reply_id: the reply's own, so that the signature of one reply says nothing of another with the same words.
        text: all of the reply's text.
        model: the public name; None for a fixed text.
        prompt_version: of the instructions that were in force.
        now: with a time zone; by default, the present.

    Raises:
        ValueError: there is no key.
    """
    text_sha256 = _digest(text)
    created_at = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Provenance(
        text_sha256,
        created_at,
        key_id_of(key),
        _signature(key, (reply_id, text_sha256, model, prompt_version, created_at)),
    )


def verify(key: bytes, reply: Mapping[str, object]) -> bool:
    """Whether a reply's text is the one that was signed with this key; takes as long wherever it differs.

    Args:
        key: of the service.
        reply: what `POST /reply` answered, with `id`, `reply`, `model`, `prompt_version`, `provenance`; nothing else in
            it is signed. What is no such object is not ours.
    """
    told = reply.get("provenance")
    if not isinstance(told, Mapping):
        return False
    text, model = reply.get("reply"), reply.get("model")
    words = (reply.get("id"), reply.get("prompt_version"), told.get("created_at"), told.get("signature"))
    if not isinstance(text, str) or not (model is None or isinstance(model, str)):
        return False
    if not all(isinstance(word, str) for word in words):
        return False
    reply_id, prompt_version, created_at, signature = map(str, words)
    text_sha256 = _digest(text)
    expected = _signature(key, (reply_id, text_sha256, model, prompt_version, created_at))
    same = [
        hmac.compare_digest(_encoded(str(one)), _encoded(other))
        for one, other in (
            (signature, expected),
            (told.get("text_sha256"), text_sha256),
            (told.get("key_id"), key_id_of(key)),
        )
    ]
    return all(same)


def key_id_of(key: bytes) -> str:
    """What names a key without telling it."""
    return sha256(key).hexdigest()[:8]


def _digest(text: str) -> str:
    return sha256(_encoded(text)).hexdigest()


def _signature(key: bytes, fields: tuple[str | None, ...]) -> str:
    if not key:
        raise ValueError("a signature needs a key")
    return hmac.new(key, _canonical((_PURPOSE, *fields)), sha256).hexdigest()


def _canonical(fields: tuple[str | None, ...]) -> bytes:
    """Each field as its length in bytes, a colon and its bytes (a netstring); None is `-`.

    No two lists of fields have the same encoding: a length says where its field ends, whatever stands in it.
    """
    parts = []
    for field in fields:
        encoded = None if field is None else _encoded(field)
        parts.append(b"-," if encoded is None else b"%d:%b," % (len(encoded), encoded))
    return b"".join(parts)


def _encoded(text: str) -> bytes:
    # JSON can hold half a surrogate pair, which UTF-8 cannot: such a text is not ours, and no error.
    return text.encode("utf-8", "surrogatepass")
