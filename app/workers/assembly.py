"""From the config's worker lines to a pool that runs: sessions, clients, the embedded model, probes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from app.reply.prompt import Message
from app.settings import Settings, WorkerConfig
from app.telemetry.metrics import Metrics
from app.workers.admission import Admission
from app.workers.client import ChatClient
from app.workers.connections import Connections, open_connections
from app.workers.embedded import EmbeddedModel
from app.workers.embedded_writer import EmbeddedWriter
from app.workers.engine_load import EngineReader
from app.workers.pool import Pool
from app.workers.watching import watched
from app.workers.weights import find_weights
from app.workers.worker import Worker


@asynccontextmanager
async def running_pool(settings: Settings, metrics: Metrics, prefix: Sequence[Message] = ()) -> AsyncGenerator[Pool]:
    """The pool of the config, probed while inside; leaving closes every connection and ends the child.

    Args:
        settings: whose workers and models these are.
        metrics: told of faults and restarts, and reads the workers' state when scraped.
        prefix: what every prompt of the embedded model begins with.
    """
    async with AsyncExitStack() as stack:
        workers: dict[str, Worker] = {}
        readers: dict[str, EngineReader] = {}
        used = {name for model in settings.models.values() for name in model.workers}
        for config in (worker for worker in settings.workers if worker.name in used):
            connections = await stack.enter_async_context(
                open_connections(settings.deadlines, keep_alive=not config.embedded)
            )
            if config.embedded:
                model = _embedded_model(config, settings, metrics, prefix)
                writer = EmbeddedWriter(config.name, model, settings.deadlines, connections)
                worker = Worker(config.name, writer, max_in_flight=config.max_in_flight)
                model.on_change = worker.change
                model.start()
                stack.push_async_callback(model.stop)
            else:
                client = _client(config, settings, connections)
                worker = Worker(config.name, client, max_in_flight=config.max_in_flight)
                if not config.remote:
                    readers[config.name] = EngineReader(str(config.base_url), connections.session)
            workers[config.name] = worker
            metrics.watch_worker(worker)
        models = {name: [workers[w] for w in model.workers] for name, model in settings.models.items()}
        pool = Pool(models, open_admission(settings, metrics), metrics)
        await stack.enter_async_context(watched(pool, readers))
        yield pool


def open_admission(settings: Settings, metrics: Metrics) -> Admission:
    """The process's door, as the config says."""
    limits = settings.admission
    admission = Admission(limits.max_in_flight, limits.queue, limits.queue_s, on_refused=metrics.count_refusal)
    metrics.watch_admission(admission)
    return admission


def _client(config: WorkerConfig, settings: Settings, connections: Connections) -> ChatClient:
    # vLLM counts on each chunk when it is asked to; a provider's server would refuse the word.
    on_each_chunk = {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}
    return ChatClient(
        config.name,
        str(config.base_url),
        config.model or "",
        settings.deadlines,
        connections,
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
