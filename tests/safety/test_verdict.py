"""The second layer: what a model is asked, what its answer is worth, and how two layers become one rating."""

import pytest

from app.safety.ratings import LEVELS, Level, Rating, Span
from app.safety.verdict import combine, is_crisis, question_for, read_verdict

POST = "The stairs are silent now."


@pytest.mark.parametrize(
    "answer",
    [
        '{"level": "elevated", "subject": "self", "types": ["suicide"]}',
        '```json\n{"level": "elevated", "subject": "self", "types": ["suicide"]}\n```',
        'Sure! {"level": "elevated", "subject": "self", "types": ["suicide"]} I hope that helps. {}',
        '{"level": "elevated", "subject": "self", "types": ["suicide", "sadness", 7], "why": "…"}',
    ],
)
def test_a_verdict_is_read_however_it_is_wrapped(answer: str) -> None:
    assert read_verdict(answer) == Rating(level="elevated", subject="self", types=("suicide",))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "none",
        "{",
        "[]",
        '{"level": "high"}',
        '{"level": 3}',
        '{"level": ["none"]}',
        "{" * 5_000,
        '{"subject": "self"}',
    ],
)
def test_what_is_no_verdict_is_none(answer: str) -> None:
    assert read_verdict(answer) is None


@pytest.mark.parametrize("answer", ['{"level": "soft", "subject": "me"}', '{"level": "soft", "types": "despair"}'])
def test_a_level_counts_without_the_rest(answer: str) -> None:
    assert read_verdict(answer) == Rating(level="soft")


@pytest.mark.parametrize("seen", LEVELS)
@pytest.mark.parametrize("judged", LEVELS)
def test_a_model_raises_any_level_and_lowers_none_but_soft(seen: Level, judged: Level) -> None:
    combined = combine(Rating(seen, "self"), Rating(judged, "self")).level

    if (seen, judged) == ("soft", "none"):
        assert combined == "none"
    else:
        assert combined == max(seen, judged, key=LEVELS.index)


def test_what_is_denied_stays_soft() -> None:
    denied = Rating("soft", "self", ("suicide",), denied=True)

    assert combine(denied, Rating()) == denied


def test_the_patterns_keep_their_spans_and_subject_and_the_types_are_those_of_both() -> None:
    seen = Rating("soft", "self", ("despair",), spans=(Span(0, 4),), is_medical=True)

    assert combine(seen, Rating("imminent", "other", ("suicide",))) == Rating(
        "imminent", "self", ("suicide", "despair"), spans=(Span(0, 4),), is_medical=True
    )
    assert combine(Rating(is_medical=True), Rating("elevated", "other", ("abuse",))).subject == "other"
    assert combine(seen, Rating()) == Rating(is_medical=True)


def test_what_never_varies_comes_first_and_the_message_stands_between_marks_that_nobody_can_foresee() -> None:
    first, second = question_for(POST, ["Before."]), question_for(POST, ["Before."])
    same = len(first) - len(POST) - 150

    assert first[:same] == second[:same]
    assert first != second
    assert POST in first
    assert "Before." in first


def test_a_long_post_is_read_at_its_beginning_and_its_end() -> None:
    question = question_for(f"begins {'and on ' * 3_000} ends", ["old " * 1_000])

    assert "begins" in question
    assert " ends" in question
    assert len(question) < 10_000


def test_elevated_and_above_is_a_crisis() -> None:
    assert [is_crisis(level) for level in LEVELS] == [False, False, True, True]
