"""The command that says whether a reply is ours: one sentence, an exit status, and never the text."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.safety.provenance import sign
from app.tools.verify_reply import main

KEY = "a key of more than twenty-four bytes"
TEXT = "It makes sense that you carry this quietly."


def answer(model: str | None = "mistral") -> dict[str, object]:
    signed = sign(KEY.encode(), reply_id="rpl_01", text=TEXT, model=model, prompt_version="v")
    return {"id": "rpl_01", "reply": TEXT, "model": model, "prompt_version": "v", "provenance": asdict(signed)}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The exit status and what it says, of bytes on standard input."""
    monkeypatch.setenv("WARMLINE_PROVENANCE_KEY", KEY)

    def run(content: bytes = b"", *arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        status = main(list(arguments))
        said = "".join(capsys.readouterr())
        assert TEXT not in said
        assert said.count("\n") == 1
        return status, said

    return run


@pytest.mark.parametrize(("model", "named"), [("mistral", "with mistral"), (None, "as a fixed text")])
def test_a_reply_of_ours_is_ours(
    run: Callable[..., tuple[int, str]], tmp_path: Path, model: str | None, named: str
) -> None:
    file = tmp_path / "reply.json"
    file.write_text(json.dumps(answer(model)))

    for status, said in (run(b"", str(file)), run(file.read_bytes()), run(file.read_bytes(), "-")):
        assert status == 0
        assert said.startswith(f"This text is ours, unchanged: made {named} at 20")


def test_a_changed_reply_is_not(run: Callable[..., tuple[int, str]]) -> None:
    status, said = run(json.dumps(answer() | {"reply": "Something else."}).encode())

    assert status == 1
    assert said.startswith("This text is not ours")
    assert "Something else" not in said


@pytest.mark.parametrize(
    ("content", "arguments", "named"),
    [
        (b"", [], "standard input: is not JSON"),
        (b"\xff", [], "standard input: is not JSON"),
        (b"[" * 100_000, [], "standard input: is not JSON"),
        (f'"{TEXT}"'.encode(), [], "standard input: is not a JSON object"),
        (f'{{"reply": "{TEXT}"}}'.encode(), [], "has no id, model, prompt_version, provenance"),
        (b"", ["/nowhere/reply.json"], "/nowhere/reply.json: No such file or directory"),
        (b"", ["/"], "/: Is a directory"),
    ],
)
def test_what_is_no_reply_gets_a_clear_message(
    run: Callable[..., tuple[int, str]], content: bytes, arguments: list[str], named: str
) -> None:
    status, said = run(content, *arguments)

    assert status == 2
    assert named in said


@pytest.mark.parametrize("key", ["", "too short"])
def test_without_a_key_it_says_which_variable_it_wants(
    run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("WARMLINE_PROVENANCE_KEY", key)

    status, said = run(json.dumps(answer()).encode())
    assert status == 2
    assert "WARMLINE_PROVENANCE_KEY" in said
    assert "too short" not in said
