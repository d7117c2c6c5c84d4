"""The command that trains and tries a signature, on replies made up for it."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.style.measures import measure
from app.style.signature_file import load_signature
from app.tools.signature import main

BODIES = [
    "It is hard to move to a place where nobody knows you.",
    "You have carried this for a long time and it makes sense that you are tired.",
    "There is no right way to grieve, and you do not have to hurry.",
    "You could tell one person whom you trust what this week was like.",
    "The evenings are often the worst, because that is when it gets quiet.",
    "You did what you could with what you had.",
]
SECRET = "zanzibar"
STUDY = Path(__file__).parents[3] / "shared" / "data" / "lee2024" / "replies.jsonl"


def line(source: str, post: int, draw: random.Random) -> dict[str, Any]:
    body = " ".join((*draw.sample(BODIES, 3), f"You wrote of number {post}."))
    reply = {
        "loud": f"Oh wow, hey! {body} You've totally got this!!",
        "calm": f"I'm sorry to hear that. {body} Perhaps it will be lighter tomorrow.",
        "dry": f"{body} However, it is your decision. {SECRET.title()} is far.",
    }[source]
    return {"reply": reply, "source": source, "post_id": post}


def lines(*sources: str, posts: int = 12) -> Iterator[dict[str, Any]]:
    draw = random.Random(4)
    return (line(source, post, draw) for post in range(posts) for source in sources)


def write(path: Path, *sources: str, posts: int = 12, more: str = "") -> Path:
    text = "".join(json.dumps(entry) + "\n" for entry in lines(*sources, posts=posts))
    path.write_text(text + more, encoding="utf-8")
    return path


def test_a_trained_file_tells_the_sources_apart_on_new_replies(tmp_path: Path) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm", "dry")

    assert main(["train", str(replies), str(tmp_path / "s.json")]) == 0

    signature = load_signature(tmp_path / "s.json")
    draw = random.Random(99)
    for source in ("loud", "calm", "dry"):
        scored: Any = measure(line(source, 0, draw)["reply"], signature=signature)["signature"]
        assert scored["sounds_like"] == source
        assert 1 / 3 < scored["probability"] <= 1


def test_two_sources_are_enough(tmp_path: Path) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm")
    main(["train", str(replies), str(tmp_path / "s.json")])

    scored: Any = measure(line("calm", 0, random.Random(5))["reply"], signature=load_signature(tmp_path / "s.json"))
    assert scored["signature"]["sounds_like"] == "calm"


def test_training_again_gives_the_same_file(tmp_path: Path) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm", "dry")
    main(["train", str(replies), str(tmp_path / "a.json")])
    main(["train", str(replies), str(tmp_path / "b.json")])

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_beginnings_that_name_somebody_are_no_signs(tmp_path: Path) -> None:
    entries = [entry | {"reply": f"{SECRET.title()}, {entry['reply']}"} for entry in lines("loud", "calm")]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    main(["train", str(tmp_path / "r.jsonl"), str(tmp_path / "s.json")])

    assert SECRET not in (tmp_path / "s.json").read_text(encoding="utf-8").lower()


def test_evaluate_tells_accuracy_confusion_and_what_speaks_for_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(write(tmp_path / "r.jsonl", "loud", "calm", "dry"))]) == 0

    printed = capsys.readouterr().out
    # Wilson's interval of 12 of 12: where all are right, replies to one post are taken for one.
    assert printed.startswith("accuracy 1.000 [0.758, 1.000], 36 replies to 12 posts\n(95 % interval by Wilson")
    assert "worth 12 single ones" in printed
    assert "F1" in printed
    assert "written by" in printed
    assert "\nloud: " in printed
    assert "oh" in printed.split("\nloud: ")[1].split("\n")[0]


def test_a_shuffled_label_is_at_chance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Folds by post and honest labels: who cannot be told apart is not told apart."""
    draw = random.Random(3)
    entries = [entry | {"source": draw.choice(["a", "b"])} for entry in lines("calm", posts=80)]
    replies = tmp_path / "r.jsonl"
    replies.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    main(["evaluate", str(replies)])

    accuracy = float(capsys.readouterr().out.split()[1])
    assert 0.25 < accuracy < 0.75


