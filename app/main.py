"""Where everything meets: settings, workers, pipeline and routes become one app."""

import logging
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi_standalone_docs import StandaloneDocs
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from app import __version__
from app.api import operations, page, problems, reply, style
from app.api.bodies import BodyGate
from app.api.exchange import Exchange
from app.api.services import Services
from app.config_file import BadConfig, load_settings
from app.reply.conversation import Conversation
from app.reply.pipeline import ModelCard, Pipeline
from app.reply.profiles import PROFILES, profile_for
from app.reply.prompt import Message, build_messages
from app.reply.request import DEFAULT_BAND
from app.settings import Settings
from app.style.signature import BadSignature, Signature, load_signature
from app.telemetry.logs import configure_logging
from app.telemetry.metrics import Metrics
from app.workers.assembly import running_pool
from app.workers.pool import Pool
from app.workers.weights import EmbeddedModelMissing, find_weights

log = logging.getLogger("warmline")

OpenPool = Callable[[Settings, Metrics, Sequence[Message]], AbstractAsyncContextManager[Pool]]
_DESCRIPTION = (
    "Warmline writes empathic replies for peer-support apps: in bounds, annotated with measured style. "
    "An AI writes them. It is no crisis service."
)


def create_app(settings: Settings, open_pool: OpenPool = running_pool) -> FastAPI:
    """The app of a config.

    Args:
        settings: what `load_settings` read.
        open_pool: makes the workers; tests hand in their own.
    """
    signature = _signature(settings)
    metrics = Metrics(settings.models, signature.sources if signature else ())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[dict[str, Services]]:
        for key in settings.not_in_force():
            log.warning("setting is accepted, but this version does not act on it yet", extra={"setting": key})
        if signature:
            log.info("signature", extra={"sources": signature.sources})
        cards = _cards(settings)
        async with open_pool(settings, metrics, _embedded_prefix(settings, cards)) as pool:
            pipeline = Pipeline(pool, cards, settings.deadlines.total_s, signature)
            yield {"services": Services(settings, metrics, pool, pipeline, signature)}

    app = FastAPI(
        title="Warmline",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        redoc_url=None,
        middleware=[
            Middleware(Exchange, metrics=metrics),
            Middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["GET", "POST"],
                       allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID"],
                       expose_headers=["X-Request-ID", "Retry-After", "Server-Timing", "X-AI-Generated"]),
            Middleware(BodyGate, paths={"/reply", "/style"}),
        ],
    )  # fmt: skip
    problems.install(app)
    for module in (reply, style, operations, page):
        app.include_router(module.router)
    StandaloneDocs(app=app)
    return app


@asynccontextmanager
async def pipeline_of(settings: Settings) -> AsyncGenerator[Pipeline]:
    """The pipeline of a config without the HTTP around it, for the tools."""
    cards = _cards(settings)
    async with running_pool(settings, Metrics(settings.models), _embedded_prefix(settings, cards)) as pool:
        yield Pipeline(pool, cards, settings.deadlines.total_s, _signature(settings))


def _signature(settings: Settings) -> Signature | None:
    return load_signature(Path(settings.signature)) if settings.signature else None


def _cards(settings: Settings) -> dict[str, ModelCard]:
    """What the pipeline must know of each model: its profile, and the smallest context of its workers."""
    workers = {worker.name: worker for worker in settings.workers}
    cards = {}
    for name, model in settings.models.items():
        own = [workers[worker] for worker in model.workers]
        told = next((worker.model for worker in own if worker.model), name)
        embedded = any(worker.embedded for worker in own) and not settings.gguf
        family = profile_for("smollm2" if embedded else told)
        profile = PROFILES[model.profile] if model.profile else family
        cards[name] = ModelCard(profile, min(worker.context_tokens for worker in own), model.fallback)
    return cards


def _embedded_prefix(settings: Settings, cards: dict[str, ModelCard]) -> Sequence[Message]:
    """What every prompt to the embedded model begins with."""
    for worker in settings.workers:
        for name, model in settings.models.items():
            if worker.embedded and worker.name in model.workers:
                return build_messages(Conversation.of("Hello."), cards[name].profile, DEFAULT_BAND)
    return ()


def _app_from_environment() -> FastAPI:
    """The app that uvicorn serves; a config that cannot be used ends the process with one message."""
    try:
        settings = load_settings()
        if any(worker.embedded for worker in settings.workers):
            find_weights(settings.gguf)
        app = create_app(settings)
    except (BadConfig, BadSignature, EmbeddedModelMissing) as error:
        sys.exit(f"warmline: {error}")
    configure_logging(settings.log_level)
    return app


def __getattr__(name: str) -> FastAPI:
    """`app.main:app` is made when a server asks for it, so that importing `create_app` reads no config."""
    if name == "app":
        globals()["app"] = _app_from_environment()
        served: FastAPI = globals()["app"]
        return served
    raise AttributeError(name)
