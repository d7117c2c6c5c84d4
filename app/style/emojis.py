"""Emoji counted by grapheme: a flag, a keycap, a family or a skin tone counts one."""

import re
from functools import lru_cache

import emoji

# What an emoji may be made of; the emoji library, which is slow on plain text, decides on such runs alone.
EMOJI_RUN = (
    "(?:[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299"
    "\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f])+"
)
_RUN = re.compile(EMOJI_RUN)
# A chain of joined emoji longer than any real one; the emoji library takes quadratic time on it.
_LONG_CHAIN = re.compile(r"(?:[^\u200d]{1,3}\u200d){11,}")
# Runs up to this length are remembered: a few hundred emoji are most of what people send.
_SHORT = 16
# Signs that the emoji list holds and that nobody means as one.
_NOT_EMOJI = frozenset("©®™")


def count_emoji(text: str) -> int:
    """How many emoji a reader sees; ©, ® and ™ are none."""
    if text.isascii():
        return 0
    return sum(_in_short_run(run) if len(run) <= _SHORT else _in_run(run) for run in _RUN.findall(text))


@lru_cache(maxsize=1024)
def _in_short_run(run: str) -> int:
    return _in_run(run)


def _in_run(run: str) -> int:
    if run.count("\u200d") > 10:
        run = _LONG_CHAIN.sub(lambda chain: chain.group().replace("\u200d", ""), run)
    # One at a time: a list of thousands of them keeps the garbage collector busy.
    return sum(1 for token in emoji.analyze(run) if token.chars[0] not in _NOT_EMOJI)
