"""The comparison: counted by hand, fair in size, deaf to the order of lines, and silent about what replies say."""

import json
import random
from collections.abc import Sequence
from dataclasses import astuple
from math import sqrt
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app.style.tactics import TACTICS
from app.style.wording import STOCK_PHRASES
from app.tools.compare import main
from app.tools.comparison import (
    SetLevel,
    StyledReply,
    Summary,
    Values,
    compare,
    difference,
    set_levels,
    summarise,
    t_quantile,
)
from app.tools.effects import MOST_PANELS, effect
from app.tools.figure import Panel, draw, number

STUDY = Path(__file__).parents[3] / "shared" / "data" / "lee2024"
SECRET = "zanzibar"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("probability", "degrees", "expected"),
    [  # printed tables of Student's t
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 4, 2.776),
        (0.975, 10, 2.228),
        (0.975, 30, 2.042),
        (0.975, 59, 2.001),
        (0.975, 120, 1.980),
        (0.975, 1_000_000, 1.960),
        (0.95, 5, 2.015),
        (0.995, 3, 5.841),
        (0.9995, 1, 636.619),
    ],
)
def test_the_quantile_is_the_printed_one(probability: float, degrees: int, expected: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([("a", 7.0)], Summary(1, 7, None, None, None)),
        ([(None, 1.0), (None, 3.0)], Summary(2, 2, sqrt(2), 2 - 12.706, 2 + 12.706)),
        # t(.975, 4) × √2.5 ÷ √5
        (
            [(post, float(post)) for post in "12345"],
            Summary(5, 3, sqrt(2.5), 3 - 2.7764 / sqrt(2), 3 + 2.7764 / sqrt(2)),
        ),
        # Two posts: sums of deviations -4 and 4, so √(32 × 2 ÷ 1) ÷ 4 = 2 with one degree of freedom.
        ([("a", 1.0), ("a", 3.0), ("b", 5.0), ("b", 7.0)], Summary(4, 4, sqrt(20 / 3), 4 - 25.412, 4 + 25.412)),
        ([("a", 1.0), ("a", 3.0)], Summary(2, 2, sqrt(2), None, None)),
        ([("a", 5.0), ("b", 5.0)], Summary(2, 5, 0, 5, 5)),
    ],
    ids=["one", "no posts", "one a post", "two a post", "one post", "all alike"],
)
def test_a_mean_and_its_interval(values: Values, expected: Summary) -> None:
    assert astuple(summarise(values)) == pytest.approx(astuple(expected), abs=0.001)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Differences 1, 2, 3: mean 2, SD 1, t(.975, 2) ÷ √3 = 2.484; post d has no partner.
        (
            [("a", 2.0), ("b", 4.0), ("c", 6.0), ("d", 99.0)],
            [("c", 3.0), ("b", 2.0), ("a", 1.0)],
            (3, 2, 2 - 2.484, 2 + 2.484, 2),
        ),
        # Post a: 3 on average, less 1; post b: 5 less 2 on average. A reply without a post has no partner.
        (
            [("a", 2.0), ("a", 4.0), ("b", 5.0), (None, 50.0)],
            [("a", 1.0), ("b", 0.0), ("b", 4.0)],
            (2, 2.5, 2.5 - 6.353, 2.5 + 6.353, 2.5 / sqrt(0.5)),
        ),
        ([("a", 2.0)], [("a", 1.0)], (1, 1, None, None, None)),
        ([("a", 0.3), ("b", 0.4)], [("a", 0.2), ("b", 0.3)], (2, 0.1, 0.1, 0.1, None)),
        ([("a", 2.0)], [("b", 1.0)], (0, None, None, None, None)),
        ([(None, 2.0)], [(None, 1.0)], (0, None, None, None, None)),
    ],
    ids=["paired", "averaged first", "one pair", "no spread", "no pair", "no posts"],
)
def test_a_difference_is_paired_by_post(first: Values, second: Values, expected: tuple[float | None, ...]) -> None:
    found = difference("commas", "x", "y", {"x": first, "y": second})

    assert astuple(found)[:3] == ("commas", "x", "y")
    assert astuple(found)[3:] == pytest.approx(expected, abs=0.001)


