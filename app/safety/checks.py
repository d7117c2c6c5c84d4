"""What a reply that a model wrote must not say to somebody in distress, found sentence by sentence.

A stream hands over what it is about to show; a whole reply is one piece. Both are judged by the same sentences, so
they come to the same flags.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from app.safety import machinery
from app.safety.contacts import has_unknown_contact, known_contacts
from app.safety.contraindications import Avoided, avoided_by, suggests
from app.safety.echoes import RUN, Echoes, echoes_of
from app.safety.languages import Tongue, asked_for, language_of
from app.safety.ratings import Action, Flag
from app.safety.rules import Find, rules_of
from app.safety.sentences import Sentence, Speech, sentences_of, words_of
from app.safety.together import together

_REGENERATE: Action = "regenerate"
_FLAG: Action = "flag"
_BLOCKING = "lived human diagnosis dose romance harm contact leak placeholder refusal language contradiction".split()
# A reply with one of the first twelve is not shown; the other three only tell whoever reads the flags.
DEFAULT_ACTIONS: Mapping[str, Action] = MappingProxyType(
    dict.fromkeys(_BLOCKING, _REGENERATE) | dict.fromkeys(("promise", "minimise", "blame"), _FLAG)
)
CHECKS = tuple(DEFAULT_ACTIONS)
PATTERNS = tuple(f"checks_{part}" for part in ("words", "self", "medicine", "tie", "harm", "machine", "tone"))
# Words that a sentence is seen together with: those before it.
TAIL = 11
# Groups that count in medical posts only, and those that nothing speaks against.
_MEDICAL = " medical"
_SURE = " sure"
_OUT = "_"
# How far an excuse reaches, in characters, and what ends its clause; what somebody says of himself, a comma does too.
_REACH = 70
_BREAK = re.compile(r"[.;:!?]|\bbut\b|, (?:so|yet|then|just|and (?!that))")
_OWN_CLAUSE = frozenset(("lived", "human"))
# What does not count is taken out and the rest is looked at again, up to so many times a sentence.
_LOOKS = 4


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What must be known of a request to judge its replies; made once, by `reply_context`.

    Attributes:
        expected: the language that the reply should be in, or None where it cannot be told.
        contacts: the numbers and addresses that a reply may name, as they are compared.
        avoided: what the post says that its writer must not have.
        told: the words of the post.
        echoes: the runs of words of the instructions.
        is_medical: whether the post asks or tells of medicines, symptoms, allergies or a diagnosis.
    """

    expected: str | None = None
    contacts: frozenset[str] = frozenset()
    avoided: Avoided = field(default_factory=dict)
    told: frozenset[str] = frozenset()
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
        told=frozenset(words),
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
        self._rules = rules_of(*PATTERNS)
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
        ids: list[str] = []
        plain = None
        if self._speech.is_open or '"' in sentence.folded:
            plain = self._speech.plain_of(sentence)
        if opened := self._rules.opened_by(words):
            plain = self._speech.plain_of(sentence) if plain is None else plain
            ids += self._said(plain, opened)
        ids += together("said").groups_in(" ".join(words))
        if context.avoided and not context.avoided.keys().isdisjoint(words):
            plain = self._speech.plain_of(sentence) if plain is None else plain
            if suggests(plain, words, context.avoided):
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
        if any(slot.search(raw) for slot in machinery.PLACEHOLDERS):
            ids.append("placeholder")
        if machinery.LEAK.search(raw) or machinery.SPACED.search(raw):
            ids.append("leak")
        return ids

    def _said(self, plain: str, opened: Collection[int]) -> list[str]:
        """The ids of the matches that nothing speaks against."""
        ids: list[str] = []
        rest = plain
        for _ in range(_LOOKS):
            finds = self._rules.search(rest, opened)
            if not finds:
                return ids
            excuses = rules_of("excuses").find_all(plain)
            excused = [find for find in finds if _is_excused(find, plain, excuses)]
            ids += [_id_of(find) for find in finds if find not in excused and not self._is_aside(find, rest)]
            if not excused:
                break
            for find in excused:
                rest = rest[: find.start] + _OUT * (find.end - find.start) + rest[find.end :]
        return ids

    def _is_aside(self, find: Find, plain: str) -> bool:
        """Whether a match counts for other posts only."""
        if find.group.endswith(_MEDICAL):
            return not self._context.is_medical
        if _id_of(find) == "diagnosis":
            last = plain[find.start : find.end].rsplit(None, 1)[-1]
            return last in self._context.told
        return False


def _id_of(find: Find) -> str:
    return find.group.partition(" ")[0]


def _is_excused(find: Find, plain: str, excuses: Collection[Find]) -> bool:
    """Whether an excuse of the same check stands before a match, or reaches into it, in the same clause."""
    name = _id_of(find)
    if find.group.endswith(_SURE):
        return False
    for excuse in excuses:
        if excuse.group == name and excuse.start <= find.start <= excuse.end + _REACH:
            between = plain[excuse.end : find.start]
            if not _BREAK.search(between) and not (name in _OWN_CLAUSE and "," in between):
                return True
    return False
