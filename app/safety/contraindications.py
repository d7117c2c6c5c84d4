"""What a post says that its writer must not have, and whether a reply suggests it all the same."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache

from app.safety.cautions import is_kept_away
from app.safety.families import Families, counted, families_of_file, forms
from app.safety.reactions import (
    AFTER,
    ALLERGIES,
    BEFORE,
    BEYOND,
    BREAK,
    FORBIDDEN,
    FORBIDS,
    NO_FOOD,
    NOT_SO,
    NUMBERS,
    REACTION,
)
from app.safety.sentences import sentences_of, words_of
from app.safety.suggestions import is_suggested

_WORD = re.compile(r"[\w']+")
# Characters before and behind a name or a thing that are looked at.
_REACH = 90
# Words of a sentence that goes with the next one: "Oats. Rye. I swell up."
_SHORT = 4
# What is only named by an allergy, with these before it, is not that.
_ELSE = frozenset(("free", "non", "fake", "no"))
# Longest word to the things that have it, each with the words before it that make it something else.
Avoided = Mapping[str, tuple[tuple[str, frozenset[str]], ...]]


def avoided_by(post: str) -> Avoided:
    """What a reply to this post must not suggest.

    Args:
        post: the post and what was written before it.
    """
    table = families_of_file()
    named: set[tuple[str, frozenset[str]]] = set()
    short = ""
    for sentence in sentences_of(post):
        names = not table.gates.isdisjoint(sentence.words)
        forbids = not FORBIDS.isdisjoint(sentence.words)
        is_short = len(sentence.words) < _SHORT
        if not (names or forbids or is_short or short):
            continue
        plain = f"{short}{' '.join(sentence.folded.split())} "
        if names or short:
            named.update(_named_in(plain, table))
        if forbids:
            named.update(("", frozenset(forms(thing))) for thing in _forbidden_in(plain, table))
        short = plain if is_short and len(plain) < _REACH else ""
    return _avoided_with(frozenset(named))


@lru_cache(maxsize=256)
def _avoided_with(named: frozenset[tuple[str, frozenset[str]]]) -> Avoided:
    """What families rule out, of some only what is named; the same few come with many posts."""
    things: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for name, only in named:
        family = families_of_file().families[name] if name else {}
        for thing in only or family:
            things[thing] |= family.get(thing, _ELSE)
    by_word: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for thing, unless in sorted(things.items()):
        by_word[max(thing.split(), key=len)].append((thing, unless))
    return {word: tuple(found) for word, found in by_word.items()}


def _named_in(plain: str, table: Families) -> Iterator[tuple[str, frozenset[str]]]:
    """The families that a sentence of a post names; of some, only the thing itself."""
    kept: list[str] = []
    mentioned: list[str] = []
    for phrase, start, end in _phrases(plain, table.firsts):
        for name in table.states.get(phrase, ()):
            if not NOT_SO.search(plain, max(0, start - _REACH), start):
                yield name, frozenset()
        if phrase in table.named:
            (kept if _is_kept_from(plain, start, end) else mentioned).append(phrase)
    if mentioned and not kept:
        reaction = REACTION.search(plain)
        if reaction and not NOT_SO.search(plain[: reaction.start()]):
            kept = mentioned
    for phrase in kept:
        for name, only in table.named[phrase]:
            yield name, frozenset(forms(only) if only else ())


def _forbidden_in(plain: str, table: Families) -> Iterator[str]:
    """The things that a sentence of a post says were ruled out: those of any family, and whatever an allergy is to."""
    for match in FORBIDDEN.finditer(plain):
        if not NOT_SO.search(plain[: match.start()]):
            rest = BEYOND.split(match[1], maxsplit=1)[0]
            yield from (phrase for phrase, _, _ in _phrases(rest, table.thing_firsts) if phrase in table.things)
    if "allerg" in plain:
        for match in ALLERGIES.finditer(plain):
            if not NOT_SO.search(plain[: match.start()]):
                words = [match[1] or "", *words_of(BEYOND.split(match[2], maxsplit=1)[0])[: 0 if match[1] else 8]]
                yield from (word for word in words if len(word) > 3 and word not in NO_FOOD)


def _phrases(plain: str, firsts: Mapping[str, tuple[int, ...]]) -> Iterator[tuple[str, int, int]]:
    """The runs of words that begin with one of `firsts` and are as many as it says, and where they stand."""
    spans = [match.span() for match in _WORD.finditer(plain)]
    words = [plain[start:end] for start, end in spans]
    if not NUMBERS.isdisjoint(words) or any(word.isdigit() for word in words):
        words = [counted(word) for word in words]
    for first, word in enumerate(words):
        for count in firsts.get(word, ()):
            last = first + count
            if last <= len(words):
                yield " ".join(words[first:last]), spans[first][0], spans[last - 1][1]


def _is_kept_from(plain: str, start: int, end: int) -> bool:
    before = plain[max(0, start - _REACH) : start]
    cues = list(BEFORE.finditer(before))
    if cues and not BREAK.search(before, cues[-1].end()):
        return not NOT_SO.search(before[: cues[-1].start()])
    return bool(AFTER.match(plain[end:])) and not NOT_SO.search(before)


def suggests(plain: str, words: Collection[str], avoided: Avoided) -> bool:
    """Whether a sentence of a reply suggests what is to be avoided, and does not name it to keep it away.

    Args:
        plain: the sentence, as `Sentence.plain` has it.
        words: those of the sentence.
        avoided: as `avoided_by` tells.
    """
    for word in avoided.keys() & words:
        for thing, unless in avoided[word]:
            for match in _pattern_of(thing).finditer(plain):
                if _is_suggested(plain, match.start(), match.end(), unless):
                    return True
    return False


@cache
def _pattern_of(thing: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(thing)}\b".replace("\\ ", "[.,]? "))


def _is_suggested(plain: str, start: int, end: int, unless: frozenset[str]) -> bool:
    before, after = plain[max(0, start - _REACH) : start], plain[end : end + _REACH]
    if before.rstrip().rpartition(" ")[2] in unless or is_kept_away(plain, start, before, after):
        return False
    return is_suggested(plain, before, after)
