"""Where everything meets: settings, workers, pipeline and routes become one app."""

import gc
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_standalone_docs import StandaloneDocs
from starlette.middleware import Middleware

from app import __version__
from app.access.assembly import running_access
from app.api import openapi, operations, page, problems, reply, resources, style
from app.api.bodies import BodyGate
from app.api.cors import Cors
from app.api.draining import Drain, DrainGate
from app.api.exchange import Exchange
from app.api.key_gate import KeyGate
from app.api.services import InForce
from app.api.shortcut import Shortcut
from app.api.signals import heeding_sigterm
from app.api.wire import ReplyBody
from app.composition import Plan
from app.config_file import BadConfig, config_path, load_settings
from app.config_watch import ConfigWatch
from app.escalation.webhook import running_escalation
from app.reloading import Reloader
from app.reply.pipeline import Pipeline
from app.reply.prompt import Message
from app.safety.help_lines import BadHelpLines
from app.settings import Settings
from app.style.signature_file import BadSignature
from app.telemetry.logs import configure_logging
from app.telemetry.metrics import Metrics
from app.workers.assembly import Crew, running_pool
from app.workers.pool import Pool
from app.workers.weights import EmbeddedModelMissing, find_weights

log = logging.getLogger("warmline")

# Python's own 700 are less than what a few replies in flight hold.
_YOUNG_OBJECTS = 10_000
OpenPool = Callable[[Settings, Metrics, Sequence[Message]], AbstractAsyncContextManager[Pool]]
# Addresses that take a body and are refused while the process drains.
_ASKED = frozenset({"/reply", "/style"})
# FastAPI's own would be handed bodies and what fails in them, and asks on each request whether anybody wants it.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
_DESCRIPTION = (
    "Warmline writes empathic replies for peer-support apps: in bounds, annotated with measured style. "
    "An AI writes them. It is no crisis service."
)


def create_app(settings: Settings, open_pool: OpenPool | None = None, watch: ConfigWatch | None = None) -> FastAPI:
    """The app of a config.

    Args:
        settings: what `load_settings` read.
        open_pool: makes the workers; tests hand in their own, which then stay.
        watch: of the file that the settings came from, to put it in force again when it changes.
    """
    plan = Plan.of(settings)
    metrics = Metrics(settings.models, plan.sources)
    drain = Drain(settings.drain_s, metrics)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[dict[str, InForce]]:
        async with _serving(plan, metrics, drain, open_pool, watch) as in_force:
            yield {"in_force": in_force}

    app = FastAPI(
        title="Warmline",
        telemetry=_NO_TELEMETRY,
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        redoc_url=None,
        middleware=_middleware(settings, metrics, drain),
    )
    problems.install(app)
    for module in (reply, style, resources, operations, page):
        app.include_router(module.router)
    openapi.install(app)
    StandaloneDocs(app=app)
    return app


@asynccontextmanager
async def _serving(
    plan: Plan, metrics: Metrics, drain: Drain, open_pool: OpenPool | None, watch: ConfigWatch | None
) -> AsyncGenerator[InForce]:
    """Everything that runs beside the requests, from the first to the last."""
    settings = plan.settings
    if plan.signature:
        log.info("signature", extra={"sources": plan.sources})
    plan.tell_age(metrics)
    async with AsyncExitStack() as stack:
        access = await stack.enter_async_context(running_access(settings, metrics))
        crew = Crew(metrics)
        stack.push_async_callback(crew.close)
        if open_pool:
            pool = await stack.enter_async_context(open_pool(settings, metrics, plan.prefix))
        else:
            pool = await crew.pool_for(settings, plan.prefix)
        escalation = await stack.enter_async_context(running_escalation(settings.escalation, metrics))
        in_force = InForce(plan.services(pool, access, drain, metrics, escalation))
        if watch and not open_pool:
            reloader = Reloader(watch, in_force, crew, access, drain, metrics)
            await stack.enter_async_context(reloader.running())
        stack.enter_context(heeding_sigterm(drain))
        yield in_force


def _middleware(settings: Settings, metrics: Metrics, drain: Drain) -> list[Middleware]:
    """What every request goes through, outermost first."""
    return [
        Middleware(Exchange, metrics=metrics, paths=_ASKED),
        Middleware(Cors, allow_origins=settings.cors_origins, allow_methods=["GET", "POST"],
                   allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID"],
                   expose_headers=["X-Request-ID", "Retry-After", "Server-Timing", "X-AI-Generated", "RateLimit",
                                   "RateLimit-Policy", "Idempotent-Replayed", "WWW-Authenticate"]),
        Middleware(DrainGate, drain=drain, paths=_ASKED),
        Middleware(KeyGate),
        Middleware(BodyGate, paths=_ASKED),
        Middleware(Shortcut[ReplyBody], path="/reply", form=ReplyBody, endpoint=reply.write_reply),
    ]  # fmt: skip


@asynccontextmanager
async def pipeline_of(settings: Settings) -> AsyncGenerator[Pipeline]:
    """The pipeline of a config without the HTTP around it, for the tools."""
    plan = Plan.of(settings)
    async with running_pool(settings, Metrics(settings.models), plan.prefix) as pool:
        yield plan.pipeline(pool)


def _app_from_environment() -> FastAPI:
    """The app that uvicorn serves; a config that cannot be used ends the process with one message."""
    try:
        path = config_path()
        watch = ConfigWatch(path) if path else None
        settings = load_settings(content=watch.content if watch else None)
        if any(worker.embedded for worker in settings.workers):
            find_weights(settings.gguf)
        app = create_app(settings, watch=watch)
    except (BadConfig, BadHelpLines, BadSignature, EmbeddedModelMissing) as error:
        sys.exit(f"warmline: {error}")
    configure_logging(settings.log_level)
    _spare_the_collector()
    return app


def _spare_the_collector() -> None:
    """Keep what lives as long as the process (code, word lists, signature) out of every garbage collection.

    A reply makes no cycles of its own, so that a collection may wait for more of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


def __getattr__(name: str) -> FastAPI:
    """`app.main:app` is made when a server asks for it, so that importing `create_app` reads no config."""
    if name == "app":
        globals()["app"] = _app_from_environment()
        served: FastAPI = globals()["app"]
        return served
    raise AttributeError(name)
