"""The one client against a server that speaks the protocol sloppily, or takes other parameters."""

import json
from typing import Any

import pytest

from tests.live import live_app, settings_for
from tests.scripted_worker import WORDS, Script, scripted_worker

pytestmark = pytest.mark.anyio


def _usage(**more: Any) -> dict[str, Any]:
    return {"usage": {"prompt_tokens": 50, "completion_tokens": 40, **more}}


SLOPPY = {
    "as it should be": Script(),
    "no usage": Script(usage=False),
    "null content first": Script(null_content_chunk=True),
    "role chunk first": Script(role_chunk=True),
    "unknown fields": Script(unknown_fields=True),
    "comments between": Script(comments=True),
    "no finish reason, only DONE": Script(finish=None),
    "no DONE": Script(done=False),
    "usage on each chunk": Script(usage_on_each_chunk=True),
    "another word for stop": Script(finish="eos"),
    "events as text/plain": Script(content_type="text/plain"),
    "Windows line ends": Script(
        chunks=(b'data: {"choices":[{"delta":{"content":"You matter."}}]}\r\n\r\n', b"data: [DONE]\r\n\r\n")
    ),
    "no blank after data": Script(
        chunks=(b'data:{"choices":[{"delta":{"content":"You matter."}}]}\n\ndata:[DONE]\n\n',)
    ),
    "one byte at a time": Script(
        chunks=tuple(
            bytes([byte])
            for byte in 'data: {"choices":[{"delta":{"content":"Tu comptes, élan. 💛"}}]}\n\ndata: [DONE]\n\n'.encode()
        )
    ),
    "content in parts": Script(
        chunks=(
            b'data: {"choices":[{"delta":{"content":[{"type":"text","text":"You matter."}]}}]}\n\ndata: [DONE]\n\n',
        )
    ),
}


@pytest.mark.parametrize("sloppiness", SLOPPY)
async def test_a_sloppy_stream_is_understood(sloppiness: str) -> None:
    async with scripted_worker(SLOPPY[sloppiness]) as worker, live_app(settings_for(worker.url)) as live:
        status, events = await live.stream()

        assert (status, events[-1][0]) == (200, "reply")
        reply = events[-1][1]
        assert reply["reply"] in (WORDS, "You matter.", "Tu comptes, élan. 💛")
        assert "".join(data["text"] for name, data in events if name == "delta") == reply["reply"]
        assert reply["finish_reason"] == "stop"


@pytest.mark.parametrize("sloppiness", ["as it should be", "no usage", "unknown fields", "another word for stop"])
async def test_a_sloppy_completion_is_understood(sloppiness: str) -> None:
    async with scripted_worker(SLOPPY[sloppiness]) as worker, live_app(settings_for(worker.url)) as live:
        status, reply, _ = await live.ask()

        assert (status, reply["reply"], reply["finish_reason"]) == (200, WORDS, "stop")


async def test_a_server_that_answers_a_stream_with_a_whole_completion_is_understood() -> None:
    body = json.dumps({"choices": [{"message": {"content": WORDS}, "finish_reason": "stop"}]}).encode()
    async with scripted_worker(Script(body=body)) as worker, live_app(settings_for(worker.url)) as live:
        _, events = await live.stream()

        assert events[-1][1]["reply"] == WORDS


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_usage_is_the_workers_count_and_null_where_it_has_none(streamed: bool) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        counted = await _reply(live, streamed)
        worker.script = Script(usage=False)
        uncounted = await _reply(live, streamed)

        assert counted["usage"] == {"prompt_tokens": 50, "completion_tokens": 40}
        assert uncounted["usage"] is None
        assert await live.metric('warmline_tokens_total{kind="completion",model="mistral"}') == 40


