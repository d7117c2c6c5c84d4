"""What each fault of a worker gives, whole and streamed, over real sockets: the contract's error table."""

from typing import Any

import pytest

from tests.live import Live, live_app, settings_for
from tests.scripted_worker import Script, ScriptedWorker, scripted_worker

pytestmark = pytest.mark.anyio

UNAVAILABLE = (503, "worker-unavailable")
TIMEOUT = (504, "worker-timeout")
NONSENSE = (502, "worker-nonsense")
REFUSED = (502, "worker-refused")
TOO_LONG = (413, "context-too-long")
HELD = (200, "held")
REPLY = (200, "reply")

_LONG_EVENT = b"data: " + b"x" * (2 << 20) + b"\n\n"

# fault: (script, whole, streamed); a streamed status of 0 is an `error` event after deltas.
FAULTS: dict[str, tuple[Script, tuple[int, str], tuple[int, str]]] = {
    "reset before headers": (Script(reset_before_headers=True), UNAVAILABLE, UNAVAILABLE),
    "reset before the first token": (Script(reset_after=0), UNAVAILABLE, UNAVAILABLE),
    "reset in mid-stream": (Script(reset_after=30, between_s=0.005), UNAVAILABLE, (0, "worker-unavailable")),
    "closed in mid-stream": (Script(close_after=30), UNAVAILABLE, (0, "worker-unavailable")),
    "hangs before headers": (Script(before_headers_s=9), TIMEOUT, TIMEOUT),
    "hangs before the first token": (Script(before_first_s=9), TIMEOUT, TIMEOUT),
    "hangs in mid-stream": (Script(hang_after=30), REPLY, (0, "worker-timeout")),
    "slow drip past the attempt": (Script(between_s=0.1), REPLY, (0, "worker-timeout")),
    "400": (Script(status=400), REFUSED, REFUSED),
    "401": (Script(status=401), REFUSED, REFUSED),
    "403": (Script(status=403), REFUSED, REFUSED),
    "404": (Script(status=404), REFUSED, REFUSED),
    "408": (Script(status=408), TIMEOUT, TIMEOUT),
    "422": (Script(status=422), REFUSED, REFUSED),
    "429": (Script(status=429), UNAVAILABLE, UNAVAILABLE),
    "500": (Script(status=500), UNAVAILABLE, UNAVAILABLE),
    "502 with HTML": (
        Script(status=502, body=b"<html>bad</html>", content_type="text/html"),
        UNAVAILABLE,
        UNAVAILABLE,
    ),
    "503": (Script(status=503), UNAVAILABLE, UNAVAILABLE),
    "redirect": (Script(status=307, headers=(("Location", "http://127.0.0.1:1/"),)), NONSENSE, NONSENSE),
    "HTML with 200": (
        Script(body=b"<html>welcome</html>", content_type="text/html"),
        NONSENSE,
        NONSENSE,
    ),
    "JSON that is no completion": (Script(body=b'["what"]'), NONSENSE, NONSENSE),
    "truncated JSON": (Script(body=b'{"choices": [{"mess'), NONSENSE, NONSENSE),
    "no choices": (Script(body=b'{"choices": []}'), NONSENSE, NONSENSE),
    "null content, whole": (
        Script(body=b'{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}'),
        NONSENSE,
        NONSENSE,
    ),
    "garbage events": (Script(chunks=(b"data: {not json}\n\n",)), REPLY, NONSENSE),
    "no events at all": (Script(chunks=(b"hello\n\n",)), REPLY, NONSENSE),
    "an event of two mebibytes": (Script(chunks=(_LONG_EVENT,)), REPLY, NONSENSE),
    "an error inside the stream": (
        Script(chunks=(b'data: {"error": {"message": "out of memory"}}\n\n',)),
        REPLY,
        UNAVAILABLE,
    ),
    "context too long, by vLLM": (
        Script(status=400, body=b'{"error": {"message": "This model\'s maximum context length is 4096 tokens."}}'),
        TOO_LONG,
        TOO_LONG,
    ),
    "context too long, by OpenAI": (
        Script(status=400, body=b'{"error": {"code": "context_length_exceeded", "message": "too long"}}'),
        TOO_LONG,
        TOO_LONG,
    ),
    "context too long, by llama.cpp": (
        Script(status=400, body=b'{"error": {"type": "exceed_context_size_error", "message": "x"}}'),
        TOO_LONG,
        TOO_LONG,
    ),
    "content filter as a status": (
        Script(status=400, body=b'{"error": {"code": "content_filter"}}'),
        HELD,
        HELD,
    ),
    "content filter before any text": (Script(text="", finish="content_filter"), HELD, HELD),
    "a refusal": (
        Script(body=b'{"choices": [{"message": {"content": null, "refusal": "I can\'t."}, "finish_reason": "stop"}]}'),
        HELD,
        HELD,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_gives_its_row_of_the_error_table_whole(fault: str) -> None:
    script, expected, _ = FAULTS[fault]
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        status, body, headers = await live.ask()

        assert (status, _slug(body)) == expected
        assert ("Retry-After" in headers) == (status == 503)
        await _assert_nothing_is_left(worker, live)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_gives_its_row_of_the_error_table_streamed(fault: str) -> None:
    script, _, (expected_status, expected_slug) = FAULTS[fault]
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        status, events = await live.stream()

        name, last = events[-1]
        if expected_status == 0:
            assert (status, name, _slug(last)) == (200, "error", expected_slug)
            assert last["retryable"] is True
            assert [event for event, _ in events[:-1]] == ["delta"] * (len(events) - 1) != []
        else:
            assert (status, _slug(last)) == (expected_status, expected_slug)
        await _assert_nothing_is_left(worker, live)


async def test_a_worker_that_nobody_listens_for_is_503() -> None:
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        status, body, headers = await live.ask()

        assert (status, _slug(body)) == UNAVAILABLE
        assert int(headers["Retry-After"]) >= 1


async def test_a_name_that_does_not_resolve_is_503() -> None:
    async with live_app(settings_for("http://worker.invalid/v1")) as live:
        status, body, _ = await live.ask()

        assert (status, _slug(body)) == UNAVAILABLE


async def test_the_workers_retry_after_is_passed_on() -> None:
    script = Script(status=429, headers=(("Retry-After", "17"),))
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        _, _, headers = await live.ask()

        assert headers["Retry-After"] == "17"


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    "script",
    [Script(reset_before_headers=True), Script(status=500), Script(status=429), Script(before_headers_s=9)],
    ids=["reset", "500", "429", "hang"],
)
async def test_another_worker_writes_when_one_fails_before_its_first_token(script: Script, streamed: bool) -> None:
    async with (
        scripted_worker(script) as bad,
        scripted_worker() as good,
        live_app(settings_for(bad.url, good.url)) as live,
    ):
        status, reply = await _ask(live, streamed)

        assert (status, reply["worker"]) == (200, "mistral-1")
        assert len(bad.requests) == 1


async def test_an_unknown_finish_word_does_not_vouch_for_the_last_sentence() -> None:
    script = Script(text="You matter. This one is not", finish="whatever")
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        _, reply, _ = await live.ask()

        assert (reply["reply"], reply["finish_reason"]) == ("You matter.", "length")


async def test_a_content_filter_in_mid_reply_ends_it_at_the_last_sentence() -> None:
    script = Script(text="You matter. This one is not", finish="content_filter")
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        status, events = await live.stream()

        assert (status, events[-1][1]["reply"], events[-1][1]["finish_reason"]) == (200, "You matter.", "checked")


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_text_that_leaves_nothing_to_show_is_asked_for_twice_and_then_held(streamed: bool) -> None:
    async with (
        scripted_worker(Script(text="[Your Name]")) as worker,
        live_app(settings_for(worker.url)) as live,
    ):
        status, reply = await _ask(live, streamed)

        assert (status, reply["outcome"], reply["model"]) == (200, "held", None)
        assert [request.get("seed") for request in worker.requests] == [None, 1]


async def test_an_error_answer_that_never_ends_holds_no_connection() -> None:
    script = Script(status=500, body_never_ends=True)
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        status, body, _ = await live.ask()

        assert (status, _slug(body)) == TIMEOUT
        await worker.until(lambda: worker.open == 0, within_s=0.2)


async def test_only_a_lost_connection_makes_a_worker_down_and_its_next_word_makes_it_ready() -> None:
    async with scripted_worker(Script(status=429)) as worker, live_app(settings_for(worker.url)) as live:
        await worker.until(lambda: worker.probed > 0)
        await live.ask()
        busy = await live.metric('warmline_worker_up{worker="mistral-0"}')
        worker.script = Script(reset_before_headers=True)
        await live.ask()
        gone = await live.metric('warmline_worker_up{worker="mistral-0"}')
        worker.script = Script()
        await live.ask()
        back = await live.metric('warmline_worker_up{worker="mistral-0"}')

    assert (busy, gone, back) == (1, 0, 1)


async def test_of_several_failures_the_one_worth_a_retry_is_told() -> None:
    async with scripted_worker(Script(status=429)) as busy, scripted_worker(Script(status=401)) as strict:
        async with live_app(settings_for(busy.url, strict.url)) as live:
            status, body, _ = await live.ask()

    assert (status, _slug(body)) == UNAVAILABLE


async def _ask(live: Live, streamed: bool) -> tuple[int, dict[str, Any]]:
    if streamed:
        status, events = await live.stream()
        return status, events[-1][1]
    status, body, _ = await live.ask()
    return status, body


async def _assert_nothing_is_left(worker: ScriptedWorker, live: Live) -> None:
    """No slot, no connection of a failed attempt, and the next request is fine."""
    await worker.until(lambda: worker.open == 0)
    assert await live.metric('warmline_replies_in_flight{model="mistral"}') == 0
    assert await live.metric('warmline_worker_in_flight{worker="mistral-0"}') == 0
    worker.script = Script()
    status, body, _ = await live.ask()
    assert (status, body["outcome"]) == (200, "reply")


def _slug(body: dict[str, object]) -> str:
    return str(body.get("outcome") or str(body["type"]).removeprefix("/problems/"))
