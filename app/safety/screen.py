"""How grave a post is, by rules alone: the floor under every other judgement.

High recall comes first: what is found is answered with help lines and never with a refusal. What only sounds like
danger (figures of speech, songs, work, what was long ago) is taken back by guards that stand beside the find.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from app.safety.guards import Context, weigh
from app.safety.plain_text import Sentence, sentences_of
from app.safety.ratings import LEVELS, Level, Rating, Span, Subject, Type
from app.safety.rules import Find, rules_of
from app.safety.together import together

# Turns of the seeker before the post that still count.
TURNS = 3
TYPES: tuple[Type, ...] = get_args(Type)
MEDICAL = "medical"
# The pattern files: those for every post, and those for posts in scripts that ASCII has no letters of.
FILES = (
    *("words", "suicide", "plans", "despair", "self_harm", "dangers", "friends", "denial", MEDICAL),
    *("languages_west", "languages_north_east"),
)
SCRIPTS = ("words", "languages_scripts")
_ELEVATED = LEVELS.index("elevated")
# Imminent hits from which on nothing can change any more.
_MANY = 8
# In a long post ideas meet by chance: for each so many words, one more combination is asked for.
_CHANCE = 50
# Points of hints that say nothing alone.
_ALONE = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """What the guards left of a find.

    Attributes:
        level: a level, or `hint` or `sign`: what says little alone and much beside other hits.
        place: which sentence of the post.
    """

    level: str
    type: Type
    subject: Subject
    denied: bool
    place: int


def screen(post: str, earlier: Sequence[str] = ()) -> Rating:
    """How grave a post is, and who it is about.

    Args:
        post: what the seeker wrote.
        earlier: the seeker's turns before it, oldest first; the last three count. What was grave there is not over
            because this post speaks of something else: it stays elevated, or soft where this post takes it back and
            it was not imminent.
    """
    sentences = sentences_of(post)
    rating = _rate(sentences)
    before = [_rate(sentences_of(turn)) for turn in earlier[-TURNS:]]
    if all(LEVELS.index(turn.level) < _ELEVATED for turn in before):
        return rating
    takes_back = rating.denied or Context(sentences).takes_back()
    for turn in before:
        rating = _after(turn, rating, takes_back)
    return rating


def _after(before: Rating, now: Rating, takes_back: bool) -> Rating:
    """The rating of a post behind a turn that was rated."""
    if LEVELS.index(before.level) < _ELEVATED:
        return now
    floor: Level = "soft" if takes_back and before.level == "elevated" else "elevated"
    kept = replace(now, denied=takes_back)
    if LEVELS.index(now.level) >= LEVELS.index(floor):
        return kept
    if now.types:
        return replace(kept, level=floor)
    return replace(kept, level=floor, types=before.types, subject=before.subject)


def _rate(sentences: Sequence[Sentence]) -> Rating:
    """The rating of a post alone."""
    seen = _finds(sentences)
    is_medical = any(find.group == MEDICAL for finds in seen for find in finds)
    return replace(_rating(list(_hits(seen, Context(sentences))), sentences), is_medical=is_medical)


def _finds(sentences: Sequence[Sentence]) -> list[list[Find]]:
    """Those of each sentence; the patterns look at a sentence that comes again once."""
    known: dict[str, list[Find]] = {}
    plains = [plain for _, _, plain in sentences]
    rules = rules_of(*FILES)
    seen = []
    for plain, groups in zip(plains, _groups(plains), strict=True):
        if plain not in known:
            words = set(plain.split(" "))
            known[plain] = list(rules.find(plain, words))
            if not plain.isascii():
                known[plain] += rules_of(*SCRIPTS).find(plain, words)
        seen.append(known[plain] + [Find(group, 0, len(plain)) for group in groups])
    return seen


def _groups(plains: Sequence[str]) -> list[list[str]]:
    """The groups of ideas that stand together in each sentence, as far as they are no chance in so long a post."""
    found = together("together").groups_over(plains)
    least = 1 + sum(plain.count(" ") + 1 for plain in plains) // _CHANCE
    if sum(map(len, found)) < least:
        return [[] for _ in found]
    if sum(not group.startswith("soft") for groups in found for group in groups) < least:
        return [[f"soft.{group.partition('.')[2]}" for group in groups] for groups in found]
    return found


def _hits(seen: Sequence[list[Find]], context: Context) -> Iterator[Hit]:
    """Those of all sentences, until enough of them are of the gravest."""
    imminent = 0
    for place, finds in enumerate(seen):
        if imminent >= _MANY:
            return
        others = [find for find in finds if find.group.endswith(".other")]
        for find in finds:
            if find.group == MEDICAL:
                continue
            _, kind, subject = find.group.split(".")
            if subject == "other":
                subject = "unknown" if "friend" in context.guards(place) else "other"
            elif any(find.start < other.end and other.start < find.end for other in others):
                continue
            if weight := weigh(find, place, context):
                own = "self" if subject == "topic" else subject
                imminent += weight.level == "imminent"
                yield Hit(weight.level, cast(Type, kind), cast(Subject, own), weight.denied, place)


def _rating(hits: Sequence[Hit], sentences: Sequence[Sentence]) -> Rating:
    sure = [hit for hit in hits if hit.level in LEVELS]
    highest = max((LEVELS.index(hit.level) for hit in sure), default=0)
    level = _raised(highest, hits)
    if not level:
        return Rating()
    told = sure or hits
    gravest = [hit for hit in told if not sure or LEVELS.index(hit.level) == highest]
    subjects, kinds = {hit.subject for hit in gravest}, {hit.type for hit in gravest}
    return Rating(
        level=LEVELS[level],
        subject=next((subject for subject in ("self", "other") if subject in subjects), "unknown"),
        types=tuple(sorted({hit.type for hit in told}, key=lambda kind: (kind not in kinds, TYPES.index(kind)))),
        denied=any(hit.denied for hit in hits),
        spans=_spans(sorted({hit.place for hit in told}), sentences),
    )


def _raised(level: int, hits: Sequence[Hit]) -> int:
    """The level with what the hints and signs of the writer's own danger add to it."""
    sure = [hit for hit in hits if hit.level in LEVELS]
    if sure and not any(hit.subject == "self" and hit.type in ("suicide", "despair") for hit in sure):
        return level
    signs = sum(hit.level == "sign" for hit in hits)
    points = 2 * signs + len({hit.place for hit in hits if hit.level == "hint"})
    if points < _ALONE or not (level or signs or points > _ALONE):
        return level
    return min(level + 1 + (points > _ALONE and signs > 0), len(LEVELS) - 1)


def _spans(places: Sequence[int], sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for place in places:
        start, end, _ = sentences[place]
        if spans and start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return tuple(spans)
