"""From a file of help lines to its rows, or to one sentence that says which row and field to mend.

Nothing is skipped and nothing is guessed: a line that silently falls out of the file is a person who is sent nowhere.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml

from app.safety.countries import COUNTRIES
from app.safety.help_line import ALWAYS, HelpLine

TYPES = ("suicide", "general", "self_harm", "despair", "eating_disorder", "substance", "abuse", "violence")
# A message names three numbers, and one of them may be that of the emergency services.
MOST_IN_SET = 2

_PHONE = re.compile(r"[+*#]?[0-9](?:[0-9 ()./-]{0,28}[0-9])?")
_HOURS = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")

Row = dict[str, Any]


class BadHelpLines(ValueError):
    """The file cannot be used."""


class Rows(NamedTuple):
    """What stands in the three sections of a file."""

    lines: tuple[HelpLine, ...]
    emergency: tuple[HelpLine, ...]
    fallback: HelpLine


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is a fault: the first of two sections would be lost unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        entries = list(node.value)  # before keys that are merged in from elsewhere are put before them
        mapping = super().construct_mapping(node, deep)
        times = Counter(str(key.value) for key, _ in entries)
        twice = next((key for key in times if times[key] > 1), None)
        if twice is not None:
            raise BadHelpLines(f"line {node.start_mark.line + 1}: {twice}: stands twice")
        return mapping


def read_rows(content: bytes) -> Rows:
    """The rows of a file.

    Raises:
        BadHelpLines: that names row and field.
    """
    document = _document(content)
    _check_keys(document, ("lines", "emergency", "fallback"))
    lines = _section(document, "lines", _line)
    if not lines:
        raise BadHelpLines("lines: must have a row")
    emergency = _section(document, "emergency", _emergency)
    _check_once([line.country for line in emergency])
    _check_sets(lines)
    return Rows(lines, emergency, _row("fallback", document["fallback"], _fallback)[0])


def _document(content: bytes) -> Row:
    try:
        document = yaml.load(content.decode("utf-8"), Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except UnicodeDecodeError:
        raise BadHelpLines("is not UTF-8 text") from None
    except RecursionError:
        raise BadHelpLines("is nested too deep to be a list of help lines") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise BadHelpLines(f"{place}is not YAML ({getattr(error, 'problem', 'unreadable')})") from None
    except BadHelpLines:
        raise
    except ValueError as error:  # YAML reads 2026-02-30 as a date, and there is no such day
        raise BadHelpLines(f"has a date that does not exist ({error})") from None
    if not isinstance(document, dict):
        raise BadHelpLines("must be a mapping with the keys lines, emergency, fallback")
    return document


def _section(document: Row, name: str, read: Callable[[Row], Sequence[HelpLine]]) -> tuple[HelpLine, ...]:
    rows = document[name]
    if not isinstance(rows, list):
        raise BadHelpLines(f"{name}: must be a list of rows")
    return tuple(line for number, row in enumerate(rows, 1) for line in _row(f"{name}, row {number}", row, read))


def _row(place: str, row: object, read: Callable[[Row], Sequence[HelpLine]]) -> Sequence[HelpLine]:
    if not isinstance(row, dict):
        raise BadHelpLines(f"{place}: must be a mapping")
    try:
        return read(row)
    except BadHelpLines as bad:
        raise BadHelpLines(f"{place}: {bad}") from None


def _line(row: Row) -> Sequence[HelpLine]:
    optional = ("phone", "text", "url", "hours", "types", "also", "set")
    _check_keys(row, ("country", "name", "languages", "verified_on", "source"), optional)
    if not {"phone", "text", "url"} & row.keys():
        raise BadHelpLines("phone, text or url: one of them must be there")
    line = HelpLine(
        country=_country("country", row["country"]),
        name=_text("name", row["name"]),
        verified_on=_date(row["verified_on"]),
        source=_text("source", row["source"]),
        phone=_phone("phone", row["phone"]) if "phone" in row else None,
        text=_phone("text", row["text"]) if "text" in row else None,
        url=_url(row["url"]) if "url" in row else None,
        hours=_hours(row["hours"]) if "hours" in row else None,
        languages=_list("languages", row["languages"], _language),
        types=_list("types", row.get("types", ["suicide", "general"]), _type),
        also=_list("also", row["also"], _phone) if "also" in row else (),
        paired=_text("set", row["set"]) if "set" in row else None,
    )
    return (line,)


def _emergency(row: Row) -> Sequence[HelpLine]:
    _check_keys(row, ("countries", "phone", "verified_on", "source"), ("also",))
    phone, verified_on, source = (
        _phone("phone", row["phone"]),
        _date(row["verified_on"]),
        _text("source", row["source"]),
    )
    also = _list("also", row["also"], _phone) if "also" in row else ()
    return [
        HelpLine(country, "", verified_on, source, phone, hours=ALWAYS, types=(), also=also)
        for country in _list("countries", row["countries"], _country)
    ]


def _fallback(row: Row) -> Sequence[HelpLine]:
    _check_keys(row, ("name", "url", "verified_on", "source"))
    name, source = _text("name", row["name"]), _text("source", row["source"])
    return (HelpLine(None, name, _date(row["verified_on"]), source, url=_url(row["url"])),)


def _check_keys(row: Row, required: Sequence[str], optional: Sequence[str] = ()) -> None:
    for key in row:
        if key not in (*required, *optional):
            raise BadHelpLines(f"{key}: there is no such key; the keys are {', '.join((*required, *optional))}")
    for key in required:
        if key not in row:
            raise BadHelpLines(f"{key}: is missing")


def _check_once(countries: Iterable[str | None]) -> None:
    for country, times in Counter(countries).items():
        if times > 1:
            raise BadHelpLines(f"emergency: {country}: has two rows, and only one number is told")


def _check_sets(lines: Sequence[HelpLine]) -> None:
    for name in dict.fromkeys(line.paired for line in lines if line.paired):
        paired = [line for line in lines if line.paired == name]
        if len({line.country for line in paired}) > 1 or len(paired) < 2:
            raise BadHelpLines(f"lines: set {name}: must be two or more rows of one country")
        if len(frozenset[str]().union(*(line.numbers for line in paired))) > MOST_IN_SET:
            raise BadHelpLines(f"lines: set {name}: has more than {MOST_IN_SET} numbers, so a message cannot show it")


def _text(field: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadHelpLines(f"{field}: must be text; in quotes where YAML takes it for a number or a yes or no")
    if not value.isprintable():
        raise BadHelpLines(f"{field}: must be one line of printable text")
    return value.strip()


def _list(field: str, value: object, read: Callable[[str, object], str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise BadHelpLines(f"{field}: must be a list with an entry")
    return tuple(read(field, entry) for entry in value)


def _country(field: str, value: object) -> str:
    if value is False:  # Norway
        raise BadHelpLines(f'{field}: NO without quotes is read as false; write "NO"')
    country = _text(field, value)
    if country not in COUNTRIES:
        raise BadHelpLines(f"{field}: must be a country's two capitals (ISO 3166-1 alpha-2), such as GB")
    return country


def _language(field: str, value: object) -> str:
    if value is False:
        raise BadHelpLines(f'{field}: no without quotes is read as false; write "no"')
    language = _text(field, value)
    if not _LANGUAGE.fullmatch(language):
        raise BadHelpLines(f"{field}: must be BCP 47 tags, such as en or pt-BR")
    return language


def _type(field: str, value: object) -> str:
    kind = _text(field, value)
    if kind not in TYPES:
        raise BadHelpLines(f"{field}: must be of {', '.join(TYPES)}")
    return kind


def _phone(field: str, value: object) -> str:
    number = _text(field, value)
    if not _PHONE.fullmatch(number):
        raise BadHelpLines(f"{field}: must be a number as people dial it, in quotes, with nothing else")
    return number


def _hours(value: object) -> str:
    hours = _text("hours", value)
    if hours != ALWAYS and not _HOURS.fullmatch(hours):
        raise BadHelpLines(f'hours: must be "{ALWAYS}" or "HH:MM-HH:MM"; leave it out where it is not known')
    return hours


def _url(value: object) -> str:
    text = _text("url", value)
    try:
        parts = urlsplit(text)
        bad = parts.scheme != "https" or parts.username or parts.port or not _HOST.fullmatch(parts.hostname or "")
    except ValueError:
        bad = True
    if bad or " " in text:
        raise BadHelpLines("url: must be an address that begins with https://")
    return text


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_text("verified_on", value))
    except ValueError:
        raise BadHelpLines("verified_on: must be a day, such as 2026-11-26") from None