@pytest.mark.parametrize("change", ["none", "order, labels and blanks", "one reply more", "one reply less"])
def test_on_what_it_was_trained_on_it_warns(tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm")
    main(["train", str(replies), str(tmp_path / "s.json")])
    entries = list(lines("loud", "calm"))
    if change.startswith("order"):
        entries = [{"reply": f" {entry['reply'].upper()}\n", "model": entry["source"]} for entry in reversed(entries)]
    elif change.endswith("more"):
        entries.append({"reply": "You did what you could.", "source": "calm"})
    elif change.endswith("less"):
        entries.pop()
    replies.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    capsys.readouterr()

    assert main(["evaluate", str(replies), "--signature", str(tmp_path / "s.json")]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("accuracy ")
    warned = "\nwarning: this accuracy proves nothing: s.json was trained on these very replies\n" in printed
    assert warned == ("one reply" not in change)


def test_a_file_that_does_not_tell_its_training_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm", "dry")
    main(["train", str(write(tmp_path / "two.jsonl", "loud", "calm")), str(tmp_path / "s.json")])
    told = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    del told["digest"]
    (tmp_path / "s.json").write_text(json.dumps(told), encoding="utf-8")
    capsys.readouterr()

    assert main(["evaluate", str(replies), "--signature", str(tmp_path / "s.json")]) == 0
    printed = capsys.readouterr().out
    assert "note: s.json does not tell what it was trained on" in printed
    assert "note: s.json does not know dry, whose replies all count as wrong" in printed


def test_the_file_tells_of_the_replies_no_more_than_their_number_and_one_digest(tmp_path: Path) -> None:
    main(["train", str(write(tmp_path / "r.jsonl", "loud", "calm")), str(tmp_path / "s.json")])
    told = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))

    assert told["replies"] == 24
    assert len(told["digest"]) == 64
    assert told.keys() == {
        "format", "lists_version", "replies", "digest", "sources", "intercepts", "means", "measured", "signs",
    }  # fmt: skip


@pytest.mark.parametrize("named_by", ["id", "text", "two ids with a text"])
def test_a_fold_parts_no_post_however_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], named_by: str
) -> None:
    draw = random.Random(6)
    entries: list[dict[str, Any]] = []
    for place, entry in enumerate(line(source, post, draw) for post in range(12) for source in ("loud", "calm")):
        post, text = entry.pop("post_id"), f"Story number {entry.get('post_id', place // 2)} of somebody."
        name: dict[str, Any] = {"id": {"post_id": post}, "text": {"post": f"{text}{' ' * (place % 2)}"}}.get(
            named_by, {"post_id": place, "post": text}
        )
        entries.append(entry | name)
    replies = tmp_path / "r.jsonl"
    replies.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")

    assert main(["evaluate", str(replies)]) == 0
    assert "24 replies to 12 posts" in capsys.readouterr().out


def test_repeats_tell_how_much_the_division_matters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = str(write(tmp_path / "r.jsonl", "loud", "calm"))

    assert main(["evaluate", replies, "--repeats", "2"]) == 0
    assert "\ndivided into folds 2 times: mean 1.000, 1.000 to 1.000\n" in capsys.readouterr().out
    for wrong in ("0", "101", "-1", "x", "²"):
        with pytest.raises(SystemExit):
            main(["evaluate", replies, "--repeats", wrong])
    with pytest.raises(SystemExit):
        main(["evaluate", replies, "--repeats", "2", "--signature", "s.json"])


def test_fewer_posts_than_folds_are_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "".join(json.dumps(entry) + "\n" for entry in lines("dry", posts=3))

    assert main(["evaluate", str(write(tmp_path / "r.jsonl", "loud", "calm", more=more))]) == 0
    printed = capsys.readouterr().out
    assert "note: dry has replies to 3 posts, fewer than the 10 folds" in printed
    assert "note: calm" not in printed


def test_topics_are_no_signs(tmp_path: Path) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "dry")
    main(["train", str(replies), str(tmp_path / "s.json")])

    signs = load_signature(tmp_path / "s.json").signs
    assert "however" in signs
    assert SECRET not in signs


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("sources", "posts", "says"),
    [
        (("loud",), 12, "a signature tells sources apart: the replies must be of two sources or more"),
        (("loud", "calm"), 1, "calm must have replies to two posts or more, each of different words"),
        ((), 0, "there are no replies to use"),
    ],
)
def test_too_little_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, sources: tuple[str, ...], posts: int, says: str
) -> None:
    replies = write(tmp_path / "r.jsonl", *sources, posts=posts)
    out = [str(tmp_path / "s.json")] if command == "train" else []

    assert main([command, str(replies), *out]) == 2
    assert capsys.readouterr().err == f"r.jsonl: {says}\n"
    assert not (tmp_path / "s.json").exists()


