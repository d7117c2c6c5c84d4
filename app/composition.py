"""From a config to the services that answer by it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from app.access.assembly import Access
from app.api.draining import Drain
from app.api.services import Services
from app.escalation.webhook import Escalation
from app.reply.care import Care
from app.reply.conversation import Conversation
from app.reply.drafts import ModelCard
from app.reply.pipeline import Pipeline
from app.reply.profiles import PROFILES, profile_for
from app.reply.prompt import Message, build_messages
from app.reply.request import DEFAULT_BAND
from app.reply.second_look import SecondLook
from app.safety.checks import DEFAULT_ACTIONS, check, reply_context
from app.safety.help_lines import STALE_DAYS, load_help_lines
from app.safety.instructions import gives_orders
from app.safety.ratings import Action
from app.safety.screen import screen
from app.settings import Settings
from app.style.signature import Signature
from app.style.signature_file import load_signature
from app.telemetry.metrics import Metrics
from app.workers.pool import Pool

log = logging.getLogger("warmline.care")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a config asks for, read and checked before anything is started.

    Attributes:
        cards: what the pipeline must know of each model.
        prefix: what every prompt to the embedded model begins with.
        care: what is owed to people in danger, and what no reply may say.
    """

    settings: Settings
    cards: dict[str, ModelCard]
    prefix: Sequence[Message]
    signature: Signature | None
    care: Care

    @classmethod
    def of(cls, settings: Settings) -> "Plan":
        """Read what the config names.

        Raises:
            BadSignature: the signature cannot be scored.
            BadHelpLines: the help lines cannot be used.
        """
        cards = _cards(settings)
        signature = load_signature(Path(settings.signature)) if settings.signature else None
        return cls(settings, cards, _embedded_prefix(settings, cards), signature, _care(settings))

    @property
    def sources(self) -> Sequence[str]:
        """Whom a reply may sound like."""
        return self.signature.sources if self.signature else ()

    def tell_age(self, metrics: Metrics) -> None:
        """Have the age of the help lines watched, and say so where some are too old to be believed."""
        lines = self.care.lines
        metrics.watch_help_lines(lambda: len(lines.stale(_today())), lines.total)
        if stale := lines.stale(_today()):
            named = sorted({f"{line.country or '-'} {line.name}".strip() for line in stale})
            log.warning("help lines that nobody has verified for long", extra={"days": STALE_DAYS, "lines": named})

    def pipeline(self, pool: Pool) -> Pipeline:
        safety, total_s = self.settings.safety, self.settings.deadlines.total_s
        look = None
        if safety.second_look:
            profile = self.cards[safety.second_look].profile
            look = SecondLook(pool, safety.second_look, profile, safety.second_look_s)
        return Pipeline(pool, self.cards, total_s, self.care, self.signature, look)

    def services(self, pool: Pool, access: Access, drain: Drain, metrics: Metrics, escalation: Escalation) -> Services:
        pipeline = self.pipeline(pool)
        return Services(self.settings, metrics, pool, pipeline, access, drain, self.care, escalation, self.signature)


def _today() -> date:
    return datetime.now(UTC).date()


def _care(settings: Settings) -> Care:
    safety = settings.safety
    # Patterns and weights are read when they are first needed, which takes a while: not on somebody's post.
    screen("I want to die.")
    check("Hello.", reply_context("Hello.", is_medical=True))
    check("Hello.", reply_context("Hello."))
    gives_orders("Hello.")
    lines = load_help_lines(Path(safety.help_lines) if safety.help_lines else None)
    key = settings.provenance_key.get_secret_value().encode() if settings.provenance_key else None
    actions: dict[str, Action] = {**DEFAULT_ACTIONS, "obeys": "regenerate"}
    actions |= {str(check): action for check, action in safety.checks.items()}
    return Care(lines, actions, safety.country, key)


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
