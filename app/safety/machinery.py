"""What no person writes to another: slots that nobody filled in, and the signs that drive a model."""

import re

_SLOT = (
    r"your|my|the|their|his|her|insert|user|name|names|first|last|poster|seeker|supporter|friend|recipient|city|state"
    r"|date|add"
    r"|op|phone|crisis|hotline|helpline|number|local|country|person|specific|link|email|relevant|include|enter|fill"
    r"|company"
    r"|organi[sz]ation|title|age|time|day|place|location|website|url|placeholder|redacted|blank|x|pronoun|emotion"
    r"|feeling"
)
_PLACEHOLDER = re.compile(
    rf"[\[{{]{{1,2}}\s*(?:{_SLOT})(?![a-z])[^\]}}\n]{{0,60}}[\]}}]{{1,2}}"
    r"|[\[{]{1,2}\s*[a-z][\w ]{0,30}[ _](?:name|number|here|city|date|hotline|link|city|town|email"
    r"|details?)\s*[\]}]{1,2}"
    rf"|\((?:insert|your name|name here|add|fill in|enter)(?![a-z])[^)\n]{{0,60}}\)"
    rf"|<\s*(?:your|my|insert|user|user_?name|name|first|their|phone|number|hotline|city|date|add|friend"
    rf"|enter)(?![a-z])[^>\n]{{0,40}}>"
    r"|%\(?[a-z_]{3,20}\)?[%s]|\$\{?[a-z_]{4,20}\b\}?|\{\{?\s*[a-z_][\w.]{0,30}\s*\}\}?|<\w{1,20}_\w{1,20}>"
    r"|\bx{3,4}[- ]x{3,4}\b|_{3,}|\b[a-z]{2,12}_(?:name|here|number|placeholder)\b|\blorem ipsum\b"
    r"|\([\w' ]{0,30}\b(?:(?:name|number|city|date|place|link|text|details?) )?(?:goes )?here\)"
    r"|\((?:name|city|phone number|number|date|signature|nickname|your \w+)\)"
    r"|\((?:to be|please) (?:added|filled|completed|inserted)"
    r"|«[a-z _]{3,30}»",
    re.IGNORECASE,
)
# Whatever else stands in brackets; what writers say beside the text does not.
_BRACKETS = re.compile(
    r"\[(?!(?:sic|hugs?|sighs?|laughs?|smiles?|pause)\]|[^\]]{0,50} (?:a|the|is|was"
    r"|in) )[a-z][\w'/-]{0,25}(?:[ ,]{1,2}[\w'/-]{1,25}){0,3}\](?!\()",
    re.IGNORECASE,
)
# In capitals only: kisses are written small, and so are most words in brackets.
_LOUD = re.compile(
    r"\bX{3,}\b|\b[A-Z]{2,}(?:_[A-Z]{2,})+\b|\bTO BE (?:ADDED|FILLED)|\b(?:YOUR|FIRST|USER|CITY) ?NAME\b"
    r"|\bT(?:BD|ODO)\b|\[[A-Z][A-Z0-9_ ]{1,40}\]|\[(?:[A-Z]|\.{3}|…|_+|\s*)\]|<[A-Z][A-Z_ ]{2,30}>"
)
_PLACEHOLDERS = (_PLACEHOLDER, _BRACKETS, _LOUD)
# None of them matches where all of these are missing.
_SLOTS = ("[", "{", "(", "<", "%", "$", "_", "«", "XXX", "TO BE", "NAME", "TBD", "TODO")
_SMALL_SLOTS = ("xxx", "lorem")
LEAK = re.compile(
    r"<\|[^|>\n]{1,40}\|?>|<｜[^｜>\n]{1,40}｜?>|</?s>|<(?:eos|bos|pad|unk)>|<(?:end|start)_of_turn>|</?think>"
    r"|\[/?INST\]|\[TOOL_CALLS\]|<</?SYS>>|```|</?(?:script|img|div|iframe|html|body|style|system|svg|p|br"
    r"|a)\b[^>\n]{0,80}>"
    r"|[{,\[]\s*[\"'][\w-]{1,30}[\"']\s*:|^\W{0,3}\{\s*\"|^\s*#{1,6}\s*(?:system|prompt|instructions?)"
    r"|!\[[^\]\n]{0,60}\]\("
    r"|(?-i:(?<![\w/])(?=[A-Za-z0-9+/]{0,40}\d)(?=[A-Za-z0-9+/]{0,40}[A-Z])(?=[A-Za-z0-9+/]{0,40}[a-z])[A-Za-z0-9+/]{24,}={0,2})"
    r"|(?:\b[0-9a-f]{2} ){12}|(?:\b[01]{8}\b ?){4}",
    re.IGNORECASE,
)
# Letters apart from each other, as nobody writes.
SPACED = re.compile(r"(?:\b\w[ .-]{1,2}){10}")
# Bytes of a sentence that is only words and the usual marks; what is left without them is looked at closer.
_USUAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.'!?\n;:\"-\xe2\x80\x99\x9c\x9d\x94\x93\xa6"


def has_signs(text: str) -> bool:
    """Whether a text has what only placeholders, addresses, numbers and machinery are written with."""
    return (
        bool(text.encode("utf-8", "replace").translate(None, _USUAL)) or "XX" in text or "TBD" in text or "NAME" in text
    )


def has_placeholder(text: str) -> bool:
    """Whether a sentence has a slot that nobody filled in."""
    if not any(map(text.__contains__, _SLOTS)):
        small = text.lower()
        if not any(map(small.__contains__, _SMALL_SLOTS)):
            return False
    return any(slot.search(text) for slot in _PLACEHOLDERS)
