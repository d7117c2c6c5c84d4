"""Rules over plain text: gates, stems, classes, and that the gates of the pattern files lose nothing."""

import pytest

from app.safety.rules import Rules, rules_of
from tests.safety.matches import Matches, opens

# The files of this folder that posts are searched with.
SEARCHED = ["medical", "retractions"]


def found(rules: Rules, plain: str) -> list[tuple[str, int, int]]:
    return [(find.group, find.start, find.end) for find in rules.find(plain, set(plain.split()))]


def test_a_pattern_is_found_where_a_gate_is_a_word() -> None:
    rules = Rules({"a": ["red :: red|blue"]})

    assert found(rules, "a red car") == [("a", 2, 5)]
    assert found(rules, "a blue car") == []


def test_a_stem_stands_for_every_word_that_begins_so() -> None:
    assert found(Rules({"a": ["walk* :: walk\\w*"]}), "she walked") == [("a", 4, 10)]
    assert found(Rules({"a": ["walk* :: wal"]}), "a wall") == []


def test_a_star_stands_for_every_text() -> None:
    assert found(Rules({"a": ["* :: x"]}), "x") == [("a", 0, 1)]


def test_further_gates_are_needed_too() -> None:
    rules = Rules({"a": ["red + car bus + two :: red"]})

    assert found(rules, "two red car") == [("a", 4, 7)]
    assert found(rules, "two red") == found(rules, "red bus") == []


def test_a_stem_with_further_gates_needs_them() -> None:
    rules = Rules({"a": ["walk* + dog :: walk"]})

    assert found(rules, "walking dog") == [("a", 0, 4)]
    assert found(rules, "walking cat") == []


def test_classes_stand_for_their_alternatives_in_patterns_classes_and_gates() -> None:
    rules = Rules({"classes": ["pet = cat|old dog", "owned = my (?:<pet>)"], "a": ["<pet> :: <owned>"]})

    assert found(rules, "my old dog") == [("a", 0, 10)]
    assert found(rules, "my cat") == [("a", 0, 6)]


def test_finds_come_in_the_order_of_the_file() -> None:
    rules = Rules({"a": ["one :: one"], "b": ["two :: two"], "c": ["* :: three"]})

    assert [group for group, _, _ in found(rules, "three two one")] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "line", ["no mark", ":: pattern", "abc* :: abc", "gate :: (", "<loose> :: x", "gate :: <unknown>"]
)
def test_a_broken_line_is_refused(line: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Rules({"classes": ["loose = a.c"], "a": [line]})


def test_rules_of_several_files_are_those_of_all() -> None:
    assert len(rules_of("contact", "medical_advice").rules) > len(rules_of("contact").rules) > 0


@pytest.mark.parametrize("name", SEARCHED)
def test_whatever_a_pattern_matches_its_gates_open_it(name: str) -> None:
    for rule in rules_of(name).rules:
        for gates in rule.gates if "*" not in rule.gates[0] else ():
            for text in Matches(rule.pattern, avoid=gates).texts(12):
                assert opens(gates, text.split()), f"{rule.group}: {text}"
