"""What a worker's stream says, read by read: all events of one read together."""

from app.errors import WorkerError, WorkerNonsense, WorkerUnavailable
from app.reply.drafting import Finish, Piece, Usage
from app.workers.event_stream import EventParser
from app.workers.protocol import decode_chunk


class StreamedText:
    """A stream of chat-completion chunks so far.

    Args:
        worker: the worker's name, put on every piece.
        may_be_blank: whether a stream without text is a reply, too.

    Attributes:
        finish: how the text ended; None while it goes on.
        is_over: nothing that comes matters any more.
        error: what the worker said after the text of the last read.
    """

    __slots__ = ("_came", "_may_be_blank", "_parser", "_understood", "_usage", "_worker", "_wrote", "error", "finish",
                 "is_over")  # fmt: skip

    def __init__(self, worker: str, *, may_be_blank: bool) -> None:
        self._worker = worker
        self._may_be_blank = may_be_blank
        self._parser = EventParser()
        self._usage: Usage | None = None
        self._came = self._understood = self._wrote = False
        self.finish: Finish | None = None
        self.is_over = False
        self.error: WorkerError | None = None

    def take(self, content: bytes) -> Piece | None:
        """The text of the events that these bytes complete, if they have any; no bytes: the connection is at its end.

        Raises:
            WorkerNonsense: an event is larger than any chunk.
        """
        if not content:
            self.is_over = True
            return None
        self._came = True
        texts: list[str] = []
        counted: Usage | None = None
        for data in self._parser.feed(content):
            if data.strip() == b"[DONE]":
                self.finish = self.finish or "stop"
                self.is_over = True
                break
            try:
                text, finish, usage = decode_chunk(data)
            except WorkerError as error:
                # Once the text is whole, what is odd after it does not matter.
                self.error = error if self.finish is None else None
                self.is_over = True
                break
            self._understood = True
            texts.append(text)
            self.finish = finish or self.finish
            counted = usage or counted
        self._usage = counted or self._usage
        text = "".join(texts)
        if not text:
            return None
        self._wrote = True
        return Piece(self._worker, text, usage=counted, streamed=True)

    def last_piece(self) -> Piece:
        """The finish, and the usage that followed it.

        Raises:
            WorkerError: the stream was no reply, or broke off.
        """
        if self.error:
            raise self.error
        if not self._came:
            raise WorkerUnavailable("The worker closed the connection before it wrote anything.")
        if self.finish is None and self._understood:
            raise WorkerUnavailable("The worker closed the connection before the reply was whole.")
        if self.finish is None:
            raise WorkerNonsense("The worker's answer is not a stream of chat-completion chunks.")
        if not self._wrote and not self._may_be_blank and self.finish != "content_filter":
            raise WorkerNonsense("The worker's completion has no text.")
        return Piece(self._worker, finish=self.finish, usage=self._usage, streamed=True)
