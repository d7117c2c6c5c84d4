"""The help lines: that each row can be shown, that none is guessed, and that a bad file is refused by row and field."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.safety.countries import COUNTRIES
from app.safety.help_lines import STALE_DAYS, BadHelpLines, HelpLines, load_help_lines, normal_contact

SHIPPED = load_help_lines()
SHIPPED_LINES = [line for lines in SHIPPED.by_country.values() for line in lines]
VERIFIED = date(2026, 11, 26)

GOOD: dict[str, Any] = {
    "lines": [
        {
            "country": "GB",
            "name": "A line",
            "phone": "116 123",
            "url": "https://example.org",
            "hours": "09:00-24:00",
            "languages": ["en"],
            "verified_on": VERIFIED,
            "source": "its own site",
        },
        {
            "country": "NO",
            "name": "En linje",
            "text": "12345",
            "languages": ["no"],
            "verified_on": "2026-11-01",
            "source": "its own site",
        },
    ],
    "emergency": [{"countries": ["GB"], "phone": "999", "verified_on": VERIFIED, "source": "its own site"}],
    "fallback": {
        "name": "Anywhere",
        "url": "https://anywhere.example.org",
        "verified_on": VERIFIED,
        "source": "its own site",
    },
}

Change = Callable[[dict[str, Any]], object]


def load(tmp_path: Path, document: object) -> HelpLines:
    text = document if isinstance(document, str) else yaml.safe_dump(document, allow_unicode=True)
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return load_help_lines(path)


def fault_of(tmp_path: Path, document: object) -> str:
    with pytest.raises(BadHelpLines) as bad:
        load(tmp_path, document)
    return str(bad.value).removeprefix(str(tmp_path / "own.yaml"))


@pytest.mark.parametrize("line", SHIPPED_LINES, ids=lambda line: f"{line.country}-{line.name}")
def test_every_line_can_be_reached_and_says_where_it_was_seen(line: Any) -> None:
    assert line.country in COUNTRIES
    assert line.numbers
    assert line.languages
    assert "http" in line.source
    assert line.url is None or line.url.startswith("https://")
    assert line.verified_on >= VERIFIED


def test_there_are_lines_and_emergency_numbers_for_many_countries() -> None:
    wanted = "US CA GB IE AU NZ DE AT CH FR ES PT IT NL BE PL SE NO DK FI IN KR JP BR MX ZA SG".split()

    assert set(wanted) <= SHIPPED.by_country.keys()
    assert set(wanted) <= SHIPPED.emergencies.keys()
    assert set(SHIPPED.by_country) - set(SHIPPED.emergencies) == {"AR"}


@pytest.mark.parametrize(
    ("country", "phone", "emergency"),
    [
        ("US", "988", "911"), ("CA", "988", "911"), ("GB", "116 123", "999"), ("IE", "116 123", "112"),
        ("AU", "13 11 14", "000"), ("NZ", "1737", "111"), ("DE", "0800 111 0 111", "112"), ("FR", "3114", "112"),
        ("ES", "024", "112"), ("PT", "1411", "112"), ("NL", "113", "112"), ("CH", "143", "112"),
        ("NO", "116 123", "113"), ("KR", "109", "119"), ("IN", "14416", "112"), ("BR", "188", "192"),
        ("gb", "116 123", "999"),
    ],
)  # fmt: skip
def test_a_country_has_its_numbers(country: str, phone: str, emergency: str) -> None:
    assert SHIPPED.of(country)[0].phone == phone
    assert SHIPPED.emergency(country) == emergency


@pytest.mark.parametrize("country", [None, "", "XX", "AQ", "EN"])
def test_without_a_line_for_the_country_there_is_a_place_to_look_and_no_number(country: str | None) -> None:
    lines = SHIPPED.of(country)

    assert [line.url for line in lines] == ["https://findahelpline.com"]
    assert not lines[0].numbers
    assert SHIPPED.emergency(country) is None
    assert SHIPPED.contacts(country) == {"findahelpline.com"}


def test_no_number_of_another_country_is_among_the_contacts() -> None:
    for country in SHIPPED.by_country:
        assert ("988" in SHIPPED.contacts(country)) == (country in {"US", "CA"}), country


def test_both_languages_of_belgium_and_finland_are_paired() -> None:
    for country, languages in (("BE", {"nl", "fr"}), ("FI", {"fi", "sv"})):
        lines = SHIPPED.of(country)
        assert {language for line in lines for language in line.languages} == languages
        assert len({line.paired for line in lines}) == 1
        assert lines[0].paired


@pytest.mark.parametrize(
    ("country", "contact"),
    [
        ("DE", "0800/1110222"), ("DE", "116123"), ("NL", "0800 0113"), ("NL", "http://113.nl/chat"), ("CA", "9-8-8"),
        ("CL", "*4141"), ("IE", "999"), ("GB", "https://www.samaritans.org/how-we-can-help/"), ("ZA", "10177"),
        ("BE", "0800/32.123"), ("FR", "https://findahelpline.com/FR"),
    ],
)  # fmt: skip
def test_a_reply_may_name_a_contact_however_it_is_written(country: str, contact: str) -> None:
    assert normal_contact(contact) in SHIPPED.contacts(country)


@pytest.mark.parametrize(
    ("country", "contact"), [("GB", "988"), ("US", "116 123"), ("US", "https://988lifeline.example")]
)
def test_a_reply_may_name_no_other_contact(country: str, contact: str) -> None:
    assert normal_contact(contact) not in SHIPPED.contacts(country)


def test_resources_have_the_emergency_number_first_only_where_danger_is_imminent() -> None:
    calm = SHIPPED.resources("GB")
    urgent = SHIPPED.resources("GB", "Emergency services")

    assert [resource["name"] for resource in calm] == ["Samaritans", "Shout"]
    assert urgent == [
        {
            "name": "Emergency services",
            "phone": "999",
            "text": None,
            "url": None,
            "hours": "24/7",
            "languages": [],
            "country": "GB",
            "verified_on": "2026-11-26",
        },
        *calm,
    ]
    assert [resource["name"] for resource in SHIPPED.resources(None, "Emergency services")] == ["Find A Helpline"]


@pytest.mark.parametrize(
    ("days", "is_stale"), [(0, False), (STALE_DAYS, False), (STALE_DAYS + 1, True), (-1, False), (-2, True)]
)
def test_a_line_is_stale_by_its_date(tmp_path: Path, days: int, is_stale: bool) -> None:
    document = deepcopy(GOOD)
    document["lines"][1]["verified_on"] = VERIFIED
    lines = load(tmp_path, document)

    stale = lines.stale(VERIFIED + timedelta(days=days))

    assert len(stale) == (4 if is_stale else 0)


def test_only_what_is_stale_is_told() -> None:
    assert SHIPPED.stale(VERIFIED) == ()
    everything = len(SHIPPED_LINES) + len(SHIPPED.emergencies) + 1
    assert len(SHIPPED.stale(date(2028, 1, 1))) == everything
    assert SHIPPED.stale(VERIFIED + timedelta(days=31), days=30)


def test_an_own_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    lines = load(tmp_path, GOOD)

    assert set(lines.by_country) == {"GB", "NO"}
    assert lines.of("US") == (lines.fallback,)
    assert lines.of("GB")[0].hours == "09:00-24:00"
    assert lines.of("NO")[0].verified_on == date(2026, 11, 1)
    assert lines.emergency("US") is None
    assert lines.contacts("GB") == {"116123", "999", "example.org", "anywhere.example.org"}


def test_the_shipped_file_is_one_that_an_operator_could_use(tmp_path: Path) -> None:
    text = (files("app.safety") / "help_lines.yaml").read_text(encoding="utf-8")

    assert load(tmp_path, text) == SHIPPED


def _set(section: str, row: int, **fields: object) -> Change:
    return lambda document: document[section][row].update(fields)


def _drop(section: str, row: int, field: str) -> Change:
    return lambda document: document[section][row].pop(field)


FAULTS: list[tuple[str, Change]] = [
    (": lines: is missing", lambda document: document.pop("lines")),
    (": fallback: is missing", lambda document: document.pop("fallback")),
    (": line: there is no such key", lambda document: document.update(line=[])),
    (": lines: must have a row", lambda document: document.update(lines=[])),
    (": lines: must be a list of rows", lambda document: document.update(lines={})),
    (": emergency: must be a list of rows", lambda document: document.update(emergency=None)),
    (": lines, row 2: must be a mapping", lambda document: document["lines"].__setitem__(1, "116 123")),
    (": lines, row 1: country: is missing", _drop("lines", 0, "country")),
    (": lines, row 2: source: is missing", _drop("lines", 1, "source")),
    (": lines, row 2: verified_on: is missing", _drop("lines", 1, "verified_on")),
    (": lines, row 2: languages: is missing", _drop("lines", 1, "languages")),
    (": lines, row 2: phone, text or url: one of them must be there", _drop("lines", 1, "text")),
    (": lines, row 1: fone: there is no such key", _set("lines", 0, fone="116 123")),
    (": lines, row 1: country: must be a country's two capitals", _set("lines", 0, country="UK")),
    (": lines, row 1: country: must be a country's two capitals", _set("lines", 0, country="gb")),
    (": lines, row 1: country: must be text", _set("lines", 0, country=44)),
    (': lines, row 2: country: NO without quotes is read as false; write "NO"', _set("lines", 1, country=False)),
    (': lines, row 2: languages: no without quotes is read as false; write "no"', _set("lines", 1, languages=[False])),
    (": lines, row 1: languages: must be a list with an entry", _set("lines", 0, languages=[])),
    (": lines, row 1: languages: must be a list with an entry", _set("lines", 0, languages="en")),
    (": lines, row 1: languages: must be BCP 47 tags", _set("lines", 0, languages=["English"])),
    (": lines, row 1: name: must be text", _set("lines", 0, name="  ")),
    (": lines, row 1: name: must be one line", _set("lines", 0, name="A\nline")),
    (": lines, row 1: phone: must be text", _set("lines", 0, phone=988)),
    (": lines, row 1: phone: must be a number", _set("lines", 0, phone="call 988")),
    (": lines, row 1: phone: must be text", _set("lines", 0, phone="")),
    (": lines, row 1: phone: must be a number", _set("lines", 0, phone="0" * 40)),
    (": lines, row 1: text: must be a number", _set("lines", 0, text="HOME to 741741")),
    (": lines, row 1: also: must be a number", _set("lines", 0, also=["999", "www.example.org"])),
    (": lines, row 1: url: must be an address", _set("lines", 0, url="http://example.org")),
    (": lines, row 1: url: must be an address", _set("lines", 0, url="https://user@example.org")),
    (": lines, row 1: url: must be an address", _set("lines", 0, url="https://localhost")),
    (": lines, row 1: url: must be an address", _set("lines", 0, url="https://[broken")),
    (": lines, row 1: url: must be an address", _set("lines", 0, url="javascript:alert(1)")),
    (": lines, row 1: url: must be text", _set("lines", 0, url=None)),
    (": lines, row 1: hours: must be", _set("lines", 0, hours="always")),
    (": lines, row 1: hours: must be", _set("lines", 0, hours="9-17")),
    (": lines, row 1: types: must be of", _set("lines", 0, types=["sadness"])),
    (": lines, row 1: verified_on: must be a day", _set("lines", 0, verified_on="last week")),
    (": lines, row 1: verified_on: must be a day", _set("lines", 0, verified_on=2026)),
    (": lines, row 1: source: must be text", _set("lines", 0, source=None)),
    (": lines: set a: must be two or more rows of one country", _set("lines", 0, set="a")),
    (": emergency, row 1: countries: must be a country's", _set("emergency", 0, countries=["GB", "EU"])),
    (": emergency: GB: has two rows", _set("emergency", 0, countries=["GB", "GB"])),
    (": emergency, row 1: phone: is missing", _drop("emergency", 0, "phone")),
    (": emergency, row 1: country: there is no such key", _set("emergency", 0, country="GB")),
    (": fallback: url: must be an address", lambda document: document["fallback"].update(url="findahelpline")),
    (": fallback: phone: there is no such key", lambda document: document["fallback"].update(phone="988")),
    (": fallback: must be a mapping", lambda document: document.update(fallback="https://example.org")),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "change"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_a_fault_is_told_by_row_and_field(tmp_path: Path, fault: str, change: Change) -> None:
    document = deepcopy(GOOD)
    change(document)

    assert fault_of(tmp_path, document).startswith(fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ": must be a mapping with the keys lines, emergency, fallback"),
        ("# nothing\n", ": must be a mapping"),
        ("- GB\n", ": must be a mapping"),
        ("lines: [\n", ": line 2: is not YAML"),
        ("lines: !!python/object:os.system {}\n", ": line 1: is not YAML"),
        ("lines: []\nlines: []\n", ": line 1: lines: stands twice"),
        ("lines:\n  - country: GB\n    country: IE\n", ": line 2: country: stands twice"),
        ("lines: 2026-02-30\n", ": has a date that does not exist"),
        ("[" * 5000, ": is nested too deep"),
        ("lines: !!map [a]\n", ": line 1: is not YAML"),
    ],
)
def test_what_is_no_list_of_lines_is_told_so(tmp_path: Path, text: str, fault: str) -> None:
    assert fault_of(tmp_path, text).startswith(fault)


def test_a_set_that_no_message_could_show_is_refused(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    document["lines"][0] |= {"set": "both", "text": "85258"}
    document["lines"].append(document["lines"][0] | {"phone": "0800 1111", "text": "12345"})

    assert fault_of(tmp_path, document).startswith(": lines: set both: has more than 2 numbers")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"lines: \xff")
    with pytest.raises(BadHelpLines, match=r"own\.yaml: is not UTF-8 text"):
        load_help_lines(tmp_path / "own.yaml")
    with pytest.raises(BadHelpLines, match=r"none\.yaml: cannot be read \(No such file"):
        load_help_lines(tmp_path / "none.yaml")
    with pytest.raises(BadHelpLines, match=r"cannot be read \(Is a directory"):
        load_help_lines(tmp_path)
