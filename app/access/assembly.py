"""From the config's keys and its Redis to limits that run."""

import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from app.access.idempotency import Idempotency
from app.access.keys import KeyRing
from app.access.limits import Limits
from app.access.local_limits import LocalLimits
from app.access.redis_store import RedisStore
from app.access.shared_limits import SharedLimits
from app.settings import Settings
from app.telemetry.metrics import Metrics

log = logging.getLogger("warmline.limits")


@dataclass(slots=True)
class Access:
    """Who may ask, how much, and once. `keys` may be replaced while it runs: limits know keys by their names."""

    keys: KeyRing
    limits: Limits
    idempotency: Idempotency


@asynccontextmanager
async def running_access(settings: Settings, metrics: Metrics) -> AsyncGenerator[Access]:
    """Keys, limits and kept replies of the config; leaving closes every connection to Redis."""
    local = LocalLimits()
    idempotency = Idempotency()
    limits: Limits = local
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(idempotency.swept())
        if settings.redis_url and settings.keys:
            store = RedisStore(settings.redis_url.get_secret_value())
            stack.push_async_callback(store.close)
            shared = SharedLimits(store, local, metrics)
            await stack.enter_async_context(shared.kept())
            metrics.watch_redis(lambda: not shared.is_up)
            limits = shared
        elif settings.redis_url:
            log.warning("redis_url is not used: limits belong to keys, and the config has none")
        for key in settings.keys:
            metrics.watch_key(key.name, partial(limits.in_flight, key.name))
        entries = {"kept": lambda: idempotency.kept, "in progress": lambda: idempotency.made}
        metrics.watch_idempotency(entries, lambda: idempotency.size)
        yield Access(KeyRing(settings.keys), limits, idempotency)
