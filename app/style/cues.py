"""Cues found in a text's tokens in one pass.

How far a sentence has come in every phrase is one integer, a state. Where a word leads from a state is worked out once
and remembered, so that a text costs one look-up a chunk however many phrases there are (a lazy automaton, as in RE2),
and what was never seen before costs a few operations on integers. Contractions are spelt out and words that only
strengthen are left out, so that "it's completely normal" and "it is normal" are one phrase.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from app.style.emojis import count_emoji
from app.style.phrases import CLASSES, EMOJI, PHRASES, QUESTION, Phrases
from app.style.tokens import CLAUSE_MARKS, ends_sentence, is_word
from app.style.word_lists import Lexicon

# States remembered at a time, about 1 kB each; a text that needs more takes longer, in proportion to its length.
# Some 200 different replies come to 8,000 of them; forgetting all costs several times what a reply costs otherwise.
_STATES = 20_000
# Ways from one state to another remembered at a time.
_WAYS = 100_000
# Kinds remembered at a time, and the longest of them.
_KINDS = 5_000
_LONGEST = 5
_SPELT_OUT = {
    f"{pronoun}'{short}": (pronoun, verb)
    for short, verb in (("m", "am"), ("re", "are"), ("s", "is"), ("ve", "have"), ("ll", "will"), ("d", "would"))
    for pronoun in ("i", "you", "he", "she", "it", "we", "they", "that", "this", "there", "here", "what", "who", "how")
} | {
    f"{verb}n't": (verb, "not")
    for verb in (
        "is", "are", "was", "were", "have", "has", "had", "do", "does", "did", "could", "would", "should", "must",
        "need", "might",
    )
} | {
    "can't": ("can", "not"), "won't": ("will", "not"), "cannot": ("can", "not"), "let's": ("let", "us"),
    "ain't": ("is", "not"),
}  # fmt: skip
# Many leave the apostrophe out; the other contractions would be words of their own then, as "were" and "ill".
_SPELT_OUT |= {
    word.replace("'", ""): _SPELT_OUT[word]
    for word in (
        "i'm", "i've", "you're", "you've", "you'll", "they're", "they've", "that's", "what's", "there's", "can't",
        "don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "weren't", "haven't", "hasn't", "couldn't",
        "wouldn't", "shouldn't", "ain't",
    )
}  # fmt: skip

# A run of emoji is known by its beginning.
_LONGEST_EMOJI = 32


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the search sees of a word or a mark.

    Attributes:
        accepts: the symbols of phrases that it may stand for.
        opens: whether a clause starts behind it, wherever it stands.
        leads: whether it may stand before the first word of a clause.
        negates: whether no gap may skip it.
        groups: what it is a cue of by itself.
    """

    accepts: int = 0
    opens: bool = False
    leads: bool = False
    negates: bool = False
    groups: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What the search sees between two blanks.

    Attributes:
        ends: for each sentence that ends here, whether it is a question.
        is_kept: whether this is the one kind with these contents, so that it is worth remembering where it leads.
    """

    sights: tuple[Sight, ...] = ()
    ends: tuple[bool, ...] = ()
    is_kept: bool = True


BREAK = Kind((Sight(opens=True),))


class Kinds:
    """What the search sees of tokens."""

    def __init__(self, phrases: Phrases, classes: Mapping[str, Iterable[str]]) -> None:
        self._skipped = frozenset(classes["booster"])
        self._lexicon = Lexicon(phrases.labels)
        self._accepts = phrases.accepts
        self._leads = frozenset(classes["lead"])
        self._negations = frozenset(classes["negation"])
        self._emoji = phrases.set_of(EMOJI)
        self._kept: dict[tuple[tuple[Sight, ...], tuple[bool, ...]], Kind] = {}

    def kind_of(self, tokens: Iterable[str]) -> Kind:
        sights: list[Sight] = []
        ends: list[bool] = []
        for token in tokens:
            if ends_sentence(token):
                ends.append(not {"?", "？", "؟"}.isdisjoint(token))
            elif token in CLAUSE_MARKS:
                sights.append(Sight(opens=True))
            elif token not in self._skipped:
                sights += self._sights_of(token)
        contents = (tuple(sights), tuple(ends))
        kind = self._kept.get(contents)
        if kind is None:
            is_kept = len(sights) + len(ends) <= _LONGEST
            kind = Kind(*contents, is_kept=is_kept)
            if is_kept:
                if len(self._kept) >= _KINDS:
                    self._kept.clear()
                self._kept[contents] = kind
        return kind

    def _sights_of(self, token: str) -> Iterable[Sight]:
        if not is_word(token):
            return (Sight(opens=True, groups=self._emoji),) if count_emoji(token[:_LONGEST_EMOJI]) else ()
        parts = _SPELT_OUT.get(token, (token.strip("_"),))
        return map(self._sight_of, parts)

    def _sight_of(self, word: str) -> Sight:
        leads = word in self._leads or word.isdecimal()
        accepts = reduce(or_, map(self._accepts.__getitem__, self._lexicon[word]), 0)
        return Sight(accepts, leads=leads, negates=word in self._negations)


class State:
    """What a sentence has come to.

    Attributes:
        reached: the symbols found last and the gaps begun, in every phrase.
        groups: those that became whole with the last chunk.
        starts: whether the next word may be the first of a clause.
        ends: for each sentence that ended with the last chunk, whether it is a question.
        is_news: whether there is anything to note.
        ways: where kinds of chunks lead from here, as far as it is known.
    """

    __slots__ = ("ends", "groups", "is_news", "reached", "starts", "ways")

    def __init__(self, reached: int, groups: int, ends: tuple[bool, ...], *, starts: bool) -> None:
        self.reached = reached
        self.groups = groups
        self.ends = ends
        self.is_news = bool(groups or ends)
        self.starts = starts
        self.ways: dict[Kind, State] = {}


class Sentence(NamedTuple):
    """Where a sentence lies among the chunks, and the set of groups of cues that it holds."""

    start: int
    end: int
    groups: int
    is_question: bool = False


class Cues:
    """The automaton."""

    def __init__(self, phrases: Phrases, classes: Mapping[str, Iterable[str]]) -> None:
        self._phrases = phrases
        self._states: dict[tuple[int, int, tuple[bool, ...], bool], State] = {}
        self._question = phrases.set_of(QUESTION)
        self.kind_of = Kinds(phrases, classes).kind_of
        self._forget()

    def read(self, kinds: Sequence[Kind]) -> list[Sentence]:
        """The sentences that end, and what is left behind the last end."""
        sentences = []
        state = self._start
        start = found = 0
        for place, kind in enumerate(kinds):
            state = state.ways.get(kind) or self._follow(state, kind)
            if state.is_news:
                found |= state.groups
                for asks in state.ends:
                    sentences.append(Sentence(start, place + 1, found | self._question if asks else found, asks))
                    start, found = place + 1, 0
        sentences.append(Sentence(start, len(kinds), found))
        return sentences

    def _follow(self, state: State, kind: Kind) -> State:
        """Where a kind leads from a state, worked out and remembered."""
        reached, starts, groups = state.reached, state.starts, 0
        for sight in kind.sights:
            reached, whole = self._step(reached, sight, starts=starts)
            groups |= whole
            starts = sight.opens or (starts and sight.leads)
        if kind.ends:
            reached, starts = 0, True
        following = self._state(reached, groups, kind.ends, starts=starts)
        if kind.is_kept:
            state.ways[kind] = following
            self._ways += 1
            if self._ways > _WAYS:
                self._forget()
        return following

    def _state(self, reached: int, groups: int, ends: tuple[bool, ...], *, starts: bool) -> State:
        """The one state with these contents."""
        key = (reached, groups, ends, starts)
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= _STATES:
                self._forget()
            state = self._states[key] = State(reached, groups, ends, starts=starts)
        return state

    def _forget(self) -> None:
        self._states.clear()
        self._ways = 0
        self._start = self._state(0, 0, (), starts=True)

    def _step(self, reached: int, sight: Sight, *, starts: bool) -> tuple[int, int]:
        """What is reached with one word or mark more, and the groups of the phrases that are whole with it."""
        phrases = self._phrases
        one_on = reached << 1
        skipped = 0 if sight.negates else one_on & phrases.gaps
        if not sight.accepts:
            return skipped, sight.groups
        up_to_two = one_on | one_on << 1
        expected = one_on & phrases.plain | (up_to_two | up_to_two << 2) & phrases.after_gap | phrases.first
        if starts:
            expected |= phrases.first_at_start
        found = expected & sight.accepts
        whole = found & phrases.last
        return found | skipped, sight.groups | phrases.groups_of(whole) if whole else sight.groups


CUES = Cues(PHRASES, CLASSES)
