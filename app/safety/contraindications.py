"""What a post says that its writer must not have, and whether a reply suggests it all the same."""

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from app.safety.sentences import sentences_of, words_of
from app.safety.suggestions import (
    FIGURE,
    FREE,
    LEAVES,
    LEFT,
    NO_GOOD,
    NO_HARM,
    REFERS,
    STARTS_ANEW,
    WARNED,
    is_over,
    is_suggested,
    kept_away,
)

_LONGEST = 4
_WORD = re.compile(r"[\w']+")
# Between a cue and a name stand other names of its list only.
_BREAK = re.compile(r"[.;:!?]|\b(?:but|because|so|when|while|she|he|they|i)\b")
# Before a name: "allergic to NAME", "can't eat NAME"; between them may stand other names of a list.
_BEFORE = re.compile(
    r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) (?:to|are|is|include|like|against)|intoleran(?:t|ce|ces) (?:to"
    r"|of|for)|sensitiv(?:e|ity) to|reacts? (?:badly )?to"
    r"|anaphyla\w+ (?:to|from|after|with)|can't (?:have|eat|drink|tolerate|digest|touch|stomach|take|do|be around)"
    r"|can't (?:handle|process|cope with)|(?:doesn't|don't) tolerate|can't get away with|off all"
    r"|cannot (?:have|eat|drink|tolerate|digest|touch|take)"
    r"|can not (?:have|eat|drink|take)|not allowed (?:any |to (?:have|eat|drink) )?|mustn't (?:have|eat|drink)"
    r"|avoid(?:ing)?(?: all| any)?|(?:quit|gave up|off|given up|cut out|stopped (?:eating|drinking))"
    r"|doctor (?:said|told me) no|deathly afraid of|makes? me (?:sick|ill)[^.]{0,3}|swell(?:s|ed)? up (?:from|with"
    r"|after|when)|don't (?:eat|drink)|do not (?:eat|drink)"
    r"|banned(?: me from| all)?|forbidden(?: to)?|forbids?|warned (?:me )?(?:off|against)(?: all)?|told (?:me )?(?:no|to avoid)"
    r"|(?:stay|keep|lay|been) off|(?:stay|keep) away from|steer clear of|(?:said|says) no|can no longer (?:have|eat|drink)|no longer"
    r" (?:have|eat|drink)|react(?:ed|ing)? (?:badly )?to|swell(?:s)? from|can't do|don't get on with|can't get near"
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
# Words of a sentence that goes with the next one.
_SHORT = 4
_NOT_SO = re.compile(
    r"\b(?:not|isn't|never been|no longer|aren't|wasn't|used to be|am not|nobody is|thought i was"
    r"|tested negative for|if i (?:was|were|get|got)|outgrew (?:my|the)|grew out of|without being)\b(?: \w+){0,2} ?$"
)
# A sentence with one of these tells of a reaction to what it names, however it puts that.
_REACTION = re.compile(
    r"\b(?:allerg\w+|anaphyla\w+|epi ?pens?|hives|intoleran\w+|swell\w*|swollen|swelled|"
    r"(?:close[sd]?|shuts?|seals?) (?:up |down |off )?(?:my|his|her)|doubled? over|a e\b|(?:my|his|her|our) (?:throat|lungs|lips|tongue"
    r"|face|airways?|eyes) (?:\w+ )?(?:clos\w+|shut\w*|itch\w*|burn\w*|blow\w*)"
    r"|(?:could|can|would|will|nearly|almost|might) (?:kill|killed|finish|finished) (?:me|him|her|my)\b"
    r"|in(?:to)? (?:hospital|intensive care|the er|a&e|a coma|an ambulance)|rash(?:es)?|wheez\w+|itch\w*"
    r"|even a (?:trace|crumb|drop|bite|speck|sniff)|trac(?:e|es) of|one (?:bite|crumb|sip|sting|nut)\b|antihistamines?"
    r"|send(?:s)? me to|sets? (?:me|it) off|makes? (?:me|him|her) (?:ill|sick|vomit|throw up))"
)
# What somebody told the writer to keep away from; whatever it is.
_FORBIDDEN = re.compile(
    r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) to|intoleran(?:t|ce) (?:to|of)|anaphyla\w+ (?:to|from|after)"
    r"|hives from|not allowed(?: to)?|forbidden|forbids?|forbade|mustn't|banned|warned (?:me |us )?(?:off|against)"
    r"|(?:told|said|says|told me|ordered|orders|warned)(?: \w+){0,2}? (?:no|no more|to avoid|not to|never to|avoid"
    r"|to stay (?:off|away from)|to keep (?:off|away from)|to steer clear of|to lay off|off limits|to give up|to quit"
    r"|to cut out|to stop))\b([^.;!?]{1,70})"
)
_BEYOND = re.compile(r"\b(?:but|because|so|when|while|since|she|he|they|i|i'm|it|it's|if|until|unless|which|that)\b")
_ALLERGIES = re.compile(r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) to|([a-z]{4,}) allerg(?:y|ies)\b)([^.;!?]*)")
# What nobody is literally allergic to, and words between names.
_NO_FOOD = frozenset(
    """
    people person everyone everything anything something nothing someone himself herself myself yourself them this that
    these those most some many also plus even well almost nearly basically loads lots kind kinds sort sorts stuff things
    work school life love happiness exercise fun drama change commitment money emotion emotions feelings success being
    having getting with from about have like just very really other others certain severe severely mild food bad late
    apparently every which what where there seasonal winter summer spring family sister brother mother father daughter
    skin year years multiple various dangerous deadly serious life-threatening threatening too now products product
    alone loneliness myself hospital home bullshit him her his hers their theirs your yours mine ours another both
    """.split()
)
_NUMBERS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred""".split()
)
_ELSE = frozenset(("free", "non", "fake", "no"))


# Each thing that must not be suggested, with the words before it that make it something else.
Family = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Table:
    """The families by what names them in a post.

    Attributes:
        families: by their names.
        named: what an allergy names, to families and the thing itself where nothing else is to be avoided.
        states: the words for a state, to families.
        firsts: the first words of all that names.
        things: all that any family rules out, by its first word.
    """

    families: Mapping[str, Family]
    named: Mapping[str, tuple[tuple[str, str], ...]]
    states: Mapping[str, tuple[str, ...]]
    firsts: frozenset[str]
    things: Mapping[str, frozenset[str]]


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
        # "Oats. Rye. I swell up."
        short = plain if len(sentence.words) < _SHORT else ""
        named.update(_named_in(plain, table))
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
    kept, mentioned = [], []
    for phrase, start, end in _phrases(plain, table.firsts):
        for name in table.states.get(phrase, ()):
            if not _NOT_SO.search(plain, max(0, start - _LIST), start):
                yield name, frozenset()
        if phrase in table.named:
            (kept if _is_kept_from(plain, start, end) else mentioned).append(phrase)
    if mentioned and not kept:
        reaction = _REACTION.search(plain)
        if reaction and not _NOT_SO.search(plain[: reaction.start()]):
            kept = mentioned
    for phrase in kept:
        for name, only in table.named[phrase]:
            yield name, frozenset(_forms(only) if only else ())


def _forbidden_in(plain: str, table: "_Table") -> Iterator[str]:
    """The things that a sentence of a post says were ruled out: those of any family, and whatever an allergy is to."""
    for match in _FORBIDDEN.finditer(plain):
        if not _NOT_SO.search(plain[: match.start()]):
            rest = _BEYOND.split(match[1], maxsplit=1)[0]
            for phrase, _, _ in _phrases(rest, table.things):
                if phrase in table.things.get(phrase.partition(" ")[0], ()):
                    yield phrase
    if "allerg" in plain:
        for match in _ALLERGIES.finditer(plain):
            if not _NOT_SO.search(plain[: match.start()]):
                words = [match[1] or "", *words_of(_BEYOND.split(match[2], maxsplit=1)[0])[: 0 if match[1] else 8]]
                yield from (word for word in words if len(word) > 3 and word not in _NO_FOOD)


def _phrases(plain: str, firsts: Container[str]) -> Iterator[tuple[str, int, int]]:
    """Every run of up to `_LONGEST` words that begins with one of `firsts`, and where it stands."""
    spans = [match.span() for match in _WORD.finditer(plain)]
    words = [_counted(plain[start:end]) for start, end in spans]
    for first, (start, _) in enumerate(spans):
        if words[first] not in firsts:
            continue
        for last in range(first, min(first + _LONGEST, len(spans))):
            yield " ".join(words[first : last + 1]), start, spans[last][1]


def _counted(word: str) -> str:
    """A word of a post, or a sign for any number."""
    return "#" if word.isdigit() or word in _NUMBERS else word


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
    if before.rstrip().rpartition(" ")[2] in unless or FREE.match(after) or WARNED.search(after):
        return False
    if FIGURE.match(plain, start) or (LEFT.match(after) and LEAVES.search(before)):
        return False
    if NO_GOOD.match(after) or not is_suggested(plain, before, after) or REFERS.search(before):
        return False
    kept = kept_away(NO_HARM.sub("_", before))
    if kept is None or is_over(kept):
        return True
    return "," in kept[1] and bool(STARTS_ANEW.match(after))


@cache
def _table() -> _Table:
    text = (files("app.safety") / "contraindications.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    named: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    states: defaultdict[str, dict[str, None]] = defaultdict(dict)
    things: defaultdict[str, set[str]] = defaultdict(set)
    for name, entry in entries.items():
        for word in entry.get("named", ()):
            for form in _forms(word):
                named[form][name, word if entry.get("only") else ""] = None
        for word in entry.get("states", ()):
            states[" ".join(map(_counted, words_of(word)))][name] = None
    families = {name: _family(entries, name) for name in entries}
    for thing in {thing for family in families.values() for thing in family}:
        things[thing.partition(" ")[0]].add(thing)
    return _Table(
        families,
        {form: tuple(found) for form, found in named.items()},
        {phrase: tuple(found) for phrase, found in states.items()},
        frozenset(phrase.partition(" ")[0] for phrase in (*named, *states)),
        {first: frozenset(found) for first, found in things.items()},
    )


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
