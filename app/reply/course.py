"""What is known of one request while its reply is being made."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from time import perf_counter

from app.errors import DeadlinePassed
from app.reply.drafting import Piece, Usage
from app.reply.length import Finisher
from app.reply.request import Layer, Timing
from app.reply.waiting import Countdown
from app.safety.ratings import UNRATED, Action, Rating


class WritingStopped(Exception):
    """What was being written must not be shown, whatever it says."""


@dataclass(slots=True)
class Course:
    """One request so far; times in seconds.

    Attributes:
        deadline: when the reply must be whole, on the event loop's clock; all attempts spend the same time.
        waited: for room and for workers.
        queued: for room.
        model: who writes now; another than the one asked for after a fallback.
        finisher: the draft that is being written.
        rating: what is known of the post by now.
        layers: who has looked at the post so far.
        degraded: not everything that should look at the post has looked.
        is_shown: whether the client has seen some of the draft; whole replies are seen when they are whole.
        found: what the checks found in any draft, and what was done about it.
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
    rating: Rating = UNRATED
    layers: tuple[Layer, ...] = ("lexical",)
    degraded: bool = True
    is_shown: bool = False
    found: list[tuple[str, Action]] = field(default_factory=list)
    _countdown: Countdown | None = None
    _is_stopped: bool = False

    def begin_draft(self, model: str, max_words: int) -> None:
        """A model begins to write; whatever was written before is void."""
        self.model, self.max_words = model, max_words
        self._void()

    def _void(self) -> None:
        self.finisher = Finisher(self.max_words)
        self.first_token = None

    def stop_writing(self) -> None:
        """Break off the draft that is being written; whoever waits for it gets `WritingStopped`."""
        self._is_stopped = True
        if self._countdown:
            self._countdown.break_off()

    async def in_time(self, pieces: AsyncGenerator[Piece]) -> AsyncGenerator[Piece]:
        """The pieces, with the time spent waiting for them noted and bounded by the total deadline.

        When a piece restarts the draft, `finisher` is a new one.

        Raises:
            DeadlinePassed: the time is up.
            WritingStopped: nothing of it is to be shown.
        """
        earlier = self.usage or Usage()
        self._countdown = countdown = Countdown(self.deadline)
        try:
            while True:
                if self._is_stopped:
                    raise WritingStopped
                asked = perf_counter()
                try:
                    piece = await countdown.wait(anext(pieces))
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    if self._is_stopped:
                        raise WritingStopped from None
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
