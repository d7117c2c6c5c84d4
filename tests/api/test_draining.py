"""The gate of a drain, without a server around it: what it counts, refuses and cuts off."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.draining import Drain, DrainGate
from app.api.event_stream import encode_event
from app.api.signals import heeding_sigterm
from app.telemetry.metrics import Metrics
from tests.live import live_app, settings_for

pytestmark = pytest.mark.anyio

PATHS = {"/reply"}
EVENT = encode_event("delta", {"text": "Hello."})


def _start(content_type: str) -> Message:
    return {"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type.encode())]}


def _writes(*parts: Message) -> ASGIApp:
    """An app that sends these and then never ends."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for part in parts:
            await send(part)
        await asyncio.sleep(3600)

    return app


def _body(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def _answer(
    app: ASGIApp, drain: Drain, send: Callable[[Message], Awaitable[None]], **scope: Any
) -> dict[str, Any]:
    """Ask the app through the gate; returns the facts of the log line."""
    facts: dict[str, Any] = {}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    state = {"facts": facts, "request_id": "r"}
    full = {"type": "http", "method": "POST", "path": "/reply", "state": state} | scope
    await DrainGate(app, drain, PATHS)(full, receive, send)
    return facts


# what had gone out when the time was up: (messages, how the answer ends)
CUTS = {
    "nothing": ((), b"/problems/draining"),
    "the head of a stream": ((_start("text/event-stream"),), b"event: error"),
    "a delta": ((_start("text/event-stream"), _body(EVENT)), b"event: error"),
    "the reply itself": ((_start("text/event-stream"), _body(encode_event("reply", {}))), b"event: reply"),
    "half a JSON body": ((_start("application/json"), _body(b"{")), b"{"),
}


@pytest.mark.parametrize("sent", CUTS)
async def test_an_answer_that_is_cut_off_ends_as_far_as_it_can(sent: str) -> None:
    messages, ends_with = CUTS[sent]
    out: list[Message] = []

    async def send(message: Message) -> None:
        out.append(message)

    drain = Drain(0.05, Metrics())
    answer = asyncio.create_task(_answer(_writes(*messages), drain, send))
    await asyncio.sleep(0)
    await drain.run()

    assert (await answer)["outcome"] == "draining"
    bodies = [message["body"] for message in out if message.get("body")]
    assert ends_with in bodies[-1]
    assert len([body for body in bodies if body.startswith((b"event: reply", b"event: error"))]) <= 1
    is_whole = out[-1]["type"] == "http.response.body" and not out[-1].get("more_body")
    assert is_whole is (sent != "half a JSON body")
    starts = [message["status"] for message in out if message["type"] == "http.response.start"]
    assert starts == [200 if messages else 503]


async def test_a_client_who_does_not_take_the_last_words_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.draining.LAST_WORDS_S", 0.05)

    async def send(_message: Message) -> None:
        await asyncio.sleep(3600)

    drain = Drain(0.05, Metrics())
    answer = asyncio.create_task(_answer(_writes(_start("text/event-stream")), drain, send))
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await drain.run()
        await answer


async def test_a_drain_waits_until_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.draining.QUIET_S", 0.5)
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    drain = Drain(60, Metrics())
    loop = asyncio.get_running_loop()
    ends = asyncio.create_task(drain.run())
    await asyncio.sleep(0)
    for _ in range(4):
        await _answer(_writes(), drain, send)
        last = loop.time()
        await asyncio.sleep(0.2)
    await ends

    assert statuses == [503] * 4
    assert loop.time() - last >= 0.5


async def test_other_addresses_go_on_answering_and_ask_for_no_more() -> None:
    out: list[Message] = []

    async def send(message: Message) -> None:
        out.append(message)

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(_start("application/json"))

    drain = Drain(60, Metrics())
    await _answer(app, drain, send, path="/metrics", method="GET")
    ends = asyncio.create_task(drain.run())
    await asyncio.sleep(0)
    await _answer(app, drain, send, path="/metrics", method="GET")
    ends.cancel()

    assert [(b"connection", b"close") in message["headers"] for message in out] == [False, True]


async def test_without_uvicorn_no_handler_is_set() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with heeding_sigterm(Drain(60, Metrics())):
        within = signal.getsignal(signal.SIGTERM)

    assert within is before


async def test_the_handler_is_uvicorns_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with live_app(settings_for("http://127.0.0.1:9/v1")):
        within = signal.getsignal(signal.SIGTERM)
        assert callable(within)
        assert within.__module__ == "app.api.signals"

    assert signal.getsignal(signal.SIGTERM) is before
