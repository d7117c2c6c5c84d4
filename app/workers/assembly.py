"""From the config's worker lines to a pool that runs: sessions, clients, the embedded model, probes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from app.reply.prompt import Message
from app.settings import Settings, WorkerConfig
from app.telemetry.metrics import Metrics
from app.workers.client import ChatClient, open_session
from app.workers.embedded import EmbeddedModel
from app.workers.embedded_writer import EmbeddedWriter
from app.workers.pool import Pool, Worker
from app.workers.weights import find_weights


@asynccontextmanager
async def running_pool(settings: Settings, metrics: Metrics, prefix: Sequence[Message] = ()) -> AsyncGenerator[Pool]:
    """The pool of the config, probed while inside; leaving closes every connection and ends the child.

    Args:
        settings: whose workers and models these are.
        metrics: told of faults and restarts, and reads the workers' state when scraped.
        prefix: what every prompt of the embedded model begins with.
    """
    async with AsyncExitStack() as stack:
        workers = {}
        used = {name for model in settings.models.values() for name in model.workers}
        for config in (worker for worker in settings.workers if worker.name in used):
            session = await stack.enter_async_context(open_session(settings.deadlines, keep_alive=not config.embedded))
            if config.embedded:
                model = _embedded_model(config, settings, metrics, prefix)
                worker = Worker(config.name, EmbeddedWriter(config.name, model, settings.deadlines, session))
                model.on_change = worker.change
                model.start()
                stack.push_async_callback(model.stop)
            else:
                worker = Worker(config.name, _client(config, settings, session))
            workers[config.name] = worker
            metrics.watch_worker(worker)
        models = {name: [workers[w] for w in model.workers] for name, model in settings.models.items()}
        pool = Pool(models, on_fault=metrics.count_fault)
        await stack.enter_async_context(pool.watched())
        yield pool


def _client(config: WorkerConfig, settings: Settings, session: aiohttp.ClientSession) -> ChatClient:
    # vLLM counts on each chunk when it is asked to; a provider's server would refuse the word.
    on_each_chunk = {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}
    return ChatClient(
        config.name,
        str(config.base_url),
        config.model or "",
        settings.deadlines,
        session,
        api_key=config.api_key.get_secret_value() if config.api_key else None,
        extra={} if config.remote else on_each_chunk,
    )


def _embedded_model(
    config: WorkerConfig, settings: Settings, metrics: Metrics, prefix: Sequence[Message]
) -> EmbeddedModel:
    return EmbeddedModel(
        find_weights(settings.gguf),
        config.context_tokens,
        prefix=prefix,
        on_restart=lambda: metrics.count_restart(config.name),
    )