def reply(source: str, text: str, post: str | None = None, **values: float) -> StyledReply:
    return StyledReply(source, post, text, tuple(text.lower().split()), values)


def sets_of(*replies: StyledReply) -> dict[str, SetLevel]:
    return dict(compare(replies, []).sets)


def test_diversity_is_what_a_hand_counts() -> None:
    # Five words each. x: a b a | c d, four kinds of five, pairs ab, ba, cd. y: a a a | a a, pairs aa three times.
    found = sets_of(reply("x", "a b a", "1"), reply("x", "c d", "2"), reply("y", "a a a", "1"), reply("y", "a a", "2"))

    assert [(level.n, level.n_shared, level.words, level.utf8_bytes) for level in found.values()] == [(2, 2, 5, 9)] * 2
    assert [level.distinct_1 for level in found.values()] == [4 / 5, 1 / 5]
    assert [level.distinct_2 for level in found.values()] == [1, 1 / 3]
    assert [level.opener_diversity for level in found.values()] == [1, 1]


def test_the_same_opener_counts_once() -> None:
    found = sets_of(
        *(reply("x", f"i am so {word}") for word in ("glad", "sad", "tired")), reply("x", "you are so kind")
    )

    assert found["x"].opener_diversity == 2 / 4


def test_repetition_compresses() -> None:
    found = sets_of(reply("x", "be kind to you " * 50), reply("y", " ".join(f"w{7919 * n % 9973}" for n in range(200))))

    assert found["x"].compression_ratio > 2 * found["y"].compression_ratio
    assert found["x"].utf8_bytes == found["y"].utf8_bytes == len("be kind to you " * 50)


@pytest.mark.parametrize(
    ("posts_of_x", "posts_of_y", "n", "shared"),
    [
        (["1", "2", "3"], ["3", "2", "1"], 3, (3, 3)),
        (["1", "2", "3", "4", "5"], ["5", "2"], 2, (2, 2)),
        (["1", "2", "3", "4"], ["4", "9"], 2, (1, 1)),
        (["1", "1", "1", "2"], ["1", "2"], 2, (2, 2)),
        (["1", "2", "3"], ["7", "8"], 2, (0, 0)),
        ([None, None, None], ["1", "2"], 2, (0, 0)),
    ],
    ids=["alike", "more of x", "one shared", "several to a post", "none shared", "no posts"],
)
def test_every_source_is_cut_to_the_smallest(
    posts_of_x: Sequence[str | None], posts_of_y: Sequence[str | None], n: int, shared: tuple[int, int]
) -> None:
    xs = [reply("x", f"x{place} says this to {post}", post) for place, post in enumerate(posts_of_x)]
    ys = [reply("y", f"y{place} says so to {post}", post) for place, post in enumerate(posts_of_y)]
    found = sets_of(*xs, *ys)

    assert {level.n for level in found.values()} == {n}
    assert (found["x"].n_shared, found["y"].n_shared) == shared
    assert {level.words for level in found.values()} == {5 * n}


def test_a_second_reply_to_a_post_waits_for_the_first_ones_to_all() -> None:
    ones = [reply("x", f"{word} to one", "1") for word in ("again", "also", "always")]
    found = sets_of(
        *ones, reply("x", "answer to two", "2"), reply("y", "this here", "1"), reply("y", "that there", "2")
    )

    # One reply to each post: one of the three words, "to" and "one"; of the second post's reply the fourth word.
    assert found["x"].words == 4
    assert found["x"].distinct_1 == 1


def test_a_reply_without_words_has_no_diversity() -> None:
    assert set_levels({"x": [reply("x", "")], "y": [reply("y", ""), reply("y", "so it is")]}).keys() == {"y"}
    assert sets_of(reply("x", "")) == {}
    assert sets_of(reply("x", "oh"))["x"].distinct_2 is None


