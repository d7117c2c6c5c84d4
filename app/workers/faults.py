"""The one place where failures of the transport and of a worker's status become errors of ours."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import msgspec

from app.errors import (
    ContentFiltered,
    ContextTooLong,
    WarmlineError,
    WorkerNonsense,
    WorkerRefused,
    WorkerTimeout,
    WorkerUnavailable,
)

_TOO_LONG = re.compile(
    r"context[_ ](?:length|size|window)|maximum context|exceeds? the (?:available )?context|too many tokens"
    r"|prompt is too long|longer than the maximum model length",
    re.IGNORECASE,
)
_NAME = r"['\"`]([A-Za-z_][\w.]{0,60})['\"`]"
_REFUSED = r"(?:unsupported|not supported|unrecognized|unknown|not permitted|unexpected|extra inputs|does not support)"
# The name stands beside the refusal; elsewhere it may be a quotation of what we sent.
_UNSUPPORTED = re.compile(rf"{_REFUSED}[^'\"`]{{0,60}}{_NAME}|{_NAME}[^'\"`]{{0,20}}{_REFUSED}", re.IGNORECASE)
_MAX_RETRY_AFTER_S = 300


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the HTTP client raises into `WorkerError`s."""
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.SocketTimeoutError, TimeoutError):
        raise WorkerTimeout("The worker did not answer within its deadline.") from None
    except aiohttp.ClientConnectorError:
        raise WorkerUnavailable("The worker cannot be reached.", is_down=True) from None
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError):
        raise WorkerUnavailable("The worker closed the connection before the reply was whole.") from None
    except (aiohttp.ClientResponseError, aiohttp.http_exceptions.HttpProcessingError, ValueError):
        raise WorkerNonsense("The worker does not speak HTTP as it should.") from None
    except (aiohttp.ClientError, OSError):
        raise WorkerUnavailable("The connection to the worker failed.") from None


def status_error(status: int, body: bytes, headers: Mapping[str, str]) -> WarmlineError:
    """What a status other than 200 means; the worker's own words stay out of it."""
    words = _words(body)
    if status in (400, 413, 422, 500) and _TOO_LONG.search(words):
        return ContextTooLong()
    if status in (400, 403) and "content_filter" in words:
        return ContentFiltered("The worker's content filter stopped the post.")
    if status == 408:
        return WorkerTimeout("The worker answered 408.")
    if status == 413:
        return ContextTooLong()
    if status == 429 or status >= 500:
        return WorkerUnavailable(f"The worker answered {status}.", retry_after_s=_retry_after(headers))
    if 400 <= status < 500:
        # A 400 or 422 is about this one request; a refused key or an unknown model meets all of them.
        return WorkerRefused(f"The worker answered {status} to our request.", blames_worker=status in (401, 403, 404))
    return WorkerNonsense(f"The worker answered {status}, which is neither a reply nor an error.")


def refused_parameter(status: int, body: bytes, sent: set[str]) -> str | None:
    """The parameter of ours that a 400 or 422 says it does not take, if it says so."""
    if status not in (400, 422):
        return None
    words = _words(body)
    found = _UNSUPPORTED.search(words)
    if not found:
        return None
    for part in reversed((found[1] or found[2]).split(".")):
        for parameter in sorted(sent):
            # OpenAI calls reasoning_effort "reasoning.effort" at times.
            if part == parameter or (len(part) > 4 and parameter.endswith(f"_{part}")):
                return parameter
    return None


def _words(body: bytes) -> str:
    """The code, type and message of an error body; the rest of it may quote the request."""
    try:
        answer = msgspec.json.decode(body[:100_000])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body[:300].decode("utf-8", "replace")
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    if not isinstance(error, dict):
        return str(error)[:300]
    return " ".join(str(error.get(key, ""))[:300] for key in ("code", "type", "message", "detail"))


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds from a `Retry-After`, a number or a date; None where it makes no sense."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return min(int(value[:6]), _MAX_RETRY_AFTER_S)
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max(0, round((when - datetime.now(UTC)).total_seconds())), _MAX_RETRY_AFTER_S)
