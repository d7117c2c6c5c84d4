"""What an operator's config says about care, asked for one request at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.reply.prompt import prompt_texts
from app.reply.request import ReplyRequest
from app.reply.review import Review
from app.safety.checks import Checker, reply_context
from app.safety.help_lines import HelpLine, HelpLines
from app.safety.instructions import gives_orders
from app.safety.ratings import Action
from app.safety.texts import Texts, texts_of
from app.style.text import Text

Resource = Mapping[str, object]
_PROMPT_TEXTS = prompt_texts()


@dataclass(frozen=True, slots=True)
class Care:
    """What is owed to whom.

    Attributes:
        lines: the help lines that may be named.
        actions: check id to what is done about what it finds in a reply.
        country: whose help lines are named where a request names no country.
        provenance_key: signs each reply; None: none is signed.
    """

    lines: HelpLines
    actions: Mapping[str, Action]
    country: str | None = None
    provenance_key: bytes | None = None
    _contacts: dict[str | None, frozenset[str]] = field(default_factory=dict)

    def texts(self, request: ReplyRequest) -> Texts:
        """The fixed texts, in the language asked for; English where none is."""
        return texts_of(request.language)

    def lines_for(self, request: ReplyRequest) -> tuple[HelpLine, ...]:
        return self.lines.of(self.country_of(request.country))

    def emergency_for(self, request: ReplyRequest) -> str | None:
        return self.lines.emergency(self.country_of(request.country))

    def country_of(self, asked: str | None) -> str | None:
        """Whose help lines are named where this country, or none, was asked for."""
        return asked or self.country

    def resources(self, country: str | None, language: str | None, *, urgent: bool) -> tuple[Resource, ...]:
        """Whom to turn to.

        Args:
            country: ISO 3166 alpha-2; None: the config's.
            language: of the names that are ours to word.
            urgent: the emergency number comes first.
        """
        name = texts_of(language).emergency_services if urgent else None
        return tuple(self.lines.resources(self.country_of(country), name))

    def reviews(self, request: ReplyRequest) -> Callable[[], Review]:
        """What makes a review for each draft of a request; what they have in common is worked out here, once."""
        context = reply_context(
            request.post,
            request.earlier,
            self._contacts_of(self.country_of(request.country)),
            request.language,
            is_medical=request.rating.is_medical,
            prompt_texts=_PROMPT_TEXTS,
        )
        ordered_by = request.post if gives_orders(request.post) else None
        return lambda: Review(Checker(context), self.actions, ordered_by)

    def _contacts_of(self, country: str | None) -> frozenset[str]:
        """What a reply may name; worked out once a country."""
        if country not in self._contacts:
            self._contacts[country] = self.lines.contacts(country)
        return self._contacts[country]

    def medical_texts(self, request: ReplyRequest) -> Texts | None:
        """Texts in the reply's language, where the post asks or tells of health and they are there."""
        if not request.rating.is_medical:
            return None
        if request.language:
            texts = texts_of(request.language)
            return texts if request.language.lower().startswith(texts.language) else None
        return texts_of(None) if Text.of(request.post).is_english else None
