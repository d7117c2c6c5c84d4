"""What was seen in a post and in a reply, as plain values."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["none", "soft", "elevated", "imminent"]
LEVELS: tuple[Level, ...] = ("none", "soft", "elevated", "imminent")
Subject = Literal["self", "other", "unknown"]
Type = Literal["suicide", "self_harm", "despair", "eating_disorder", "substance", "abuse", "violence"]
Action = Literal["allow", "flag", "regenerate", "drop"]
CheckId = Literal[
    "lived", "human", "diagnosis", "dose", "romance", "harm", "contact", "leak", "placeholder", "refusal", "language",
    "contradiction", "obeys", "promise", "minimise", "blame",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a text, in characters (code points) from its beginning; `end` is behind the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a screen saw in a post.

    Attributes:
        level: how grave it is, and no clinical score. soft: hopelessness, being a burden, passive, ambiguous or denied
            thoughts. elevated: thoughts of suicide, self-harm, an attempt in the last months, an eating disorder or a
            substance that endangers, abuse. imminent: a plan, means, a time, a goodbye, an attempt under way, a threat
            to others.
        subject: who is in danger: who wrote, somebody else, or it cannot be told.
        types: what the danger is, gravest first.
        denied: the writer says that it is not so; that alone never makes it less than soft.
        spans: the sentences of the post that say so.
        is_medical: it asks or tells of medicines, symptoms, allergies or a diagnosis: no advice is owed here.
    """

    level: Level = "none"
    subject: Subject = "unknown"
    types: tuple[Type, ...] = ()
    denied: bool = False
    spans: tuple[Span, ...] = ()
    is_medical: bool = False


UNRATED = Rating()


@dataclass(frozen=True, slots=True)
class Flag:
    """What a check found in a reply: the check's id, and which characters of the reply."""

    id: str
    start: int
    end: int
