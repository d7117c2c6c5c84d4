"""A changed config file is put in force while the service runs; one that cannot be used changes nothing."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from app.access.assembly import Access
from app.api.draining import Drain
from app.api.services import InForce
from app.api.signals import heeding_sighup
from app.composition import Plan
from app.config_file import BadConfig, load_settings
from app.config_watch import ConfigWatch
from app.safety.help_lines import BadHelpLines
from app.settings import Settings
from app.style.signature_file import BadSignature
from app.telemetry.logs import exception_types, places, set_level
from app.telemetry.metrics import Metrics
from app.workers.assembly import Crew
from app.workers.pool import Pool
from app.workers.weights import EmbeddedModelMissing

log = logging.getLogger("warmline.config")

LOOK_EVERY_S = 1.0
# What was built with the app or belongs to a process that others share.
NEED_A_RESTART = ("cors_origins", "escalation", "gguf", "provenance_key", "redis_url")


class Reloader:
    """Swaps the services in force.

    A request that has begun goes on with the services that it began with; what only those need (a worker
    that is no longer named, the series of its name) is kept until the last of them has ended.
    """

    def __init__(
        self, watch: ConfigWatch, in_force: InForce, crew: Crew, access: Access, drain: Drain, metrics: Metrics
    ) -> None:
        self._watch = watch
        self._in_force = in_force
        self._crew = crew
        self._access = access
        self._drain = drain
        self._metrics = metrics
        self._hangup = asyncio.Event()
        self._retiring: set[asyncio.Task[None]] = set()
        self._newest: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look at the file once a second while inside, and at once on a SIGHUP."""
        follows = asyncio.create_task(self._follow())
        try:
            with heeding_sighup(self._hangup.set):
                yield
        finally:
            tasks = {follows, *self._retiring}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._hangup.wait()
            try:
                if await self._has_news() and not self._drain.has_begun:
                    await self.reload()
            except Exception as error:  # whatever it is, the next file may be better
                where = {"exception": exception_types(error), "at": places(error.__traceback__)}
                log.error("config reload failed", extra=where)
                self._metrics.config_read("refused")

    async def _has_news(self) -> bool:
        if self._hangup.is_set():
            self._hangup.clear()
            await asyncio.to_thread(self._watch.look_now)
            return True
        return await asyncio.to_thread(self._watch.look)

    async def reload(self) -> None:
        """Put the watched content in force, or say why it cannot be."""
        try:
            plan, in_vain = await asyncio.to_thread(self._read)
            pool = await self._crew.pool_for(plan.settings, plan.prefix)
        except (BadConfig, BadHelpLines, BadSignature, EmbeddedModelMissing) as error:
            log.error("config refused, the old one stays in force", extra={"fault": str(error)})
            self._metrics.config_read("refused")
            return
        # Nothing is awaited from here on: every request sees either the old services or the new ones.
        before = self._in_force.services.settings
        self._put_in_force(plan, pool)
        self._metrics.config_read("ok")
        log.info("config in force", extra=_difference(before, plan.settings))
        if in_vain:
            log.warning("config changes that need a restart", extra={"settings": in_vain})
        self._newest = asyncio.create_task(self._retire(self._drain.tasks(), before.deadlines.total_s))
        self._retiring.add(self._newest)
        self._newest.add_done_callback(self._retiring.discard)

    def _read(self) -> tuple[Plan, list[str]]:
        """The plan of the watched content, and the keys of it that cannot change while we run."""
        settings = load_settings(content=self._watch.content)
        before = self._in_force.services.settings
        kept = {key: getattr(before, key) for key in NEED_A_RESTART if getattr(before, key) != getattr(settings, key)}
        return Plan.of(settings.model_copy(update=kept)), sorted(kept)

    def _put_in_force(self, plan: Plan, pool: Pool) -> None:
        settings = plan.settings
        self._metrics.expect(settings.models, plan.sources)
        self._access.take_keys(settings.keys)
        self._drain.drain_s = settings.drain_s
        set_level(settings.log_level)
        plan.tell_age(self._metrics)
        self._in_force.services = plan.services(
            pool, self._access, self._drain, self._metrics, self._in_force.services.escalation
        )

    async def _retire(self, earlier: set[asyncio.Task[Any]], total_s: float) -> None:
        """Close and forget what nobody needs any more, unless a later reload has to wait for more."""
        myself = asyncio.current_task()
        if earlier:
            await asyncio.wait(earlier, timeout=total_s)
        if self._newest is not myself:
            return
        await self._crew.close_left()
        if earlier:
            await asyncio.wait(earlier)
        if self._newest is myself:
            services = self._in_force.services
            self._metrics.forget_others(
                {
                    "model": services.settings.models,
                    "worker": [worker.name for worker in services.pool.workers],
                    "key": [key.name for key in services.settings.keys],
                    "sounds_like": services.signature.sources if services.signature else (),
                }
            )


def _difference(before: Settings, now: Settings) -> dict[str, list[str]]:
    """Names for the log line: what is new, what has gone, what is another under the same name."""
    old = {worker.name: worker for worker in before.workers}
    new = {worker.name: worker for worker in now.workers}
    return {
        "workers_new": sorted(new.keys() - old.keys()),
        "workers_gone": sorted(old.keys() - new.keys()),
        "workers_changed": sorted(name for name in old.keys() & new.keys() if old[name] != new[name]),
        "models_new": sorted(now.models.keys() - before.models.keys()),
        "models_gone": sorted(before.models.keys() - now.models.keys()),
    }
