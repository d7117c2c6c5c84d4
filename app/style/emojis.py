"""Emoji counted by grapheme: a flag, a keycap, a family or a skin tone counts one."""

import re

from emoji import EMOJI_DATA

# Signs that the emoji list holds and that nobody means as one.
_NOT_EMOJI = frozenset("©®™")
# What an emoji begins with; texts are read in lower case, which turns one of them (Ⓜ) into another letter.
_BASES = frozenset(known[0] for known in EMOJI_DATA if len(known.rstrip("\ufe0f")) == 1) - _NOT_EMOJI | {"ⓜ"}
# Selectors, skin tones and tags: they change the emoji before them.
_CHANGES = "\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_JOINER = "\u200d"
# Where emoji lie among the signs that are none: a few ranges are searched much faster than all of `_BASES`.
_BLOCKS = "\u203c\u2049\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
_ONE = f"[{_BLOCKS}][{_CHANGES}]*"
KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
# After Unicode's TR 51, 1.4.9: however many are joined, they are one.
_EMOJI = f"[🇦-🇿]{{2}}|{KEYCAP.pattern}|{_ONE}(?:{_JOINER}{_ONE})*"
EMOJI_RUN = f"(?:{_EMOJI})+"
_FIND = re.compile(_EMOJI).findall


def count_emoji(text: str) -> int:
    """How many emoji a reader sees; ©, ® and ™ are none, nor are two letters of flags that make no flag."""
    if text.isascii():
        return 0
    return sum(1 for found in _FIND(text) if found in EMOJI_DATA or found[0] in _BASES)
