"""Phone numbers, addresses and handles in a reply, and which of them are known to be right."""

import re
from collections.abc import Collection, Iterator

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_TOP = (
    "com|org|net|info|io|co|app|me|chat|help|health|care|support|gov|edu|online|site|gg|tv|xyz|link|page|dev|ai|example"
    "|uk|us|au|ca|de|fr|ie|nz|eu|ly"
)
_URL = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"')\]]{{1,200}}"
    rf"|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TOP})(?![\w-])(?!\.\w)(?:/[^\s<>\"')\]]{{0,200}})?",
    re.IGNORECASE,
)
# An address written so that no machine reads it.
_VEILED = re.compile(r"[\w.]{2,40} ?[(\[]at[)\]] ?[\w-]{2,40}(?: ?[(\[]dot[)\]] ?| dot |\.)\w{2,10}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@./])(?:@[A-Za-z_]\w{1,30}|\b[ur]/\w{2,30})")
# The reader is sent to a name on a service, with no sign before it.
_NAMED = re.compile(
    r"\b(?:whatsapp|telegram|signal|instagram|insta|snapchat|snap|discord|skype|kik|facebook|messenger|reddit|twitter"
    r"|tiktok|ig)\b(?: (?:me|us|him|her|them))?(?: (?:at|as|under|is|handle|username|id|name))*[: ]+"
    r"(?=\S{0,30}[\d_.#])[\w.#]{3,30}",
    re.IGNORECASE,
)
_NAMED_FIRST = re.compile(
    r"(?<![\w@.])\w{2,20}[._]\w[\w.]{1,20} on (?:whatsapp|telegram|signal|insta|snap|discord|skype|kik|facebook"
    r"|twitter|tiktok|x\b)",
    re.IGNORECASE,
)
# None of these patterns matches where all of these signs are missing, and neither of those two without a service.
_ADDRESSES = (("@", _EMAIL), ("([", _VEILED), (".:", _URL))
_SERVICE = re.compile(
    r"whatsapp|telegram|signal|insta|snap|discord|skype|kik|facebook|messenger|reddit|twitter|tiktok|\big\b| on x\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,/:$€£%-])\+?\(?\d(?:[ \t.()\u2011\u2013-]{0,2}\d){2,17}(?![\d%])")
_NO_PHONE = re.compile(
    r"(?:19|20)\d\d|(?:19|20)\d\d[-–. ]{1,3}(?:(?:19|20)\d\d|\d{1,2}[-. ]\d{1,2})|\d{1,2}[-.]\d{1,2}[-.](?:19|20)?\d\d"
    r"|\d{1,2}\.\d\d ?[-–] ?\d{1,2}\.\d\d|\d{1,2}(?: ?[-–] ?\d{1,2}){1,2}|\d{1,3}(?: \d{3})+(?= \w)|\d{1,3}\.\d{1,3}"
)
# A number this short is one to call only where the words around it say so.
_SHORT = 6
_UNIT = re.compile(
    r"\s?(?:am|pm|a\.m|p\.m|times?|days?|hours?|hrs?|minutes?|mins?|seconds?|weeks?|months?|years?|miles?|km|kg|kilos?"
    r"|lbs?"
    r"|pounds?|dollars?|euros?|bucks|people|percent|calories|kcal|words?|reasons?|steps?|degrees|th|st|nd|rd|k|mg|ml|m"
    r"|metres?|meters?|feet|things|messages|followers|students|o'clock)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:call(?:ing)?|dial(?:ling|ing)?|ring(?:ing)?|phone|phoning|text(?:ing)?|sms|reach(?:ed)?|contact(?:ing)?"
    r"|number is"
    r"|line|lifeline|hotline|helpline|samaritans|number)\b[^\d.!?]{0,40}$",
    re.IGNORECASE,
)
_CALLED_AFTER = re.compile(
    r"^[^\d.!?]{0,15}\b(?:lifeline|hotline|helpline|crisis|suicide|emergency|line)\b|^,? (?:is|are) (?:free|open|there"
    r"|available)"
    r"|^ (?:now|right now|immediately|straight away|for help|for support)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?")


def known_contacts(contacts: Collection[str]) -> frozenset[str]:
    """Numbers, addresses and handles as they are compared: digits only, or lower case without scheme and slash."""
    return frozenset(_key(contact) for contact in contacts)


def _key(contact: str) -> str:
    digits = "".join(filter(str.isdigit, contact))
    if digits and not any(char.isalpha() or char == "@" for char in contact):
        return digits
    return _SCHEME.sub("", contact.strip().lower()).rstrip("/.,;:!?")


def has_unknown_contact(raw: str, known: Collection[str]) -> bool:
    """Whether a sentence gives a way to reach somebody that is not known to be right.

    Dates, times, ages, prices and counts are none.
    """
    return any(not _is_known(contact, known) for contact in _contacts(raw))


def _contacts(raw: str) -> Iterator[str]:
    rest = raw
    for signs, pattern in _ADDRESSES:
        if any(map(rest.__contains__, signs)):
            yield from (match[0] for match in pattern.finditer(rest))
            rest = pattern.sub(" ", rest)
    if "@" in rest or "/" in rest:
        yield from (match[0] for match in _HANDLE.finditer(rest))
    if _SERVICE.search(rest):
        yield from (match[0] for pattern in (_NAMED, _NAMED_FIRST) for match in pattern.finditer(rest))
    for match in _NUMBER.finditer(rest):
        if _is_phone(match, rest):
            yield match[0]


def _is_phone(match: re.Match[str], raw: str) -> bool:
    number = match[0]
    after = raw[match.end() : match.end() + 30]
    digits = sum(map(str.isdigit, number))
    if _UNIT.match(after) and digits <= _SHORT:
        return False
    if _NO_PHONE.fullmatch(number) or (_NO_PHONE.fullmatch(number.strip("().-")) and digits <= _SHORT):
        return False
    if digits > _SHORT:
        return True
    before = raw[max(0, match.start() - 60) : match.start()]
    return bool(_CALLED.search(before) or _CALLED_AFTER.search(after))


def _is_known(contact: str, known: Collection[str]) -> bool:
    key = _key(contact)
    if key in known:
        return True
    if not key.isdigit():
        return key.partition("/")[0] in known
    if contact.lstrip("( ").startswith(("+", "00")):
        return any(one.isdigit() and key.endswith(one.lstrip("0")) and len(key) - len(one) <= 4 for one in known)
    return False
