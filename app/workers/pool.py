"""The workers of each model: who may write, who is up, and who is tried next."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from app.errors import WorkerError, WorkerUnavailable
from app.reply.drafting import Draft, Piece

State = Literal["starting", "ready", "down"]
PROBE_EVERY_S = 5.0


class Writer(Protocol):
    """One worker's side of the pool: it writes, and it knows why it cannot."""

    def write(self, draft: Draft) -> AsyncGenerator[Piece]: ...

    async def find_fault(self) -> str | None: ...


@dataclass(slots=True)
class Worker:
    """A worker and what is known of it."""

    name: str
    writer: Writer
    state: State = "starting"
    reason: str | None = "Nobody has asked it yet."
    in_flight: int = 0

    def change(self, fault: str | None) -> None:
        """Note that the worker can write (None), or why it cannot."""
        self.state, self.reason = ("ready", None) if fault is None else ("down", fault)


@dataclass(slots=True)
class Pool:
    """Sends each draft to a worker of its model, and to another while nothing has come yet.

    Args:
        models: public model name → its workers, in the config's order.
        on_fault: called with the worker's name and the error's slug, for each attempt that failed.
    """

    models: Mapping[str, Sequence[Worker]]
    on_fault: Callable[[str, str], None] = lambda _worker, _slug: None

    @property
    def workers(self) -> list[Worker]:
        return list({worker.name: worker for workers in self.models.values() for worker in workers}.values())

    async def write(self, draft: Draft) -> AsyncGenerator[Piece]:
        """Pieces of the first worker that writes; see `app.reply.drafting.Writers`."""
        last: WorkerError | None = None
        for worker in _order(self.models[draft.model]):
            wrote = False
            try:
                async with aclosing(self._attempt(worker, draft)) as pieces:
                    async for piece in pieces:
                        wrote = wrote or bool(piece.text)
                        yield piece
                return
            except WorkerError as error:
                if wrote or not error.attempt_elsewhere:
                    raise
                # Of several failures, one after which a retry makes sense tells the client most.
                last = error if last is None or error.retryable else last
        raise last or WorkerUnavailable("The model has no worker.")

    async def _attempt(self, worker: Worker, draft: Draft) -> AsyncGenerator[Piece]:
        worker.in_flight += 1
        try:
            async with aclosing(worker.writer.write(draft)) as pieces:
                async for piece in pieces:
                    if piece.text or piece.finish:
                        worker.change(None)
                    yield piece
        except WorkerUnavailable as error:
            self.on_fault(worker.name, error.slug)
            if error.is_down:
                worker.change(error.detail)
            raise
        except WorkerError as error:
            self.on_fault(worker.name, error.slug)
            raise
        finally:
            worker.in_flight -= 1

    def why_not_ready(self, model: str) -> list[str]:
        """Why no worker of this model could write now; empty when one could."""
        workers = self.models[model]
        if any(worker.state == "ready" for worker in workers):
            return []
        return [f"{worker.name}: {worker.reason}" for worker in workers]

    async def probe(self, worker: Worker) -> None:
        """Ask a worker once whether it could write."""
        worker.change(await worker.writer.find_fault())

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None]:
        """Probe every worker, again and again, while inside."""
        tasks = [asyncio.create_task(self._watch(worker)) for worker in self.workers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _watch(self, worker: Worker) -> None:
        while True:
            await self.probe(worker)
            await asyncio.sleep(PROBE_EVERY_S)


def _order(workers: Sequence[Worker]) -> list[Worker]:
    """Those that are up first, the least busy first among them."""
    return sorted(workers, key=lambda worker: (worker.state == "down", worker.in_flight))
