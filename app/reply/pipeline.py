"""The road from a request to a reply, the same for whole and streamed ones."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace

from app.errors import ContentFiltered, DeadlinePassed, NoRoom, WorkerError
from app.reply.care import Care
from app.reply.conversation import Conversation
from app.reply.course import Course, WritingStopped
from app.reply.drafting import Writers
from app.reply.drafts import Drafts, ModelCard
from app.reply.outcomes import Outcomes
from app.reply.request import Delta, FinishReason, Reply, ReplyRequest
from app.reply.review import Review
from app.reply.second_look import Look, SecondLook, no_look
from app.reply.tokens import TokenGuess
from app.safety.screen import TURNS, screen
from app.safety.texts import Texts
from app.safety.verdict import is_crisis
from app.style.measures import aside, measure_aside
from app.style.signature import Signature
from app.style.text import Style
from app.style.tokens import count_words

# A draft that left nothing to show, or did not pass the checks, is written once more.
DRAFTS = 2


class Pipeline:
    """Makes replies; holds no state between requests.

    Args:
        writers: who can be asked to write.
        models: of the config, by their public names.
        total_s: how long a reply may take.
        care: what is owed to whom.
        signature: whom replies may sound like.
        second_look: a model that rates each post as well; None where the config names none.

    Attributes:
        guess: tells beforehand how many tokens a request may take.
    """

    def __init__(
        self,
        writers: Writers,
        models: Mapping[str, ModelCard],
        total_s: float,
        care: Care,
        signature: Signature | None = None,
        second_look: SecondLook | None = None,
    ) -> None:
        self._drafts = Drafts(writers, models)
        self._total_s = total_s
        self._care = care
        self._outcomes = Outcomes(care)
        self._signature = signature
        self._second_look = second_look
        self.guess = TokenGuess({name: card.profile for name, card in models.items()})

    def begin(self) -> Course:
        """The course of a request that comes now."""
        return Course(deadline=asyncio.get_running_loop().time() + self._total_s)

    def line(self, model: str) -> list[str]:
        """The models that may write for this one."""
        return self._drafts.line(model)

    async def screened(self, request: ReplyRequest) -> ReplyRequest:
        """The request with what the screen sees in it; to be asked before anything can refuse it."""
        length = len(request.post) + sum(map(len, request.earlier[-TURNS:]))
        return replace(request, rating=await aside(length, screen, request.post, request.earlier))

    async def run(self, request: ReplyRequest, course: Course | None = None) -> AsyncGenerator[Delta | Reply]:
        """Yield, where it is streamed, the reply's sentences as they become certain, then the reply itself.

        Args:
            request: what is asked for, screened.
            course: told how it goes, for who wants to know it beside the reply.

        Raises:
            WarmlineError: when no reply can be made; after the first sentence, too. On a post that shows a risk, a
                failure before it becomes the fixed text instead.
        """
        course = course or self.begin()
        course.rating = request.rating
        if not is_crisis(course.rating.level) and not request.without_model:
            looking = self._second_look.beside(request, course) if self._second_look else no_look()
            async with looking as look:
                try:
                    async with aclosing(self._written(request, course, look)) as parts:
                        async for part in parts:
                            yield part
                    return
                except WritingStopped:
                    pass
                except (WorkerError, NoRoom, DeadlinePassed):
                    await look.wait()
                    if course.is_shown or course.rating.level == "none":
                        raise
        for part in self._outcomes.crisis_support(request, course):
            yield part

    async def _written(self, request: ReplyRequest, course: Course, look: Look) -> AsyncGenerator[Delta | Reply]:
        """The first draft of which something may be shown, or the text that says that there is none.

        Raises:
            WritingStopped: the fixed text for a crisis is owed.
        """
        conversation = Conversation.of(request.post, request.history)
        new_review, medical = self._care.reviews(request), self._care.medical_texts(request)
        max_words = request.band.max_words - (count_words(medical.medical_line) if medical else 0)
        for number in range(DRAFTS):
            review = new_review()
            drafted = self._drafts.sentences(request, conversation, number, course, max_words)
            draft = _reviewed(drafted, request, course, review)
            async with aclosing(draft) as sentences:
                async for sentence in sentences:
                    if not course.is_shown:
                        await _decide(course, look)
                        course.is_shown = True
                    yield Delta(sentence)
            course.found += review.found
            await _decide(course, look, refused=review.was_refused)
            if review.text:
                for part in await self._end(request, course, review, medical):
                    yield part
                return
            if review.is_final:
                break
        await _decide(course, look, refused=True)
        for part in self._outcomes.held(request, course):
            yield part

    async def _end(
        self, request: ReplyRequest, course: Course, review: Review, medical: Texts | None
    ) -> list[Delta | Reply]:
        """What follows the sentences that were shown: the referral that a medical post is owed, and the reply."""
        text = review.text
        parts: list[Delta | Reply] = []
        if medical and not medical.refers(text):
            text = f"{text} {medical.medical_line}"
            parts.append(Delta(f" {medical.medical_line}", from_model=False))
        style = await self._measure(text, request)
        ending: FinishReason = "checked" if review.has_failed or review.is_cut else course.finisher.ending or "stop"
        reply = self._outcomes.written(request, course, text, ending, style, review.flags)
        return [*(parts if request.streamed else ()), reply]

    async def _measure(self, text: str, request: ReplyRequest) -> Style:
        band = (request.band.min_words, request.band.max_words)
        return await measure_aside(text, request.post, band, self._signature)


async def _reviewed(
    drafted: AsyncGenerator[list[str]], request: ReplyRequest, course: Course, review: Review
) -> AsyncGenerator[str]:
    """One draft's sentences that pass, where they are streamed; a whole draft is reviewed as one."""
    try:
        async with aclosing(drafted):
            async for certain in drafted:
                if request.streamed:
                    for sentence in review.take(certain):
                        yield sentence
                if review.has_failed:
                    break
    except ContentFiltered:
        review.cut()
    if not request.streamed and course.finisher.text:
        review.take([course.finisher.text])
    held_back = review.end()
    if request.streamed:
        for sentence in held_back:
            yield sentence


async def _decide(course: Course, look: Look, *, refused: bool = False) -> None:
    """Wait until the post's rating is final; nothing is shown before.

    Args:
        course: which knows the rating.
        look: what may change it.
        refused: there is no reply that a model stands behind; on a post that shows a risk, that is a crisis, too.

    Raises:
        WritingStopped: no model's text may be shown.
    """
    await look.wait()
    level = course.rating.level
    if not course.is_shown and (is_crisis(level) or (refused and level != "none")):
        raise WritingStopped
