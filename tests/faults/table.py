"""The fault matrix: what a worker does, and what comes of it, whole and streamed."""

from dataclasses import dataclass

from tests.scripted_worker import Script

_LONG_EVENT = b"data: " + b"x" * (2 << 20) + b"\n\n"
_TOKEN = b'data: {"choices":[{"delta":{"content":"You matter. "}}]}\n\n'
_NO_TEXT = b'{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}'
_REFUSAL = b'{"choices": [{"message": {"content": null, "refusal": "I can\'t."}, "finish_reason": "stop"}]}'
_ERROR_EVENT = b'data: {"error": {"message": "out of memory"}}\n\n'
_MAXIMUM = b'{"error": {"message": "This model\'s maximum context length is 4096 tokens."}}'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a client sees, and how often the worker was tried for it when it is the only one.

    Attributes:
        status: 0 means an `error` event after deltas.
        slug: the outcome, or the slug of the problem.
        attempts: with one worker.
        elsewhere: whether another worker writes the reply where there is one.
    """

    status: int
    slug: str
    attempts: int = 1
    elsewhere: bool = True

    @property
    def is_failure(self) -> bool:
        return self.status != 200


# Worth another try at the same worker; worth another worker only; nobody would do better.
UNAVAILABLE = Outcome(503, "worker-unavailable", attempts=3)
TIMEOUT = Outcome(504, "worker-timeout")
NONSENSE = Outcome(502, "worker-nonsense")
REFUSED = Outcome(502, "worker-refused")
TOO_LONG = Outcome(413, "context-too-long", elsewhere=False)
HELD = Outcome(200, "held", elsewhere=False)
REPLY = Outcome(200, "reply", elsewhere=False)
CUT = Outcome(0, "worker-unavailable", elsewhere=False)
CUT_BY_TIME = Outcome(0, "worker-timeout", elsewhere=False)
CUT_BY_NONSENSE = Outcome(0, "worker-nonsense", elsewhere=False)


# fault: (script, whole, streamed)
FAULTS: dict[str, tuple[Script, Outcome, Outcome]] = {
    "reset before headers": (Script(reset_before_headers=True), UNAVAILABLE, UNAVAILABLE),
    "reset after headers": (Script(reset_after=0), UNAVAILABLE, UNAVAILABLE),
    "closed after headers": (Script(close_after=0), UNAVAILABLE, UNAVAILABLE),
    "dies after five tokens": (Script(reset_after=5, between_s=0.002), UNAVAILABLE, UNAVAILABLE),
    "reset in mid-stream": (Script(reset_after=30, between_s=0.005), UNAVAILABLE, CUT),
    "closed in mid-stream": (Script(close_after=30), UNAVAILABLE, CUT),
    "hangs before headers": (Script(before_headers_s=9), TIMEOUT, TIMEOUT),
    "hangs before the first token": (Script(before_first_s=9), TIMEOUT, TIMEOUT),
    "hangs after five tokens": (Script(hang_after=5), REPLY, TIMEOUT),
    "hangs in mid-stream": (Script(hang_after=30), REPLY, CUT_BY_TIME),
    "slow drip past the attempt": (Script(between_s=0.1), REPLY, CUT_BY_TIME),
    "comments instead of tokens": (Script(chunks=(b": alive\n\n",) * 400, between_s=0.02), REPLY, TIMEOUT),
    "400": (Script(status=400), REFUSED, REFUSED),
    "401": (Script(status=401), REFUSED, REFUSED),
    "403": (Script(status=403), REFUSED, REFUSED),
    "404": (Script(status=404), REFUSED, REFUSED),
    "408": (Script(status=408), TIMEOUT, TIMEOUT),
    "422": (Script(status=422), REFUSED, REFUSED),
    "429": (Script(status=429), UNAVAILABLE, UNAVAILABLE),
    "429, come back in a second": (Script(status=429, headers=(("Retry-After", "1"),)), UNAVAILABLE, UNAVAILABLE),
    "500": (Script(status=500), UNAVAILABLE, UNAVAILABLE),
    "502 with HTML": (
        Script(status=502, body=b"<html>bad</html>", content_type="text/html"),
        UNAVAILABLE,
        UNAVAILABLE,
    ),
    "503": (Script(status=503), UNAVAILABLE, UNAVAILABLE),
    "503 whose body never ends": (Script(status=503, body_never_ends=True), TIMEOUT, TIMEOUT),
    "redirect": (Script(status=307, headers=(("Location", "http://127.0.0.1:1/"),)), NONSENSE, NONSENSE),
    "HTML with 200": (Script(body=b"<html>welcome</html>", content_type="text/html"), NONSENSE, NONSENSE),
    "JSON that is no completion": (Script(body=b'["what"]'), NONSENSE, NONSENSE),
    "truncated JSON": (Script(body=b'{"choices": [{"mess'), NONSENSE, NONSENSE),
    "no choices": (Script(body=b'{"choices": []}'), NONSENSE, NONSENSE),
    "null content": (Script(body=_NO_TEXT), NONSENSE, NONSENSE),
    "a completion called an image": (Script(content_type="image/png"), REPLY, REPLY),
    "events called JSON": (Script(content_type="application/json"), REPLY, NONSENSE),
    "a stream without text": (Script(text="", role_chunk=True), NONSENSE, NONSENSE),
    "garbage events": (Script(chunks=(b"data: {not json}\n\n",)), REPLY, NONSENSE),
    "garbage after a sentence": (
        Script(chunks=(_TOKEN, _TOKEN, b"data: {not json}\n\n")),
        REPLY,
        CUT_BY_NONSENSE,
    ),
    "truncated events": (
        Script(chunks=(b'data: {"choices":[{"delta":{"content":"You"}}]}\n\nda',)),
        REPLY,
        UNAVAILABLE,
    ),
    "no events at all": (Script(chunks=(b"hello\n\n",)), REPLY, NONSENSE),
    "an event of two mebibytes": (Script(chunks=(_LONG_EVENT,)), REPLY, NONSENSE),
    "an error inside the stream": (Script(chunks=(_ERROR_EVENT,)), REPLY, UNAVAILABLE),
    "gives its reply up": (Script(finish="abort", text="You"), UNAVAILABLE, UNAVAILABLE),
    "context too long, by vLLM": (Script(status=400, body=_MAXIMUM), TOO_LONG, TOO_LONG),
    "context too long, by OpenAI": (
        Script(status=400, body=b'{"error": {"code": "context_length_exceeded", "message": "too long"}}'),
        TOO_LONG,
        TOO_LONG,
    ),
    "context too long, by llama.cpp": (
        Script(status=400, body=b'{"error": {"type": "exceed_context_size_error", "message": "x"}}'),
        TOO_LONG,
        TOO_LONG,
    ),
    "content filter as a status": (Script(status=400, body=b'{"error": {"code": "content_filter"}}'), HELD, HELD),
    "content filter before any text": (Script(text="", finish="content_filter"), HELD, HELD),
    "content filter after a sentence": (Script(text="You matter. And", finish="content_filter"), REPLY, REPLY),
    "a refusal": (Script(body=_REFUSAL), HELD, HELD),
    "an unknown finish reason": (Script(text="You matter. This is", finish="whatever"), REPLY, REPLY),
}
