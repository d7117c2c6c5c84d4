"""What goes on in the background: workers are asked how they are, their engines read, open breakers tried."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress

from app.errors import WorkerError
from app.reply.drafting import Draft
from app.reply.prompt import Message
from app.workers.engine_load import EngineReader, follow
from app.workers.pool import Pool
from app.workers.worker import Worker

ASK_EVERY_S = 5.0
PROBE_S = 15.0


@asynccontextmanager
async def watched(pool: Pool, readers: dict[str, EngineReader]) -> AsyncGenerator[None]:
    """Watch a pool's workers while inside.

    Args:
        pool: whose workers these are.
        readers: worker name → what reads its engine's load, where it has one.
    """
    jobs: list[Coroutine[None, None, None]] = []
    for worker in pool.workers:
        jobs += [_ask(pool, worker), _heal(pool, worker)]
        if worker.name in readers:
            jobs.append(follow(readers[worker.name].read, worker.engine))
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _ask(pool: Pool, worker: Worker) -> None:
    """Ask again and again whether the worker can be reached and takes our key."""
    while True:
        before = worker.state
        worker.change(await worker.writer.find_fault())
        if worker.state != before:
            pool.admission.scan()
        await asyncio.sleep(ASK_EVERY_S)


async def _heal(pool: Pool, worker: Worker) -> None:
    """Try a worker whose breaker is open, a token at a time, until it closes."""
    now: Callable[[], float] = asyncio.get_running_loop().time
    while True:
        await worker.opened.wait()
        await asyncio.sleep(max(worker.breaker.wait_s(now()), worker.not_before - now()))
        worker.breaker.begin_probe(now())
        while worker.breaker.state == "half-open":
            began = now()
            pool.record(worker, good=await generates(worker), began=began)


async def generates(worker: Worker) -> bool:
    """Whether the worker can generate one token; it may be half a character, so no text is asked for."""
    deadline = asyncio.get_running_loop().time() + PROBE_S
    draft = Draft("", (Message("user", "Hello."),), {}, 1, "max_tokens", streamed=False, deadline=deadline)
    try:
        async with aclosing(worker.writer.write(draft)) as pieces:
            async for piece in pieces:
                if piece.finish:
                    return True
    except WorkerError as error:
        return not error.blames_worker  # it answered, only not to this one word
    except Exception:  # a probe reports, it never fails
        return False
    return False
