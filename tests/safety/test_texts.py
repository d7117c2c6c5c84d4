"""The fixed texts: that every one can be rendered, and what of the rules for their wording a machine can hold."""

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import product
from typing import Any, get_args

import pytest
import yaml

from app.safety.help_line import HelpLine
from app.safety.help_lines import load_help_lines, normal_contact
from app.safety.ratings import LEVELS, Level, Subject
from app.safety.texts import LANGUAGES, MOST_NUMBERS, Texts, texts_of

LINES = load_help_lines()
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
# Where the language is spoken and lines are known; two languages where both must be named; nowhere.
COUNTRIES = [*sorted(LINES.by_country), None, "AQ"]
MESSAGES = list(product(sorted(LANGUAGES), LEVELS, SUBJECTS))
RAW = {
    language: yaml.safe_load((files("app.safety") / "texts" / f"{language}.yaml").read_text(encoding="utf-8"))
    for language in LANGUAGES
}


def crisis(language: str, level: Level, subject: Subject, country: str | None) -> str:
    return texts_of(language).crisis(level, subject, LINES.of(country), LINES.emergency(country))


def leaves(raw: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(raw, str):
        yield path, raw
        return
    for key, value in raw.items() if isinstance(raw, dict) else enumerate(raw):
        yield from leaves(value, f"{path}.{key}".lstrip("."))


def numbers_in(message: str) -> list[str]:
    """The phone numbers of a message in their order, without those in hours and addresses."""
    bare = re.sub(r"https://\S+|\d\d:\d\d", "", message)
    return list(dict.fromkeys(normal_contact(found) for found in re.findall(r"\*?\d(?:[\d /-]*\d)?", bare)))


GOLDEN = {
    ("en", "imminent", "self", "US"): (
        "It is good that you wrote this. It sounds as if things are very bad right now. You matter, and you can get "
        "help now.\n\n"
        "Please call 911 now. It is enough to say: “I need help, I am in danger.”\n\n"
        "You can talk to somebody here:\n"
        "• 988 Suicide & Crisis Lifeline: call or text 988, day and night – https://988lifeline.org\n"
        "• Crisis Text Line: text 741741, day and night\n\n"
        "If somebody is near, go to them and stay with them until help is there. Move away from anything that could "
        "hurt you. This is an automatic message."
    ),
    ("en", "elevated", "unknown", None): (
        "Thank you for sharing this. It sounds very painful, and you do not have to carry it alone. Your safety "
        "matters.\n\n"
        "Here you can find somebody to talk to in your country: https://findahelpline.com\n\n"
        "If you are in danger right now, call your local emergency number.\n\n"
        "If you can, tell somebody near you how bad it is right now. This is an automatic message."
    ),
    ("en", "soft", "other", "GB"): (
        "It is good that you look out for this person. Worrying about somebody is hard, too.\n\n"
        "You can ask here what you can do:\n"
        "• Samaritans: call 116 123, day and night – https://www.samaritans.org\n"
        "• Shout: text 85258, day and night\n\n"
        "Ask how they are, and listen. You do not need to have all the answers. This is an automatic message."
    ),
    ("fr", "imminent", "other", "BE"): (
        "Vous avez bien fait d'écrire cela. Cette personne est peut-être en danger en ce moment, et vous pouvez "
        "chercher de l'aide pour elle.\n\n"
        "Appelez le 112 maintenant et dites où se trouve cette personne.\n\n"
        "Ici, vous pouvez demander quoi faire :\n"
        "• Centre de Prévention du Suicide: appel au 0800 32 123, jour et nuit – https://www.preventionsuicide.be\n"
        "• Zelfmoordlijn 1813: appel au 1813, jour et nuit – https://www.zelfmoord1813.be\n\n"
        "Ne laissez pas cette personne seule, tant que vous n'êtes pas vous-même en danger. Écoutez-la. Mettez hors "
        "de portée ce qui pourrait être dangereux. Ceci est un message automatique."
    ),
    ("it", "elevated", "self", "IT"): (
        "Grazie per averlo raccontato. Sembra molto doloroso, e non devi portarlo senza aiuto. La tua sicurezza "
        "conta.\n\n"
        "Qui puoi parlare con qualcuno:\n"
        "• Telefono Amico Italia: chiama 02 2327 2327, tutti i giorni dalle 09:00 alle 24:00 – "
        "https://www.telefonoamico.it\n\n"
        "Se in questo momento sei in pericolo, chiama il 112.\n\n"
        "Se puoi, di' a una persona vicina quanto è dura in questo momento. Questo è un messaggio automatico."
    ),
}


@pytest.mark.parametrize(("case", "message"), GOLDEN.items(), ids=["-".join(map(str, case)) for case in GOLDEN])
def test_a_message_reads_so(case: tuple[str, Level, Subject, str | None], message: str) -> None:
    assert crisis(*case) == message


@pytest.mark.parametrize(("language", "level", "subject"), MESSAGES)
def test_every_message_is_whole_in_every_country(language: str, level: Level, subject: Subject) -> None:
    automatic = RAW[language]["automatic"]
    for country in COUNTRIES:
        message = crisis(language, level, subject, country)
        assert not re.search(r"[{}]|None|\n\n\n|  | $|^\s", message), (country, message)
        assert message.count(automatic) == 1, country
        assert message.endswith(automatic), country
        assert "https://" in message or numbers_in(message), country


@pytest.mark.parametrize(("language", "level", "subject"), MESSAGES)
def test_a_message_names_three_numbers_at_most_and_none_of_elsewhere(
    language: str, level: Level, subject: Subject
) -> None:
    for country in COUNTRIES:
        numbers = numbers_in(crisis(language, level, subject, country))
        assert len(numbers) <= MOST_NUMBERS, country
        assert set(numbers) <= LINES.contacts(country), country
        assert numbers or not LINES.of(country)[0].country


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_emergency_number_comes_first_where_danger_is_imminent(language: str, subject: Subject) -> None:
    for country in LINES.emergencies:
        assert numbers_in(crisis(language, "imminent", subject, country))[0] == LINES.emergency(country), country
        if country in LINES.by_country:
            assert numbers_in(crisis(language, "elevated", subject, country))[-1] == LINES.emergency(country), country


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_without_a_country_there_is_a_place_to_look_and_no_number(language: str) -> None:
    for level, subject in product(LEVELS, SUBJECTS):
        message = crisis(language, level, subject, None)
        assert "https://findahelpline.com" in message
        assert numbers_in(message) == []
        local = RAW[language]["other" if subject == "other" else "self"].get(level, {}).get("call_local")
        assert local is None or local in message


def test_a_country_without_an_emergency_number_is_told_of_the_local_one() -> None:
    message = crisis("es", "imminent", "self", "AR")

    assert "Llama ahora al número de emergencias de tu país." in message
    assert numbers_in(message) == ["08009990091"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_both_languages_of_belgium_are_named_the_own_one_first(language: str) -> None:
    message = crisis(language, "imminent", "self", "BE")

    assert "1813" in message
    assert "0800 32 123" in message
    assert (message.index("0800 32 123") < message.index("1813")) == (language == "fr")


def _line(name: str, **fields: Any) -> HelpLine:
    return HelpLine("GB", name, date(2026, 11, 26), "own", **fields)


def test_a_paired_set_is_shown_whole_or_not_at_all() -> None:
    alone = [_line("one", phone="101", languages=("en",)), _line("two", phone="102", languages=("en",))]
    paired = [_line("left", phone="201", paired="set"), _line("right", phone="202", paired="set")]

    assert numbers_in(texts_of("en").crisis("imminent", "self", [*alone, *paired], "999")) == ["999", "101", "102"]
    assert numbers_in(texts_of("en").crisis("imminent", "self", [alone[0], *paired], "999")) == ["999", "101"]
    assert numbers_in(texts_of("en").crisis("soft", "self", [alone[0], *paired], "999")) == ["101", "201", "202"]


def test_a_line_without_a_number_is_named_by_its_website() -> None:
    line = _line("Chat", url="https://chat.example.org", hours="24/7")

    assert "\n• Chat: https://chat.example.org\n" in texts_of("en").crisis("elevated", "self", [line], "999")
    assert texts_of("en").soft_line([line]).endswith(" https://chat.example.org")


@pytest.mark.parametrize(
    ("language", "country", "line"),
    [
        ("en", "GB", "You can also talk to somebody: Samaritans (call 116 123), Shout (text 85258)."),
        ("en", "CA", "You can also talk to somebody: 9-8-8: Suicide Crisis Helpline / Ligne d'aide en cas de crise de "
                     "suicide (call or text 988)."),
        ("de", "AT", "Du kannst auch mit jemandem sprechen: TelefonSeelsorge (Telefon 142)."),
        ("nl", None, "Hier kun je iemand vinden om mee te praten in jouw land: https://findahelpline.com"),
    ],
)  # fmt: skip
def test_a_soft_line_reads_so(language: str, country: str | None, line: str) -> None:
    assert texts_of(language).soft_line(LINES.of(country)) == line


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_soft_line_is_short_and_whole(language: str) -> None:
    for country in COUNTRIES:
        line = texts_of(language).soft_line(LINES.of(country))
        assert line
        assert not re.search(r"[{}\n]|None|\(\)", line)
        assert len(numbers_in(line)) <= MOST_NUMBERS


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        (None, "en"), ("", "en"), ("de", "de"), ("de-AT", "de"), ("PT-br", "pt"), ("pt_PT", "pt"), ("nl-BE", "nl"),
        ("fr-CA", "fr"), ("sv", "sv"), ("ja", "en"), ("xx-YY", "en"), ("../en", "en"), ("e", "en"), ("deu", "en"),
    ],
)  # fmt: skip
def test_texts_are_those_of_the_primary_language_or_english(tag: str | None, language: str) -> None:
    assert texts_of(tag).language == language