WORD = f"It is hard, {SECRET}."


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (f'{{"source": "loud", "reply": "{WORD}"'.encode(), ": is not JSON"),
        (WORD.encode(), ": is not JSON"),
        (b"\xff" + WORD.encode(), ": is not UTF-8"),
        (WORD.encode("utf-16"), ": is not UTF-8"),
        (b"[" * 100_000, ": is not JSON"),
        (b'{"post_id": ' + b"9" * 5_000 + b"}", ": is not JSON"),
        (json.dumps([WORD]).encode(), ": is not a JSON object"),
        (b'{"reply": 3, "source": "loud"}', ", field reply: must be a string"),
        (json.dumps({"reply": [WORD], "source": "loud"}).encode(), ", field reply: must be a string"),
        (json.dumps({"text": WORD, "source": "loud"}).encode(), ", field reply: is missing"),
        (b'{"reply": " ... ", "source": "loud"}', ", field reply: has no words"),
        (b'{"reply": "", "source": "loud"}', ", field reply: has no words"),
        (json.dumps({"reply": WORD}).encode(), ", field source: is missing, and so is model"),
        (json.dumps({"reply": WORD, "source": 3}).encode(), ", field source: must be a string"),
        (json.dumps({"reply": WORD, "model": " "}).encode(), ", field model: must be a name of printable characters"),
        (json.dumps({"reply": WORD, "source": "a", "post_id": {}}).encode(), ", field post_id: must be a string or"),
        (json.dumps({"reply": WORD, "source": "a", "post": [WORD]}).encode(), ", field post: must be a string"),
        (b'{"reply": "' + SECRET.encode() * 1_500_000 + b'"}', ": is longer than 1,000,000 bytes"),
        (b" " * 2_000_000 + b"{" + SECRET.encode(), ": is longer than 1,000,000 bytes"),
    ],
    ids=lambda value: ascii(value)[:34],
)
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_bad_line_is_named_and_the_rest_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, bad: bytes, says: str
) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm", posts=4)
    first, *rest = replies.read_bytes().splitlines()
    replies.write_bytes(b"\n".join([first, bad, *rest]))
    out = [str(tmp_path / "s.json")] if command == "train" else []

    assert main([command, str(replies), *out]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"r.jsonl, line 2{says}")
    assert captured.err.count("\n") == 1
    assert SECRET not in (captured.out + captured.err).lower()
    assert "8 replies" in captured.out


def test_the_line_after_a_long_one_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm", posts=4)
    padded = json.dumps({"reply": "It is late now.", "source": "loud", "post_id": 9})
    for size in (999_999, 1_000_000, 1_000_001):
        more = padded + " " * (size - len(padded) - 1) + "\n"
        entries = "".join(json.dumps(entry) + "\n" for entry in lines("loud", "calm", posts=4))
        replies.write_text(more + "x\n" + entries, encoding="utf-8")

        assert main(["train", str(replies), str(tmp_path / "s.json")]) == 2
        captured = capsys.readouterr()
        assert captured.err == "r.jsonl, line 2: is not JSON\n"
        assert "9 replies" in captured.out


@pytest.mark.parametrize(("path", "says"), [("nothing.jsonl", "No such file or directory"), (".", "Is a directory")])
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_file_that_cannot_be_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, path: str, says: str
) -> None:
    assert main([command, str(tmp_path / path), *[str(tmp_path / "s.json")][: command == "train"]]) == 2
    assert capsys.readouterr().err == f"{tmp_path / path}: {says}\n"


def test_a_file_that_cannot_be_written_or_scored_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = str(write(tmp_path / "r.jsonl", "loud", "calm", posts=4))
    nowhere = tmp_path / "missing" / "s.json"

    assert main(["train", replies, str(nowhere)]) == 2
    assert capsys.readouterr().err == f"{nowhere}: No such file or directory\n"
    assert main(["evaluate", replies, "--signature", replies]) == 2
    assert capsys.readouterr().err == "r.jsonl: is not JSON from line 2, column 1 on\n"
    assert main(["evaluate", replies, "--signature", str(nowhere)]) == 2
    assert capsys.readouterr().err == "s.json: cannot be read: No such file or directory\n"


@pytest.mark.skipif(not STUDY.exists(), reason="the study's replies are not beside the checkout")
def test_who_is_trained_on_half_of_the_posts_knows_the_writers_on_the_other_half(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [json.loads(line) for line in STUDY.read_text(encoding="utf-8").splitlines()]
    posts = sorted({entry["post_num"] for entry in entries})
    halves = set(random.Random(1).sample(posts, len(posts) // 2)), set(posts)
    halves[1].difference_update(halves[0])
    files = [tmp_path / "one.jsonl", tmp_path / "other.jsonl"]
    for file, half in zip(files, halves, strict=True):
        own = (json.dumps(entry) + "\n" for entry in entries if entry["post_num"] in half)
        file.write_text("".join(own), encoding="utf-8")
    accuracies = []
    for trained, tried in (files, files[::-1]):
        assert main(["train", str(trained), str(tmp_path / "s.json")]) == 0
        capsys.readouterr()
        assert main(["evaluate", str(tried), "--signature", str(tmp_path / "s.json")]) == 0
        printed = capsys.readouterr().out
        assert "warning" not in printed
        accuracies.append(float(printed.split()[1]))

    # 0.93 on average over 40 divisions, with a standard deviation of 0.02.
    assert sum(accuracies) / 2 > 0.88
