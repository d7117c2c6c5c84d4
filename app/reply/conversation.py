"""What the seeker said, made fit to be put before a model: turns of clean text that alternate."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Role = Literal["seeker", "supporter"]

# What any of our families' chat templates would read as its own: <|…|>, [INST], <<SYS>>, <s>, <start_of_turn>.
_TEMPLATE_TOKEN = re.compile(
    r"<(?=\|)|(?<=\|)>|<(?=/?s>)|<(?=</?sys>>)|<(?=</?[a-z_]+>>)"
    r"|<(?=(?:start|end)_of_turn>|unk>|pad>|bos>|eos>|fim_\w+>)"
    r"|\[(?=/?(?:inst|system_prompt|available_tools|tool_calls|tool_results|img|prefix|suffix|middle)\])",
    re.IGNORECASE,
)
_KEPT_CONTROLS = frozenset("\n\t")
# Format characters (Cf) that spell words and emoji rather than hide text: joiners and the emoji tag letters.
_KEPT_FORMATS = frozenset("\u200c\u200d") | frozenset(map(chr, range(0xE0020, 0xE0080)))


def clean_text(text: str) -> str:
    """Strip control and bidi characters, break template tokens, keep the letters of every script.

    Nothing visible is lost: a template token gets a space after its first bracket, so that
    no tokenizer reads it as the end of the seeker's words, and a person still reads it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not text.isprintable():
        text = "".join(char for char in text if _is_kept(char))
    return _TEMPLATE_TOKEN.sub(_with_space, text).strip()


def _is_kept(char: str) -> bool:
    if char in _KEPT_CONTROLS or char in _KEPT_FORMATS:
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


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