def written(folder: Path, name: str, *lines: object) -> Path:
    path = folder / name
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts) + b"\n" if texts else b"")
    return path


def line_of(source: str, post: object, words: int, mark: str = "!") -> dict[str, object]:
    return {"source": source, "post_num": post, "reply": " ".join(["kind"] * words) + mark}


GOOD = [line_of(source, post, words) for source, words in (("a", 4), ("b", 2)) for post in (1, 2, 3)]


def outcome(folder: Path, *lines: object, posts: Sequence[object] | None = None) -> tuple[int, dict[str, Any]]:
    """Exit status and JSON of a run."""
    replies, out = written(folder, "replies.jsonl", *lines), folder / "out.json"
    more = ["--posts", str(written(folder, "posts.jsonl", *posts))] if posts is not None else []
    status = main([str(replies), *more, "--json", str(out), "--svg", str(folder / "out.svg")])
    return status, json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}


def test_a_run_tells_what_a_hand_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = outcome(tmp_path, *GOOD)

    assert status == 0
    assert told["sources"] == {"a": 3, "b": 3}
    assert told["means"]["words"]["a"] == {"n": 3, "mean": 4.0, "sd": 0.0, "low": 4.0, "high": 4.0}
    assert told["means"]["exclamation_marks"]["b"]["mean"] == 50.0
    assert told["units"]["exclamation_marks"] == "per 100 words"
    assert told["units"]["length_ok"] == "share of replies"
    assert {
        "measure": "words", "first": "a", "second": "b", "pairs": 3, "mean": 2.0, "low": 2.0, "high": 2.0,
        "cohens_d": None,
    } in told["differences"]  # fmt: skip
    assert (told["sets"]["a"]["n"], told["sets"]["a"]["words"], told["sets"]["a"]["distinct_1"]) == (3, 6, 1 / 6)
    assert told.keys() == {"left_out", "units", "sources", "means", "differences", "sets"}
    printed = capsys.readouterr()
    assert "a − b, paired by post" in printed.out
    assert "n = 3 replies, 6 words" in printed.out
    assert printed.err == ""


def talk() -> list[dict[str, object]]:
    """Two sources: `a` asks in all its replies, and says that one is not alone in two of three; `b` says sorry."""
    return [
        {"source": "a", "post_num": 1, "reply": "You are not alone in this. How are you sleeping?"},
        {"source": "a", "post_num": 2, "reply": "You are not alone. How are you feeling now? How was it for you?"},
        {"source": "a", "post_num": 3, "reply": "It is late for you and for me. How are you doing?"},
        {"source": "b", "post_num": 1, "reply": "I'm sorry that it is so. You could talk to a therapist!"},
        {"source": "b", "post_num": 2, "reply": "I'm sorry that you are there! It is what it is for you."},
        {"source": "b", "post_num": 3, "reply": "I'm sorry! You could talk to somebody whom you trust."},
    ]


@pytest.mark.parametrize(
    ("name", "unit", "of_a", "of_b", "mean", "low", "high"),
    [  # three pairs: t(.975, 2) = 4.3027, over √3 × SD of the differences
        ("tactics.questioning", "share of sentences", (1 / 2 + 2 / 3 + 1 / 2) / 3, 0, 0.5556, 0.3165, 0.7946),
        ("stock_phrases.not_alone", "share of replies", 2 / 3, 0, 2 / 3, 2 / 3 - 1.4342, 2 / 3 + 1.4342),
        ("apology", "share of replies", 0, 1, -1, -1, -1),
        ("referral", "share of replies", 0, 1 / 3, -1 / 3, -1 / 3 - 1.4342, -1 / 3 + 1.4342),
    ],
)
def test_tactics_phrases_and_habits_are_compared_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
    name: str, unit: str, of_a: float, of_b: float, mean: float, low: float, high: float,
) -> None:  # fmt: skip
    _, told = outcome(tmp_path, *talk())
    (paired,) = (entry for entry in told["differences"] if entry["measure"] == name)

    assert told["units"][name] == unit
    assert told["means"][name]["a"]["mean"] == pytest.approx(of_a, abs=0.0001)
    assert told["means"][name]["b"]["mean"] == pytest.approx(of_b, abs=0.0001)
    assert (paired["first"], paired["second"], paired["pairs"]) == ("a", "b", 3)
    assert [paired[key] for key in ("mean", "low", "high")] == pytest.approx([mean, low, high], abs=0.0005)
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{name} ")]
    assert len(rows) == 2
    assert {len(row) for row in rows} == {108, 83}


