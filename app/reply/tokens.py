"""How many tokens a prompt has, guessed without a tokenizer; the worker's own count decides."""

from collections.abc import Mapping

from app.reply.conversation import Conversation
from app.reply.profiles import Profile
from app.reply.prompt import Message, build_messages
from app.reply.request import DEFAULT_BAND, ReplyRequest

_PER_MESSAGE = 8
# English has about four characters a token. What is not ASCII costs SmolLM2 and Llama 2
# about a token for each two bytes of UTF-8 (an emoji: two to four tokens).
_ASCII_PER_TOKEN = 4
_OTHER_BYTES_PER_TOKEN = 2
# A guess may be this much too high before we refuse a post on its word alone.
_SURE = 0.6
# What a model may write, beside what its words take.
_EXTRA_TOKENS = 16
_MAX_TOKENS = 512


def max_completion_tokens(profile: Profile, max_words: int) -> int:
    """What a model may write for a reply of so many words."""
    return min(int(profile.tokens_per_word * max_words) + _EXTRA_TOKENS, _MAX_TOKENS)


def estimate_tokens(messages: tuple[Message, ...]) -> int:
    """A guess of the tokens that the messages take, the template's own included."""
    total = 0
    for message in messages:
        total += _PER_MESSAGE + tokens_of(message.content)
    return total


def tokens_of(text: str) -> int:
    """A guess of the tokens of a text."""
    ascii_characters = len(text.encode("ascii", "ignore"))
    other_bytes = len(text.encode()) - ascii_characters
    return ascii_characters // _ASCII_PER_TOKEN + other_bytes // _OTHER_BYTES_PER_TOKEN


def surely_exceeds(estimate: int, room: int) -> bool:
    """Whether even a guess that is far too high leaves no doubt."""
    return estimate * _SURE > room


class TokenGuess:
    """What a request will use, guessed before it is planned; the truth takes its place when it is known.

    Args:
        profiles: of each model, by its public name.
    """

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = profiles
        short = Conversation.of("Hello.")
        self._fixed = {
            name: estimate_tokens(build_messages(short, profile, DEFAULT_BAND)) for name, profile in profiles.items()
        }

    def prompt(self, request: ReplyRequest) -> int:
        return self._fixed[request.model] + sum(
            map(tokens_of, (request.post, *(turn.text for turn in request.history)))
        )

    def completion(self, request: ReplyRequest) -> int:
        """At most; nobody knows how much less it will be."""
        return max_completion_tokens(self._profiles[request.model], request.band.max_words)
