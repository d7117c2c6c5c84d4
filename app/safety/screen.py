"""How grave a post is, by rules alone: the floor under every other judgement.

High recall comes first: what is found is answered with help lines and never with a refusal. What only sounds like
danger (figures of speech, songs, work, what was long ago) is taken back by guards that stand beside the find.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from app.safety.guards import Context, weigh
from app.safety.plain_text import Sentence, sentences_of
from app.safety.ratings import LEVELS, Level, Rating, Span, Subject, Type
from app.safety.rules import Find, rules_of

# Turns of the seeker before the post that still count.
TURNS = 3
TYPES: tuple[Type, ...] = get_args(Type)
_FILES = ("suicide", "plans", "despair", "self_harm", "dangers", "friends", "denial", "medical")
_SPOKEN = ("languages_west", "languages_north_east")
_WRITTEN = ("languages_scripts",)


@dataclass(frozen=True, slots=True)
class Hit:
    """A find that no guard took back.

    Attributes:
        level: a level, `hint` or `sign`: what says little alone and much beside other hits.
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
            because this post speaks of something else: it stays elevated, or soft where this post takes it back.
    """
    rating, takes_back = _rate(post)
    for turn in earlier[-TURNS:]:
        rating = _after(_rate(turn)[0], rating, takes_back)
    return rating


def _after(before: Rating, now: Rating, takes_back: bool) -> Rating:
    """The rating of a post behind a turn that was rated."""
    if LEVELS.index(before.level) < LEVELS.index("elevated"):
        return now
    floor: Level = "soft" if takes_back and before.level == "elevated" else "elevated"
    if LEVELS.index(now.level) >= LEVELS.index(floor):
        return replace(now, denied=now.denied or takes_back)
    return replace(
        now, level=floor, denied=now.denied or takes_back, types=now.types or before.types,
        subject=now.subject if now.types else before.subject,
    )  # fmt: skip


def _rate(post: str) -> tuple[Rating, bool]:
    """The rating of a post alone, and whether it takes back what was said before."""
    sentences = sentences_of(post)
    rules = rules_of("words", *_FILES, *_SPOKEN)
    written = None if post.isascii() else rules_of("words", *_WRITTEN)
    seen: list[list[Find]] = []
    for sentence in sentences:
        words = set(sentence.plain.split(" "))
        finds = list(rules.find(sentence.plain, words))
        if written is not None:
            finds += written.find(sentence.plain, words)
        seen.append(finds)
    is_medical = any(find.group == "medical" for finds in seen for find in finds)
    hits = list(_hits(sentences, seen))
    takes_back = any(hit.denied for hit in hits) or Context(sentences).takes_back()
    return _rating(hits, sentences, is_medical), takes_back


def _hits(sentences: Sequence[Sentence], seen: Sequence[list[Find]]) -> Iterator[Hit]:
    context = Context(sentences)
    for place, finds in enumerate(seen):
        finds = [find for find in finds if find.group != "medical"]
        others = [find for find in finds if find.group.endswith(".other")]
        for find in finds:
            level, kind, subject = find.group.split(".")
            if subject == "self" and any(find.start < other.end and other.start < find.end for other in others):
                continue
            weight = weigh(level, find, place, context)
            if weight is not None:
                yield Hit(weight.level, kind, "unknown" if subject == "other" and context.asks_for_a_friend else subject, weight.denied, place)  # type: ignore[arg-type]  # noqa: E501


def _rating(hits: Sequence[Hit], sentences: Sequence[Sentence], is_medical: bool) -> Rating:
    sure = [hit for hit in hits if hit.level in LEVELS]
    level = max((LEVELS.index(hit.level) for hit in sure), default=0)
    hints = len({hit.place for hit in hits if hit.level == "hint"})
    signs = sum(hit.level == "sign" for hit in hits)
    is_own = any(hit.subject == "self" and hit.type in ("suicide", "despair") for hit in sure) or not sure
    if is_own and (signs or hints > 1) and (level or signs or hints > 2):
        level = min(level + 1 + (signs > 1), len(LEVELS) - 1)
    if not level:
        return Rating(is_medical=is_medical)
    told = sure or list(hits)
    gravest = [hit for hit in told if not sure or LEVELS.index(hit.level) == min(level, max(LEVELS.index(hit.level) for hit in sure))]  # noqa: E501
    subjects = {hit.subject for hit in gravest}
    kinds = {hit.type for hit in gravest}, {hit.type for hit in told}
    return Rating(
        level=LEVELS[level],
        subject="self" if "self" in subjects else "other" if "other" in subjects else "unknown",
        types=tuple(sorted(kinds[1], key=lambda kind: (kind not in kinds[0], TYPES.index(kind)))),
        denied=any(hit.denied for hit in hits),
        spans=_spans(sorted({hit.place for hit in told}), sentences),
        is_medical=is_medical,
    )


def _spans(places: Sequence[int], sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for place in places:
        start, end, _ = sentences[place]
        if spans and start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return tuple(spans)
