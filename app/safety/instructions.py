"""Posts that give orders to whoever answers, and replies that obey them instead of answering.

A post is material and never an instruction. Nobody is refused for it: people in distress quote anything. But what is
written to such a post is reviewed as a whole before anything is shown, and must be a reply.
"""

import re

from app.safety.rules import rules_of

# A reply that has fewer words says nothing to somebody who hopes for one.
LEAST_WORDS = 20
# As many words in a row are no chance.
_RUN = 6
# How much of a reply may be the post's own words.
_MOST_COPIED = 0.5
# What stands between the turns of a machine, and letters that turn others round or hide them.
_TEMPLATE = re.compile(
    r"<\||\|>|\[/?inst\]|<</?sys>>|</?(?:s|system|user|assistant|post|instructions?)>|^#{2,}|```|\{\{|\"role\""
    "|[\u202a-\u202e\u2066-\u2069]",
    re.MULTILINE,
)
_HIDDEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF))
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Of whoever is spoken to, in the languages that replies are written in most.
_YOU = frozenset(
    "you you're you've you'll your yours yourself du dich dir dein deine deinen sie ihnen ihr tu te toi ton ta tes "
    "vous votre vos ti tuo tua lei "
    "usted su sus tú você voce teu tua seu sua je jij jou jouw u uw ty ci ciebie twój dig din dina ditt".split()
)


def gives_orders(post: str) -> bool:
    """Whether a post speaks to the machine that answers it."""
    if not post.isascii():
        post = post.translate(_HIDDEN).replace("’", "'")
    plain = " ".join(post.lower().split())
    if _TEMPLATE.search(plain):
        return True
    return any(True for _ in rules_of("instructions").find(plain, set(_WORD.findall(plain))))


def only_obeys(reply: str, post: str) -> bool:
    """Whether a whole reply to a post that gives orders is none: too short, to nobody, or the post's own words."""
    words, told = _WORD.findall(reply.lower()), _WORD.findall(post.lower())
    if len(words) < LEAST_WORDS or _YOU.isdisjoint(words):
        return True
    runs = {tuple(told[place : place + _RUN]) for place in range(len(told) - _RUN + 1)}
    copied = sum(tuple(words[place : place + _RUN]) in runs for place in range(len(words) - _RUN + 1))
    return copied > _MOST_COPIED * len(words)
