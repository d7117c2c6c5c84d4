"""What a reply that a model wrote must not say to somebody in distress, found sentence by sentence.

A stream hands over what it is about to show; a whole reply is one piece. Both are judged by the same sentences, so
they come to the same flags.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.safety import machinery
from app.safety.contacts import has_unknown_contact, known_contacts
from app.safety.contraindications import Avoided, avoided_by, suggests
from app.safety.echoes import RUN, Echoes, echoes_of
from app.safety.languages import Tongue, asked_for, language_of
from app.safety.ratings import Action, Flag
from app.safety.rules import Find, rules_of
from app.safety.sentences import Sentence, Sentences, words_of

# A reply with one of the first twelve is not shown; the other three only tell whoever reads the flags.
DEFAULT_ACTIONS: Mapping[str, Action] = MappingProxyType(
    dict.fromkeys(
        ("lived", "human", "diagnosis", "dose", "romance", "harm", "contact", "leak", "placeholder", "refusal")
        + ("language", "contradiction"),
        "regenerate",
    )
    | dict.fromkeys(("promise", "minimise", "blame"), "flag")
)
CHECKS = tuple(DEFAULT_ACTIONS)
_UNLESS = " unless"
_MEDICAL = " medical"
_BEFORE = "_"
# What does not count is taken out and the rest is looked at again, up to so many times a sentence.
_LOOKS = 4
# A disorder that the post names is no diagnosis of the reply's; nor is a name of a few letters the name of another.
_POST_NAMES = 6


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
        expected=asked_for(language) or language_of(post, words_of(post) if earlier else words) or language_of(whole, words),
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
        self._rules = rules_of("checks")
        self._sentences = Sentences()
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
        has_signs = bool(piece.encode("utf-8", "replace").translate(None, machinery.USUAL))
        for sentence in self._sentences.of(piece):
            for found in self._ids(sentence, has_signs=has_signs):
                flags.append(Flag(found, offset + sentence.start, offset + sentence.end))
        return tuple(flags)

    def _ids(self, sentence: Sentence, *, has_signs: bool) -> list[str]:
        """The checks that a sentence does not pass, each once."""
        raw, plain, words = sentence.raw, sentence.plain, sentence.words
        found = [
            one.group for one in self._rules.find(plain, words)
        ]  # most sentences match nothing
        ids = dict.fromkeys(self._that_count(plain, words)) if found else {}
        if self._may_hold_contact(raw, has_signs=has_signs) and has_unknown_contact(raw, self._context.contacts):
            ids["contact"] = None
        if has_signs:
            if machinery.PLACEHOLDER.search(raw) or machinery.LOUD_PLACEHOLDER.search(raw):
                ids["placeholder"] = None
            if machinery.LEAK.search(raw):
                ids["leak"] = None
        if self._is_echo(words):
            ids["leak"] = None
        if self._tongue.is_other(raw, words):
            ids["language"] = None
        if self._context.avoided and suggests(plain, words, self._context.avoided):
            ids["contradiction"] = None
        return list(ids)

    def _that_count(self, plain: str, words: Collection[str]) -> list[str]:
        """The ids of the matches that nothing speaks against."""
        ids = []
        rest = plain
        for _ in range(_LOOKS):
            finds = list(self._rules.find(rest, words))
            against = [find for find in finds if find.group.endswith(_UNLESS)]
            spent = []
            for find in finds:
                if find.group.endswith(_UNLESS):
                    continue
                if guard := _guard_of(find, against):
                    spent.append(guard)
                elif not self._is_aside(find, rest):
                    ids.append(find.group.removesuffix(_MEDICAL))
            if not spent:
                break
            for guard in spent:
                rest = rest[: guard.start] + _BEFORE * (guard.end - guard.start) + rest[guard.end :]
        return ids

    def _is_aside(self, find: Find, plain: str) -> bool:
        """Whether a match counts for other posts only."""
        if find.group.endswith(_MEDICAL):
            return not self._context.is_medical
        if find.group == "diagnosis":
            last = plain[find.start : find.end].rsplit(None, 1)[-1]
            return last in self._context.told
        return False

    def _may_hold_contact(self, raw: str, *, has_signs: bool) -> bool:
        return has_signs or "." in raw[:-1]

    def _is_echo(self, words: list[str]) -> bool:
        if not self._context.echoes.runs:
            return False
        since = len(self._tail)
        run = self._tail + words
        self._tail = run[-(RUN - 1) :]
        return self._context.echoes.are_in(run, since)


def _guard_of(find: Find, against: Collection[Find]) -> Find | None:
    """What speaks against a match: what is found of the same check at the same place."""
    for guard in against:
        if guard.group == find.group.removesuffix(_MEDICAL) + _UNLESS and guard.start < find.end and find.start < guard.end:
            return guard
    return None
