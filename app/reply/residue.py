"""What models leave around a reply that no seeker should see, and where it is cut off.

Seen from models and servers in use: chat-template tokens, the next turn of an imagined talk,
"Here is a response:", letters signed by nobody, placeholders that nobody filled in.
"""

import re

# From here on it is no longer the reply: an end-of-turn token, or a turn of an imagined talk.
_END = re.compile(
    r"<\|[^|>\n]{1,40}\|?>|</s>|<(?:end|start)_of_turn>|\[/?INST\]|<</?SYS>>|</?s>"
    r"|\n\s*(?:user|human|seeker|poster|post|assistant|peer supporter|supporter)\s*:(?=\s)",
    re.IGNORECASE,
)
_UNFINISHED_TOKEN = re.compile(r"<[|/]?[\w|/]{0,40}$|\[/?[A-Z]{0,4}$")
_LEADING = re.compile(
    r"^(?:\s*(?:<\|[^|>\n]{1,40}\|?>(?:\s*(?:assistant|system)\b)?|</?s>|\[/?INST\]|<<SYS>>.*?<</SYS>>|<start_of_turn>(?:model)?"
    r"|(?:assistant|supporter|peer supporter|reply|response|ai|bot)\s*:(?=\s)"
    r"|\*\*(?:reply|response)\s*:?\*\*:?))+\s*",
    re.IGNORECASE | re.DOTALL,
)
_PREAMBLE = re.compile(
    r"^(?:(?:sure|certainly|of course|absolutely|okay|ok)\b[^.:\n]{0,30}[.!,:]\s*)?"
    r"(?:here(?:'s|’s| is| are)|below is|this is)\b[^:\n]{0,120}"
    r"\b(?:reply|response|message|answer|draft|words?)\b[^:\n]{0,120}:\s*",
    re.IGNORECASE,
)
ACKNOWLEDGEMENT = re.compile(r"^(?:sure|certainly|of course|absolutely|okay|ok)(?: thing)?[!.]$", re.IGNORECASE)
_PLACEHOLDER = (
    r"(?:\[|\{\{?)\s*(?:your|my|the|their|insert|name|first|user|poster|seeker|friend|recipient|city|date|add)"
    r"\b[^\]\}\n]{0,40}(?:\]|\}\}?)"
)
_HAS_PLACEHOLDER = re.compile(_PLACEHOLDER, re.IGNORECASE)
_SALUTATION = re.compile(rf"^(?:dear|hi|hello|hey)(?: there)?,?\s+{_PLACEHOLDER}\s*[,:!.–—-]*\s*", re.IGNORECASE)
_SIGN_OFF = re.compile(
    r"^(?:(?:with |all )?(?:my )?(?:best|warm(?:est)?|kind(?:est)?|love|care|warmth|hugs|sincerely|warmly|yours"
    r"|respectfully|regards|cheers|take care|in solidarity|be well|blessings)"
    r"(?: (?:regards|wishes|and [a-z]+|truly|always|sincerely|hugs|of luck|to you))*)"
    r"(?:,\s*[^.!?\n]{0,40}|\s*[–—-]\s*[^.!?\n]{0,40})?$",
    re.IGNORECASE,
)
_NAMELESS = re.compile(
    r"^[-–—~]*\s*(?:your?|a|the)\s+(?:caring |kind |supportive |fellow )?(?:peer )?"
    r"(?:friend|supporter|peer|listener|companion)[^.!?\n]{0,20}$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^[(\[*]*\s*(?:word count|words|note|total words|end of (?:reply|response))\b\s*[:=)].*$"
    r"|^[(\[*]*\s*\d{2,3} words[)\]*.]*$",
    re.IGNORECASE,
)


def before_end(text: str) -> tuple[str, bool]:
    """The text up to where the model stopped replying, and whether it did."""
    found = _END.search(text)
    return (text[: found.start()], True) if found else (text, False)


def without_unfinished_token(text: str) -> str:
    """The text without the beginning of a template token that was cut off."""
    return _UNFINISHED_TOKEN.sub("", text)


def without_leading(text: str) -> str:
    """The text without template tokens and role labels before the reply."""
    return _LEADING.sub("", text)


def without_preamble(text: str) -> str:
    """The opening without "Here is a response:" and without a salutation to nobody."""
    return _SALUTATION.sub("", _PREAMBLE.sub("", text))


def is_meta(sentence: str) -> bool:
    """Whether a sentence talks about the reply, or has a placeholder that nobody filled in."""
    return bool(_ASIDE.match(sentence) or _HAS_PLACEHOLDER.search(sentence))


def is_sign_off(line: str) -> bool:
    """Whether a line closes a letter ("Warmly,", "Best wishes, [Your Name]", "Your friend").

    >>> is_sign_off("Take care,"), is_sign_off("Take care of yourself tonight.")
    (True, False)
    """
    bare = line.strip().strip("*_")
    return bool(_SIGN_OFF.match(_HAS_PLACEHOLDER.sub("x", bare)) or _NAMELESS.match(bare))
