"""What takes a find back, or makes it less: figures of speech, denial, songs, work, the past, laughter."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.safety.plain_text import Sentence
from app.safety.rules import Find, rules_of

# Says itself of the writer; what does not (suicidal, self harm) is as often a subject to talk about.
_OWN = re.compile(r"\b(?:i|im|me|my|mine|myself|want|wanted|wish)\b")
_DEATH = re.compile(r"\b(?:die|dying|dead|death|died)\b")
_WISH = re.compile(r"\b(?:want|wanted|wish|rather|kill\w*)\b")
_QUOTED = re.compile(
    r"\b(?:goes|says|said|saying|sings|sang|singing|sing|called|titled|lyrics?|lines?|quotes?|character|where|words|"
    r"verse|chorus|narrator|protagonist|actor|plays)\b"
)
_ALIKE = re.compile(
    r"\b(?:relate|same|me too|like me|feel like (?:her|him|that)|and i (?:want|will|am going)|how i feel)\b"
)
_DATED = ("that was", "this was", "it was", "but that was")
# A sentence behind a find belongs to its laughter if it is no longer than this, in characters.
_TRAIL = 40
DENIED = "denied.suicide.self"
Guards = Mapping[str, list[Find]]


class Weight(NamedTuple):
    """What is left of a find."""

    level: str
    denied: bool = False


class Context:
    """The guards of a post's sentences, looked for only where something was found."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self.sentences = sentences
        self._seen: dict[int, Guards] = {}

    def guards(self, place: int) -> Guards:
        """Those of a sentence, by their group; of none where there is no such sentence."""
        if place >= len(self.sentences):
            return {}
        if place not in self._seen:
            groups: dict[str, list[Find]] = defaultdict(list)
            plain = self.sentences[place].plain
            for find in rules_of("words", "guards", "denial", "languages_guards").find(plain, set(plain.split(" "))):
                groups[find.group].append(find)
            self._seen[place] = dict(groups)
        return self._seen[place]

    def laughs(self, place: int) -> bool:
        """Whether the sentence, or a short one behind it, laughs."""
        behind = self.sentences[place + 1 : place + 2]
        return "laughter" in self.guards(place) or (
            bool(behind) and len(behind[0].plain) < _TRAIL and "laughter" in self.guards(place + 1)
        )

    def is_past(self, place: int) -> bool:
        """Whether the sentence is of what was long ago, or the one behind it says so."""
        guards = self.guards(place)
        if "past" in guards and "now" not in guards:
            return True
        behind = self.sentences[place + 1 : place + 2]
        return bool(behind) and behind[0].plain.startswith(_DATED) and "past" in self.guards(place + 1)

    def ends_something_else(self, place: int) -> bool:
        """Whether the sentence or one beside it speaks of what people end every day, as a job or a marriage."""
        return any("ending" in self.guards(beside) for beside in range(max(place - 1, 0), place + 2))

    def takes_back(self) -> bool:
        """Whether a sentence says that what was said before was not meant."""
        return any("retraction" in self.guards(place) for place in range(len(self.sentences)))


def weigh(find: Find, place: int, context: Context) -> Weight | None:
    """What the guards leave of a find, None where nothing is left.

    Args:
        find: its group is `LEVEL.TYPE.SUBJECT`; beside levels there are `intent` (imminent unless it is a joke),
            `ending` (elevated unless something else ends), `denied`, `hint` and `sign`. Of subjects, `topic` is the
            writer or what the writer only talks about.
        place: which sentence it is in.
        context: of the post.
    """
    level, _kind, subject = find.group.split(".")
    guards = context.guards(place)
    text = context.sentences[place].plain[find.start : find.end]
    if _overlaps(find, guards.get("figure")):
        return None
    if level == "denied" or _overlaps(find, guards.get(DENIED)):
        return Weight("soft", denied=True)
    if level in ("hint", "sign"):
        return None if "work" in guards or "media" in guards else Weight(level)
    if level == "ending" and context.ends_something_else(place):
        return None
    if _is_told_of(context.sentences[place].plain, guards, subject == "self" and _OWN.search(text) is not None):
        return None
    is_mourned = subject == "other" and "bereavement" in guards and "now" not in guards
    if is_mourned or _overlaps(find, guards.get("bereavement")) or _is_less(find.group, text, place, context):
        return Weight("soft")
    return Weight({"intent": "imminent", "ending": "elevated"}.get(level, level))


def _is_less(group: str, text: str, place: int, context: Context) -> bool:
    """Whether it was long ago, is fear of an illness, or is laughed about."""
    level, kind, _ = group.split(".")
    guards = context.guards(place)
    is_feared = kind == "suicide" and "health" in guards and _DEATH.search(text) and not _WISH.search(text)
    if is_feared or context.is_past(place):
        return True
    if level == "imminent" or kind == "abuse":
        return False
    return context.laughs(place) or ("trivial" in guards and kind in ("suicide", "violence"))


def _is_told_of(plain: str, guards: Guards, is_own: bool) -> bool:
    """Whether a find is the subject of a song, a study or a job, and not of the writer's own life."""
    if not is_own:
        return ("media" in guards or "work" in guards) and "worry" not in guards
    return "media" in guards and _QUOTED.search(plain) is not None and _ALIKE.search(plain) is None


def _overlaps(find: Find, guards: Sequence[Find] | None) -> bool:
    return any(find.start < guard.end and guard.start < find.end for guard in guards or ())
