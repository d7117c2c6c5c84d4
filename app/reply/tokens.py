"""How many tokens a prompt has, guessed without a tokenizer; the worker's own count decides."""

from app.reply.prompt import Message

_PER_MESSAGE = 8
# English has about four characters a token. What is not ASCII costs SmolLM2 and Llama 2
# about a token for each two bytes of UTF-8 (an emoji: two to four tokens).
_ASCII_PER_TOKEN = 4
_OTHER_BYTES_PER_TOKEN = 2
# A guess may be this much too high before we refuse a post on its word alone.
_SURE = 0.6


def estimate_tokens(messages: tuple[Message, ...]) -> int:
    """A guess of the tokens that the messages take, the template's own included."""
    total = 0
    for message in messages:
        ascii_characters = len(message.content.encode("ascii", "ignore"))
        other_bytes = len(message.content.encode()) - ascii_characters
        total += _PER_MESSAGE + ascii_characters // _ASCII_PER_TOKEN + other_bytes // _OTHER_BYTES_PER_TOKEN
    return total


def surely_exceeds(estimate: int, room: int) -> bool:
    """Whether even a guess that is far too high leaves no doubt."""
    return estimate * _SURE > room
