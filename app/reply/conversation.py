"""What the seeker said, made fit to be put before a model: turns of clean text that alternate."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Role = Literal["seeker", "supporter"]

# What a chat template would read as its own: <|…|>, <s>, <<SYS>>, <start_of_turn>, <think>, [INST], [TOOL_CALLS].
_TEMPLATE_TOKEN = re.compile(
    r"<(?=[|｜])|(?<=[|｜])>|<(?=/?(?:s|unk|pad|bos|eos|think|[a-z]+_[a-z_]{1,30}|turn\|)>)|<(?=</?[a-z_]+>>)"
    r"|\[(?=/?(?:inst|img|args|think|prefix|suffix|middle|(?-i:[A-Z][A-Z_]{2,30})|[a-z]+_[a-z_]+)\])",
    re.IGNORECASE,
)
# What ends a line in one way or another.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_KEPT_CONTROLS = frozenset("\n\t")
# Format characters (Cf) that spell words and emoji rather than hide text: joiners, the emoji tag letters, and the
# signs that Arabic, Syriac and Kaithi write before a number.
_KEPT_FORMATS = frozenset("\u200c\u200d\u06dd\u070f\u08e2\U000110bd").union(
    map(chr, range(0xE0020, 0xE0080)), map(chr, range(0x600, 0x606))
)


def clean_text(text: str) -> str:
    """Strip control and bidi characters, break template tokens, keep the letters of every script.

    Nothing visible is lost: a template token gets a space after its first bracket, so that
    no tokenizer reads it as the end of the seeker's words, and a person still reads it.
    """
    text = _LINE_ENDS.sub("\n", text)
    if not text.isprintable():
        text = "".join(char for char in text if _is_kept(char))
    return _TEMPLATE_TOKEN.sub(_with_space, text).strip()


def _is_kept(char: str) -> bool:
    if char in _KEPT_CONTROLS or char in _KEPT_FORMATS:
        return True
    category = unicodedata.category(char)
    if category == "Cn":  # a letter or an emoji that this Python does not know yet, unless it can never be one
        return ord(char) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(char) <= 0xFDEF
    return category not in ("Cc", "Cf", "Cs", "Co")


def _with_space(token: re.Match[str]) -> str:
    bracket = token.group()
    return " >" if bracket == ">" else f"{bracket} "


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that one of the two said."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns that alternate and end with the seeker's; the first may be either's."""

    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, post: str, history: tuple[Turn, ...] = ()) -> "Conversation":
        """Clean every text, drop the empty ones, and merge neighbours of the same role."""
        merged: list[Turn] = []
        for turn in (*history, Turn("seeker", post)):
            text = clean_text(turn.text)
            if not text:
                continue
            if merged and merged[-1].role == turn.role:
                merged[-1] = Turn(turn.role, f"{merged[-1].text}\n\n{text}")
            else:
                merged.append(Turn(turn.role, text))
        return cls(tuple(merged))

    def without_oldest(self) -> "Conversation":
        """Drop the oldest turn; the seeker's last one is never dropped."""
        return Conversation(self.turns[1:] or self.turns)
