"""Whether a reply says words of the instructions that its model was given."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.safety.languages import small_words
from app.safety.sentences import words_of

# Words in a row that no two writers choose by chance.
RUN = 8


@dataclass(frozen=True, slots=True)
class Echoes:
    """The runs of `RUN` words of some texts, by one word of each, so that most sentences need not be looked at.

    Attributes:
        runs: the rarest word of a run to such runs, each with the place of that word in it.
        keys: those rarest words.
        seconds: a rarest word to the next rarest ones of its runs.
    """

    keys: frozenset[str]
    seconds: Mapping[str, frozenset[str]]
    runs: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]]

    def are_in(self, tail: Sequence[str], words: Sequence[str]) -> bool:
        """Whether a run ends in a sentence.

        Args:
            tail: folded; the words before it.
            words: folded; those of the sentence.
        """
        if self.keys.isdisjoint(words) and (len(words) >= RUN or self.keys.isdisjoint(tail)):
            return False
        said = (*tail[-(RUN - 1) :], *words)
        runs = self.runs
        for key in self.keys.intersection(said):
            if not self.seconds[key].isdisjoint(said):
                break
        else:
            return False
        for place, word in enumerate(said):
            if word in runs:
                for before, run in runs[word]:
                    if said[place - before : place - before + RUN] == run and place >= before:
                        return True
        return False


@lru_cache(maxsize=64)
def echoes_of(texts: tuple[str, ...]) -> Echoes:
    """The runs of these texts; the same texts come with every request."""
    runs: defaultdict[str, set[tuple[int, tuple[str, ...]]]] = defaultdict(set)
    seconds: defaultdict[str, set[str]] = defaultdict(set)
    common = small_words()["en"]
    for text in texts:
        words = words_of(text)
        for end in range(RUN, len(words) + 1):
            run = tuple(words[end - RUN : end])
            second, rarest = sorted(set(run), key=lambda word: (word not in common, len(word)))[-2:]
            seconds[rarest].add(second)
            runs[rarest].add((run.index(rarest), run))
    return Echoes(
        frozenset(runs),
        {word: frozenset(others) for word, others in seconds.items()},
        {word: tuple(sorted(found)) for word, found in runs.items()},
    )