def test_every_tactic_and_phrase_has_its_row_beside_the_measures(tmp_path: Path) -> None:
    _, told = outcome(tmp_path, *talk())

    assert {f"tactics.{name}" for name in TACTICS} <= told["means"].keys()
    assert {f"stock_phrases.{name}" for name in STOCK_PHRASES} <= told["means"].keys()
    assert not {"tactics", "stock_phrases", "opener3"} & told["means"].keys()
    assert told["units"].keys() == told["means"].keys()
    assert {entry["measure"] for entry in told["differences"]} == told["means"].keys()


@pytest.mark.parametrize("language", ["Das ist wirklich schwer, und niemand war da.", "..."])
def test_what_is_english_only_is_left_out_of_other_replies(tmp_path: Path, language: str) -> None:
    _, told = outcome(tmp_path, *talk(), {"source": "a", "post_num": 4, "reply": language})

    assert told["means"]["tactics.advice"]["a"]["n"] == told["means"]["stock_phrases.valid"]["a"]["n"] == 3
    assert told["means"]["words"]["a"]["n"] == 4


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (f'{{"source": "a", "reply": "{SECRET}"'.encode(), "line 2: is not JSON"),
        (b'"' + SECRET.encode() * 1_000_000 + b'"', "line 2: is longer than 1,000,000 bytes"),
        (f'{{"source": "a", "reply": "{SECRET} \xe9"}}'.encode("latin-1"), "line 2: is not UTF-8"),
        (b"[" * 100_000, "line 2: is not JSON"),
        ([SECRET], "line 2: is not a JSON object"),
        ({"reply": SECRET}, "line 2, field source: is missing, and so is model"),
        ({"source": "", "reply": SECRET}, "line 2, field source: must be a name of printable characters"),
        ({"model": "a\x1b[0m", "reply": SECRET}, "line 2, field model: must be a name of printable characters"),
        ({"model": "\ud800", "reply": SECRET}, "line 2, field model: must be a name of printable characters"),
        ({"model": [SECRET], "reply": SECRET}, "line 2, field model: must be a string"),
        ({"source": "a", "post": SECRET}, "line 2, field reply: is missing"),
        ({"source": "a", "reply": [SECRET]}, "line 2, field reply: must be a string"),
        ({"source": "a", "reply": SECRET, "post": 3}, "line 2, field post: must be a string"),
        ({"source": "a", "reply": SECRET, "post_id": [SECRET]}, "line 2, field post_id: must be a string or a number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_line_is_named_and_the_rest_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: object, message: str
) -> None:
    status, told = outcome(tmp_path, GOOD[0], bad, *GOOD[1:])

    assert status == 2
    assert told["sources"] == {"a": 3, "b": 3}
    printed = capsys.readouterr()
    assert printed.err == f"replies.jsonl, {message}\n"
    assert [(fault["file"], fault["line"]) for fault in told["left_out"]] == [("replies.jsonl", 2)]
    assert SECRET not in printed.out + printed.err + json.dumps(told)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"post": SECRET}, "line 2, field post_num: is missing, and so is post_id"),
        ({"post_num": 2}, "line 2, field post: is missing"),
        (
            {"post_num": 1, "post": SECRET},
            "line 2, field post: differs from an earlier line with the same id, which is kept",
        ),
    ],
    ids=["no id", "no text", "another text"],
)
def test_a_bad_post_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: object, message: str) -> None:
    line = {"source": "a", "post_num": 1, "reply": "You are in the garden"}
    status, told = outcome(tmp_path, line, posts=[{"post_id": "1", "post": "It rains in the garden"}, bad])

    assert status == 2
    assert told["means"]["post_overlap"]["a"]["n"] == 1
    assert capsys.readouterr().err == f"posts.jsonl, {message}\n"


