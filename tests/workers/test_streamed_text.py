"""A worker's stream, read by read: what several events in one read make, and where their cuts do not matter."""

import random

import msgspec
import pytest

from app.errors import ContentFiltered, WorkerError, WorkerNonsense, WorkerUnavailable
from app.reply.drafting import Usage
from app.workers.streamed_text import StreamedText


def _event(content: str | None = None, finish: str | None = None, **more: object) -> bytes:
    choice = {"delta": {} if content is None else {"content": content}, "finish_reason": finish}
    return b"data: %b\n\n" % msgspec.json.encode({"choices": [choice], **more})


USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}\n\n'
DONE = b"data: [DONE]\n\n"
ERROR = b'data: {"error":{"message":"out of memory"}}\n\n'
WHOLE = _event("You ") + _event("matter") + _event(".") + _event(finish="stop") + USAGE + DONE


def _read(*reads: bytes, may_be_blank: bool = False) -> tuple[list[str], StreamedText]:
    said = StreamedText("w", may_be_blank=may_be_blank)
    texts = []
    for content in reads:
        if not said.is_over:
            piece = said.take(content)
            texts += [piece.text] if piece else []
    return texts, said


def test_all_events_of_one_read_are_one_piece_with_the_finish_and_usage_told_last() -> None:
    texts, said = _read(WHOLE)
    last = said.last_piece()

    assert texts == ["You matter."]
    assert said.is_over
    assert (last.text, last.finish, last.usage, last.worker) == ("", "stop", Usage(9, 3), "w")


def test_wherever_the_stream_is_cut_it_says_the_same() -> None:
    rng = random.Random(5)
    for _ in range(200):
        cuts = sorted(rng.sample(range(1, len(WHOLE)), rng.randint(1, 12)))
        texts, said = _read(*(WHOLE[a:b] for a, b in zip([0, *cuts], [*cuts, len(WHOLE)], strict=True)))
        last = said.last_piece()

        assert ("".join(texts), last.finish, last.usage) == ("You matter.", "stop", Usage(9, 3)), cuts


def test_a_piece_has_the_last_count_of_its_read() -> None:
    one, two = ({"prompt_tokens": 9, "completion_tokens": number} for number in (1, 2))
    said = StreamedText("w", may_be_blank=False)
    first = said.take(_event("You ", usage=one) + _event("matter", usage=two))
    second = said.take(_event("."))

    assert first
    assert (first.text, first.usage) == ("You matter", Usage(9, 2))
    assert second
    assert (second.text, second.usage) == (".", None)


def test_an_error_after_text_in_the_same_read_comes_after_the_text() -> None:
    texts, said = _read(_event("You ") + _event("matter") + ERROR + _event("!"))

    assert texts == ["You matter"]
    assert said.is_over
    with pytest.raises(WorkerUnavailable, match="reports an error"):
        said.last_piece()


def test_an_error_after_the_finish_in_the_same_read_does_not_matter() -> None:
    texts, said = _read(_event("You matter.") + _event(finish="length") + ERROR)

    assert (texts, said.last_piece().finish) == (["You matter."], "length")


# name: (the reads, what it is)
NO_REPLIES: dict[str, tuple[tuple[bytes, ...], type[WorkerError]]] = {
    "nothing at all": ((b"",), WorkerUnavailable),
    "no event": ((b": hello\n\n", b""), WorkerNonsense),
    "no JSON": ((b"data: <html>\n\n",), WorkerNonsense),
    "half": ((_event("You"), b""), WorkerUnavailable),
    "no text": ((_event(finish="stop") + DONE,), WorkerNonsense),
    "a refusal": ((b'data: {"choices":[{"delta":{"refusal":"No."}}]}\n\n',), ContentFiltered),
    "given up": ((_event("You") + _event(finish="abort"),), WorkerUnavailable),
}


@pytest.mark.parametrize("name", NO_REPLIES)
def test_what_is_no_reply(name: str) -> None:
    reads, error = NO_REPLIES[name]
    _, said = _read(*reads)

    with pytest.raises(error):
        said.last_piece()


def test_a_probe_may_be_blank() -> None:
    _, said = _read(_event(finish="length") + DONE, may_be_blank=True)

    assert said.last_piece().finish == "length"
