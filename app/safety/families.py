"""Families of what somebody with an allergy or an illness must not have, by what names them in a post."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from app.safety.reactions import NUMBERS
from app.safety.sentences import words_of

# Words that open nothing where a phrase has another.
_COMMON = frozenset(
    "a an and any at back be because been before can't day days do don't first for from get getting going got had has"
    " have i i'm i've in is it long makes me month much my myself no not of off on since that the this to up week weeks"
    " with year years".split()
)
# The one in C takes a tenth of the time; not every build of the package has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Each thing that must not be suggested, with the words before it that make it something else.
Family = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Families:
    """The families by what names them in a post.

    Attributes:
        families: by their names.
        named: what an allergy names, to families and the thing itself where nothing else is to be avoided.
        states: the words for a state, to families.
        firsts: the first words of all that names, and how many words there are then.
        things: all that any family rules out.
        thing_firsts: as `firsts`, of the things.
        gates: a word of each thing that names; a sentence without any of them names nothing.
    """

    families: Mapping[str, Family]
    named: Mapping[str, tuple[tuple[str, str], ...]]
    states: Mapping[str, tuple[str, ...]]
    firsts: Mapping[str, tuple[int, ...]]
    things: frozenset[str]
    thing_firsts: Mapping[str, tuple[int, ...]]
    gates: frozenset[str]


@cache
def families_of_file() -> Families:
    """Those of `contraindications.yaml`."""
    text = (files("app.safety") / "contraindications.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, Any]] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is a SafeLoader
    named: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    states: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, entry in entries.items():
        for word in entry.get("named", ()):
            for form in forms(word):
                named[form][name, word if entry.get("only") else ""] = None
        for word in entry.get("states", ()):
            states[" ".join(map(counted, words_of(word)))][name] = None
    families = {name: _family(entries, name) for name in entries}
    things = frozenset(thing for family in families.values() for thing in family)
    return Families(
        families,
        {form: tuple(found) for form, found in named.items()},
        {phrase: tuple(found) for phrase, found in states.items()},
        _firsts_of((*named, *states)),
        things,
        _firsts_of(things),
        _gates_of((*named, *states)),
    )


def _firsts_of(phrases: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """The first words of phrases, and how many words these have."""
    counts: defaultdict[str, set[int]] = defaultdict(set)
    for phrase in phrases:
        counts[phrase.partition(" ")[0]].add(phrase.count(" ") + 1)
    return {first: tuple(sorted(found)) for first, found in counts.items()}


def _gates_of(phrases: Collection[str]) -> frozenset[str]:
    """A word of each phrase: the longest that is not common, and of those the one that the fewest of them have."""
    counts = Counter(word for phrase in phrases for word in phrase.split())
    words = (set(phrase.split()) - {"#"} for phrase in phrases)
    return frozenset(min(some, key=lambda word: (word in _COMMON, -len(word), counts[word], word)) for some in words)


def _family(entries: Mapping[str, Mapping[str, Any]], name: str) -> Family:
    """What one entry of the file rules out, and the entries that it names with an @."""
    things: dict[str, frozenset[str]] = {}
    unless = frozenset(entries[name].get("unless", ()))
    for word in entries[name]["avoid"]:
        more = _family(entries, word[1:]) if word.startswith("@") else dict.fromkeys(forms(word), unless)
        for thing, others in more.items():
            things[thing] = things.get(thing, frozenset()) | others
    return things


def forms(word: str) -> tuple[str, ...]:
    plain = " ".join(words_of(word))
    more = (f"{plain[:-1]}ies",) if plain.endswith("y") else (f"{plain}s", f"{plain}es")
    return (plain, *more)


def counted(word: str) -> str:
    """A word of a post, or a sign for any number."""
    return "#" if word.isdigit() or word in NUMBERS else word