def test_many_bad_lines_do_not_flood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, told = outcome(tmp_path, *GOOD, *([b"{"] * 500))

    assert len(told["left_out"]) == 500
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 11
    assert errors[-1] == "and 490 lines more"


@pytest.mark.parametrize(
    ("lines", "status", "told"),
    [
        ([], 2, "holds no reply to compare"),
        ([b"", b"  "], 2, "holds no reply to compare"),
        ([line_of("a", 1, 3), line_of("a", 2, 3)], 0, "One source: no differences."),
        ([line_of("a", 1, 3), line_of("b", 1, 3)], 0, "n = 1 replies, 3 words"),
        ([line_of("a", None, 3), line_of("b", None, 3)], 0, "No reply names its post"),
        ([line_of("a", 1, 3), line_of("b", "x", 3)], 0, "0 of 1"),
        ([line_of("a", 1, 0, ""), line_of("b", 1, 0, "")], 0, "No reply has words"),
        ([b"\xef\xbb\xbf" + json.dumps(GOOD[0]).encode() + b"\r", GOOD[3]], 0, "a − b"),
        ([{"source": "a", "post_id": 1, "reply": "kind \ud800 \u2028 words"}, GOOD[3]], 0, "a − b"),
        ([{"source": "日本 é", "reply": "你好。"}, GOOD[3]], 0, "日本 é"),
    ],
    ids=["empty", "blank", "one source", "one each", "no posts", "no pair", "no words", "Windows", "odd", "Japanese"],
)
def test_what_is_unusual_works_or_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[object], status: int, told: str
) -> None:
    found, _ = outcome(tmp_path, *lines)

    assert found == status
    printed = capsys.readouterr()
    assert told in (printed.err if status else printed.out)
    assert (printed.err == "") == (status == 0)


@pytest.mark.parametrize(
    ("ids_of_a", "ids_of_b", "pairs"),
    [([1, 2], ["1", "2"], 2), ([1, 2], [1.0, 2.5], 1), (["x", True], ["x ", True], 1), ([None, 3], [3, None], 1)],
    ids=["number and string", "float", "as written", "some missing"],
)
def test_posts_are_known_by_their_ids(
    tmp_path: Path, ids_of_a: list[object], ids_of_b: list[object], pairs: int
) -> None:
    lines = [line_of(source, post, 3) for source, ids in (("a", ids_of_a), ("b", ids_of_b)) for post in ids]
    _, told = outcome(tmp_path, *lines)

    assert {entry["pairs"] for entry in told["differences"] if entry["measure"] == "words"} == {pairs}


def test_posts_are_known_by_their_texts_too(tmp_path: Path) -> None:
    post = "My sister moved abroad in May."
    lines = [
        {"source": "a", "post": post, "reply": "It is far from you."},
        {"source": "b", "post": f"  {post.upper()}\n", "reply": "It is far."},
        {"source": "a", "post": "Another one.", "post_id": 7, "reply": "It is far from you."},
        {"source": "b", "post": "Another  one.", "post_id": 8, "reply": "It is far."},
    ]
    _, told = outcome(tmp_path, *lines)

    assert {entry["pairs"] for entry in told["differences"] if entry["measure"] == "words"} == {2}
    assert told["sets"]["a"]["n_shared"] == 2


