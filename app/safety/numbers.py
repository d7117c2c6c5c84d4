"""Numbers in a text that reach a person or their money: cards, accounts, social security, IP addresses, phones.

Every rule begins where a run of digits does and is bounded in length, so that the time is linear in the text.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from app.safety.check_digits import is_card, is_ssn, passes_mod_97
from app.safety.identifiers import Identifier
from app.safety.phones import phone_at

_RUN = re.compile("[0-9]+")
# No letter, no currency and no other number touches it.
_BEFORE = r"(?<![\w+])(?<![0-9][-.,/])"
_BEHIND = r"(?!\w|[-.,/][0-9])"
_CARD = re.compile(rf"{_BEFORE}[2-6][0-9]{{3}}(?:[ -]?[0-9]){{10,15}}{_BEHIND}")
_SSN = re.compile(rf"{_BEFORE}([0-9]{{3}})([- ]?)([0-9]{{2}})\2([0-9]{{4}}){_BEHIND}")
_SSN_TOLD = re.compile(r"\b(?:ssn|social(?: security)?(?: (?:number|no\.?))?)(?: is| was|:| =)?[ #:]*$", re.IGNORECASE)
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"(?<![\w.])(?<![0-9][:-]){_BYTE}(?:\.{_BYTE}){{3}}(?![\w-]|\.\w)")
_IPV6 = re.compile(
    rf"(?<![\w:.])(?:[0-9a-f]{{1,4}}|:)(?::[0-9a-f]{{0,4}}){{1,8}}(?:(?<=:){_BYTE}(?:\.{_BYTE}){{3}})?(?![\w:]|\.[0-9])",
    re.IGNORECASE,
)
_COLONS = re.compile(r":[0-9a-fA-F]{0,4}:")
# A version or a chapter has four parts as well.
_NO_ADDRESS = re.compile(
    r"(?:\b(?:v|ver|version|section|sec|chapter|clause|paragraph|para|part|build|release|update|firmware|ios|android"
    r"|patch|driver|exercise|step)|§)\.?\s*$",
    re.IGNORECASE,
)


def may_hold_numbers(text: str) -> bool:
    """Whether a digit is there; ten searches for one letter each take a tenth of one for ten letters."""
    return (
        "1" in text or "0" in text or "2" in text or "3" in text or "4" in text
        or "5" in text or "6" in text or "7" in text or "8" in text or "9" in text
    )  # fmt: skip


def find_numbers(text: str) -> Iterator[Identifier]:
    """What the text has, from its beginning to its end; no two overlap, but for IPv6 addresses."""
    if _COLONS.search(text):
        for match in _IPV6.finditer(text):
            if _is_ipv6(match[0]):
                yield Identifier("IP", *match.span(), match[0].lower())
    end = 0
    for run in _RUN.finditer(text):
        if run.start() >= end and (found := _number_at(text, run.start(), run.end())):
            end = found.end
            yield found


def _number_at(text: str, start: int, end: int) -> Identifier | None:
    """The number whose first run of digits stands here; few rules can hold for a run of this length."""
    length = end - start
    if length > 1 and (behind := _iban_end(text, start - 2)):
        return Identifier("IBAN", start - 2, behind, "".join(filter(str.isalnum, text[start - 2 : behind])).upper())
    if length <= 3 and text[end : end + 1] == "." and (match := _IPV4.match(text, start)):
        if _NO_ADDRESS.search(text, max(0, start - 16), start):
            return None
        return Identifier("IP", *match.span(), match[0])
    if length in (3, 9) and (match := _SSN.match(text, start)) and _is_ssn(match):
        return Identifier("SSN", *match.span(), _digits(match[0]))
    if length >= 4 and (match := _CARD.match(text, start)) and (behind := _card_end(match)):
        return Identifier("CARD", start, behind, _digits(text[start:behind]))
    if span := phone_at(text, start):
        return Identifier("PHONE", *span, _digits(text[slice(*span)]))
    return None


def _is_ssn(match: re.Match[str]) -> bool:
    """With dashes its form says it; without, the words before it must."""
    area, separator, group, serial = match.groups()
    told = separator == "-" or _SSN_TOLD.search(match.string, max(0, match.start() - 40), match.start())
    return bool(told) and is_ssn(area, group, serial)


def _iban_end(text: str, start: int) -> int | None:
    """Where an IBAN ends that begins here: its country says how long it is; words may follow it."""
    length = IBAN_LENGTHS.get(text[start : start + 2].upper()) if start >= 0 else None
    if length is None or text[start - 1 : start].isalnum():
        return None
    taken: list[str] = []
    for place in range(start, min(len(text), start + 2 * length)):
        char = text[place]
        if char.isascii() and char.isalnum():
            taken.append(char)
        elif char not in " -" or text[place - 1] in " -":
            return None
        if len(taken) == length:
            behind = text[place + 1 : place + 2]
            return None if behind.isalnum() or not passes_mod_97("".join(taken).upper()) else place + 1
    return None


def _card_end(match: re.Match[str]) -> int | None:
    """Where a card number ends that begins here; its security code or date may follow it."""
    text, start = match.string, match.start()
    for end in range(match.end(), start + 13, -1):
        if text[end - 1].isdigit() and not text[end : end + 1].isdigit() and is_card(_digits(text[start:end])):
            return end
    return None


def _is_ipv6(text: str) -> bool:
    """An address rather than a time, an emoji's name or a name in code."""
    groups = [group for group in text.split(":") if group]
    if not may_hold_numbers(text) or not (len(groups) > 2 or any(len(group) > 2 for group in groups)):
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


# Characters of an IBAN by country, as SWIFT's registry lists them.
_BY_LENGTH = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
IBAN_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}
