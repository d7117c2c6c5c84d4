"""A worker of the config with all that belongs to it: connections, the embedded model, what watches it."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from app.reply.prompt import Message
from app.settings import Deadlines, Settings, WorkerConfig
from app.telemetry.metrics import Metrics
from app.workers.admission import Admission
from app.workers.client import ChatClient
from app.workers.connections import Connections, open_connections
from app.workers.embedded import EmbeddedModel
from app.workers.embedded_writer import EmbeddedWriter
from app.workers.engine_load import EngineReader
from app.workers.pool import Pool
from app.workers.redacting import RedactingWriter
from app.workers.watching import watched
from app.workers.weights import find_weights
from app.workers.worker import Worker, Writer


@dataclass(slots=True, eq=False)
class Member:
    """A running worker and the line of config that it came from.

    Attributes:
        obeys: told of other deadlines.
        has_left: no config in force names it; requests that began earlier may still use it.
    """

    config: WorkerConfig
    worker: Worker
    obeys: Sequence[Callable[[Deadlines], None]]
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    has_left: bool = False

    async def close(self) -> None:
        await self.stack.aclose()


async def open_member(
    config: WorkerConfig, settings: Settings, prefix: Sequence[Message], admission: Admission, metrics: Metrics
) -> Member:
    """Start a worker, and watch it until it is closed.

    Raises:
        EmbeddedModelMissing: it is the embedded one, and its weights are not there.
    """
    # Before anything is opened, since it may fail.
    weights = find_weights(settings.gguf) if config.embedded else None
    stack = AsyncExitStack()
    connections = await stack.enter_async_context(open_connections(settings.deadlines, keep_alive=not config.embedded))
    readers = {}
    if weights:
        model = EmbeddedModel(
            weights,
            config.context_tokens,
            prefix=prefix,
            on_restart=lambda: metrics.count_restart(config.name),
            others_s=settings.deadlines.total_s,
        )
        writer = EmbeddedWriter(config.name, model, settings.deadlines, connections)
        worker = _worker(config, writer, metrics)
        model.on_change = worker.change
        model.start()
        stack.push_async_callback(model.stop)
        obeys = [connections.obey, writer.obey]
    else:
        client = _client(config, settings, connections)
        worker = _worker(config, client, metrics)
        obeys = [connections.obey, client.obey]
        if not config.remote:
            readers[config.name] = EngineReader(str(config.base_url), connections.session)
    # Pools come and go; what watches a worker outlives them.
    alone = Pool({config.name: [worker]}, admission, metrics)
    await stack.enter_async_context(watched(alone, readers))
    return Member(config, worker, obeys, stack)


def _worker(config: WorkerConfig, writer: Writer, metrics: Metrics) -> Worker:
    seen = RedactingWriter(writer, metrics) if config.redacts else writer
    return Worker(config.name, seen, max_in_flight=config.max_in_flight)


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
