"""From a config to the services that answer by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.access.assembly import Access
from app.api.draining import Drain
from app.api.services import Services
from app.reply.conversation import Conversation
from app.reply.pipeline import ModelCard, Pipeline
from app.reply.profiles import PROFILES, profile_for
from app.reply.prompt import Message, build_messages
from app.reply.request import DEFAULT_BAND
from app.settings import Settings
from app.style.signature import Signature
from app.style.signature_file import load_signature
from app.telemetry.metrics import Metrics
from app.workers.pool import Pool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a config asks for, read and checked before anything is started.

    Attributes:
        cards: what the pipeline must know of each model.
        prefix: what every prompt to the embedded model begins with.
    """

    settings: Settings
    cards: dict[str, ModelCard]
    prefix: Sequence[Message]
    signature: Signature | None

    @classmethod
    def of(cls, settings: Settings) -> "Plan":
        """Raises `BadSignature` where the config names a signature that cannot be scored."""
        cards = _cards(settings)
        signature = load_signature(Path(settings.signature)) if settings.signature else None
        return cls(settings, cards, _embedded_prefix(settings, cards), signature)

    @property
    def sources(self) -> Sequence[str]:
        """Whom a reply may sound like."""
        return self.signature.sources if self.signature else ()

    def pipeline(self, pool: Pool) -> Pipeline:
        return Pipeline(pool, self.cards, self.settings.deadlines.total_s, self.signature)

    def services(self, pool: Pool, access: Access, drain: Drain, metrics: Metrics) -> Services:
        return Services(self.settings, metrics, pool, self.pipeline(pool), access, drain, self.signature)


def _cards(settings: Settings) -> dict[str, ModelCard]:
    """A model's profile, and the smallest context of its workers."""
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
    for worker in settings.workers:
        for name, model in settings.models.items():
            if worker.embedded and worker.name in model.workers:
                return build_messages(Conversation.of("Hello."), cards[name].profile, DEFAULT_BAND)
    return ()
