"""The fixed texts of each language: what is sent when no model may write, and what helps those who help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from app.safety.help_line import ALWAYS, HelpLine
from app.safety.ratings import Level, Subject

DEFAULT = "en"
# More than three numbers are none to choose from for who can hardly think.
MOST_NUMBERS = 3

_FOLDER = files("app.safety") / "texts"
LANGUAGES = frozenset(file.name.removesuffix(".yaml") for file in _FOLDER.iterdir() if file.name.endswith(".yaml"))


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language.

    Attributes:
        language: BCP 47.
        held: instead of a reply that could not be made, where nothing speaks of danger.
        no_model: told beside a fixed text.
        medical_line: the sentence that sends a question of health to who may answer it.
        medical_named: what they are called, or how their names begin.
        emergency_services: what they are called.
    """

    language: str
    held: str
    no_model: str
    medical_line: str
    medical_named: tuple[str, ...]
    emergency_services: str
    _raw: Mapping[str, Any]

    def crisis(self, level: Level, subject: Subject, lines: Sequence[HelpLine], emergency: str | None) -> str:
        """The message to somebody in danger, or to who worries about somebody.

        It names three numbers at most, that of the emergency services first where danger is imminent. Who speaks the
        language of the text comes first; a paired set is shown whole or not at all.

        Args:
            level: how grave it is; `none` is spoken to as `soft` is.
            subject: who is in danger; where it cannot be told, who wrote is spoken to.
            lines: those of the country; where to look for one when it is not known.
            emergency: the number of the country's emergency services; None where it is not known.
        """
        level = "soft" if level == "none" else level
        side = self._raw["other" if subject == "other" else "self"]
        texts = side[level]
        call = texts["call"].format(number=emergency) if emergency and "call" in texts else texts.get("call_local")
        offer = self._offer(side, lines, MOST_NUMBERS - bool(emergency and call))
        middle = [call, offer] if level == "imminent" else [offer, call]
        closing = f"{texts['closing']} {self._raw['automatic']}"
        return "\n\n".join(part for part in (texts["opening"], *middle, closing) if part)

    def soft_line(self, lines: Sequence[HelpLine]) -> str:
        """One short sentence that names lines, for a reply that is sent beside it."""
        named = [f"{line.name} ({how})" for line in self._shown(lines, MOST_NUMBERS) if (how := self._how(line))]
        if named:
            return str(self._raw["soft_line"]).format(lines=", ".join(named))
        return self._find(self._raw["self"], lines) or ""

    def ai_disclosure(self, model: str) -> str:
        """Says that an AI wrote a reply, and which."""
        return str(self._raw["ai_disclosure"]).format(model=model)

    def refers(self, text: str) -> bool:
        """Whether a text names somebody who may answer a question of health."""
        lowered = text.lower()
        return any(name in lowered for name in self.medical_named)

    def helper_guidance(self, level: Level) -> tuple[str, ...]:
        """What somebody can do for a person in danger, the most urgent first; nothing where there is none."""
        return tuple(self._raw["guidance"].get(level, ()))

    def _offer(self, side: Mapping[str, Any], lines: Sequence[HelpLine], most: int) -> str | None:
        listed = [f"• {self._line(line)}" for line in self._shown(lines, most) if line.country]
        return "\n".join([side["lines"], *listed]) if listed else self._find(side, lines)

    def _find(self, side: Mapping[str, Any], lines: Sequence[HelpLine]) -> str | None:
        """Where to look for a line."""
        url = next((line.url for line in lines if line.url), None)
        return str(side["find"]).format(url=url) if url else None

    def _shown(self, lines: Sequence[HelpLine], most: int) -> list[HelpLine]:
        """The lines that fit, by whether they speak the language; those of a set stay together."""
        sets: dict[object, list[HelpLine]] = {}
        for line in sorted(lines, key=lambda line: not self._is_spoken_by(line)):
            sets.setdefault(line.paired or line, []).append(line)
        shown: list[HelpLine] = []
        for together in sets.values():
            numbers = frozenset[str]().union(*(line.numbers for line in (*shown, *together)))
            if len(numbers) <= most:
                shown += together
        return shown

    def _is_spoken_by(self, line: HelpLine) -> bool:
        return any(_primary(language) == _primary(self.language) for language in line.languages)

    def _line(self, line: HelpLine) -> str:
        how = ", ".join(part for part in (self._how(line), self._when(line)) if part)
        return f"{line.name}: " + " – ".join(part for part in (how, line.url) if part)

    def _how(self, line: HelpLine) -> str:
        offers = self._raw["offers"]
        if line.phone and line.phone == line.text:
            return str(offers["both"]).format(number=line.phone)
        call = offers["call"].format(number=line.phone) if line.phone else ""
        message = offers["message"].format(number=line.text) if line.text else ""
        return ", ".join(part for part in (call, message) if part)

    def _when(self, line: HelpLine) -> str:
        if not line.hours or not line.numbers:
            return ""
        if line.hours == ALWAYS:
            return str(self._raw["offers"]["always"])
        start, end = line.hours.split("-")
        return str(self._raw["offers"]["daily"]).format(start=start, end=end)


def texts_of(language: str | None) -> Texts:
    """The texts of a language (BCP 47), of its primary language, or else in English."""
    tag = (language or DEFAULT).replace("_", "-").lower()
    return _read(next((known for known in (tag, _primary(tag)) if known in LANGUAGES), DEFAULT))


def _primary(tag: str) -> str:
    return tag.split("-")[0].lower()


@cache
def _read(language: str) -> Texts:
    raw = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    medical = raw["medical"]
    return Texts(
        raw["language"],
        raw["held"],
        raw["no_model"],
        medical["line"],
        tuple(medical["named"].split(", ")),
        raw["emergency_services"],
        raw,
    )
