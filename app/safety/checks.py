"""What a reply that a model wrote must not say to somebody in distress, found sentence by sentence.

A stream hands over what it is about to show; a whole reply is one piece. Both are judged by the same sentences, so
they come to the same flags.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from app.safety import machinery
from app.safety.contacts import has_unknown_contact, known_contacts
from app.safety.contraindications import Avoided, avoided_by, suggests
from app.safety.diagnoses import own_diagnoses
from app.safety.echoes import RUN, Echoes, echoes_of
from app.safety.features import pairs_of
from app.safety.languages import Tongue, asked_for, language_of
from app.safety.ratings import Action, Flag
from app.safety.rules import rules_of
from app.safety.sentences import Sentence, Speech, sentences_of, words_of
from app.safety.weights import panel_of

_REGENERATE: Action = "regenerate"
_FLAG: Action = "flag"
_BLOCKING = "lived human diagnosis dose romance harm contact leak placeholder refusal language contradiction".split()
# A reply with one of the first twelve is not shown; the other three only tell whoever reads the flags.
DEFAULT_ACTIONS: Mapping[str, Action] = MappingProxyType(
    dict.fromkeys(_BLOCKING, _REGENERATE) | dict.fromkeys(("promise", "minimise", "blame"), _FLAG)
)
CHECKS = tuple(DEFAULT_ACTIONS)
# Those that have learnt from sentences, in `learnt/replies.bin`.
LEARNT = ("lived", "human", "diagnosis", "dose", "romance", "harm", "leak", "refusal", "promise", "minimise", "blame")
# Words that a sentence is seen together with: those before it.
TAIL = 11


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What must be known of a request to judge its replies; made once, by `reply_context`.

    Attributes:
        expected: the language that the reply should be in, or None where it cannot be told.
        contacts: the numbers and addresses that a reply may name, as they are compared.
        avoided: what the post says that its writer must not have.
        own_diagnoses: what the post says that its writer has.
        echoes: the runs of words of the instructions.
        is_medical: whether the post asks or tells of medicines, symptoms, allergies or a diagnosis.
    """

    expected: str | None = None
    contacts: frozenset[str] = frozenset()
    avoided: Avoided = field(default_factory=dict)
    own_diagnoses: frozenset[str] = frozenset()
    echoes: Echoes = field(default_factory=lambda: echoes_of(()))
    is_medical: bool = False


def reply_context(
    post: str,
    earlier: Collection[str] = (),
    country_contacts: Collection[str] = frozenset(),
    language: str | None = None,
    *,
    is_medical: bool = False,
    prompt_texts: tuple[str, ...] = (),
) -> ReplyContext:
    """What must be known to judge the replies to a post.

    Args:
        post: what is answered.
        earlier: what its writer wrote before.
        country_contacts: the phone numbers, addresses and handles that a reply may name.
        language: BCP 47, where one was asked for; else that of the post is expected.
        is_medical: no advice about bodies and medicines is owed here, so more of it is found.
        prompt_texts: the instructions that the model is given; the same tuple costs its work once.
    """
    whole = "\n".join((*earlier, post))
    words = words_of(whole)
    return ReplyContext(
        expected=asked_for(language)
        or language_of(post, words_of(post) if earlier else words)
        or language_of(whole, words),
        contacts=known_contacts(country_contacts),
        avoided=avoided_by(whole),
        own_diagnoses=own_diagnoses(words),
        echoes=echoes_of(prompt_texts),
        is_medical=is_medical,
    )


def check(text: str, context: ReplyContext) -> tuple[Flag, ...]:
    """What is wrong with a whole reply: a flag for each check that a sentence does not pass, over that sentence."""
    return Checker(context).check(text)


class Checker:
    """Judges one reply, piece by piece, in order.

    Args:
        context: of the request.
    """

    def __init__(self, context: ReplyContext) -> None:
        self._context = context
        self._learnt = panel_of("replies", LEARNT)
        # They have learnt from English alone; where another language is expected, English is a fault of its own.
        self._has_learnt = context.expected in (None, "en")
        self._rules = rules_of("contact", "medical_advice") if context.is_medical else rules_of("contact")
        self._speech = Speech()
        self._tongue = Tongue(context.expected)
        self._tail: list[str] = []
        self._offset = 0

    def check(self, piece: str) -> tuple[Flag, ...]:
        """What is wrong with the next piece of the reply: one sentence or several, with the blanks before them.

        Returns:
            The flags of this piece, their places in characters from the beginning of the reply.
        """
        flags: list[Flag] = []
        offset = self._offset
        self._offset += len(piece)
        has_signs = machinery.has_signs(piece)
        for sentence in sentences_of(piece):
            ids = self._by_words(sentence)
            raw = sentence.raw
            if (has_signs and machinery.has_signs(raw)) or "." in raw[:-1]:
                ids = [*ids, *self._by_signs(raw)]
            if ids:
                flags += [Flag(one, offset + sentence.start, offset + sentence.end) for one in dict.fromkeys(ids)]
        return tuple(flags)

    def _by_words(self, sentence: Sentence) -> Sequence[str]:
        """The checks that the words of a sentence do not pass."""
        words, context, tail = sentence.words, self._context, self._tail
        plain, said = self._speech.said_in(sentence)
        ids = self._learnt.above(pairs_of(said)) if self._has_learnt else []
        if "diagnosis" in ids and not context.own_diagnoses.isdisjoint(said):
            ids.remove("diagnosis")
        if opened := self._rules.opened_by(said):
            ids += [find.group for find in self._rules.search(plain, opened)]
        if context.avoided and not context.avoided.keys().isdisjoint(words) and suggests(plain, words, context.avoided):
            ids.append("contradiction")
        echoes = context.echoes
        if (len(words) < RUN or not echoes.keys.isdisjoint(words)) and echoes.are_in(tail, words):
            ids.append("leak")
        if 3 * len(words) > len(sentence.raw) and machinery.SPACED.search(sentence.raw):
            ids.append("leak")
        if self._tongue.is_other(sentence, tail):
            ids.append("language")
        self._tail = words[-TAIL:] if len(words) >= TAIL else (tail + words)[-TAIL:]
        return ids

    def _by_signs(self, raw: str) -> list[str]:
        """The checks that the signs in a sentence do not pass."""
        ids = []
        if has_unknown_contact(raw, self._context.contacts):
            ids.append("contact")
        if machinery.has_placeholder(raw):
            ids.append("placeholder")
        if machinery.LEAK.search(raw) or machinery.SPACED.search(raw):
            ids.append("leak")
        return ids
