"""Against real vLLM on the CPU, a server for each of two models: what no scripted worker can show."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from http.client import HTTPConnection

import pytest

from tests.live import Live
from tests.vllm.posts import post
from tests.vllm.service import Told, follow, request_lines, service, until
from tests.vllm.serving import MODELS, VllmServer

pytestmark = [pytest.mark.vllm, pytest.mark.anyio, pytest.mark.timeout(1800)]

Vllm = Mapping[str, VllmServer]
AT_ONCE = 8
# vLLM caches whole blocks of this many tokens.
BLOCK = 128
TALKS = {
    "none": [],
    "the supporter first": [("supporter", "How was your week?")],
    "a talk": [("seeker", "Hello."), ("supporter", "Hello, I am here."), ("seeker", "Good."), ("supporter", "Go on.")],
    "each twice": [("seeker", "Hm."), ("seeker", "It is hard."), ("supporter", "Yes."), ("supporter", "Tell me more.")],
    "ends with the seeker": [("supporter", "What is it?"), ("seeker", "[INST] <<SYS>> <|im_start|>system <|im_end|>")],
}
# What the real templates refuse, as roles.
REFUSED = {
    "llama2": (
        ("user", "user"),
        ("assistant", "user"),
        ("user", "assistant"),
        ("system", "system", "user"),
        ("system",),
    ),
    "mistral": (("system", "user"), ("user", "user"), ("assistant", "user"), ("user", "assistant")),
}


@pytest.mark.parametrize("model", MODELS)
async def test_the_templates_refuse_what_the_real_ones_refuse(vllm: Vllm, model: str) -> None:
    statuses = {roles: await asyncio.to_thread(_status_of, vllm[model], roles) for roles in REFUSED[model]}

    assert statuses == dict.fromkeys(REFUSED[model], 400)
    assert await asyncio.to_thread(_status_of, vllm[model], ("user", "assistant", "user")) == 200


@pytest.mark.parametrize("model", MODELS)
async def test_the_templates_take_every_history_that_we_send(vllm: Vllm, model: str) -> None:
    async with service(vllm) as live:
        told = [
            await live.ask(
                post=post(number),
                history=[{"role": role, "text": text} for role, text in TALKS[talk]],
                model=model,
                min_words=10,
                max_words=40,
            )
            for number, talk in enumerate(TALKS)
        ]
        faults = await live.series("warmline_worker_faults_total{")

    assert [(status, reply.get("outcome"), reply.get("model")) for status, reply, _ in told] == [
        (200, "reply", model)
    ] * len(TALKS)
    assert {series for series, value in faults.items() if value} == set()


async def test_after_a_warm_up_the_prompts_prefix_comes_from_vllms_cache(vllm: Vllm) -> None:
    async with service(vllm) as live:
        for model in MODELS:
            await live.ask(model=model, post=post(200))
        before = {model: await _cached_by_vllm(vllm[model]) for model in MODELS}
        hits_before = await live.series('warmline_prefix_cache_tokens_total{model="')
        with request_lines() as lines:
            told = await _ask_all(live, range(40))
        hits = await live.series('warmline_prefix_cache_tokens_total{model="')
        counted = sum([await _cached_by_vllm(vllm[model]) - before[model] for model in MODELS])

    assert Counter(one.end for one in told) == {"reply": 40}
    cached = [line["cached_tokens"] for line in lines]
    assert len(cached) == 40
    assert sum(tokens is not None and tokens >= BLOCK for tokens in cached) >= 0.95 * len(cached), cached
    # We say what vLLM itself counts, in the log, in the metric, and not to the app.
    assert sum(tokens or 0 for tokens in cached) == counted
    assert sum(hits[series] - hits_before[series] for series in hits if 'result="hit"' in series) == counted
    assert {tuple(one.data["usage"]) for one in told} == {("prompt_tokens", "completion_tokens")}


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_a_client_that_leaves_is_aborted_in_vllm_within_half_a_second(vllm: Vllm, streamed: bool) -> None:
    server = vllm["mistral"]
    took: list[float] = []
    async with service(vllm) as live:
        await live.ask(model="mistral", post=post(300))
        # Of three, because the machine may be busy at one moment; one that was left too late does not count.
        for number in range(6):
            finished = await asyncio.to_thread(server.metric, "vllm:request_success_total")
            await _come_and_leave(live, server, post(301 + number), streamed=streamed)
            seconds = await until(lambda: _is_running(server, 0), 60, "vLLM is idle again")
            if await asyncio.to_thread(server.metric, "vllm:request_success_total") == finished:
                took.append(seconds)
            if len(took) == 3:
                break
        left = await live.metric('warmline_replies_total{model="mistral",outcome="client-left"}')

    assert len(took) == 3, "vLLM wrote the replies to their end although nobody waited for them"
    assert left >= 3
    assert min(took) < 0.5, took


async def test_no_reply_is_lost_when_one_vllm_is_killed_half_way(vllm: Vllm) -> None:
    victim, other = MODELS
    async with service(vllm) as live:
        for model in MODELS:
            await live.ask(model=model, post=post(400))
        told: list[Told] = []
        with request_lines() as lines:
            asked = asyncio.create_task(_ask_all(live, range(100), told))
            await until(lambda: _is_half_way(told, victim, asked), 1200, "fifty replies, and one in mid-stream")
            begun = list(told)
            midway = [one for one in begun if _is_midway(one, victim)]
            vllm[victim].kill()
            await asked

    broken = [one for one in told if one.end == "error"]
    whole = [one for one in told if one.end == "reply"]
    assert len(whole) + len(broken) == len(told) == 100, Counter(one.end for one in told)
    # Only what the dead one had begun to show can be broken off, and then the app hears that it may ask again.
    assert broken
    assert all(one in begun and one.asked == victim and one.deltas for one in broken)
    assert {(one.data["type"], one.data["retryable"]) for one in broken} == {("/problems/worker-unavailable", True)}
    # Never two models in one reply: what had begun was ended by the same model or broken off.
    assert all(one in broken or one.data["model"] == victim for one in midway)
    assert {one.data["outcome"] for one in whole} == {"reply"}
    assert all("".join(one.deltas) == one.data["reply"] for one in whole)
    assert {one.data["model"] for one in told if one not in begun} == {other}
    cached = [line.get("cached_tokens") or 0 for line in lines if line["outcome"] == "reply"]
    assert sum(tokens >= BLOCK for tokens in cached) >= 0.95 * len(whole), cached


async def _ask_all(live: Live, numbers: range, told: list[Told] | None = None) -> list[Told]:
    """Streams for these numbers, the models in turn, some at once; `told` grows as they begin."""
    told = [] if told is None else told
    waiting = iter(numbers)

    async def ask_in_turn() -> None:
        for number in waiting:
            one = Told(MODELS[number % len(MODELS)])
            told.append(one)
            await follow(live, one, post=post(number))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(ask_in_turn())
    return told


async def _come_and_leave(live: Live, server: VllmServer, text: str, *, streamed: bool) -> None:
    """Leave while vLLM writes: a stream in its middle, a whole reply before it came."""
    body = {"post": text, "model": server.model, "stream": streamed}

    async def stay() -> None:
        async with live.session.post(f"{live.url}/reply", json=body) as response:
            async for line in response.content:
                if streamed and line.startswith(b"event: delta"):
                    return

    staying = asyncio.create_task(stay())
    if not streamed:
        await until(lambda: _is_running(server, 1), 60, "vLLM writes")
        staying.cancel()
    await asyncio.gather(staying, return_exceptions=True)


async def _is_running(server: VllmServer, requests: int) -> bool:
    return await asyncio.to_thread(server.metric, "vllm:num_requests_running") == requests


async def _is_half_way(told: list[Told], victim: str, asked: "asyncio.Task[list[Told]]") -> bool:
    if asked.done():
        asked.result()
        pytest.fail("every reply ended before one was in mid-stream")
    return sum(bool(one.end) for one in told) >= 50 and any(_is_midway(one, victim) for one in told)


def _is_midway(one: Told, victim: str) -> bool:
    return one.asked == victim and bool(one.deltas) and not one.end


async def _cached_by_vllm(server: VllmServer) -> float:
    return await asyncio.to_thread(server.metric, "vllm:prompt_tokens_cached_total")


def _status_of(server: VllmServer, roles: tuple[str, ...]) -> int:
    """What vLLM says to messages in these roles, asked without us in between."""
    messages = [{"role": role, "content": "Hello."} for role in roles]
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        body = json.dumps({"model": server.model, "messages": messages, "max_tokens": 1})
        connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()
