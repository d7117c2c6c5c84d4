"""The help lines of each country: whom a reply may name, and what is told to who needs one now."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from app.safety.help_line import HelpLine
from app.safety.help_line_rows import BadHelpLines, read_rows

__all__ = ["STALE_DAYS", "BadHelpLines", "HelpLine", "HelpLines", "load_help_lines", "normal_contact"]

# How long a number is believed that somebody has checked.
STALE_DAYS = 180


@dataclass(frozen=True, slots=True)
class HelpLines:
    """The lines and emergency numbers of all countries that are known.

    Attributes:
        by_country: ISO 3166-1 alpha-2 to the country's lines, in the order in which they are offered.
        emergencies: the same to whom to call when life is in danger; their name is for the language to say.
        fallback: where anybody can look for a line; it has no number.
    """

    by_country: Mapping[str, tuple[HelpLine, ...]]
    emergencies: Mapping[str, HelpLine]
    fallback: HelpLine

    def of(self, country: str | None) -> tuple[HelpLine, ...]:
        """The lines of a country; where to look for one when there is none or the country is not known."""
        return self.by_country.get(_code(country), (self.fallback,))

    def emergency(self, country: str | None) -> str | None:
        """The number to call when life is in danger; None when it is not known: a wrong one would cost minutes."""
        line = self.emergencies.get(_code(country))
        return line.phone if line else None

    def resources(self, country: str | None, emergency_name: str | None = None) -> list[dict[str, object]]:
        """The country's lines as the API tells them.

        Args:
            country: ISO 3166-1 alpha-2.
            emergency_name: what emergency services are called in the language of the reply; where it is given, danger
                is imminent and their number comes first.
        """
        emergency = self.emergencies.get(_code(country))
        first = [emergency.resource(emergency_name)] if emergency and emergency_name else []
        return [*first, *(line.resource() for line in self.of(country))]

    def contacts(self, country: str | None) -> frozenset[str]:
        """What a reply may name, as `normal_contact` writes it: numbers of the country and websites of its lines."""
        emergency = self.emergencies.get(_code(country))
        lines = (self.fallback, *self.of(country), *((emergency,) if emergency else ()))
        named = (contact for line in lines for contact in (line.phone, line.text, line.url, *line.also))
        return frozenset(normal_contact(contact) for contact in named if contact)

    def stale(self, today: date, days: int = STALE_DAYS) -> tuple[HelpLine, ...]:
        """What was checked too long ago to be believed, emergency numbers and the fallback too.

        A day to come is a slip of the pen and no check; tomorrow is let pass, as it is already so somewhere.
        """
        return tuple(line for line in self._everything() if not -1 <= (today - line.verified_on).days <= days)

    @property
    def total(self) -> int:
        """How many there are, as `stale` counts them."""
        return len(self._everything())

    def _everything(self) -> tuple[HelpLine, ...]:
        lines = [line for lines in self.by_country.values() for line in lines]
        return (*lines, *self.emergencies.values(), self.fallback)


def _code(country: str | None) -> str:
    return (country or "").upper()


def normal_contact(contact: str) -> str:
    """A number as its digits, a website as its host without `www.`: as both are compared, however they are written."""
    host = urlsplit(contact).hostname if "://" in contact else None
    return host.removeprefix("www.") if host else re.sub(r"\D", "", contact)


def load_help_lines(path: Path | None = None) -> HelpLines:
    """Read the lines that come with the service, or an operator's file, which replaces them as a whole.

    Raises:
        BadHelpLines: that names file, row and field; one bad row and none is used.
    """
    name = str(path) if path else "help_lines.yaml"
    try:
        content = path.read_bytes() if path else (files("app.safety") / name).read_bytes()
    except OSError as error:
        raise BadHelpLines(f"{name}: cannot be read ({error.strerror or type(error).__name__})") from None
    try:
        rows = read_rows(content)
    except BadHelpLines as bad:
        raise BadHelpLines(f"{name}: {bad}") from None
    by_country: dict[str, tuple[HelpLine, ...]] = {}
    for line in rows.lines:
        by_country[line.country or ""] = (*by_country.get(line.country or "", ()), line)
    emergencies = {line.country or "": line for line in rows.emergency}
    return HelpLines(MappingProxyType(by_country), MappingProxyType(emergencies), rows.fallback)
