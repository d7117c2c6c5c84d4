"""OpenAI's chat completions on the wire: what we send, and what we understand of what comes back.

Forgiving where servers differ (missing usage, `content: null`, unknown fields, other finish words),
strict where an answer could not be a reply.
"""

from collections.abc import Set
from typing import Any

import msgspec

from app.errors import ContentFiltered, WorkerNonsense, WorkerUnavailable
from app.reply.drafting import Draft, Finish, Piece, Usage

_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
}
_BROKE_OFF = ("abort", "error", "cancelled")


class _Text(msgspec.Struct):
    """A `message` or a `delta`."""

    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Text | None = None
    delta: _Text | None = None
    text: str | None = None
    finish_reason: str | None = None


class _PromptTokens(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    """vLLM gives the details when it runs with `--enable-prompt-tokens-details`, OpenAI always."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _PromptTokens | None = None


class _Timings(msgspec.Struct):
    """What llama.cpp counts on each chunk; `prompt_n` leaves out what came from its cache."""

    prompt_n: int = 0
    cache_n: int = 0
    predicted_n: int = 0


class _Answer(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    timings: _Timings | None = None
    error: Any = None


_NOTHING = _Choice()
_decoder = msgspec.json.Decoder(_Answer, strict=False)


def encode_request(draft: Draft, model: str, *, stream: bool, extra: dict[str, Any], refused: Set[str]) -> bytes:
    """The JSON body of a request, without the parameters that this worker is known to refuse."""
    parameters: dict[str, Any] = dict(draft.sampling)
    parameters[draft.max_tokens_field] = draft.max_tokens
    other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
    if draft.max_tokens_field in refused:  # the limit itself is never given up
        parameters[other[draft.max_tokens_field]] = draft.max_tokens
    parameters["stream_options"] = {"include_usage": True}
    parameters.update(extra)
    if not stream:
        del parameters["stream_options"]
    body = {key: value for key, value in parameters.items() if key not in refused}
    body["model"] = model
    body["messages"] = [{"role": m.role, "content": m.content} for m in draft.messages]
    body["stream"] = stream
    return msgspec.json.encode(body)


def decode_whole(body: bytes, worker: str, *, may_be_blank: bool = False) -> Piece:
    """A whole completion.

    Raises:
        WorkerNonsense: not JSON, no choice, or no text in it.
        ContentFiltered: the model refused or a filter stopped it.
    """
    answer = _decode(body)
    if not answer.choices:
        raise WorkerNonsense("The worker's completion has no choice.")
    choice = answer.choices[0]
    text = _text_of(choice)
    finish = _finish_of(choice) or "stop"
    if not text.strip() and not may_be_blank and finish != "content_filter":
        raise WorkerNonsense("The worker's completion has no text.")
    return Piece(worker, text, finish, _usage_of(answer))


def decode_chunk(data: bytes) -> tuple[str, Finish | None, Usage | None]:
    """What one chunk of a stream says; role, usage and keep-alive chunks have no text.

    Raises:
        WorkerNonsense: not a chunk.
        WorkerUnavailable: the worker reports an error of its own.
        ContentFiltered: the model refused.
    """
    answer = _decode(data)
    choice = answer.choices[0] if answer.choices else _NOTHING
    if choice.delta and type(choice.delta.content) is str and not (choice.message or choice.finish_reason):
        return choice.delta.content, None, _usage_of(answer) if answer.usage or answer.timings else None
    return _text_of(choice), _finish_of(choice), _usage_of(answer)


def _decode(data: bytes) -> _Answer:
    try:
        answer = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise WorkerNonsense("The worker's answer is not a chat completion.") from None
    if answer.error:
        raise WorkerUnavailable("The worker reports an error in its answer.")
    return answer


def _text_of(choice: _Choice) -> str:
    said = choice.message or choice.delta
    if said is None:
        return choice.text or ""
    if said.refusal and not said.content:
        raise ContentFiltered("The model refused to answer.")
    if isinstance(said.content, list):
        return "".join(part["text"] for part in said.content if isinstance(part.get("text"), str))
    return said.content or ""


def _finish_of(choice: _Choice) -> Finish | None:
    word = choice.finish_reason
    if not word:
        return None
    if word in _BROKE_OFF:
        raise WorkerUnavailable("The worker gave its reply up.")
    # A word that we don't know: nothing says that the text is whole.
    return _FINISHES.get(word.lower(), "length")


def _usage_of(answer: _Answer) -> Usage | None:
    usage, timings = answer.usage, answer.timings
    if usage and (usage.prompt_tokens or usage.completion_tokens):
        cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
        if cached is None and timings:
            cached = timings.cache_n
        return _counted(usage.prompt_tokens or 0, usage.completion_tokens or 0, cached)
    if timings and timings.predicted_n:
        return _counted(timings.prompt_n + timings.cache_n, timings.predicted_n, timings.cache_n)
    return None


def _counted(prompt: int, completion: int, cached: int | None) -> Usage:
    """A server that counts below zero, or more from its cache than it read, breaks no counter of ours."""
    prompt = max(0, prompt)
    return Usage(prompt, max(0, completion), None if cached is None else min(max(0, cached), prompt))
