"""Redaction: every identifier goes, what looks like one stays, and no text takes long."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.reply.examples import EXAMPLES
from app.reply.prompt import ROLE, ROLE_FOR_SMALL_MODELS
from app.safety.check_digits import is_card, is_ssn, passes_mod_97
from app.safety.identifiers import KINDS
from app.safety.numbers import IBAN_LENGTHS
from app.safety.redaction import Redactor, redact

CASES = Path(__file__).with_name("cases")


def cases(file: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for line in (CASES / file).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield case["text"], [(kind, value) for kind, value in case["found"]]


OWN = list(cases("pii_own.jsonl"))


def expected(text: str, found: list[tuple[str, str]]) -> str:
    """The text with a placeholder for each of its identifiers, numbered as they come."""
    numbers: dict[tuple[str, str], int] = {}
    counts: Counter[str] = Counter()
    redacted, rest = "", text
    for kind, value in sorted(found, key=lambda one: text.index(one[1])):
        if (kind, value) not in numbers:
            counts[kind] += 1
            numbers[kind, value] = counts[kind]
        before, _, rest = rest.partition(value)
        redacted += f"{before}[{kind}_{numbers[kind, value]}]"
    return redacted + rest


@pytest.mark.parametrize(("text", "found"), OWN, ids=[text[:40] for text, _ in OWN])
def test_a_text_is_redacted_as_its_case_says(text: str, found: list[tuple[str, str]]) -> None:
    redacted = redact(text)

    assert redacted.text == expected(text, found)
    assert redacted.counts == Counter(kind for kind, _ in found)


def test_there_are_enough_cases_of_every_kind() -> None:
    assert len([found for _, found in OWN if found]) >= 60
    assert len([found for _, found in OWN if not found]) >= 60
    assert {kind for _, found in OWN for kind, _ in found} == set(KINDS)


def test_a_value_has_one_number_in_all_texts_of_a_request_however_it_is_spelt() -> None:
    redactor = Redactor()
    texts = [
        "I am at Kit@Example.com or 07700 900314.",
        "You said kit@example.com, is 07700-900314 yours? I have mo@example.org.",
        "mo@example.org is my brother.",
    ]

    assert [redactor.redact(text).text for text in texts] == [
        "I am at [EMAIL_1] or [PHONE_1].",
        "You said [EMAIL_1], is [PHONE_1] yours? I have [EMAIL_2].",
        "[EMAIL_2] is my brother.",
    ]
    assert redact("mo@example.org").text == "[EMAIL_1]", "another request counts anew"


def test_what_is_redacted_has_nothing_more_to_redact() -> None:
    for text, _ in OWN:
        once = redact(text).text
        assert redact(once).text == once


def test_counts_are_of_what_was_replaced() -> None:
    redacted = redact("a@example.org, a@example.org, b@example.org, 198.51.100.7")

    assert redacted.counts == {"EMAIL": 3, "IP": 1}
    assert redact("Nothing here.").counts == {}


def test_our_own_words_hold_nothing_that_is_redacted() -> None:
    for text in (ROLE, ROLE_FOR_SMALL_MODELS, *(part for example in EXAMPLES for part in example)):
        assert redact(text).text == text


@pytest.mark.parametrize(
    ("digits", "good"),
    [
        ("4539148803436467", True),
        ("4539148803436468", False),
        ("378282246310005", True),
        ("37828224631000", False),
        ("30569309025904", True),
        ("3530111333300000", True),
        ("0000000000000000", False),
        ("1234567812345670", False),
        ("4444444444444448", True),
    ],
)
def test_a_card_has_an_issuer_a_length_and_a_check_digit(digits: str, good: bool) -> None:
    assert is_card(digits) is good


@pytest.mark.parametrize(
    ("parts", "good"),
    [
        (("536", "22", "1479"), True),
        (("899", "99", "9999"), True),
        (("000", "22", "1479"), False),
        (("666", "22", "1479"), False),
        (("900", "22", "1479"), False),
        (("536", "00", "1479"), False),
        (("536", "22", "0000"), False),
        (("078", "05", "1120"), False),
    ],
)
def test_a_social_security_number_obeys_its_rules(parts: tuple[str, str, str], good: bool) -> None:
    assert is_ssn(*parts) is good


def test_an_account_passes_only_with_its_own_check_digits() -> None:
    account = "DE89370400440532013000"

    passing = [f"{check:02}" for check in range(2, 99) if passes_mod_97(f"DE{check:02}{account[4:]}")]
    assert passing == ["89"]
    assert all(15 <= length <= 34 for length in IBAN_LENGTHS.values())


HOSTILE = [
    "a", "a.", "a@", "@", "a.a@", "a'", "1", "1 ", "1-", "1.1.", "+1", "(5", "(555) ", "+1 (2", "00 1", "0 1", "4111 ",
    "ab12 ", "DE12", "DE89 3704 ", ":1", "::", "1:", "http://", "www.", "x://", "https://a)", "a-", "a.com/", "a.com.",
    "u/", "#1", "a#1234 ", " at ", "(at)", "at gmail dot ", "call me at ", "ssn is ", "order number is ", "1٣", "é@é.",
    "insta a1 ", "handle ", "discord is is a_", "user name a1.", ":1:", "::1 ", "::1.1.1.1", " at a dot ", "a at web.",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    took = []
    for length in (5_000, 200_000):
        text = (piece * length)[:length]
        began = time.perf_counter()
        redact(text)
        took.append(time.perf_counter() - began)

    assert took[1] < 10, "the longest conversation takes some tenths of a second at most"
    assert took[1] < 400 * max(took[0], 0.001), "40 times the text; quadratic would be 1,600 times"


def test_an_ordinary_text_costs_microseconds() -> None:
    text = ("I feel so alone since I moved here. Nobody calls, nobody asks how I am, and I don't sleep. " * 7)[:600]
    rounds = 1000
    began = time.perf_counter()
    for _ in range(rounds):
        redact(text)

    assert (time.perf_counter() - began) / rounds < 50e-6, "about 5 µs when nothing could be an identifier"