# what the server says: (tokens from its cache and read, as we count them)
CACHED: dict[str, tuple[dict[str, Any], tuple[int, int] | None]] = {
    "vLLM and OpenAI": (_usage(prompt_tokens_details={"cached_tokens": 30}), (30, 20)),
    "nothing cached": (_usage(prompt_tokens_details={"cached_tokens": 0}), (0, 50)),
    "details without a count": (_usage(prompt_tokens_details={"cached_tokens": None, "audio_tokens": 0}), None),
    "null details": (_usage(prompt_tokens_details=None), None),
    "no details": (_usage(), None),
    "llama.cpp": ({"timings": {"prompt_n": 20, "cache_n": 30, "predicted_n": 40}}, (30, 20)),
    "llama.cpp, both": (_usage() | {"timings": {"prompt_n": 20, "cache_n": 30, "predicted_n": 40}}, (30, 20)),
    "more cached than read": (_usage(prompt_tokens_details={"cached_tokens": 70}), (50, 0)),
    "below zero": (_usage(prompt_tokens_details={"cached_tokens": -3}), (0, 50)),
}


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", CACHED)
async def test_what_came_from_the_prefix_cache_is_counted_and_logged_and_not_told_to_the_app(
    case: str, streamed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    said, counted = CACHED[case]
    caplog.set_level("INFO", "warmline.request")
    async with scripted_worker(_script_that_ends_with(said, streamed)) as worker:
        async with live_app(settings_for(worker.url)) as live:
            reply = await _reply(live, streamed)
            counter = 'warmline_prefix_cache_tokens_total{model="mistral",result='
            metrics = tuple([await live.metric(f'{counter}"{result}"}}') for result in ("hit", "miss")])

    line = next(vars(record) for record in caplog.records if vars(record).get("route") == "/reply")
    assert reply["usage"] == {"prompt_tokens": 50, "completion_tokens": 40}
    assert (line["prompt_tokens"], line["completion_tokens"]) == (50, 40)
    assert line["cached_tokens"] == (None if counted is None else counted[0])
    assert metrics == (counted or (0, 0))


async def test_a_reply_that_we_end_early_has_the_usage_of_its_last_chunk() -> None:
    script = Script(usage_on_each_chunk=True, between_s=0.002)
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        _, events = await live.stream(min_words=10, max_words=20)

        reply = events[-1][1]
        assert reply["finish_reason"] == "trimmed"
        assert 10 < reply["usage"]["completion_tokens"] < len(WORDS.split())


async def test_the_request_is_what_the_protocol_and_the_profile_say() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        await live.ask(temperature=0.7, seed=11, max_words=120)
        await live.stream()

        whole, streamed = worker.requests
        assert whole["model"] == "m"
        assert (whole["temperature"], whole["top_p"], whole["seed"], whole["max_tokens"]) == (0.7, 0.9, 11, 196)
        assert (whole["stream"], streamed["stream"]) == (False, True)
        assert "stream_options" not in whole
        assert streamed["stream_options"]["include_usage"] is True
        assert {message["role"] for message in whole["messages"]} == {"system", "user"}


async def test_the_key_goes_to_the_worker_as_a_bearer_token() -> None:
    async with scripted_worker() as worker:
        key = {"api_key_env": "SOME_KEY", "api_key": "k-123"}
        config = {"name": "w", "base_url": worker.url, "model": "m", **key}
        settings = settings_for(workers=[config], models={"mistral": {"workers": ["w"]}})
        async with live_app(settings) as live:
            await live.ask()

        assert worker.headers[0]["authorization"] == "Bearer k-123"


UNSUPPORTED: dict[str, tuple[str, dict[str, Any]]] = {
    "OpenAI, max_tokens": (
        "max_tokens",
        {
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "param": "max_tokens",
            "code": "unsupported_parameter",
        },
    ),
    "OpenAI, temperature": (
        "temperature",
        {
            "message": "Unsupported value: 'temperature' does not support 0.1 with this model.",
            "param": "temperature",
            "code": "unsupported_value",
        },
    ),
    "words only": ("top_p", {"message": "Unrecognized request argument supplied: `top_p` is unknown"}),
    "stream options": ("stream_options", {"message": "Unknown parameter: 'stream_options.continuous_usage_stats'."}),
}


@pytest.mark.parametrize("case", UNSUPPORTED)
async def test_a_parameter_that_a_worker_refuses_is_left_out_once_and_for_all(case: str) -> None:
    parameter, error = UNSUPPORTED[case]
    script = Script(refuse={parameter: json.dumps({"error": error}).encode()})
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        first, _ = await live.stream()
        second, _ = await live.stream()

        assert (first, second) == (200, 200)
        assert [parameter in request for request in worker.requests] == [True, False, False]
        if parameter == "max_tokens":
            assert worker.requests[-1]["max_completion_tokens"] == 241


async def test_the_gpt_family_learns_every_parameter_that_an_older_server_refuses() -> None:
    refuse = {
        name: json.dumps({"error": {"message": f"Unrecognized request argument supplied: '{name}'"}}).encode()
        for name in ("reasoning_effort", "store", "max_completion_tokens")
    }
    async with scripted_worker(Script(refuse=refuse)) as worker:
        settings = settings_for(worker.url, models={"mistral": {"workers": ["mistral-0"], "profile": "gpt"}})
        async with live_app(settings) as live:
            status, _, _ = await live.ask()
            await live.ask()

        assert status == 200
        assert len(worker.requests) == 5
        assert worker.requests[-1]["max_tokens"] == 241


ECHOES = {
    "quoted elsewhere in the answer": b"""{"error": {"message": "Input should be shorter", "input":
        "my 'temperature' is not supported by anybody"}}""",
    "quoted far from the refusal": b"""{"error": {"message": "This post is not supported. It has seven hundred
        and sixty-two characters and says, among much else, 'temperature' and 'max_tokens'."}}""",
}


@pytest.mark.parametrize("case", ECHOES)
async def test_a_refusal_that_quotes_the_request_costs_no_parameter(case: str) -> None:
    async with scripted_worker(Script(status=400, body=ECHOES[case])) as worker:
        async with live_app(settings_for(worker.url)) as live:
            status, _, _ = await live.ask()
            worker.script = Script()
            await live.ask()

    assert status == 502
    assert len(worker.requests) == 2
    assert worker.requests[-1]["temperature"] == 0.1


async def test_a_parameter_is_not_given_up_for_a_server_that_refuses_all_the_same() -> None:
    error = UNSUPPORTED["OpenAI, temperature"][1]
    script = Script(status=400, body=json.dumps({"error": error}).encode())
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        status, _, _ = await live.ask()
        worker.script = Script()
        await live.ask()

    assert status == 502
    assert ["temperature" in request for request in worker.requests] == [True, False, True]


@pytest.mark.parametrize(
    "oddity", [b"data: {half\n\n", b'data: {"error": {"message": "x"}}\n\n'], ids=["nonsense", "an error"]
)
async def test_what_comes_after_the_finish_takes_nothing_back(oddity: bytes) -> None:
    text = b'data: {"choices":[{"delta":{"content":"You matter."},"finish_reason":"stop"}]}\n\n'
    async with scripted_worker(Script(chunks=(text, oddity))) as worker, live_app(settings_for(worker.url)) as live:
        _, events = await live.stream()

    assert (events[-1][0], events[-1][1]["reply"]) == ("reply", "You matter.")


async def _reply(live: Any, streamed: bool) -> dict[str, Any]:
    if streamed:
        _, events = await live.stream()
        reply: dict[str, Any] = events[-1][1]
        return reply
    _, reply, _ = await live.ask()
    return reply


def _script_that_ends_with(said: dict[str, Any], streamed: bool) -> Script:
    """A short reply whose last words of the protocol are these."""
    if not streamed:
        choice = {"message": {"content": "You matter."}, "finish_reason": "stop"}
        return Script(body=json.dumps({"choices": [choice], **said}).encode())
    chunks = ({"choices": [{"delta": {"content": "You matter."}}]}, {"choices": [{"finish_reason": "stop"}], **said})
    return Script(chunks=(*(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks), b"data: [DONE]\n\n"))
