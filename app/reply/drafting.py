"""The port between the pipeline and whoever writes: what is asked for and what comes back."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from app.reply.prompt import Message

Finish = Literal["stop", "length", "content_filter"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a worker is asked to write.

    Attributes:
        model: public name, which decides the workers that may write.
        sampling: protocol parameters, sent as they are.
        max_tokens: limit of the reply; sent under `max_tokens_field`.
        streamed: whether the caller wants it as it is written.
        deadline: when it must be whole, on the event loop's clock; every attempt spends the same time.
        affinity: the same for all drafts of a conversation, so that they may go to the same worker; "": none.
        urgent: must not be refused for want of room.
    """

    model: str
    messages: tuple[Message, ...]
    sampling: Mapping[str, object]
    max_tokens: int
    max_tokens_field: str
    streamed: bool
    deadline: float
    affinity: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the worker counted them.

    Attributes:
        cached_tokens: those of the prompt that the worker had in its prefix cache and did not read
            again; None where it does not say (vLLM says it with the last chunk of a stream only).
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int | None = None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens if other.cached_tokens is None else (self.cached_tokens or 0) + other.cached_tokens,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a draft; the last piece carries the finish and, where the worker counts, the usage so far.

    Attributes:
        restarts: what came before is void, another attempt begins.
        queued_s: how long the draft waited for room; told once, before any text.
    """

    worker: str
    text: str = ""
    finish: Finish | None = None
    usage: Usage | None = None
    streamed: bool = False
    restarts: bool = False
    queued_s: float = 0.0


IsShown = Callable[[], bool]
"""Whether anybody has seen some of the draft already, so that nobody else may begin it anew."""


class Writers(Protocol):
    def write(self, draft: Draft, is_shown: IsShown = ...) -> AsyncGenerator[Piece]:
        """Write a draft; closing the generator frees the worker at once.

        Until something is shown, a worker that fails is replaced by another.

        Raises:
            WorkerError: as `app.errors` draws them; others were tried, where that was possible.
            NoRoom: too much is under way.
            ContextTooLong: the messages do not fit into the worker's context.
            DeadlinePassed: the draft's.
        """
        ...

    def can_write(self, model: str) -> bool:
        """Whether a worker of this model is likely to write now."""
        ...
