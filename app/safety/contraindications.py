"""What a post says that its writer must not have, and whether a reply suggests it all the same."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from app.safety.cautions import is_kept_away
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
# The one in C takes a tenth of the time; not every build of the package has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Each thing that must not be suggested, with the words before it that make it something else.
Family = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Table:
    """The families by what names them in a post.

    Attributes:
        families: by their names.
        named: what an allergy names, to families and the thing itself where nothing else is to be avoided.
        states: the words for a state, to families.
        firsts: the first words of all that names, and how many words there are then.
        things: all that any family rules out.
        thing_firsts: as `firsts`, of the things.
    """

    families: Mapping[str, Family]
    named: Mapping[str, tuple[tuple[str, str], ...]]
    states: Mapping[str, tuple[str, ...]]
    firsts: Mapping[str, tuple[int, ...]]
    things: frozenset[str]
    thing_firsts: Mapping[str, tuple[int, ...]]


# Longest word to the things that have it, each with the words before it that make it something else.
Avoided = Mapping[str, tuple[tuple[str, frozenset[str]], ...]]


def avoided_by(post: str) -> Avoided:
    """What a reply to this post must not suggest.

    Args:
        post: the post and what was written before it.
    """
    table = _table()
    named: set[tuple[str, frozenset[str]]] = set()
    short = ""
    for sentence in sentences_of(post):
        plain = f"{short}{' '.join(sentence.folded.split())} "
        short = plain if len(sentence.words) < _SHORT and len(plain) < _REACH else ""
        named.update(_named_in(plain, table))
        if not FORBIDS.isdisjoint(sentence.words):
            named.update(("", frozenset(_forms(thing))) for thing in _forbidden_in(plain, table))
    return _avoided_with(frozenset(named))


@lru_cache(maxsize=256)
def _avoided_with(named: frozenset[tuple[str, frozenset[str]]]) -> Avoided:
    """What families rule out, of some only what is named; the same few come with many posts."""
    things: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for name, only in named:
        family = _table().families[name] if name else {}
        for thing in only or family:
            things[thing] |= family.get(thing, _ELSE)
    by_word: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for thing, unless in sorted(things.items()):
        by_word[max(thing.split(), key=len)].append((thing, unless))
    return {word: tuple(found) for word, found in by_word.items()}


def _named_in(plain: str, table: "_Table") -> Iterator[tuple[str, frozenset[str]]]:
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
            yield name, frozenset(_forms(only) if only else ())


def _forbidden_in(plain: str, table: "_Table") -> Iterator[str]:
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
        words = [_counted(word) for word in words]
    for first, word in enumerate(words):
        for count in firsts.get(word, ()):
            last = first + count
            if last <= len(words):
                yield " ".join(words[first:last]), spans[first][0], spans[last - 1][1]


def _counted(word: str) -> str:
    """A word of a post, or a sign for any number."""
    return "#" if word.isdigit() or word in NUMBERS else word


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


@cache
def _table() -> _Table:
    text = (files("app.safety") / "contraindications.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, list[str]]] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is a SafeLoader
    named: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    states: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, entry in entries.items():
        for word in entry.get("named", ()):
            for form in _forms(word):
                named[form][name, word if entry.get("only") else ""] = None
        for word in entry.get("states", ()):
            states[" ".join(map(_counted, words_of(word)))][name] = None
    families = {name: _family(entries, name) for name in entries}
    things = frozenset(thing for family in families.values() for thing in family)
    return _Table(
        families,
        {form: tuple(found) for form, found in named.items()},
        {phrase: tuple(found) for phrase, found in states.items()},
        _firsts_of((*named, *states)),
        things,
        _firsts_of(things),
    )


def _firsts_of(phrases: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """The first words of phrases, and how many words these have."""
    counts: defaultdict[str, set[int]] = defaultdict(set)
    for phrase in phrases:
        counts[phrase.partition(" ")[0]].add(phrase.count(" ") + 1)
    return {first: tuple(sorted(found)) for first, found in counts.items()}


def _family(entries: Mapping[str, Mapping[str, list[str]]], name: str) -> Family:
    """What one entry of the file rules out, and the entries that it names with an @."""
    things: dict[str, frozenset[str]] = {}
    unless = frozenset(entries[name].get("unless", ()))
    for word in entries[name]["avoid"]:
        more = _family(entries, word[1:]) if word.startswith("@") else dict.fromkeys(_forms(word), unless)
        for thing, others in more.items():
            things[thing] = things.get(thing, frozenset()) | others
    return things


def _forms(word: str) -> tuple[str, ...]:
    plain = " ".join(words_of(word))
    more = (f"{plain[:-1]}ies",) if plain.endswith("y") else (f"{plain}s", f"{plain}es")
    return (plain, *more)
