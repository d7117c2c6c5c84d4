"""What models leave around a reply that no seeker should see, and where it is cut off.

Seen from models and servers in use: chat-template tokens, thinking aloud, the next turn of an imagined
talk, "Here is a response:", letters signed by nobody, placeholders that nobody filled in.
Every pattern is bounded, since what comes here may be long and strange.
"""

import re

_SPACE = r"[^\S\n]*"
_ROLE = r"(?:user|human|seeker|poster|assistant|peer supporter|supporter)"
# From here on it is no longer the reply: an end-of-turn token, or a turn of an imagined talk.
_END = re.compile(
    r"<\|[^|>\n]{1,40}\|?>|<｜[^｜>\n]{1,40}｜?>|<turn\|>|</?s>|<(?:eos|bos|pad|unk)>|<(?:end|start)_of_turn>"
    r"|\[/?INST\]|\[TOOL_CALLS\]|<</?SYS>>"
    rf"|\n{_SPACE}(?:#{{1,4}}{_SPACE}|\*\*)?{_ROLE}{_SPACE}:(?=\s|\*)",
    re.IGNORECASE,
)
_LONGEST_END = 60
_UNFINISHED_TOKEN = re.compile(
    rf"<(?!3)[|/]?[\w|/]{{0,40}}$|\[/?[A-Z]{{0,4}}$|\n{_SPACE}{_ROLE}{_SPACE}:{_SPACE}$", re.IGNORECASE
)
_THINKING = re.compile(r"^\s*(?:<think>.*?</think>|<<SYS>>.*?<</SYS>>)\s*", re.IGNORECASE | re.DOTALL)
_STILL_THINKING = re.compile(r"^\s*(?:<think>(?!.*</think>)|<<SYS>>(?!.*<</SYS>>))", re.IGNORECASE | re.DOTALL)
_LABEL = (
    r"(?:(?:empathe?t?ic|warm|supportive|kind|my) )?"
    r"(?:assistant|supporter|peer supporter|reply|response|ai|bot)"
)
_LEADING = re.compile(
    rf"^(?:\s*(?:(?:<\|[^|>\n]{{1,40}}\|?>|<start_of_turn>)(?:{_SPACE}(?:assistant|system|model)\b(?=\s|<))?"
    r"|</?s>|\[/?INST\]|-{3,}(?=\s)|```\w{0,10}(?=\s)"
    rf"|#{{1,4}}{_SPACE}{_LABEL}{_SPACE}:?(?=\s)|\*\*{_LABEL}{_SPACE}:?\*\*:?|{_LABEL}{_SPACE}:(?=\s)))+\s*",
    re.IGNORECASE,
)
_OPENING = (
    r"(?:sure|certainly|of course|absolutely|okay|ok|i'd be (?:happy|glad) to|i can do that|happy to help)"
    r"[^.!:\n]{0,30}"
)
ACKNOWLEDGEMENT = re.compile(rf"^{_OPENING}[!.]$", re.IGNORECASE)
_MAY_BE_LEADING = re.compile(
    r"^\s*(?:[<\[#*`-]|(?:assistant|supporter|peer|reply|response|ai|bot|model|system|empath\w*|warm|supportive|kind|my)\b"
    r"|\w{0,10}$)",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    rf"^[*#>\s]{{0,6}}(?:{_OPENING}[.!,:]\s*)?(?:based on [^:,\n]{{0,60}},\s*)?"
    r"(?:here you go[:!.]|"
    r"(?:here(?:'s| is)|below is|this is)\s+(?:a|an|the|my|one)\s+(?:[\w-]{1,20},?\s+){0,5}"
    r"(?:reply|response|message|draft)\b[^:\n]{0,100}:|here are \d{2,3} words\b[^:\n]{0,40}:)[*_]{0,3}\s*",
    re.IGNORECASE,
)
_PLACEHOLDER = (
    r"(?:[\[{]{1,2}\s*(?:your|my|the|their|insert|user|user_?name|poster|seeker|supporter|friend|recipient|city|date|add"
    r"|name|first|op|phone|crisis|hotline|helpline|number)(?![a-z])[^\]}\n]{0,40}[\]}]{1,2}"
    r"|<(?:your|my|insert|user|user_?name|name)(?![a-z])[^>\n]{0,30}>"
    # What stood for somebody's address or number in the post (`app.safety.redaction`).
    r"|\[(?:email|phone|card|iban|ssn|url|handle|ip)_\d{1,4}\])"
)
_HAS_PLACEHOLDER = re.compile(_PLACEHOLDER, re.IGNORECASE)
_SALUTATION = re.compile(rf"^(?:(?:dear|hi|hello|hey)(?: there)?,?\s+)?{_PLACEHOLDER}\s*[,!:–—-]+\s*", re.IGNORECASE)
_CLOSING = (
    r"(?:(?:(?:all )?(?:my |the )?(?:best|warm(?:est)?|kind(?:est)?) )?(?:regards|wishes)|sincerely|warmly|yours"
    r"|yours (?:truly|sincerely)|respectfully"
    r"|with (?:all )?(?:my )?(?:love|care|warmth|hugs|kindness)(?: and \w{3,10})?|take care|all my best"
    r"|in solidarity|be well)"
)
_SIGN_OFF = re.compile(
    rf"^(?:{_CLOSING}(?:\s*[,–—-]\s*[^.!?\n]{{0,40}})?"
    r"|(?:best|love|hugs|cheers|blessings|much love|all the best|stay strong)\s*,\s*[^.!?\n]{0,40}"
    r"|(?:with|sending|wishing)\b[^.!?\n]{0,50},)$",
    re.IGNORECASE,
)
_NAMELESS = re.compile(
    r"^[-–—~]*\s*(?:your?|a|the)\s+(?:caring |kind |supportive |fellow )?(?:peer )?"
    r"(?:friend|supporter|peer|listener|companion)(?:,?\s+x)?\s*[,.!]?\W{0,6}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[-*_]{3,}$")
