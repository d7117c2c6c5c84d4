"""A worker that never sees what names or reaches a person."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from app.reply.drafting import Draft, Piece
from app.reply.prompt import Message
from app.safety.redaction import Redactor
from app.telemetry.metrics import Metrics
from app.workers.worker import Writer


class RedactingWriter:
    """Has another writer write, of texts with placeholders in them.

    It stands before the one worker that must not see more, so that another worker that takes over sees the original.
    """

    def __init__(self, writer: Writer, metrics: Metrics) -> None:
        self._writer = writer
        self._metrics = metrics

    async def write(self, draft: Draft) -> AsyncGenerator[Piece]:
        """As the other's."""
        messages = _redacted(draft.messages, self._metrics)
        async with aclosing(self._writer.write(replace(draft, messages=messages))) as pieces:
            async for piece in pieces:
                yield piece

    async def find_fault(self) -> str | None:
        return await self._writer.find_fault()


def _redacted(messages: tuple[Message, ...], metrics: Metrics) -> tuple[Message, ...]:
    """The messages with what the two wrote redacted; our own words stay as they are."""
    redactor = Redactor()
    redacted = []
    for message in messages:
        if message.role == "system" or message.ours >= len(message.content):
            redacted.append(message)
            continue
        theirs = redactor.redact(message.content[message.ours :])
        metrics.count_redactions(theirs.counts)
        redacted.append(replace(message, content=message.content[: message.ours] + theirs.text))
    return tuple(redacted)
