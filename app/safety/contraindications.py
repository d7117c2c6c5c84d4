"""What a post says that its writer must not have, and whether a reply suggests it all the same."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from app.safety.sentences import sentences_of, words_of
from app.safety.suggestions import FREE, GOES_ON, KEPT_AWAY, REFERS, STARTS_ANEW, SUGGESTED

_LONGEST = 4
_WORD = re.compile(r"[\w']+")
# Between a cue and a name stand other names of its list only.
_BREAK = re.compile(r"[.;:!?]|\b(?:but|because|so|when|while|she|he|they|i)\b")
# Before a name: "allergic to NAME", "can't eat NAME"; between them may stand other names of a list.
_BEFORE = re.compile(
    r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) (?:to|are|is|include|like|against)|intoleran(?:t|ce|ces) (?:to"
    r"|of|for)|sensitiv(?:e|ity) to|reacts? (?:badly )?to"
    r"|anaphyla\w+ (?:to|from|after|with)|can't (?:have|eat|drink|tolerate|digest|touch|stomach|take|do|be around)"
    r"|cannot (?:have|eat|drink|tolerate|digest|touch|take)"
    r"|can not (?:have|eat|drink|take)|not allowed (?:any |to (?:have|eat|drink) )?|mustn't (?:have|eat|drink)"
    r"|avoid(?:ing)?(?: all| any)?|(?:quit|gave up|off|given up|cut out|stopped (?:eating|drinking))"
    r"|doctor (?:said|told me) no|deathly afraid of|makes? me (?:sick|ill)[^.]{0,3}|swell(?:s|ed)? up (?:from|with"
    r"|after|when)|don't (?:eat|drink)|do not (?:eat|drink)"
    r"|no more|epipen for|carry an epipen (?:for|because of)|hospital(?:ised|ized)? (?:from|after eating)"
    r"|closes up (?:from|with|after))\b"
)
_AFTER = re.compile(
    r"^(?:'?s)?(?: and [a-z]+| or [a-z]+)?(?: products?)?(?: an?)?(?: severe| bad| mild| serious| life threatening)?"
    r"(?: allerg(?:y|ies|ic)| intolerant| intolerance| sensitivity| free\b| makes? (?:me|him|her|us|them) (?:ill|sick"
    r"|swell|itch|bloated)"
    r"| gives? me (?:hives|a rash|cramps)| could kill| can kill| is dangerous| sends? me)"
)
_LIST = 90
_NOT_SO = re.compile(
    r"\b(?:not|isn't|never been|no longer|aren't|wasn't|used to be|am not|nobody is|thought i was"
    r"|tested negative for|if i (?:was|were|get|got)|outgrew (?:my|the)|grew out of|without being)\b(?: \w+){0,2} ?$"
)


@dataclass(frozen=True, slots=True)
class Family:
    """What must not be suggested to whoever is in one state, and the words before it that make it something else."""

    avoid: frozenset[str]
    unless: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Table:
    """The families by what names them in a post.

    Attributes:
        families: by their names.
        named: what an allergy names, to families.
        states: the words for a state, to families.
        only: families of which only what is named is to be avoided.
        firsts: the first words of all that names.
    """

    families: Mapping[str, Family]
    named: Mapping[str, tuple[str, ...]]
    states: Mapping[str, tuple[str, ...]]
    only: frozenset[str]
    firsts: frozenset[str]


# Longest word to the things that have it, each with the words before it that make it something else.
Avoided = Mapping[str, tuple[tuple[str, frozenset[str]], ...]]


def avoided_by(post: str) -> Avoided:
    """What a reply to this post must not suggest.

    Args:
        post: the post and what was written before it.
    """
    table = _table()
    named: set[tuple[str, frozenset[str]]] = set()
    for sentence in sentences_of(post):
        named.update(_named_in(f"{' '.join(sentence.folded.split())} ", table))
    return _avoided_with(frozenset(named))


@lru_cache(maxsize=256)
def _avoided_with(named: frozenset[tuple[str, frozenset[str]]]) -> Avoided:
    """What families rule out, of some only what is named; the same few come with many posts."""
    things: dict[str, frozenset[str]] = {}
    for name, only in named:
        family = _table().families[name]
        for thing in only or family.avoid:
            things[thing] = family.unless & things.get(thing, family.unless)
    by_word: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for thing, unless in sorted(things.items()):
        by_word[max(thing.split(), key=len)].append((thing, unless))
    return {word: tuple(found) for word, found in by_word.items()}


def _named_in(plain: str, table: "_Table") -> Iterator[tuple[str, frozenset[str]]]:
    """The families that a sentence of a post names; of some, only the thing itself."""
    for phrase, start, end in _phrases(plain, table.firsts):
        for name in table.states.get(phrase, ()):
            if not _NOT_SO.search(plain, max(0, start - _LIST), start):
                yield name, frozenset()
        if phrase in table.named and _is_kept_from(plain, start, end):
            for name in table.named[phrase]:
                yield name, frozenset(_forms(phrase)) if name in table.only else frozenset()


def _phrases(plain: str, firsts: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """Every run of up to `_LONGEST` words that begins with one of `firsts`, and where it stands."""
    spans = [match.span() for match in _WORD.finditer(plain)]
    words = [plain[start:end] for start, end in spans]
    for first, (start, _) in enumerate(spans):
        if words[first] not in firsts:
            continue
        for last in range(first, min(first + _LONGEST, len(spans))):
            yield " ".join(words[first : last + 1]), start, spans[last][1]


def _is_kept_from(plain: str, start: int, end: int) -> bool:
    before = plain[max(0, start - _LIST) : start]
    cues = list(_BEFORE.finditer(before))
    if cues and not _BREAK.search(before, cues[-1].end()):
        return not _NOT_SO.search(before[: cues[-1].start()])
    return bool(_AFTER.match(plain[end:])) and not _NOT_SO.search(before)


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
    before, after = plain[max(0, start - _LIST) : start], plain[end : end + _LIST]
    if before.rstrip().rpartition(" ")[2] in unless or FREE.match(after):
        return False
    if not SUGGESTED.search(plain) or REFERS.search(before):
        return False
    kept = KEPT_AWAY.search(before)
    if kept is None or GOES_ON.search(kept[1]):
        return True
    return "," in kept[1] and bool(STARTS_ANEW.match(after))


@cache
def _table() -> _Table:
    text = (files("app.safety") / "contraindications.yaml").read_text(encoding="utf-8")
    families: dict[str, Family] = {}
    named: defaultdict[str, list[str]] = defaultdict(list)
    states: defaultdict[str, list[str]] = defaultdict(list)
    only = set()
    for name, entry in yaml.safe_load(text).items():
        avoid = frozenset(form for word in entry["avoid"] for form in _forms(word))
        families[name] = Family(avoid, frozenset(entry.get("unless", ())))
        for word in entry.get("named", ()):
            for form in _forms(word):
                named[form].append(name)
        for word in entry.get("states", ()):
            states[" ".join(words_of(word))].append(name)
        if entry.get("only"):
            only.add(name)
    by_name = {key: tuple(dict.fromkeys(value)) for key, value in named.items()}
    by_state = {key: tuple(value) for key, value in states.items()}
    firsts = frozenset(phrase.partition(" ")[0] for phrase in (*by_name, *by_state))
    return _Table(families, by_name, by_state, frozenset(only), firsts)


def _forms(word: str) -> tuple[str, ...]:
    plain = " ".join(words_of(word))
    more = (f"{plain[:-1]}ies",) if plain.endswith("y") else (f"{plain}s", f"{plain}es")
    return (plain, *more)
