"""One help line: whom a person can turn to, and who checked when that the number is right."""

from dataclasses import dataclass
from datetime import date

# The hours of a line that is always open.
ALWAYS = "24/7"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Somebody to turn to.

    Attributes:
        country: ISO 3166-1 alpha-2; None for what serves all countries.
        name: as the line calls itself; empty for emergency services, whose name is the language's.
        phone: the number to call, as people write it.
        text: the number to send a text message to.
        url: its website.
        hours: "24/7" or "HH:MM-HH:MM", every day, local time; None where it is not known.
        languages: of those who answer, BCP 47.
        types: what it is for.
        verified_on: when somebody last saw the number in `source`.
        source: the page in which it was seen.
        also: numbers that reach the same people; not offered, but no mistake in a reply.
        paired: the name of a set that is shown all or none.
    """

    country: str | None
    name: str
    verified_on: date
    source: str
    phone: str | None = None
    text: str | None = None
    url: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ("suicide", "general")
    also: tuple[str, ...] = ()
    paired: str | None = None

    @property
    def numbers(self) -> frozenset[str]:
        """What it is reached at by phone, a number for calls and messages once."""
        return frozenset(number for number in (self.phone, self.text) if number)

    def resource(self, name: str | None = None) -> dict[str, object]:
        """The line as the API tells it, under another name where one is given."""
        return {
            "name": name or self.name,
            "phone": self.phone,
            "text": self.text,
            "url": self.url,
            "hours": self.hours,
            "languages": list(self.languages),
            "country": self.country,
            "verified_on": self.verified_on.isoformat(),
        }
