"""The road from a request to a reply, the same for whole and streamed ones."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from time import perf_counter

from app.errors import ContentFiltered, ContextTooLong, DeadlinePassed
from app.reply.conversation import Conversation
from app.reply.drafting import Draft, Piece, Usage, Writers
from app.reply.length import Finisher
from app.reply.profiles import Profile
from app.reply.prompt import build_messages
from app.reply.request import Delta, FinishReason, Reply, ReplyRequest, Timing
from app.reply.tokens import TokenGuess, estimate_tokens, max_completion_tokens, surely_exceeds
from app.style.measures import measure
from app.style.signature import Signature
from app.style.text import Style

# A draft that left nothing to show is written once more.
DRAFTS = 2

HELD_TEXT = (
    "Thank you for writing. I could not find words for you just now that I would stand behind, "
    "so I would rather say so than send the wrong ones. Please try once more in a little while, "
    "or reach out to somebody you trust."
)
NO_MODEL = "This is a fixed text; no AI model wrote it."


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the pipeline must know of a public model: how it is spoken to and how much it can read."""

    profile: Profile
    context_tokens: int


@dataclass(slots=True)
class _Course:
    """What is known of one request so far; times in seconds."""

    deadline: float
    started: float = field(default_factory=perf_counter)
    waited: float = 0.0
    first_token: float | None = None
    worker: str | None = None
    usage: Usage | None = None

    def timing(self) -> Timing:
        total = perf_counter() - self.started
        first = None if self.first_token is None else round(1000 * self.first_token, 1)
        return Timing(round(1000 * total, 1), first, round(1000 * (total - self.waited), 2))


class Pipeline:
    """Makes replies; holds no state between requests. `guess` tells beforehand how many tokens one may take."""

    def __init__(
        self,
        writers: Writers,
        models: Mapping[str, ModelCard],
        total_s: float,
        signature: Signature | None = None,
    ) -> None:
        self._writers = writers
        self._models = models
        self._total_s = total_s
        self._signature = signature
        self.guess = TokenGuess({name: card.profile for name, card in models.items()})

    async def run(self, request: ReplyRequest) -> AsyncGenerator[Delta | Reply]:
        """Yield the reply's sentences as they become certain, then the reply itself.

        Raises:
            WarmlineError: when no reply can be made; after the first sentence, too.
        """
        course = _Course(deadline=asyncio.get_running_loop().time() + self._total_s)
        conversation = Conversation.of(request.post, request.history)
        for number in range(DRAFTS):
            finisher = Finisher(request.band.max_words)
            filtered = False
            try:
                sentences = self._draft(request, conversation, number, finisher, course)
                async with aclosing(sentences):
                    async for sentence in sentences:
                        yield Delta(sentence)
            except ContentFiltered:
                filtered = True
            if finisher.text:
                band = (request.band.min_words, request.band.max_words)
                style = measure(finisher.text, request.post, band, self._signature)
                yield _reply(request, finisher.text, "checked" if filtered else finisher.ending, style, course)
                return
            if filtered:
                break
        yield Delta(HELD_TEXT, from_model=False)
        yield _held(course)

    async def _draft(
        self,
        request: ReplyRequest,
        conversation: Conversation,
        number: int,
        finisher: Finisher,
        course: _Course,
    ) -> AsyncGenerator[str]:
        """One draft, sentence by sentence; turns that the worker cannot read are dropped, oldest first."""
        while True:
            draft, conversation = self._plan(request, conversation, number)
            try:
                async with aclosing(_in_time(self._writers.write(draft), course)) as pieces:
                    async for piece in pieces:
                        for sentence in finisher.feed(piece.text):
                            yield sentence
                        if finisher.is_done:
                            return
                        if piece.finish == "content_filter":
                            raise ContentFiltered("The worker stopped its reply.")
                        if piece.finish:
                            for sentence in finisher.end(ran_out=piece.finish == "length"):
                                yield sentence
                            return
                return
            except ContextTooLong:
                shorter = conversation.without_oldest()
                if shorter == conversation:
                    raise
                conversation = shorter

    def _plan(self, request: ReplyRequest, conversation: Conversation, number: int) -> tuple[Draft, Conversation]:
        card = self._models[request.model]
        profile = card.profile
        max_tokens = max_completion_tokens(profile, request.band.max_words)
        room = card.context_tokens - max_tokens
        while True:
            messages = build_messages(conversation, profile, request.band, request.language)
            shorter = conversation.without_oldest()
            if estimate_tokens(messages) <= room or shorter == conversation:
                break
            conversation = shorter
        if surely_exceeds(estimate_tokens(messages), room):
            raise ContextTooLong
        sampling = dict(profile.sampling)
        if request.temperature is not None:
            sampling["temperature"] = request.temperature
        if request.seed is not None or number:
            sampling["seed"] = ((request.seed or 0) + number) % 2**31
        draft = Draft(request.model, messages, sampling, max_tokens, profile.max_tokens_field, request.streamed)
        return draft, conversation


async def _in_time(pieces: AsyncGenerator[Piece], course: _Course) -> AsyncGenerator[Piece]:
    """The pieces, with the time spent waiting for them noted and bounded by the total deadline."""
    earlier = course.usage or Usage()
    async with aclosing(pieces):
        while True:
            asked = perf_counter()
            try:
                async with asyncio.timeout_at(course.deadline):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise DeadlinePassed("The total deadline passed before the reply was whole.") from None
            finally:
                course.waited += perf_counter() - asked
            course.worker = piece.worker
            if piece.text and piece.streamed and course.first_token is None:
                course.first_token = perf_counter() - course.started
            if piece.usage:
                course.usage = earlier + piece.usage
            yield piece


def _reply(request: ReplyRequest, text: str, ending: FinishReason | None, style: Style, course: _Course) -> Reply:
    return Reply(
        id=_new_id(),
        outcome="reply",
        reply=text,
        model=request.model,
        worker=course.worker,
        finish_reason=ending or "stop",
        usage=course.usage,
        style=style,
        timing_ms=course.timing(),
        disclosure=f"Written by an AI ({request.model}).",
    )


def _held(course: _Course) -> Reply:
    return Reply(
        id=_new_id(),
        outcome="held",
        reply=HELD_TEXT,
        model=None,
        worker=None,
        finish_reason=None,
        usage=None,
        style=None,
        timing_ms=course.timing(),
        disclosure=NO_MODEL,
    )


def _new_id() -> str:
    return f"rpl_{secrets.token_hex(12)}"
