"""Phone numbers as people write them: with a plus, with separators, or with a bracketed area code.

A bare run of digits is a time stamp, an order or an account as often as a phone, so it counts only where the words
before it say that it is one.
"""

import re

# A blank, a full stop or a dash of some kind, at most with a blank beside it.
_SEP = r"(?: ?[-.\u2010-\u2013/] ?|[ \u00a0])"
_GROUP = rf"(?:{_SEP}?\([0-9]{{1,5}}\)|{_SEP}[0-9]{{1,8}}|(?<=\))[0-9]{{1,8}})"
_SHAPES = (
    # +44 20 7946 0958, +1 (555) 012-3456, +49 (0)30 123456
    rf"\+[1-9][0-9]{{0,14}}{_GROUP}{{0,6}}",
    rf"00[1-9][0-9]{{0,2}}{_GROUP}{{2,6}}",
    # (555) 012-3456, (020) 7946 0958, (11) 91234-5678
    rf"(?:[18]{_SEP})?\((?!(?:19|20)[0-9][0-9]\))[0-9]{{2,5}}\) ?[0-9]{{2,5}}(?:{_SEP}?[0-9]{{2,4}}){{1,3}}",
    # 555-012-3456, 1-555-012-3456, 555.012.3456
    rf"(?:1{_SEP})?[1-9][0-9]{{2}}(?P<dash> ?[-./\u2010-\u2013] ?)[0-9]{{3}}(?P=dash)[0-9]{{4}}",
    rf"(?:1{_SEP})?[2-9][0-9]{{2}}[ \u00a0][2-9][0-9]{{2}}[ \u00a0-][0-9]{{4}}",
    # 07700 900123, 030-1234567, 0171/1234567
    rf"0[1-9][0-9]{{1,3}}{_SEP}[0-9]{{5,8}}",
    # 06-12345678
    rf"0[1-9]{_SEP}[0-9]{{7,8}}",
    # 020 7946 0958, 0412 345 678, 06 12 34 56 78, 079 123 45 67, 090-1234-5678
    r"0[1-9][0-9]{0,3}(?P<sep>[-./\u2010-\u2013 \u00a0])[0-9]{2,4}(?:(?P=sep)[0-9]{2,4}){1,4}",
    # 98765 43210, 11 98765-4321
    r"[6-9][0-9]{4} [0-9]{5}",
    r"[1-9]{2} 9[0-9]{4}[- ][0-9]{4}",
    # 612 34 56 78, 612 345 678, 138 0013 8000
    r"[679][0-9]{2} (?:[0-9]{2} [0-9]{2} [0-9]{2}|(?!000)[0-9]{3} [0-9]{3})",
    r"1[3-9][0-9] [0-9]{4} [0-9]{4}",
)
# Neither a letter nor another number touches it, and it counts nothing.
_BEHIND = (
    r"(?![\w%€£]|[-./:,][0-9]"
    r"| ?(?:k?cal(?:ories)?|m?c?g|kg|ml|lbs?|km|miles|steps|words|euros?|dollars|pounds|people|hours"
    r"|minutes|reps|points)\b)"
)
_PHONE = re.compile(rf"(?<![\w+#$€£])(?<![0-9][-.,/:])(?:{'|'.join(_SHAPES)}){_BEHIND}")
# Short, bare or in a shape of its own, where the words before it say what it is.
_BARE = re.compile(
    rf"(?:[0-9]{{3}}[- ][0-9]{{4}}|[1-9][0-9]{{9}}|1[2-9][0-9]{{9}}|0[1-9][0-9]{{8,9}}"
    rf"|[0-9]{{1,4}}(?:[-./ ][0-9]{{2,4}}){{1,5}}){_BEHIND}"
)
_TOLD = re.compile(
    r"\b(?:call|text|txt|ring|phone|dial|sms|whats ?app|tel|telephone|cell|cellphone|mobile|reach me"
    r"|(?:phone|cell|mobile|home|work|my|her|his|their|our|whats ?app) number)"
    r"(?:'s|[ :.]+(?:me|us|him|her|them|mum|mom|dad|at|on|is|no|number|back|via|under|it's|its)){0,4}[ :.]{1,3}$",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"\b(?:order|ticket|case|ref|reference|invoice|tracking|parcel|confirmation|booking|reservation|serial|part|item|model"
    r"|isbn|issn|doi|sku|imei|flight|room|claim|policy|account|acct|customer|member|licen[cs]e|version|id)"
    r"(?:'s)?(?: ?(?:number|num|no|nr|code|id|is|was|says)\b\.?)*[ :#.(]*$",
    re.IGNORECASE,
)
# How many characters before a number say what it is.
_BACK = 40
_DATE = re.compile(r"0?[0-9]{1,2}[-./ ](?:0?[1-9]|1[0-2]|[0-3]?[0-9])[-./ ](?:19|20)[0-9]{2}(?![0-9])")
# Digits of a number within a country, and of one with its country's code (ITU-T E.164 allows 15).
_DIGITS = range(9, 13)
_DIGITS_ABROAD = range(8, 16)
_DIGITS_TOLD = range(7, 13)
# What is written in pairs alone is French, or a draw of the lottery.
_PAIRS = re.compile(r"[0-9]{2}(?:[^0-9][0-9]{2})+")
_FRENCH = 10
_DECIMAL = re.compile(r"\+[0-9]+\.[0-9]+")


def phone_at(text: str, start: int) -> tuple[int, int] | None:
    """Where the phone number begins and ends whose first run of digits begins at `start`."""
    opened = start - (text[start - 1 : start] in ("+", "("))
    match = _PHONE.match(text, opened)
    if match and _is_phone(match[0]):
        return None if _names_another(text, opened) else match.span()
    match = _BARE.match(text, start)
    if match and _may_be_told(match[0]) and _TOLD.search(text, max(0, start - _BACK), start):
        return None if _names_another(text, start) else match.span()
    return None


def _names_another(text: str, start: int) -> bool:
    """Whether the words before a number say that it is an order's, a ticket's or an account's."""
    return _OTHER_NUMBER.search(text, max(0, start - _BACK), start) is not None


def _is_phone(text: str) -> bool:
    digits = "".join(filter(str.isdigit, text))
    if text[0] == "+" or text.startswith("00"):
        is_amount = digits.endswith("00000") or _DECIMAL.fullmatch(text)
        return len(digits.removeprefix("00")) in _DIGITS_ABROAD and not is_amount
    pairs = _PAIRS.fullmatch(text)
    return len(digits) in _DIGITS and not _DATE.match(text) and not (pairs and len(digits) != _FRENCH)


def _may_be_told(text: str) -> bool:
    return sum(map(str.isdigit, text)) in _DIGITS_TOLD and not _DATE.match(text)
