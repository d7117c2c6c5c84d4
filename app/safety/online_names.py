"""Links, mail addresses and handles in a text.

Each is looked for around a mark that it must have (`://`, `@`, `.com`, `#1234`), and each pattern is bounded in length,
so that the time is linear in the text, whatever it is.
"""

import re
from collections.abc import Iterator

from app.safety.identifiers import Identifier

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = rf"(?:{_LABEL}\.){{1,8}}"
# Top-level domains that nobody writes by a blank forgotten behind a full stop, in a language that we know of.
_TOP = (
    r"(?:(?:com?|org|net|edu|gov|ac|nhs)\.[a-z]{2}(?!\w)|com|org|net|edu|gov|info|io|dev|app|xyz|nl|ch|ru|jp|cn|kr|cz)"
)
# Those that some language has for a word must lead to a page.
_PAGED = (
    r"(?:co|gg|me|be|ly|ee|gl|gd|to|tv|fm|im|it|is|in|us|uk|de|fr|es|eu|at|se|no|dk|fi|pl|pt|br|au|ca|nz|ie|st|sh|cc)/"
)
_TAIL = r"[^\s<>\"“”«»，。！？；：、（）]"
_LINK = re.compile(rf"(?<![\w+.-])(?:[a-z][a-z0-9+.-]{{1,15}}://|www\.){_TAIL}{{2,2000}}", re.IGNORECASE)
_SITE = re.compile(
    rf"(?<![\w@.+-]){_DOMAIN}(?:{_TOP}(?![\w@-])(?:[/?#]{_TAIL}{{0,2000}})?|{_PAGED}{_TAIL}{{1,2000}})", re.IGNORECASE
)
_DOT = re.compile(rf"\.(?:{_TOP}(?!\w)|{_PAGED})", re.IGNORECASE)
_TIGHT = re.compile(r"\.(?=[a-zA-Z])")
_LINK_END = ".,;:!?'’\"”*~|…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}

_MAILBOX = re.compile(r"(?<![\w.+%@-])\w(?:[\w.+%'-]{0,62}[\w+%-])?$")
_MAIL_HOST = re.compile(rf"{_DOMAIN}[^\W\d_]{{2,24}}(?![\w@])", re.IGNORECASE)
_LONGEST_MAILBOX = 64
_HOSTS = r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|aol|gmx|web|proton(?:mail)?|tutanota|mail|msn)"
# An address spelt out: jane (at) host (dot) org, jane at gmail dot com.
_SPELT_AT = re.compile(
    rf" at (?i:{_HOSTS}(?: dot |\.)[a-z]{{2,4}}|{_LABEL} dot (?:com|org|net|edu|info|co|de|uk|fr))(?!\w)"
)
_BRACKETED_AT = re.compile(
    rf" ?[(\[{{] ?at ?[)\]}}] ?{_LABEL}(?: ?[(\[{{] ?dot ?[)\]}}] ?| dot |\.)[a-z]{{2,10}}(?!\w)", re.IGNORECASE
)
# Before "at example dot com", these are no mailbox.
_VERBS = frozenset(
    "look looked looking shop shopped bought sold found order ordered work worked working it them me you him her us "
    "that this stuff is was live lives lived read start started".split()
)
_SPELT = ("at)", "at]", "at}", "at )", "at ]", "AT)", "AT]")

