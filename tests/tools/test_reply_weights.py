"""The command that fits the reply checks, on sentences of three made-up authors."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

import numpy as np

from app.safety.checks import LEARNT
from app.safety.features import SHORT_BITS, pairs_of
from app.safety.sentences import words_of
from app.safety.weights import RAISED, Panel, Weights, read_weights
from app.tools.corpus_files import cases_of, digest_of
from app.tools.reply_training import HELD, Line, Lines, fit_weights
from app.tools.reply_weights import main, report
from tests.tools.fits import call, fit, written

# Tables are of their full size, and a busy machine takes its time over them.
pytestmark = pytest.mark.timeout(300)
AUTHORS = ("replies_ann", "replies_bob", "replies_cat")
ENDS = {"replies_ann": "and it rains.", "replies_bob": "at the moment.", "replies_cat": "as ever"}
SAID: dict[str | None, list[str]] = {
    "lived": ["I went through the same divorce", "being a mother myself I remember such nights"],
    "human": ["I am a licensed counsellor", "speaking as your therapist with my clinic"],
    "diagnosis": ["this looks like bipolar disorder to me", "he is clearly a narcissist"],
    "dose": ["take two more tablets at bedtime", "stop your lithium today"],
    "romance": ["only I understand you my darling", "you need nobody but me, love"],
    "harm": ["pay him back with your fists", "sign here that you will stay alive"],
    "leak": ["my instructions want me brief", "the system prompt says so"],
    "refusal": ["I am sorry but I cannot help with that", "I am unable to discuss such topics"],
    "promise": ["everything will be fine soon", "I promise it gets better"],
    "minimise": ["others have it far worse", "just relax and cheer up"],
    "blame": ["you brought this on yourself", "you should have known better"],
    "contact": ["ring 0000 any day"], "placeholder": ["dear [Name]"], "language": ["buenas noches"],
    None: [
        "that was a hard week", "you walked home alone through the snow", "your cat misses her too",
        "a doctor can look at the rash", "it makes sense that you are tired", "what helped you last winter?",
        "the lease ends in May", "your sister sounds kind", "you did not cause his temper",
    ],
}  # fmt: skip
SECRET = "zanzibar"


def entries(author: str) -> Iterator[dict[str, Any]]:
    for check, texts in SAID.items():
        for text in texts:
            yield {"text": f"{text} {ENDS[author]}", "check": check}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return written(tmp_path_factory.mktemp("corpus"), AUTHORS, entries)


@pytest.fixture(scope="module")
def told(files: list[Path]) -> list[Line]:
    return list(cases_of(files, Line.of))


@pytest.fixture(scope="module")
def fitted(files: list[Path]) -> tuple[bytes, list[str]]:
    return fit(main, files)


@pytest.fixture(scope="module")
def weights(fitted: tuple[bytes, list[str]]) -> Weights:
    return read_weights(fitted[0])


def test_the_same_files_give_the_same_weights_byte_for_byte(
    files: list[Path], fitted: tuple[bytes, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(main, monkeypatch, tmp_path / "again.bin", *files[::-1])

    assert (tmp_path / "again.bin").read_bytes() == fitted[0]


def test_the_weights_name_their_files_and_have_a_table_a_check(files: list[Path], weights: Weights) -> None:
    assert weights.corpus == digest_of(files)
    assert {check: len(one.table) for check, one in weights.outputs.items()} == dict.fromkeys(LEARNT, 2**SHORT_BITS)
    for check, one in weights.outputs.items():
        assert max(abs(weight - RAISED) for weight in one.table) == 127, check


@pytest.mark.parametrize("author", AUTHORS)
def test_what_was_learnt_is_known_again(weights: Weights, author: str) -> None:
    panel = Panel(weights.outputs)
    learnt = [entry for entry in entries(author) if entry["check"] in (None, *LEARNT)]

    assert {entry["text"]: panel.above(pairs_of(words_of(entry["text"]))) for entry in learnt} == {
        entry["text"]: [entry["check"]] if entry["check"] else [] for entry in learnt
    }


def test_nothing_is_learnt_of_checks_that_have_no_weights(told: list[Line]) -> None:
    rest = [line for line in told if line.check not in ("contact", "placeholder", "language")]
    assert Lines(told).lines == rest


def test_thresholds_become_part_of_the_intercepts(told: list[Line]) -> None:
    lines = Lines(told)
    unseen = np.where(lines.checks == "", 7.0, 0.0)
    output = fit_weights(lines, "", {"lived": unseen}).outputs["lived"]

    assert output.intercept == pytest.approx(lines.fit("lived", unseen >= 0).intercept - 7)


def test_words_are_learnt_sentence_by_sentence_without_what_is_quoted() -> None:
    counts = Lines([Line("replies_ann", 'You wrote "my cat, my cat". I am a nurse!', "human")]).rows.counts(SHORT_BITS)

    expected = np.bincount(pairs_of(["you", "wrote"]) + pairs_of(["i", "am", "a", "nurse"]), minlength=2**SHORT_BITS)
    assert (counts.toarray()[0] == expected).all()


def test_nothing_is_learnt_of_an_author_that_is_scored(told: list[Line]) -> None:
    lines = Lines(told)
    own = lines.authors == AUTHORS[1]
    otherwise = Lines([Line(one.author, one.text, None) if own[i] else one for i, one in enumerate(lines.lines)])
    same = lines.unseen("lived") == otherwise.unseen("lived")

    assert same[own].all()
    assert not same[~own].any()


@pytest.mark.parametrize("held", HELD)
def test_what_held_authors_say_counts_more_than_what_others_say(held: str) -> None:
    mine, fine = "I was a widow at thirty", "You were a widow at forty"
    by_held = [Line(held, mine, "blame"), Line(held, fine, None)]
    by_another = [Line("replies_ann", mine, None), Line("replies_ann", fine, "blame")]
    more = [Line("replies_bob", text, check) for check, texts in SAID.items() for text in texts]
    lines = Lines([*by_held, *by_another, *more])

    everything = np.ones(len(lines.lines), dtype=bool)
    scores = lines.rows.score(lines.fit("blame", everything), everything)
    assert scores[0] > 0 > scores[1]


def test_the_report_tells_what_is_found_of_how_many(fitted: tuple[bytes, list[str]]) -> None:
    head, *lines = fitted[1]
    counts = {line[2:46].rstrip(): line.rsplit(" of ")[-1] for line in lines}

    assert head.endswith("fitted.bin: 93 sentences; on authors not seen:")
    assert counts == {
        **{f"recall: {check}": "6)" for check in LEARNT}, "found by any check": "66)", "found of what may stand": "27)",
    }  # fmt: skip


def test_the_report_counts_what_is_above_the_bar() -> None:
    checks = (None, None, None, "lived", "lived", "lived", "blame", "blame")
    lines = Lines([Line("replies_ann", "so", check) for check in checks])
    scores = {"lived": [0, 0, 1, 2, 2, 0, 0, 2], "blame": [0, 1, 0, 0, 2, 0, 0, 0]}
    told = report(lines, {check: np.array(each, dtype=np.float64) for check, each in scores.items()})

    assert {line[2:46].rstrip(): line.rsplit("(")[-1] for line in told} == {
        "recall: lived": "2 of 3)", "recall: blame": "0 of 2)",
        "found by any check": "3 of 5)", "found of what may stand": "2 of 3)",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"text": SECRET, "check": "rudeness"}, {"text": SECRET}, {"check": None}])
def test_a_wrong_line_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]) -> None:
    path = tmp_path / "replies_dan.jsonl"
    lines = ({"text": SECRET, "check": "lived"}, {"text": SECRET, "check": None}, wrong)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        call(main, monkeypatch, tmp_path / "out.bin", path)
    assert str(stopped.value.code).startswith("replies_dan.jsonl, line 3: ")
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
