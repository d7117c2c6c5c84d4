"""From the config's worker lines to a pool that runs, and from another config's to the next pool."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from app.reply.prompt import Message
from app.settings import Settings
from app.telemetry.metrics import Metrics
from app.workers.admission import Admission
from app.workers.member import Member, open_member
from app.workers.pool import Pool

# A new worker is asked how it is before it is given a draft; one that does not answer so soon joins unasked.
ASKED_WITHIN_S = 2.0


class Crew:
    """The workers that run, behind one door. Each config has a pool of its own; what it shares goes on.

    Args:
        metrics: told of faults and restarts, and reads the workers' state when scraped.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._members: list[Member] = []
        self._pool: Pool | None = None

    async def pool_for(self, settings: Settings, prefix: Sequence[Message] = ()) -> Pool:
        """The pool of a config, for the requests that begin from now on.

        A worker whose line has not changed goes on with its connections and all that is known of it. One
        that is new is started first. One that is no longer there stays open for the requests that began
        with an earlier pool, until `close_left`.

        Args:
            settings: whose workers and models these are.
            prefix: what every prompt of the embedded model begins with.

        Raises:
            EmbeddedModelMissing: an embedded worker is new, and its weights are not there. Nothing has changed then.
        """
        admission = self._pool.admission if self._pool else open_admission(settings, self._metrics)
        used = {name for model in settings.models.values() for name in model.workers}
        lines = [line for line in settings.workers if line.name in used]
        kept = [member for member in self._members if member.config in lines]
        known = [member.config for member in kept]
        fresh: list[Member] = []
        try:
            for line in lines:
                if line not in known:
                    # One at a time, so that those that are open are closed when the next cannot be.
                    fresh.append(await open_member(line, settings, prefix, admission, self._metrics))  # noqa: PERF401
            if self._pool:
                await _asked(fresh)
        except BaseException:
            await _close(fresh)
            raise
        return self._change(settings, kept, fresh, admission)

    def _change(self, settings: Settings, kept: list[Member], fresh: list[Member], admission: Admission) -> Pool:
        for member in kept:
            for obey in member.obeys:
                obey(settings.deadlines)
        for member in fresh:
            self._metrics.watch_worker(member.worker)
        present = {member.config.name: member for member in (*kept, *fresh)}
        self._members += fresh
        for member in self._members:
            member.has_left = present.get(member.config.name) is not member
        models = {name: [present[w].worker for w in model.workers] for name, model in settings.models.items()}
        if self._pool:
            limits = settings.admission
            admission.change(limits.max_in_flight, limits.queue, limits.queue_s)
            self._metrics.watch_admission(admission)
        self._pool = self._pool.with_models(models) if self._pool else Pool(models, admission, self._metrics)
        return self._pool

    async def close_left(self) -> None:
        """Close the workers that no config in force names."""
        left = [member for member in self._members if member.has_left]
        self._members = [member for member in self._members if not member.has_left]
        await _close(left)

    async def close(self) -> None:
        """Close every connection and end the embedded model."""
        members, self._members = self._members, []
        await _close(members)


@asynccontextmanager
async def running_pool(settings: Settings, metrics: Metrics, prefix: Sequence[Message] = ()) -> AsyncGenerator[Pool]:
    """The pool of a config that does not change, with its workers running while inside."""
    crew = Crew(metrics)
    try:
        yield await crew.pool_for(settings, prefix)
    finally:
        await crew.close()


def open_admission(settings: Settings, metrics: Metrics) -> Admission:
    """The process's door, as the config says."""
    limits = settings.admission
    admission = Admission(limits.max_in_flight, limits.queue, limits.queue_s, on_refused=metrics.count_refusal)
    metrics.watch_admission(admission)
    return admission


async def _asked(members: list[Member]) -> None:
    """Wait until each has said how it is, but not for long."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ASKED_WITHIN_S
    while loop.time() < until and any(  # noqa: ASYNC110 - a worker has no event for it
        member.worker.state == "starting" for member in members
    ):
        await asyncio.sleep(0.02)


async def _close(members: list[Member]) -> None:
    await asyncio.gather(*(member.close() for member in members))
