"""From the config's keys and its Redis to limits that run."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from app.access.idempotency import Idempotency
from app.access.keys import KeyRing
from app.access.limits import Limits
from app.access.local_limits import LocalLimits
from app.access.redis_store import RedisStore
from app.access.shared_limits import SharedLimits
from app.settings import KeyConfig, Settings
from app.telemetry.metrics import Metrics


@dataclass(slots=True)
class Access:
    """Who may ask, how much, and once."""

    keys: KeyRing
    limits: Limits
    idempotency: Idempotency
    _local: LocalLimits
    _metrics: Metrics

    def take_keys(self, configs: Sequence[KeyConfig]) -> None:
        """Go by these keys from now on. Limits know keys by their names: what was used stays used."""
        self.keys = KeyRing(configs)
        self._local.keep_only({config.name for config in configs})
        for config in configs:
            self._metrics.watch_key(config.name, partial(self.limits.in_flight, config.name))


@asynccontextmanager
async def running_access(settings: Settings, metrics: Metrics) -> AsyncGenerator[Access]:
    """Keys, limits and kept replies of the config; leaving closes every connection to Redis."""
    local = LocalLimits()
    idempotency = Idempotency()
    limits: Limits = local
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(idempotency.swept())
        if settings.redis_url:
            store = RedisStore(settings.redis_url.get_secret_value())
            stack.push_async_callback(store.close)
            shared = SharedLimits(store, local, metrics)
            await stack.enter_async_context(shared.kept())
            metrics.watch_redis(lambda: not shared.is_up)
            limits = shared
        entries = {"kept": lambda: idempotency.kept, "in progress": lambda: idempotency.made}
        metrics.watch_idempotency(entries, lambda: idempotency.size)
        access = Access(KeyRing(()), limits, idempotency, local, metrics)
        access.take_keys(settings.keys)
        yield access
