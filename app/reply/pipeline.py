"""The road from a request to a reply, the same for whole and streamed ones."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from app.errors import ContentFiltered, ContextTooLong, NoRoom, WarmlineError, WorkerError
from app.reply.conversation import Conversation
from app.reply.course import Course
from app.reply.drafting import Draft, Writers
from app.reply.profiles import Profile
from app.reply.prompt import build_messages
from app.reply.request import Delta, FinishReason, Reply, ReplyRequest
from app.reply.tokens import TokenGuess, estimate_tokens, max_completion_tokens, surely_exceeds
from app.style.measures import measure_aside
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
    """What the pipeline must know of a public model: how it is spoken to, how much it can read, who stands in."""

    profile: Profile
    context_tokens: int
    fallback: str | None = None


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

    def begin(self) -> Course:
        """The course of a request that comes now."""
        return Course(deadline=asyncio.get_running_loop().time() + self._total_s)

    def line(self, model: str) -> list[str]:
        """The models that may write for this one: itself, its fallback, the fallback's own, each once."""
        line: list[str] = []
        name: str | None = model
        while name is not None and name not in line:
            line.append(name)
            name = self._models[name].fallback
        return line

    async def run(self, request: ReplyRequest, course: Course | None = None) -> AsyncGenerator[Delta | Reply]:
        """Yield, where it is streamed, the reply's sentences as they become certain, then the reply itself.

        Args:
            request: what is asked for.
            course: told how it goes, for who wants to know it beside the reply.

        Raises:
            WarmlineError: when no reply can be made; after the first sentence, too.
        """
        course = course or self.begin()
        conversation = Conversation.of(request.post, request.history)
        for number in range(DRAFTS):
            filtered = False
            try:
                async with aclosing(self._draft(request, conversation, number, course)) as sentences:
                    async for certain in sentences:
                        for sentence in certain if request.streamed else ():
                            yield Delta(sentence)
            except ContentFiltered:
                filtered = True
            if course.finisher.text:
                band = (request.band.min_words, request.band.max_words)
                style = await measure_aside(course.finisher.text, request.post, band, self._signature)
                yield _reply(course, "checked" if filtered else course.finisher.ending, style)
                return
            if filtered:
                break
        if request.streamed:
            yield Delta(HELD_TEXT, from_model=False)
        yield _held(course)

    async def _draft(
        self, request: ReplyRequest, conversation: Conversation, number: int, course: Course
    ) -> AsyncGenerator[list[str]]:
        """One draft, by the first model of the line whose workers can write it; what a client saw is one model's."""
        last: WarmlineError | None = None
        line = self.line(request.model)
        if len(line) > 1:  # who is known to be unable comes last: nobody should wait for that
            line.sort(key=lambda name: not self._writers.can_write(name))
        for model in line:
            course.begin_draft(model, request.band.max_words)
            try:
                async with aclosing(self._write(request, conversation, number, course)) as sentences:
                    async for certain in sentences:
                        yield certain
                return
            except (WorkerError, NoRoom, ContextTooLong) as error:
                if _is_shown(request, course) or not _other_model_may_do_better(error, last):
                    raise
                # Of several failures, one after which a retry makes sense tells the client most.
                last = error if last is None or (error.retryable and not last.retryable) else last
        if last:
            raise last

    async def _write(
        self, request: ReplyRequest, conversation: Conversation, number: int, course: Course
    ) -> AsyncGenerator[list[str]]:
        """The sentences of one draft of one model; turns that the worker cannot read are dropped, oldest first."""
        while True:
            draft, conversation = self._plan(request, conversation, number, course)
            pieces = course.in_time(self._writers.write(draft, lambda: _is_shown(request, course)))
            try:
                async with aclosing(pieces):
                    async for piece in pieces:
                        if piece.text and (certain := course.finisher.feed(piece.text)):
                            yield certain
                        if course.finisher.is_done:
                            return
                        if piece.finish == "content_filter":
                            raise ContentFiltered("The worker stopped its reply.")
                        if piece.finish:
                            yield course.finisher.end(ran_out=piece.finish == "length")
                            return
                return
            except ContextTooLong:
                shorter = conversation.without_oldest()
                if shorter == conversation:
                    raise
                conversation = shorter

    def _plan(
        self, request: ReplyRequest, conversation: Conversation, number: int, course: Course
    ) -> tuple[Draft, Conversation]:
        model = course.model or request.model
        card = self._models[model]
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
        draft = Draft(
            model,
            messages,
            sampling,
            max_tokens,
            profile.max_tokens_field,
            request.streamed,
            course.deadline,
            request.affinity,
            request.urgent,
        )
        return draft, conversation


def _is_shown(request: ReplyRequest, course: Course) -> bool:
    """Whether the client has seen some of the draft; whole replies are seen when they are whole."""
    return request.streamed and bool(course.finisher.text)


def _other_model_may_do_better(error: WarmlineError, before: WarmlineError | None) -> bool:
    if isinstance(error, WorkerError):
        return error.attempt_elsewhere
    if isinstance(error, NoRoom):
        return not error.is_process_full
    return before is not None  # too long for a fallback: the failure of the model asked for is what counts


def _reply(course: Course, ending: FinishReason | None, style: Style) -> Reply:
    return Reply(
        id=_new_id(),
        outcome="reply",
        reply=course.finisher.text,
        model=course.model,
        worker=course.worker,
        finish_reason=ending or "stop",
        usage=course.usage,
        style=style,
        timing_ms=course.timing(),
        disclosure=f"Written by an AI ({course.model}).",
    )


def _held(course: Course) -> Reply:
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