def test_the_languages_that_were_promised_are_there() -> None:
    assert set("en de fr es pt it nl pl".split()) <= LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_language_has_what_english_has_with_the_same_places(language: str) -> None:
    def places(raw: Any) -> dict[str, list[str]]:
        return {path: sorted(re.findall(r"\{\w*\}", text)) for path, text in leaves(raw)}

    assert places(RAW[language]) == places(RAW["en"])
    assert RAW[language]["language"] == language
    texts = dict(leaves(RAW[language])).values()
    assert all(text.strip() == text and text for text in texts)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_sentence_of_another_language_was_left_in(language: str) -> None:
    own = {text for path, text in leaves(RAW[language]) if path != "language"}
    english = {text for _, text in leaves(RAW["en"])}

    assert language == "en" or not own & english


def test_every_file_says_that_nobody_has_reviewed_it() -> None:
    for language in LANGUAGES:
        head = (
            (files("app.safety") / "texts" / f"{language}.yaml").read_text(encoding="utf-8").partition("\nlanguage:")[0]
        )
        assert "No clinician has reviewed them yet, and no native speaker either" in head


def test_the_level_decides_what_helps_and_what_is_most_urgent_comes_first() -> None:
    texts = texts_of("en")

    assert texts.helper_guidance("none") == ()
    assert texts.helper_guidance("imminent")[0] == "Call the emergency number now, and say where the person is."
    for level in LEVELS[1:]:
        told = " ".join(texts.helper_guidance(level))
        assert "Are you thinking about suicide?" in told
        assert "isten" in told


def test_who_wrote_a_text_is_told() -> None:
    assert texts_of("en").ai_disclosure("gpt") == "Written by an AI (gpt)."
    assert texts_of("de").ai_disclosure("gpt") == "Von einer KI geschrieben (gpt)."
    assert texts_of("en").no_model == "This is a fixed text; no AI model wrote it."


def test_texts_are_read_once() -> None:
    assert texts_of("de-AT") is texts_of("de")
    assert isinstance(texts_of("de"), Texts)
