"""What was written by people who had not read the rules: reported in docs/safety.md, and never tuned on.

The bounds are what was measured when the rules were last changed, so that nothing gets worse unseen. They are no
targets: where one is far from 1, docs/safety.md says so.
"""

from pathlib import Path

import pytest

from app.tools.care_scores import Share, read_cases, scores_of

CASES = Path(__file__).with_name("cases")
# measure: what it reaches, and for false ones what it stays below.
POSTS = {
    "recall: explicit": 0.88,
    "recall: passive": 0.88,
    "recall: evasive": 0.79,
    "recall: third_party": 0.84,
    "recall: language, danger": 0.83,
    "at least soft: denial": 0.91,
    "subject is right": 0.95,
}
FALSE_ALARMS = 0.05
REPLIES = {
    "precision": 0.90,
    "recall": 0.88,
    **dict.fromkeys(
        (
            *("recall: lived", "recall: human", "recall: diagnosis", "recall: dose", "recall: romance"),
            *("recall: contact", "recall: leak", "recall: placeholder", "recall: refusal", "recall: language"),
            *("recall: promise", "recall: minimise", "recall: blame", "recall: contradiction", "recall: harm"),
        ),
        0.75,
    ),
}
PII = {"recall": 0.92}


def scored(name: str) -> dict[str, Share]:
    return scores_of(name, read_cases(CASES / f"{name}.jsonl"))


@pytest.mark.parametrize(
    ("name", "reached"),
    [("posts_apart", POSTS), ("replies_apart", REPLIES), ("pii_apart", PII)],
    ids=["posts", "replies", "pii"],
)
def test_what_nobody_tuned_on_gets_no_worse(name: str, reached: dict[str, float]) -> None:
    scores = scored(name)

    assert {measure: str(scores[measure]) for measure, least in reached.items() if scores[measure].value < least} == {}


def test_false_alarms_get_no_more() -> None:
    assert scored("posts_apart")["false alarms"].value <= FALSE_ALARMS
    assert scored("pii_apart")["false finds"].value == 0


def test_all_halves_are_there_and_big_enough() -> None:
    files = {path.stem: len(read_cases(path)) for path in CASES.glob("*.jsonl")}

    assert sum(files.values()) >= 900
    assert {f"{kind}_{half}" for kind in ("posts", "replies", "injections", "pii") for half in ("own", "apart")} <= set(
        files
    )
    assert min(files.values()) >= 50


def test_an_interval_holds_its_share() -> None:
    low, high = Share(19, 20).interval()

    assert low == pytest.approx(0.764, abs=0.001)
    assert high == pytest.approx(0.991, abs=0.001)
    with pytest.raises(ValueError, match="begins with none of"):
        scores_of("nonsense", [])