def test_a_reply_is_compared_with_its_post(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reply, own = "You are in the garden with the rain", "I am in the rain"
    replies = [
        {"model": "by id", "post_id": "1", "reply": reply},
        {"model": "its own", "post": own, "reply": reply},
        {"model": "own first", "post_id": "1", "post": own, "reply": reply},
        {"model": "unknown", "post_id": "2", "reply": reply},
    ]
    _, told = outcome(tmp_path, *replies, posts=[{"post_num": 1, "post": "The garden has rain for me"}])
    overlap = {source: mean["mean"] for source, mean in told["means"]["post_overlap"].items()}
    assert overlap.keys() == {"by id", "its own", "own first"}
    assert overlap["by id"] > overlap["its own"] == overlap["own first"] > 0
    capsys.readouterr()

    outcome(tmp_path, *replies, posts=[{"post_num": 3, "post": SECRET}])
    printed = capsys.readouterr()
    assert printed.err == "posts.jsonl: none of its posts is one that a reply names\n"
    assert SECRET not in printed.out


@pytest.mark.parametrize("option", ["--posts", "--json", "--svg"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    nowhere = tmp_path / "missing" / "file"

    assert main([str(written(tmp_path, "replies.jsonl", *GOOD)), option, str(nowhere)]) == 2
    printed = capsys.readouterr()
    assert printed.err == f"{nowhere}: No such file or directory\n"
    assert ("a − b" in printed.out) == (option != "--posts")


def test_the_same_replies_in_another_order_tell_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(3)
    words = "you are not alone and this is a hard day so rest now".split()
    lines = [
        {"source": source, "post_id": post, "reply": " ".join(chance.choices(words, k=chance.randint(3, 30))) + "."}
        for source, count in (("a", 3), ("b", 1), ("c", 1))
        for post in [*range(12), None]
        for _ in range(count)
    ]
    runs = []
    for _ in range(3):
        _, told = outcome(tmp_path, *lines)
        runs.append((capsys.readouterr().out, told, (tmp_path / "out.svg").read_text(encoding="utf-8")))
        chance.shuffle(lines)

    assert runs[1:] == runs[:-1]


def test_nothing_that_is_written_holds_a_reply(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opener = "Quixotic xylophones"
    lines = [{"source": s, "post_num": 1, "post": f"my {SECRET}", "reply": f"{opener} {SECRET}."} for s in "ab"]
    outcome(tmp_path, *lines, posts=[{"post_num": 1, "post": f"a {SECRET}"}])

    printed = capsys.readouterr()
    files = "".join((tmp_path / name).read_text(encoding="utf-8") for name in ("out.json", "out.svg"))
    for word in (SECRET, *opener.lower().split()):
        assert word not in (printed.out + printed.err + files).lower()


def test_the_figure_is_well_formed_and_names_all(tmp_path: Path) -> None:
    names = ["<b>&\"'x", "日本 é", "n" * 300]
    outcome(tmp_path, *(line_of(name, post, 3 + post) for name in names for post in (1, 2)))
    svg = (tmp_path / "out.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own figure

    assert "<b>" not in svg
    described = root.findtext(f"{SVG}desc") or ""
    labels = "".join(text.text or "" for text in root.iter(f"{SVG}text"))
    for name in names:
        assert name in described
        assert name[:40] in labels
    assert root.findtext(f"{SVG}title")
    assert not [part for part in root.iter() if part.tag in {f"{SVG}image", f"{SVG}script", f"{SVG}use"}]
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def panels_of(folder: Path) -> tuple[list[str], str]:
    """The names of the figure's panels, in order, and what the figure says of itself."""
    root = ElementTree.parse(folder / "out.svg").getroot()  # noqa: S314 - our own figure
    panels = [group.get("aria-label", "").split(",")[0] for group in root.iter(f"{SVG}g") if group.get("role")]
    return panels, root.findtext(f"{SVG}desc") or ""


def test_the_figure_shows_where_sources_differ_most_and_says_so(tmp_path: Path) -> None:
    told = outcome(tmp_path, *talk())[1]
    panels, says = panels_of(tmp_path)
    effects = {name: effect([Summary(**mean) for mean in means.values()]) for name, means in told["means"].items()}

    assert len(panels) == MOST_PANELS
    assert f"Shown: the {MOST_PANELS} of {len(told['means'])} measures in which two sources differ most" in says
    assert panels == [name for name in told["means"] if name in panels]
    assert min(effects[name] for name in panels) >= max(effects[name] for name in effects.keys() - set(panels))
    assert {"exclamation_marks", "tactics.questioning", "stock_phrases.not_alone"} <= set(panels)


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        ([], 0.0),
        ([Summary(3, 5.0, 1.0, None, None)], 0.0),
        ([Summary(3, 5.0, 0.0, 5, 5), Summary(3, 5.0, 0.0, 5, 5)], 0.0),
        ([Summary(3, 5.0, 0.0, 5, 5), Summary(3, 6.0, 0.0, 6, 6)], float("inf")),
        ([Summary(1, 5.0, None, None, None), Summary(1, 6.0, None, None, None)], float("inf")),
        # Differences 2, 5 and 3 of means; the largest is over the root of (9 + 16) ÷ 2.
        ([Summary(3, 1.0, 3.0, 0, 2), Summary(3, 3.0, 9.0, 2, 4), Summary(3, 6.0, 4.0, 5, 7)], 5 / sqrt(12.5)),
    ],
)
def test_an_effect_is_what_a_hand_counts(means: list[Summary], expected: float) -> None:
    assert effect(means) == pytest.approx(expected)


def test_a_unit_that_has_no_room_is_its_first_word(tmp_path: Path) -> None:
    outcome(tmp_path, *talk())
    root = ElementTree.parse(tmp_path / "out.svg").getroot()  # noqa: S314 - our own figure
    units = {text.text for text in root.iter(f"{SVG}text") if text.get("class") == "unit"}

    assert {"share", "per 100 words"} <= units
    assert not [unit for unit in units if "…" in (unit or "")]


@pytest.mark.parametrize(
    "means",
    [
        {},
        {"a": Summary(1, 0.0, None, None, None)},
        {"a": Summary(3, 1e9, 0.0, 1e9, 1e9), "b": Summary(3, 1e9, 0.0, 1e9, 1e9)},
        {"a": Summary(3, -0.00004, 1.0, -0.1, 0.1), "b": Summary(1, 2e6, None, None, None)},
        {"a": Summary(3, 0.30001, 0.0, 0.30001, 0.30002)},
    ],
    ids=["none", "one", "huge", "far apart", "close"],
)
def test_a_panel_holds_its_marks_and_two_to_six_ticks(means: dict[str, Summary]) -> None:
    root = ElementTree.fromstring(draw([Panel("commas", "words", means)], {"a": 3, "b": 1}, 1))  # noqa: S314 - our own figure
    ticks = [text for text in root.iter(f"{SVG}text") if text.get("class") == "tick"]

    assert 2 <= len(ticks) <= 6
    assert len({tick.text for tick in ticks}) == len(ticks)
    assert all(0 < float(tick.get("x", "0")) < 280 for tick in ticks)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (0.0, "0.000"), (-0.00001, "0.000"), (-1.5, "−1.500"), (12.345, "12.35"), (1234.56, "1234.6")],
)
def test_numbers_have_about_three_digits(value: float | None, expected: str) -> None:
    assert number(value) == expected


@pytest.mark.skipif(not STUDY.exists(), reason="the study's replies are not beside the checkout")
def test_the_study_is_found_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    assert main([str(STUDY / "replies.jsonl"), "--posts", str(STUDY / "posts.jsonl"), "--json", str(out)]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))

    words = {source: mean["mean"] for source, mean in told["means"]["words"].items()}
    assert words == pytest.approx({"gpt4": 185, "llama": 219, "mistral": 137}, abs=6)
    assert {level["n_shared"] for level in told["sets"].values()} == {60}
    most_varied = sorted(told["sets"], key=lambda source: told["sets"][source]["distinct_2"], reverse=True)
    assert most_varied == ["gpt4", "mistral", "llama"]
    assert "60 of 60" in capsys.readouterr().out
