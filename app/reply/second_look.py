"""A model looks at the post while another writes the reply; nothing is shown before it has looked or given up."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from app.errors import WarmlineError
from app.reply.course import Course
from app.reply.drafting import Draft, Writers
from app.reply.profiles import Profile
from app.reply.prompt import Message
from app.reply.request import ReplyRequest
from app.safety.verdict import combine, is_crisis, question_for, read_verdict

# The answer has some 30 tokens; what thinks aloud before it is given a little room.
_MAX_TOKENS = 160


class Look:
    """One look at one post."""

    def __init__(self, looking: "asyncio.Task[None] | None" = None) -> None:
        self._looking = looking

    async def wait(self) -> None:
        """Until the course's rating is final."""
        if self._looking and not self._looking.done():
            await asyncio.wait({self._looking})


class SecondLook:
    """Asks a model to rate a post.

    Args:
        writers: who can be asked.
        model: public name.
        profile: of that model.
        within_s: after so long it counts as if it had not looked.
    """

    def __init__(self, writers: Writers, model: str, profile: Profile, within_s: float) -> None:
        self._writers = writers
        self._model = model
        self._max_tokens_field = profile.max_tokens_field
        # A bias towards the words of a reply is none towards those of a rating.
        self._sampling = {name: value for name, value in profile.sampling.items() if name != "logit_bias"}
        self._within_s = within_s

    @asynccontextmanager
    async def beside(self, request: ReplyRequest, course: Course) -> AsyncGenerator[Look]:
        """Look while inside; the course learns what was seen, and stops being written where that is a crisis."""
        looking = asyncio.create_task(self._look(request, course))
        try:
            yield Look(looking)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _look(self, request: ReplyRequest, course: Course) -> None:
        try:
            async with asyncio.timeout(self._within_s):
                answer = await self._answer(self._question(request, course))
        except (WarmlineError, TimeoutError):
            return
        verdict = read_verdict(answer)
        if verdict is None:
            return
        course.rating = combine(course.rating, verdict)
        course.layers, course.degraded = ("lexical", "model"), False
        if is_crisis(course.rating.level):
            course.stop_writing()

    async def _answer(self, draft: Draft) -> str:
        answer = ""
        async with aclosing(self._writers.write(draft)) as pieces:
            async for piece in pieces:
                answer = piece.text if piece.restarts else answer + piece.text
        return answer

    def _question(self, request: ReplyRequest, course: Course) -> Draft:
        loop = asyncio.get_running_loop()
        return Draft(
            self._model,
            (Message("user", question_for(request.post, request.earlier)),),
            {**self._sampling, "temperature": 0},
            _MAX_TOKENS,
            self._max_tokens_field,
            streamed=False,
            deadline=min(course.deadline, loop.time() + self._within_s),
            urgent=request.urgent,
        )


@asynccontextmanager
async def no_look() -> AsyncGenerator[Look]:
    """Nobody looks: the rating is final."""
    yield Look()
