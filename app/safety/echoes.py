"""Whether a reply says words of the instructions that its model was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.safety.sentences import words_of

# Words in a row that no two writers choose by chance.
RUN = 8


@dataclass(frozen=True, slots=True)
class Echoes:
    """The runs of `RUN` words of some texts.

    Attributes:
        runs: each run, its words parted by blanks.
        keys: of each run its longest word, so that most sentences need not be looked at.
    """

    runs: frozenset[str]
    keys: frozenset[str]

    def are_in(self, tail: Sequence[str], words: Sequence[str]) -> bool:
        """Whether a run ends in a sentence.

        Args:
            tail: folded; the words before it.
            words: folded; those of the sentence.
        """
        if self.keys.isdisjoint(words) and (len(words) >= RUN or self.keys.isdisjoint(tail)):
            return False
        before = tail[-(RUN - 1) :]
        run = [*before, *words]
        first = max(RUN, len(before) + 1)
        return any(" ".join(run[end - RUN : end]) in self.runs for end in range(first, len(run) + 1))


@lru_cache(maxsize=64)
def echoes_of(texts: tuple[str, ...]) -> Echoes:
    """The runs of these texts; the same texts come with every request."""
    runs = set()
    keys = set()
    for text in texts:
        words = words_of(text)
        for end in range(RUN, len(words) + 1):
            run = words[end - RUN : end]
            runs.add(" ".join(run))
            keys.add(max(run, key=len))
    return Echoes(frozenset(runs), frozenset(keys))
