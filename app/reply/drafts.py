"""One draft: the first model of a line that can write it, from a conversation that its workers can read."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from app.errors import ContentFiltered, ContextTooLong, NoRoom, WarmlineError, WorkerError
from app.reply.conversation import Conversation
from app.reply.course import Course
from app.reply.drafting import Draft, Writers
from app.reply.profiles import Profile
from app.reply.prompt import Tone, build_messages
from app.reply.request import ReplyRequest
from app.reply.tokens import estimate_tokens, max_completion_tokens, surely_exceeds


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the pipeline must know of a public model: how it is spoken to, how much it can read, who stands in."""

    profile: Profile
    context_tokens: int
    fallback: str | None = None


class Drafts:
    """Has drafts written; holds no state between them."""

    def __init__(self, writers: Writers, models: Mapping[str, ModelCard]) -> None:
        self._writers = writers
        self._models = models

    def line(self, model: str) -> list[str]:
        """The models that may write for this one: itself, its fallback, the fallback's own, each once."""
        line: list[str] = []
        name: str | None = model
        while name is not None and name not in line:
            line.append(name)
            name = self._models[name].fallback
        return line

    async def sentences(
        self, request: ReplyRequest, conversation: Conversation, number: int, course: Course, max_words: int
    ) -> AsyncGenerator[list[str]]:
        """The sentences of a draft as they become certain; what a client saw is one model's.

        Args:
            request: what is asked for.
            conversation: what the model reads.
            number: of the draft, from 0; another one has another seed.
            course: told how it goes.
            max_words: the draft ends within so many, or with its first sentence.

        Raises:
            WarmlineError: as `Writers.write`.
        """
        last: WarmlineError | None = None
        line = self.line(request.model)
        if len(line) > 1:  # who is known to be unable comes last: nobody should wait for that
            line.sort(key=lambda name: not self._writers.can_write(name))
        for model in line:
            course.begin_draft(model, max_words)
            try:
                async with aclosing(self._write(request, conversation, number, course)) as sentences:
                    async for certain in sentences:
                        yield certain
                return
            except (WorkerError, NoRoom, ContextTooLong) as error:
                if course.is_shown or not _other_model_may_do_better(error, last):
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
            pieces = course.in_time(self._writers.write(draft, lambda: course.is_shown))
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
        tone = Tone(gentle=course.rating.level != "none", medical=course.rating.is_medical)
        while True:
            messages = build_messages(conversation, profile, request.band, request.language, tone)
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


def _other_model_may_do_better(error: WarmlineError, before: WarmlineError | None) -> bool:
    if isinstance(error, WorkerError):
        return error.attempt_elsewhere
    if isinstance(error, NoRoom):
        return not error.is_process_full
    return before is not None  # too long for a fallback: the failure of the model asked for is what counts
