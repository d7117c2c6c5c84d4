"""From what a model writes to text that is fit to show and ends inside the band.

One road for whole and streamed replies: text goes in as it comes, sentences come out, and what has
come out stays. So the deltas of a stream, joined, are the reply.
"""

from typing import Literal

from app.reply import residue
from app.reply.sentences import Sentence, first_sentence
from app.style.text import count_words

Ending = Literal["stop", "length", "trimmed"]
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“"}


class Finisher:
    """Takes a draft piece by piece and gives out the sentences that will stay.

    A sentence leaves when its end is certain, with what needs it (a list waits for the sentence
    after it, a quotation mark around everything for its partner). The reply ends at the last whole
    sentence within `max_words`; where not even the first ends there, at the end of the first.
    """

    def __init__(self, max_words: int) -> None:
        self._max_words = max_words
        self._buffer = ""
        self._waiting: list[Sentence] = []
        self._quoted: list[Sentence] = []
        self._shown: list[str] = []
        self._words = 0
        self._opened = False
        self.ending: Ending | None = None

    @property
    def text(self) -> str:
        return "".join(self._shown)

    @property
    def is_done(self) -> bool:
        """Whether nothing more will come out; the worker can be let go."""
        return self.ending is not None

    def feed(self, text: str) -> list[str]:
        """Take the next piece; return what may be shown now."""
        already = len(self._shown)
        if self.is_done:
            return []
        self._buffer += text
        if not self._opened:
            self._buffer = residue.without_leading(self._buffer)
        self._buffer, ended = residue.before_end(self._buffer)
        self._take_sentences(complete=ended)
        if ended:
            self._close("stop")
        else:
            self._end_if_over()
        return self._shown[already:]

    def end(self, *, ran_out: bool) -> list[str]:
        """The model has ended, of itself or (`ran_out`) because its tokens did."""
        already = len(self._shown)
        if not self.is_done:
            self._buffer = residue.without_unfinished_token(self._buffer)
            self._take_sentences(complete=not ran_out)
            self._close("length" if ran_out else "stop")
        return self._shown[already:]

    def _end_if_over(self) -> None:
        """Let the worker go as soon as what it is writing can no longer fit."""
        if self.is_done or not self._words:
            return
        coming = sum(count_words(sentence.text) for sentence in self._waiting) + count_words(self._buffer)
        if self._words + coming > self._max_words:
            self.ending = "trimmed"

    def _take_sentences(self, *, complete: bool) -> None:
        while not self.is_done and (found := first_sentence(self._buffer, complete=complete)):
            sentence, self._buffer = found
            self._take(sentence)

    def _take(self, sentence: Sentence) -> None:
        if not self._opened:
            bare = residue.without_preamble(sentence.text)
            if bare != sentence.text:
                self._waiting = []  # the "Sure!" before it
            if not bare:
                return
            sentence = Sentence(bare, sentence.gap, sentence.whole)
            if residue.ACKNOWLEDGEMENT.match(bare):
                self._waiting.append(Sentence(bare, "", whole=False))
                return
        if residue.is_meta(sentence.text) and not residue.is_sign_off(sentence.text):
            return
        if residue.is_sign_off(sentence.text) and "\n" in sentence.gap:
            self._close("stop")
            return
        self._opened = True
        if self._is_quoted_whole(sentence):
            self._quoted.append(sentence)
            if sum(count_words(held.text) for held in self._quoted) > self._max_words:
                self._unquote(keep_marks=False)
        else:
            self._let_out(sentence)

    def _is_quoted_whole(self, sentence: Sentence) -> bool:
        """Whether all so far may be one quotation; a partner before the end says that it is not."""
        if not self._quoted:
            return not self._shown and not self._waiting and sentence.text[0] in _QUOTES
        partner = _QUOTES[self._quoted[0].text[0]]
        if any(partner in s.text[1 if s is self._quoted[0] else 0 :] for s in self._quoted):
            self._unquote(keep_marks=True)
            return False
        return True

    def _unquote(self, *, keep_marks: bool) -> None:
        held, self._quoted = self._quoted, []
        for index, sentence in enumerate(held):
            text = sentence.text
            if not keep_marks:
                partner = _QUOTES[held[0].text[0]]
                text = text[1:].lstrip() if index == 0 else text
                text = text.removesuffix(partner).rstrip() if index == len(held) - 1 else text
            if text and not self.is_done:
                self._let_out(Sentence(text, sentence.gap, sentence.whole))

    def _let_out(self, sentence: Sentence) -> None:
        self._waiting.append(sentence)
        if sentence.whole:
            self._show_waiting()

    def _show_waiting(self) -> None:
        words = sum(count_words(sentence.text) for sentence in self._waiting)
        if self._words and self._words + words > self._max_words:
            self.ending = "trimmed"
            return
        for sentence in self._waiting:
            self._shown.append((sentence.gap if self._shown else "") + sentence.text)
        self._waiting = []
        self._words += words
        if self._words > self._max_words:
            self.ending = "trimmed"

    def _close(self, ending: Ending) -> None:
        if self._quoted:
            self._unquote(keep_marks=False)
        if self._waiting and not self.is_done and ending == "stop":
            self._show_rest()
        if not self.is_done:
            self.ending = ending

    def _show_rest(self) -> None:
        """The model ended by itself without a full stop: what it wrote last is kept where it fits."""
        words = sum(count_words(sentence.text) for sentence in self._waiting)
        if self._words + words <= self._max_words:
            self._show_waiting()
        elif self._words:
            self.ending = "trimmed"
