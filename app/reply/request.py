"""What an app asks for and what it gets, as plain values; the wire has its own forms in `app.api`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

from app.reply.conversation import Turn
from app.reply.drafting import Usage
from app.reply.prompt import PROMPT_VERSION, Band
from app.safety.provenance import Provenance
from app.safety.ratings import UNRATED, Flag, Level, Rating, Span, Subject, Type
from app.style.text import Style

Outcome = Literal["reply", "crisis_support", "held"]
FinishReason = Literal["stop", "length", "trimmed", "checked"]
Layer = Literal["lexical", "model"]


DEFAULT_BAND = Band(100, 150)


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A validated request; `post` is not blank, `model` exists.

    Attributes:
        rating: what the screen saw in the post and the turns before it.
        without_model: no model is to be asked, since the key has used what it may.
    """

    post: str
    model: str
    history: tuple[Turn, ...] = ()
    streamed: bool = False
    band: Band = DEFAULT_BAND
    temperature: float | None = None
    seed: int | None = None
    country: str | None = None
    language: str | None = None
    rating: Rating = UNRATED
    without_model: bool = False

    @property
    def urgent(self) -> bool:
        """Whether it must be answered however much is under way."""
        return self.rating.level != "none"

    @property
    def earlier(self) -> tuple[str, ...]:
        """What the seeker wrote before the post, oldest first."""
        return tuple(turn.text for turn in self.history if turn.role == "seeker")

    @property
    def affinity(self) -> str:
        """The same for every request of a conversation that is sent with its history; tells nothing of its text."""
        beginning = self.history[0].text if self.history else self.post
        return blake2b(beginning.strip().encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Delta:
    """Text that will stay; `from_model` is False for a fixed text."""

    text: str
    from_model: bool = True


@dataclass(frozen=True, slots=True)
class Safety:
    """What was seen in the post and, as `flags`, in the reply.

    Attributes:
        medical: the post asks or tells of medicines, symptoms, allergies or a diagnosis.
        spans: of the post, in characters; the sentences that the level comes from.
        layers: who has looked at the post: the patterns, and a model where the config names one.
        degraded: not everything that should look has looked.
    """

    level: Level = "none"
    subject: Subject = "unknown"
    types: tuple[Type, ...] = ()
    denied: bool = False
    medical: bool = False
    spans: tuple[Span, ...] = ()
    layers: tuple[Layer, ...] = ("lexical",)
    degraded: bool = True
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds; `gateway` is what was not spent waiting for a worker."""

    total: float
    first_token: float | None
    gateway: float


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that is fit to show; with a fixed text, what a model would have given is None."""

    id: str
    outcome: Outcome
    reply: str
    model: str | None
    worker: str | None
    finish_reason: FinishReason | None
    usage: Usage | None
    style: Style | None
    timing_ms: Timing
    disclosure: str
    safety: Safety = field(default_factory=Safety)
    resources: tuple[Mapping[str, object], ...] = ()
    helper_guidance: tuple[str, ...] = ()
    provenance: Provenance | None = None
    prompt_version: str = PROMPT_VERSION
