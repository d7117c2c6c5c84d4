"""The command that fits the screen, on posts of three made-up authors."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

from app.safety.ratings import LEVELS
from app.safety.reading import Reading
from app.safety.weights import RAISED, Weights, read_weights
from app.tools.corpus_files import cases_of, digest_of
from app.tools.screen_training import QUESTIONS, Case, Corpus
from app.tools.screen_weights import main
from tests.tools.fits import call, fit, written

# Tables are of their full size, and a busy machine takes its time over them.
pytestmark = pytest.mark.timeout(300)
AUTHORS = ("posts_ann", "posts_bob", "lines_cat")
# What follows the words of a case, so that no two authors write the same.
ENDS = {"posts_ann": "and it rains.", "posts_bob": "at the moment.", "lines_cat": "as ever"}
# Level, subject, types, denied, kind, text.
CASES: list[tuple[str, str, list[str], bool, str, str]] = [
    ("elevated", "self", ["suicide"], False, "explicit", "I want to die"),
    ("elevated", "self", ["self_harm"], False, "explicit", "I cut my arm again"),
    ("elevated", "self", ["eating_disorder"], False, "explicit", "I throw up after each meal"),
    ("elevated", "self", ["substance"], False, "explicit", "I drink a bottle a night"),
    ("elevated", "self", ["abuse"], False, "explicit", "he hits me and I am afraid"),
    ("elevated", "other", ["suicide"], False, "third_party", "my friend wants to die"),
    ("imminent", "self", ["suicide"], False, "explicit", "I have the pills and die tonight"),
    ("imminent", "self", ["violence"], False, "explicit", "I will hurt him with my knife"),
    ("soft", "self", ["despair"], False, "passive", "there is no point in living"),
    ("soft", "self", ["despair"], True, "denial", "I am not suicidal but so tired of living"),
    ("none", "unknown", [], False, "figure", "this homework kills me"),
    ("none", "unknown", [], False, "literal", "I cut the bread too thick"),
    ("none", "unknown", [], False, "ending", "I want to end my lease"),
    ("none", "unknown", [], False, "media", "the film ends with a funeral"),
    ("none", "unknown", [], False, "work", "we teach nurses about safety"),
    ("none", "unknown", [], False, "ordinary", "my cat slept on the sofa"),
    ("none", "unknown", [], False, "ordinary", "the bus was late and I walked"),
    ("none", "unknown", [], False, "ordinary", "I miss my old flat a bit"),
    ("none", "unknown", [], False, "ordinary", "my exam went well I think"),
    ("none", "unknown", [], False, "language", "mi gato duerme en el sofá"),
]
FIELDS = ("level", "subject", "types", "denied", "kind")
LINE = {"text": "so", "level": "none", "subject": "unknown", "types": [], "denied": False, "kind": "ordinary"}
SECRET = "zanzibar"


def entries(author: str) -> Iterator[dict[str, Any]]:
    for *told, text in CASES:
        yield {"text": f"{text} {ENDS[author]}", **dict(zip(FIELDS, told, strict=True))}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return written(tmp_path_factory.mktemp("corpus"), AUTHORS, entries)


@pytest.fixture(scope="module")
def corpus(files: list[Path]) -> Corpus:
    return Corpus(list(cases_of(files, Case.of)))


@pytest.fixture(scope="module")
def fitted(files: list[Path]) -> tuple[bytes, list[str]]:
    return fit(main, files)


@pytest.fixture(scope="module")
def weights(fitted: tuple[bytes, list[str]]) -> Weights:
    return read_weights(fitted[0])


def test_the_same_files_give_the_same_weights_byte_for_byte(
    files: list[Path], fitted: tuple[bytes, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(main, monkeypatch, tmp_path / "again.bin", *files)

    assert (tmp_path / "again.bin").read_bytes() == fitted[0]


def test_the_weights_say_what_they_were_fitted_on(files: list[Path], weights: Weights) -> None:
    assert weights.corpus == digest_of(files)


def test_all_questions_get_a_table_of_their_size(weights: Weights) -> None:
    assert {name: len(one.table) for name, one in weights.outputs.items()} == {
        name: 2**question.bits for name, question in QUESTIONS.items()
    }
    for name, one in weights.outputs.items():
        assert max(abs(weight - RAISED) for weight in one.table) == 127, name


def test_what_was_learnt_is_known_again(weights: Weights) -> None:
    danger = weights.outputs["danger"]
    scores = []
    for entry in entries(AUTHORS[0]):
        features = [feature for sentence in Reading.of(entry["text"]).features() for feature in sentence]
        scores.append((danger.score(danger.total(features), len(features)), LEVELS.index(entry["level"]) >= 2))

    assert min(score for score, is_danger in scores if is_danger) > max(
        score for score, is_danger in scores if not is_danger
    )


def test_nothing_is_learnt_of_an_author_that_is_scored(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted_on = []
    fit = corpus.fit

    def watched(name: str, rows: Any) -> Any:
        fitted_on.append(frozenset(corpus.authors[rows]))
        return fit(name, rows)

    monkeypatch.setattr(corpus, "fit", watched)
    unseen = corpus.unseen("danger")

    assert set(fitted_on) == {frozenset(AUTHORS) - {author} for author in AUTHORS}
    # Each case has one sentence here, and that no more than a stretch has, or a stretch that says more.
    assert (unseen.alone >= unseen.wholes - 0.1).all()


def test_the_report_names_what_is_measured_on_whole_posts(fitted: tuple[bytes, list[str]]) -> None:
    head, *lines = fitted[1]
    counts = {line[2:46].rstrip(): line.rsplit(" of ")[-1] for line in lines}

    assert head.endswith("fitted.bin: 60 cases; on authors not seen:")
    # Those of the two authors of posts; single lines are left out.
    assert counts == {
        "at least soft: denial": "2)", "at least soft: passive": "2)",
        "false alarms": "18)", "false alarms, other languages": "2)", "false alarms: ending": "2)",
        "false alarms: figure": "2)", "false alarms: literal": "2)", "false alarms: media": "2)",
        "false alarms: ordinary": "8)", "false alarms: other, other languages": "2)", "false alarms: work": "2)",
        "recall: explicit": "14)", "recall: third_party": "2)",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {**LINE, "level": SECRET},
        {**LINE, "types": 3},
        *({key: value for key, value in LINE.items() if key != field} for field in LINE),
    ],
    ids=["level", "types", *(f"no_{field}" for field in LINE)],
)
def test_a_wrong_line_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]) -> None:
    path = tmp_path / "posts_dan.jsonl"
    lines = ({**LINE, "text": SECRET}, LINE, wrong)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        call(main, monkeypatch, tmp_path / "out.bin", path)
    assert str(stopped.value.code).startswith("posts_dan.jsonl, line 3: ")
    assert SECRET not in str(stopped.value.code)
    assert not (tmp_path / "out.bin").exists()


def test_a_missing_file_is_said(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nothing.jsonl"

    with pytest.raises(SystemExit) as stopped:
        call(main, monkeypatch, tmp_path / "out.bin", files[0], missing)
    assert stopped.value.code == 1
    assert capsys.readouterr().err == f"{missing}: {os.strerror(2)}\n"


def test_a_corpus_without_danger_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for author in AUTHORS:
        (tmp_path / f"{author}.jsonl").write_text(json.dumps(LINE) + "\n", encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        call(main, monkeypatch, tmp_path / "out.bin", *sorted(tmp_path.glob("*.jsonl")))
    assert str(stopped.value.code)
    assert not (tmp_path / "out.bin").exists()