_NAME = re.compile(rf"@(?<![\w@./]@)\w(?:[\w.]{{0,38}}\w)?(?:@{_DOMAIN}[a-z]{{2,24}})?(?![\w@])", re.IGNORECASE)
# What follows an @ and is nobody's name.
_NO_NAME = re.compile(
    r"@(?:\d{1,2}(?:[.:]\d\d)?(?:am|pm|ish|h|st|nd|rd|th)?|\d+|me|you|him|her|us|them|all|everyone|everybody|here|channel"
    r"|home|work|school|uni|college|night|noon|midnight|least|ss|sses|ss(?:hole|wipe|hat)s?|rses?|rseholes?"
    r"|media|import|property|override)",
    re.IGNORECASE,
)
# A name without an @, where the words before it say whose it is and no word looks so.
_TOLD_NAME = re.compile(
    r"\b(?:insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|twitter|discord|telegram|reddit|kik|tumblr|twitch|steam|psn|xbox"
    r"|gamertag|user ?name|handle|nick(?:name)?)"
    r"(?: (?:is|are|was|name|id|handle|user|username|account|tag|it's)){0,4}(?: ?[:=-] ?| )"
    r"(?P<name>(?=[\w.]{0,29}[0-9_])[a-z][\w.]{3,28}\w)(?![\w@/])",
    re.IGNORECASE,
)
_ODD = re.compile(r"[0-9_](?<=[^\W\d_].|\..)")
_REDDIT = re.compile(r"u/(?<![\w]u/)[A-Za-z0-9_-]{3,20}(?![\w/-])")
_DISCORD = re.compile(r"#\d{4}(?!\w)")
_DISCORD_NAME = re.compile(
    r"(?<![\w#.])(?!(?:order|ticket|case|room|apt|bus|issue|pr|ref|ep|episode|no|day|bug|unit|track|line|gate)$)"
    r"[a-z_][\w.]{1,30}$",
    re.IGNORECASE,
)


def may_hold_names(text: str) -> bool:
    """Whether a mark is there that one of these needs; one letter is found ten times as fast as two."""
    return (
        "@" in text
        or "#" in text
        or "_" in text
        or ("/" in text and ("://" in text or "u/" in text))
        or ((")" in text or "]" in text or "}" in text) and any(mark in text for mark in _SPELT))
        or " dot " in text
        or (_TIGHT.search(text) is not None and _DOT.search(text) is not None)
    )


def find_online_names(text: str) -> Iterator[Identifier]:
    """Those that hold others first: a link, an address, a site, a handle."""
    if "://" in text or "www." in text or "WWW." in text:
        yield from _links(text, _LINK)
    if "@" in text:
        yield from _addresses(text)
    if " at " in text:
        yield from _spelt_addresses(text, _SPELT_AT)
    if any(mark in text for mark in _SPELT):
        yield from _spelt_addresses(text, _BRACKETED_AT)
    if _DOT.search(text):
        yield from _links(text, _SITE)
    yield from _handles(text)


def _links(text: str, pattern: re.Pattern[str]) -> Iterator[Identifier]:
    for match in pattern.finditer(text):
        link = _without_end(match[0])
        yield Identifier("URL", match.start(), match.start() + len(link), link.casefold())


def _without_end(link: str) -> str:
    """A link without the marks behind it that belong to the sentence; a bracket that it opened stays."""
    while link[-1] in _LINK_END or (link[-1] in _BRACKETS and link.count(_BRACKETS[link[-1]]) < link.count(link[-1])):
        link = link[:-1]
    return link


def _addresses(text: str) -> Iterator[Identifier]:
    at = text.find("@")
    while at >= 0:
        host = _MAIL_HOST.match(text, at + 1)
        box = _MAILBOX.search(text, max(0, at - _LONGEST_MAILBOX), at) if host else None
        if host and box:
            yield Identifier("EMAIL", box.start(), host.end(), text[box.start() : host.end()].casefold())
        at = text.find("@", at + 1)


def _spelt_addresses(text: str, at: re.Pattern[str]) -> Iterator[Identifier]:
    for match in at.finditer(text):
        box = _MAILBOX.search(text, max(0, match.start() - _LONGEST_MAILBOX), match.start())
        if box and box[0].lower() not in _VERBS:
            yield Identifier("EMAIL", box.start(), match.end(), text[box.start() : match.end()].casefold())


def _handles(text: str) -> Iterator[Identifier]:
    if "@" in text:
        for match in _NAME.finditer(text):
            if not _NO_NAME.fullmatch(match[0]):
                yield _handle(text, *match.span())
    if "u/" in text:
        for match in _REDDIT.finditer(text):
            yield _handle(text, match.start() - (text[match.start() - 1 : match.start()] == "/"), match.end())
    if "#" in text:
        for match in _DISCORD.finditer(text):
            if name := _DISCORD_NAME.search(text, max(0, match.start() - 31), match.start()):
                yield _handle(text, name.start(), match.end())
    if _ODD.search(text):
        yield from (_handle(text, *match.span("name")) for match in _TOLD_NAME.finditer(text))


def _handle(text: str, start: int, end: int) -> Identifier:
    return Identifier("HANDLE", start, end, text[start:end].casefold().lstrip("@/"))
