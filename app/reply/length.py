"""From what a model writes to text that is fit to show and ends inside the band.

One road for whole and streamed replies: text goes in as it comes, sentences come out, and what has
come out stays. So the deltas of a stream, joined, are the reply.
"""

from typing import Literal

from app.reply import residue
from app.reply.sentences import Sentence, may_end_in, next_sentence, surely_ends
from app.style.tokens import count_words

Ending = Literal["stop", "length", "trimmed"]
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“"}
# Before the first sentence we wait for this much, since template tokens and labels come in pieces.
_OPENING_CHARACTERS = 64
# No sentence is as long as this many characters for each word of the band; what is, is no reply.
_SENTENCE_CHARACTERS = 20
# What comes after "Warmly," is a name; if it goes on for longer, it was no farewell.
_SIGNATURE_WORDS = 12


class Finisher:
    """Takes a draft piece by piece and gives out the sentences that will stay.

    A sentence leaves when its end is certain, with what needs it (a list waits for the sentence
    after it, a quotation mark around everything for its partner, a farewell for what follows). The
    reply ends at the last whole sentence within `max_words`; where not even the first ends there, at
    the end of the first.
    """

    def __init__(self, max_words: int) -> None:
        self._max_words = max_words
        self._buffer = ""
        self._may_end = False
        self._waiting: list[Sentence] = []
        self._quoted: list[Sentence] = []
        self._farewell: list[Sentence] = []
        self._shown: list[str] = []
        self._words = 0
        # A character more is a word more at most: up to this many in the buffer, all that came fits.
        self._fits_up_to = 0
        self._begun = False
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
        if self.ending is not None:
            return []
        already = len(self._shown)
        since = len(self._buffer)
        self._buffer += text
        self._may_end = self._may_end or may_end_in(text)
        if not self._begun:
            short = len(self._buffer.lstrip()) < _OPENING_CHARACTERS
            if (short and residue.may_be_leading(self._buffer)) or residue.is_thinking(self._buffer):
                return []
            self._begun = True
            self._buffer, since = residue.without_leading(self._buffer), 0
        self._go_on(since)
        return self._shown[already:]

    def end(self, *, ran_out: bool) -> list[str]:
        """The model has ended, of itself or (`ran_out`) because its tokens did."""
        already = len(self._shown)
        if not self.is_done:
            if not self._begun:
                thinking = residue.is_thinking(self._buffer)
                self._buffer = "" if thinking else residue.without_leading(self._buffer)
            self._go_on(0)
        if not self.is_done:
            self._buffer = residue.without_unfinished_token(self._buffer)
            # Where the tokens ran out just at a full stop, the sentence is whole all the same.
            self._take_sentences(complete=not ran_out or surely_ends(self._buffer))
            self._close("length" if ran_out else "stop")
        return self._shown[already:]

    def _go_on(self, since: int) -> None:
        """Take what is certain of the buffer, whose part after `since` is new."""
        self._buffer, ended = residue.before_end(self._buffer, since)
        if ended:
            self._take_sentences(complete=True)
            self._close("stop")
            return
        if self._may_end:
            self._take_sentences(complete=False)
        size = len(self._buffer)
        if size > _SENTENCE_CHARACTERS * self._max_words + 2000:
            self.ending = "trimmed"
        elif size > self._fits_up_to:
            self._end_if_over()

    def _end_if_over(self) -> None:
        """Let the worker go as soon as what it is writing can no longer fit."""
        may_be_dropped = self._farewell or any(mark in self._buffer for mark in "\n<[({")
        if self.is_done or not self._words or may_be_dropped:
            return
        room = self._max_words - self._words - _words_of(self._waiting) - count_words(self._buffer)
        if room < 0:
            self.ending = "trimmed"
        self._fits_up_to = len(self._buffer) + room

    def _take_sentences(self, *, complete: bool) -> None:
        taken = 0
        while self.ending is None and (found := next_sentence(self._buffer, taken, complete=complete)):
            sentence, taken = found
            self._take(sentence)
        if taken:
            self._buffer = self._buffer[taken:]
            self._fits_up_to = self._max_words - self._words - _words_of(self._waiting)
        self._may_end = may_end_in(self._buffer)

    def _take(self, sentence: Sentence) -> None:
        if not self._opened:
            bare = residue.without_preamble(sentence.text)
            if bare != sentence.text:
                self._waiting = []  # the "Sure!" before it
            if not bare:
                return
            if bare != sentence.text:
                sentence = Sentence(bare, sentence.gap, sentence.whole)
            if residue.ACKNOWLEDGEMENT.match(bare.replace("’", "'")):
                self._waiting.append(Sentence(bare, "", whole=False))
                return
        stands_alone = not sentence.whole or "\n" in sentence.gap
        if self._farewell or (stands_alone and residue.is_sign_off(sentence.text)):
            self._take_farewell(sentence)
        elif not residue.is_meta(sentence.text):
            self._admit(sentence)

    def _take_farewell(self, sentence: Sentence) -> None:
        """Hold back what looks like the end of a letter, until it goes on like none."""
        self._farewell.append(sentence)
        if _words_of(self._farewell) > _SIGNATURE_WORDS:
            held, self._farewell = self._farewell, []
            for one in held:
                if not self.is_done and not residue.is_meta(one.text):
                    self._admit(one)

    def _admit(self, sentence: Sentence) -> None:
        self._opened = True
        if self._is_quoted_whole(sentence):
            self._quoted.append(sentence)
            if _words_of(self._quoted) > self._max_words:
                self._unquote(keep_marks=False)
        else:
            self._let_out(sentence)

    def _is_quoted_whole(self, sentence: Sentence) -> bool:
        """Whether all so far may be one quotation; a partner before the end says that it is not."""
        if not self._quoted:
            return not self._shown and not self._waiting and sentence.text[0] in _QUOTES
        if self._partners():
            self._unquote(keep_marks=True)
            return False
        return True

    def _partners(self) -> int:
        """How many closing marks the text that opened with a quotation mark has."""
        text = "".join(sentence.text for sentence in self._quoted)
        return text[1:].count(_QUOTES[text[0]])

    def _unquote(self, *, keep_marks: bool) -> None:
        held, self._quoted = self._quoted, []
        for index, sentence in enumerate(held):
            text = sentence.text
            if not keep_marks and index == 0:
                text = text[1:].lstrip()
            if not keep_marks and index == len(held) - 1:
                before, _, after = text.rpartition(_QUOTES[held[0].text[0]])
                text = (before + after).rstrip() if before else text
            if text and not self.is_done:
                self._let_out(Sentence(text, sentence.gap, sentence.whole))

    def _let_out(self, sentence: Sentence) -> None:
        self._waiting.append(sentence)
        if sentence.whole:
            self._show_waiting()

    def _show_waiting(self) -> None:
        words = _words_of(self._waiting)
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
            last = self._quoted[-1].text.rpartition(_QUOTES[self._quoted[0].text[0]])[2]
            closes_all = self._partners() == 1 and not any(char.isalnum() for char in last)
            self._unquote(keep_marks=self._partners() > 0 and not closes_all)
        if self._waiting and not self.is_done and ending == "stop" and self._opened:
            self._show_rest()
        if not self.is_done:
            self.ending = ending

    def _show_rest(self) -> None:
        """The model ended by itself without a full stop: what it wrote last is kept where it fits."""
        words = _words_of(self._waiting)
        if self._words + words <= self._max_words:
            self._show_waiting()
        elif self._words:
            self.ending = "trimmed"


def _words_of(held: list[Sentence]) -> int:
    words = 0
    for sentence in held:
        words += sentence.words
    return words
