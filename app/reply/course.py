"""What is known of one request while its reply is being made."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from time import perf_counter

from app.errors import DeadlinePassed
from app.reply.drafting import Piece, Usage
from app.reply.length import Finisher
from app.reply.request import Timing
from app.reply.waiting import Countdown


@dataclass(slots=True)
class Course:
    """One request so far; times in seconds.

    Attributes:
        deadline: when the reply must be whole, on the event loop's clock; all attempts spend the same time.
        waited: for room and for workers.
        queued: for room.
        model: who writes now; another than the one asked for after a fallback.
        finisher: the draft that is being written.
    """

    deadline: float
    max_words: int = 0
    started: float = field(default_factory=perf_counter)
    waited: float = 0.0
    queued: float = 0.0
    first_token: float | None = None
    model: str | None = None
    worker: str | None = None
    usage: Usage | None = None
    finisher: Finisher = field(default_factory=lambda: Finisher(0))

    def begin_draft(self, model: str, max_words: int) -> None:
        """A model begins to write; whatever was written before is void."""
        self.model, self.max_words = model, max_words
        self._void()

    def _void(self) -> None:
        self.finisher = Finisher(self.max_words)
        self.first_token = None

    async def in_time(self, pieces: AsyncGenerator[Piece]) -> AsyncGenerator[Piece]:
        """The pieces, with the time spent waiting for them noted and bounded by the total deadline.

        When a piece restarts the draft, `finisher` is a new one.
        """
        earlier = self.usage or Usage()
        countdown = Countdown(self.deadline)
        try:
            while True:
                asked = perf_counter()
                try:
                    piece = await countdown.wait(anext(pieces))
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise DeadlinePassed("The total deadline passed before the reply was whole.") from None
                finally:
                    self.waited += perf_counter() - asked
                self.worker = piece.worker
                self.queued += piece.queued_s
                if piece.restarts:
                    self._void()
                    earlier = self.usage or Usage()
                if piece.text and piece.streamed and self.first_token is None:
                    self.first_token = perf_counter() - self.started
                if piece.usage:
                    self.usage = earlier + piece.usage
                yield piece
        finally:
            countdown.stop()
            await pieces.aclose()

    def timing(self) -> Timing:
        total = perf_counter() - self.started
        first = None if self.first_token is None else round(1000 * self.first_token, 1)
        return Timing(round(1000 * total, 1), first, round(1000 * (total - self.waited), 2))
