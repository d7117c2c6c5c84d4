"""How each family of models is spoken to: where instructions go, how it samples, what it takes.

The defaults of `gpt`, `llama2` and `mistral` are the study's (Lee et al. 2024): temperature 0.1,
top-p 0.9. What a family's server refuses is learnt at run time (`app.workers.client`); what is
known beforehand stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs between families of models.

    Attributes:
        instructions: `system` sends a system message; `folded` puts the instructions into the
            first user turn, for templates that refuse a system role (Mistral 7B Instruct).
        sampling: parameters of the protocol, sent as they are.
        max_tokens_field: the name under which this family takes the token limit.
        examples: whether the prompt shows example pairs; small models need them.
        framed: whether each post is introduced as somebody's post, so that a small model does
            not go on writing it.
        tokens_per_word: how many tokens we pay for each word of `max_words`. A small model that
            never ends by itself gets fewer, so that it stops inside the band.
    """

    name: str
    instructions: Literal["system", "folded"] = "system"
    sampling: Mapping[str, object] = field(default_factory=lambda: {"temperature": 0.1, "top_p": 0.9})
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    examples: bool = False
    framed: bool = False
    tokens_per_word: float = 1.5


# SmolLM2 with 135 million parameters slips into the poster's part, tells of a life that it never had,
# or congratulates somebody who is in grief. Words by which it would, made less likely (logits), and
# the reader's pronouns more; llama.cpp takes them as text.
_WORD_BIAS = [
    *([word, -4.0] for word in (" my", " My", "My", " me", " myself", " mine", " our", " us", "'ve")),
    # What nobody in distress should read from a machine that does not understand it.
    *([word, -8.0] for word in (" gone", " die", " dead", " kill", " suicide", " selfish", " stubborn", " fault")),
    *([word, -8.0] for word in (" blame", " crazy", " worthless", " husband", " wife", " boyfriend", " girlfriend")),
    *([word, -3.0] for word in (" lucky", " wonderful", " amazing", " glad", " great", " grateful")),
    [" I", -3.0],
    # And more of speaking to the one who wrote.
    *([word, 0.6] for word in (" you", " your", " You", " Your")),
]

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        # Without reasoning, newer models of this family take a temperature again, and the tokens
        # that we pay for are the reply's own. Older ones do not know the word; the client learns it.
        Profile(
            "gpt",
            sampling={"temperature": 0.1, "top_p": 0.9, "reasoning_effort": "none", "store": False},
            max_tokens_field="max_completion_tokens",
        ),
        Profile("llama2"),
        Profile("mistral", instructions="folded"),
        Profile(
            "smollm2",
            sampling={
                "temperature": 0.1,
                "top_p": 0.9,
                "repeat_penalty": 1.1,
                "repeat_last_n": 64,
                # Against whole sentences said twice; words of the post may come again.
                "dry_multiplier": 0.8,
                "dry_allowed_length": 4,
                "dry_penalty_last_n": 128,
                "logit_bias": _WORD_BIAS,
            },
            examples=True,
            framed=True,
            tokens_per_word=1.0,
        ),
        Profile("default"),
    )
}

_NAME_PARTS = (
    ("smollm", "smollm2"),
    ("llama", "llama2"),
    ("mistral", "mistral"),
    ("mixtral", "mistral"),
    ("gpt", "gpt"),
)


def profile_for(model: str) -> Profile:
    """The profile of the family that a model's name tells, or `default`.

    >>> profile_for("mistralai/Mistral-7B-Instruct-v0.2").name
    'mistral'
    """
    lowered = model.lower()
    family = next((family for part, family in _NAME_PARTS if part in lowered), "default")
    return PROFILES[family]
