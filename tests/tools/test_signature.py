"""The command that trains and tries a signature, on replies made up for it."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.style.measures import measure
from app.style.signature import load_signature
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


def line(source: str, post: int, draw: random.Random) -> dict[str, Any]:
    body = " ".join(draw.sample(BODIES, 3))
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


def test_evaluate_tells_accuracy_confusion_and_what_speaks_for_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(write(tmp_path / "r.jsonl", "loud", "calm", "dry"))]) == 0

    printed = capsys.readouterr().out
    assert "accuracy 1.000 [1.000, 1.000], 36 replies to 12 posts" in printed
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


def test_a_trained_file_can_be_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm")
    main(["train", str(replies), str(tmp_path / "s.json")])

    assert main(["evaluate", str(replies), "--signature", str(tmp_path / "s.json")]) == 0
    assert "accuracy 1.000" in capsys.readouterr().out


def test_topics_are_no_signs(tmp_path: Path) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "dry")
    main(["train", str(replies), str(tmp_path / "s.json")])

    signs = load_signature(tmp_path / "s.json").signs
    assert "however" in signs
    assert SECRET not in signs


@pytest.mark.parametrize(
    ("sources", "posts", "says"),
    [(("loud",), 12, "two sources"), (("loud", "calm"), 1, "two posts"), ((), 0, "no replies")],
)
def test_too_little_to_try_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sources: tuple[str, ...], posts: int, says: str
) -> None:
    assert main(["evaluate", str(write(tmp_path / "r.jsonl", *sources, posts=posts))]) == 2
    assert says in capsys.readouterr().err


def test_a_bad_line_is_named_and_the_rest_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = write(tmp_path / "r.jsonl", "loud", "calm", more='{"reply": "zanzibar"}\n')

    assert main(["train", str(replies), str(tmp_path / "s.json")]) == 2
    assert (tmp_path / "s.json").exists()
    captured = capsys.readouterr()
    assert "r.jsonl, line 25, field source" in captured.err
    assert SECRET not in captured.err.lower()


@pytest.mark.parametrize("path", ["nothing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    assert main(["evaluate", str(tmp_path / path)]) == 2
    assert capsys.readouterr().err
