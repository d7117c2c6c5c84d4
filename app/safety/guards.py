"""What takes a find back, or makes it less: figures of speech, denial, songs, work, the past, laughter."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from app.safety.plain_text import Sentence
from app.safety.rules import Find, rules_of

# Says itself of the writer; what does not (suicidal, self harm) is as often a subject to talk about.
_OWN = re.compile(r"\b(?:i|im|me|my|mine|myself|want|wanted|wish)\b")
_DEATH = re.compile(r"\b(?:die|dying|dead|death|died)\b")
_QUOTED = re.compile(
    r"\b(?:goes|says|said|saying|sings|sang|singing|sing|called|titled|lyrics?|lines?|quotes?|character|where|words|"
    r"verse|chorus|narrator|protagonist|actor|plays)\b"
)
_ALIKE = re.compile(r"\b(?:relate|same|me too|like me|feel like (?:her|him|that)|and i (?:want|will|am going)|how i feel)\b")
# How far behind a hit, in sentences, laughter still belongs to it.
_TRAIL = 40


class Weight(NamedTuple):
    """What is left of a find."""

    level: str
    denied: bool = False


class Context:
    """The guards of a post's sentences, looked for where something was found."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self.sentences = sentences
        self._seen: dict[int, Mapping[str, list[Find]]] = {}

    def guards(self, place: int) -> Mapping[str, list[Find]]:
        """Those of a sentence, by their group."""
        if place not in self._seen:
            groups: dict[str, list[Find]] = defaultdict(list)
            plain = self.sentences[place].plain
            for find in rules_of("words", "guards", "denial", "languages_guards").find(plain, set(plain.split(" "))):
                groups[find.group].append(find)
            self._seen[place] = groups
        return self._seen[place]

    def has(self, group: str, place: int) -> bool:
        """Whether the sentence holds a guard of the group."""
        return bool(self.guards(place).get(group))

    def laughs(self, place: int) -> bool:
        """Whether the sentence, or a short one behind it, laughs."""
        behind = place + 1
        return self.has("laughter", place) or (
            behind < len(self.sentences)
            and len(self.sentences[behind].plain) < _TRAIL
            and self.has("laughter", behind)
        )

    def is_dated(self, place: int) -> bool:
        """Whether the sentence behind it says that it was long ago."""
        behind = place + 1
        return (
            behind < len(self.sentences)
            and self.sentences[behind].plain.startswith(("that was", "this was", "it was", "but that was"))
            and self.has("past", behind)
        )

    @cached_property
    def asks_for_a_friend(self) -> bool:
        return any("asking for" in sentence.plain for sentence in self.sentences)

    def takes_back(self) -> bool:
        """Whether a sentence says that what was said before was not meant."""
        return any(self.has("retraction", place) for place in range(len(self.sentences)))


def weigh(level: str, find: Find, place: int, context: Context) -> Weight | None:
    """What the guards of its sentence leave of a find, None where nothing is left.

    Args:
        level: what the find says: a level, `intent`, `ending`, `hint` or `sign`.
    """
    guards = context.guards(place)
    plain = context.sentences[place].plain
    text = plain[find.start : find.end]
    if _overlaps(find, guards.get("figure")):
        return None
    if level == "denied" or _overlaps(find, guards.get("denied.suicide.self")):
        return Weight("soft", denied=True)
    if level in ("hint", "sign"):
        return None if "work" in guards or "media" in guards else Weight(level)
    if level == "ending":
        near = range(max(place - 1, 0), min(place + 2, len(context.sentences)))
        return None if any(context.has("ending", other) for other in near) else Weight("elevated")
    kind, subject = find.group.split(".")[1:]
    is_own = subject == "self" and _OWN.search(text) is not None
    if _is_told_of(plain, guards, is_own):
        return None
    if _overlaps(find, guards.get("bereavement")) or (subject == "other" and "bereavement" in guards and "now" not in guards):  # noqa: E501
        return Weight("soft")
    is_less = (
        ("past" in guards and "now" not in guards)
        or context.is_dated(place)
        or (kind == "suicide" and "health" in guards and _DEATH.search(text) is not None)
        or (level != "imminent" and kind != "abuse" and (context.laughs(place) or ("trivial" in guards and kind in ("suicide", "violence"))))  # noqa: E501
    )
    return Weight("soft" if is_less else {"intent": "imminent"}.get(level, level))


def _is_told_of(plain: str, guards: Mapping[str, list[Find]], is_own: bool) -> bool:
    """Whether a find is the subject of a song, a study or a job, and not of the writer's own life."""
    if not is_own:
        return ("media" in guards or "work" in guards) and "worry" not in guards
    return "media" in guards and _QUOTED.search(plain) is not None and _ALIKE.search(plain) is None


def _overlaps(find: Find, guards: Sequence[Find] | None) -> bool:
    return any(find.start < guard.end and guard.start < find.end for guard in guards or ())