# What these begin with is asked first: most sentences begin with none of it.
_ASIDE = re.compile(
    r"(?=[`(\[*\s\dwntel])(?:^```\w{0,10}$|"
    r"^[(\[*]*\s*(?:word count|words|note|total words|end of (?:reply|response))\b\s*[:=)].*$"
    r"|^[(\[*]*\s*\d{2,3} words[)\]*.]*$"
    r"|^(?:this|the) (?:reply|response|message) (?:is|has|contains)\b.{0,40}\bwords\b.{0,20}$"
    r"|^let me know if you(?:'d| would) like (?:me to|a|any|another)\b.{0,60}"
    r"\b(?:tone|version|changes?|shorter|longer|different|rewrite|adjust\w*)\b.{0,40}$)",
    re.IGNORECASE,
)


def before_end(text: str, since: int = 0) -> tuple[str, bool]:
    """The text up to where the model stopped replying, and whether it did.

    Args:
        text: what has come so far.
        since: up to where it was looked through before.
    """
    if not ("\n" in text or "<" in text or "[" in text):
        return text, False
    found = _END.search(text, max(0, since - _LONGEST_END))
    return (text[: found.start()], True) if found else (text, False)


def may_be_leading(text: str) -> bool:
    """Whether the beginning of a draft may still turn out to be a label or a template token."""
    return bool(_MAY_BE_LEADING.match(text))


def is_thinking(text: str) -> bool:
    """Whether the text begins with thinking aloud, or with instructions, that have not ended yet."""
    return bool(_STILL_THINKING.match(text))


def without_unfinished_token(text: str) -> str:
    """The text without the beginning of a template token that was cut off."""
    return _UNFINISHED_TOKEN.sub("", text) if "\n" in text or "<" in text or "[" in text else text


def without_leading(text: str) -> str:
    """The text without thinking, template tokens and labels before the reply."""
    return _without(_LEADING, _without(_THINKING, text))


def _without(beginning: re.Pattern[str], text: str) -> str:
    # With sub, a pattern that can only match at the beginning is tried at each character all the same.
    found = beginning.match(text)
    return text[found.end() :] if found else text


def without_preamble(text: str) -> str:
    """The opening without "Here is a response:" and without a salutation to nobody."""
    plain = text.replace("’", "'")
    found = _PREAMBLE.match(plain)
    bare = _without(_SALUTATION, text[found.end() :] if found else text)
    return "" if _RULE.match(bare) else bare


def is_meta(sentence: str) -> bool:
    """Whether a sentence talks about the reply, or has a placeholder that nobody filled in."""
    if _ASIDE.match(sentence.replace("’", "'")):
        return True
    return _may_have_placeholder(sentence) and bool(_HAS_PLACEHOLDER.search(sentence))


def _may_have_placeholder(text: str) -> bool:
    return "[" in text or "{" in text or "<" in text


def is_sign_off(line: str) -> bool:
    """Whether a line closes a letter ("Warmly,", "Best wishes, [Your Name]", "Your friend").

    >>> is_sign_off("Take care,"), is_sign_off("Take care of yourself tonight.")
    (True, False)
    """
    bare = line.strip().strip("*_")
    if _may_have_placeholder(bare):
        bare = _HAS_PLACEHOLDER.sub("x", bare)
    return bool(_SIGN_OFF.match(bare) or _NAMELESS.match(bare))
