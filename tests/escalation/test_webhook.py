"""The webhook over a real socket: told once it can be, signed, without a word of anybody, and in nobody's way."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
import time
from typing import Any

import pytest
from pydantic import SecretStr

from app.escalation import webhook
from app.escalation.event import Event
from app.escalation.signing import signed_headers
from app.escalation.webhook import running_escalation
from app.settings import EscalationConfig
from app.telemetry.metrics import Metrics
from tests.escalation.receiver import Answer, receiver

pytestmark = pytest.mark.anyio

RAW = b"thirty-two bytes that nobody has"
SECRET = f"whsec_{base64.b64encode(RAW).decode()}"
EVENT = Event("req-1", "imminent", "self", ("suicide", "despair"), "GB", "my-app")


def config_for(url: str, secret: str = SECRET) -> EscalationConfig:
    return EscalationConfig.model_validate({"url": url, "secret_env": "X", "secret": SecretStr(secret)})


def counted(metrics: Metrics) -> dict[str, float]:
    """Results that happened, and retries."""
    values = {}
    for line in metrics.expose().decode().splitlines():
        if found := re.match(r'warmline_escalation(?:s_total\{result="(\w+)"\}|_(retries)_total) (\S+)', line):
            values[found[1] or found[2]] = float(found[3])
    return {name: value for name, value in values.items() if value}


async def settled(metrics: Metrics, number: int = 1) -> None:
    """Wait until this many events have come to their end."""
    async with asyncio.timeout(10):
        while sum(value for name, value in counted(metrics).items() if name != "retries") < number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PAUSES_S", (0.02, 0.02, 0.02, 0.02))
    monkeypatch.setattr(webhook, "ATTEMPT_S", 0.3)


async def test_it_is_told_what_is_known_and_not_a_word_more() -> None:
    metrics = Metrics()
    async with receiver() as it, running_escalation(config_for(it.url), metrics) as escalation:
        escalation.tell(EVENT)
        await it.until(1)
        await settled(metrics)

    headers, body = it.calls[0]
    assert json.loads(body) == {
        "id": EVENT.id,
        "request_id": "req-1",
        "level": "imminent",
        "subject": "self",
        "types": ["suicide", "despair"],
        "country": "GB",
        "created_at": EVENT.created_at,
        "key": "my-app",
    }
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == EVENT.id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", EVENT.created_at)
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 30
    assert counted(metrics) == {"delivered": 1}
    assert "warmline_escalation_lag_seconds_count 1.0" in metrics.expose().decode()


@pytest.mark.parametrize(("secret", "key"), [(SECRET, RAW), ("a plain secret of enough bytes", None)])
async def test_a_receiver_can_verify_the_signature(secret: str, key: bytes | None) -> None:
    async with receiver() as it, running_escalation(config_for(it.url, secret), Metrics()) as escalation:
        escalation.tell(EVENT)
        await it.until(1)

    headers, body = it.calls[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(key or secret.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert "." not in headers["webhook-id"], "a full stop parts what is signed"


def test_the_signature_is_that_of_the_published_example() -> None:
    # The vector in the tests of the Standard Webhooks libraries.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert headers["Webhook-Signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


FAILING = {
    "500": Answer(500),
    "404": Answer(404),
    "401": Answer(401),
    "too slow": Answer(after_s=2),
    "hangs up": Answer(hangs_up=True),
    "a redirect": Answer(302, head="Location: /elsewhere\r\n"),
    "a redirect of the method too": Answer(308, head="Location: http://127.0.0.1:9/elsewhere\r\n"),
}


@pytest.mark.parametrize("failure", FAILING)
async def test_a_call_in_vain_is_made_again_with_the_same_id_and_a_new_signature(failure: str) -> None:
    metrics = Metrics()
    async with receiver(FAILING[failure], Answer()) as it:
        async with running_escalation(config_for(it.url), metrics) as escalation:
            escalation.tell(EVENT)
            await settled(metrics)

    assert counted(metrics) == {"delivered": 1, "retries": 1}
    assert [headers["webhook-id"] for headers, _ in it.calls] == [EVENT.id] * 2
    assert it.paths == ["/told", "/told"], "nobody was sent elsewhere"


@pytest.mark.parametrize("failure", ["500", "hangs up", "a redirect"])
async def test_after_five_calls_in_vain_it_is_given_up_and_said_without_a_text(
    failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    async with receiver(FAILING[failure]) as it, running_escalation(config_for(it.url), metrics) as escalation:
        escalation.tell(EVENT)
        await settled(metrics)

    assert len(it.calls) == 5
    assert counted(metrics) == {"failed": 1, "retries": 4}
    (line,) = complaints(caplog)
    assert (line.name, line.levelno, line.getMessage()) == ("warmline.escalation", logging.ERROR, "escalation failed")
    assert said(line) == {"escalation_id": EVENT.id, "request_id": "req-1", "level": "imminent", "key": "my-app",
                          "attempts": 5, "reason": REASONS[failure]}  # fmt: skip


REASONS = {"500": "status 500", "hangs up": "ServerDisconnectedError", "a redirect": "status 302"}


def complaints(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [line for line in caplog.records if line.name == "warmline.escalation"]


def said(line: logging.LogRecord) -> dict[str, Any]:
    names = ("escalation_id", "request_id", "level", "key", "attempts", "reason")
    return {name: vars(line)[name] for name in names}


async def test_a_receiver_that_is_not_there_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    async with running_escalation(config_for("http://127.0.0.1:9/told"), metrics) as escalation:
        escalation.tell(EVENT)
        await settled(metrics)

    assert counted(metrics) == {"failed": 1, "retries": 4}
    assert vars(complaints(caplog)[0])["reason"] == "ClientConnectorError"


async def test_a_receiver_that_asks_for_a_pause_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PAUSES_S", (0.0, 0.0, 0.0, 60.0))
    metrics = Metrics()
    began = time.monotonic()
    async with receiver(Answer(429, head="Retry-After: 1\r\n"), Answer()) as it:
        async with running_escalation(config_for(it.url), metrics) as escalation:
            escalation.tell(EVENT)
            await settled(metrics)

    assert time.monotonic() - began >= 0.9


async def test_telling_takes_no_time_and_what_has_no_room_is_dropped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhook, "ROOM", 3)
    metrics = Metrics()
    async with receiver(Answer(after_s=0.1)) as it, running_escalation(config_for(it.url), metrics) as escalation:
        began = time.monotonic()
        for number in range(5):
            escalation.tell(Event(f"req-{number}", "elevated", "other"))
        assert time.monotonic() - began < 0.1
        assert counted(metrics) == {"dropped": 2}
        await settled(metrics, 5)

    assert counted(metrics) == {"dropped": 2, "delivered": 3}
    assert [said(line)["reason"] for line in complaints(caplog)] == ["no room"] * 2
    assert {json.loads(body)["request_id"] for _, body in it.calls} == {"req-0", "req-1", "req-2"}


async def test_no_more_calls_than_eight_are_under_way_at_once() -> None:
    metrics = Metrics()
    async with receiver(Answer(after_s=0.2)) as it, running_escalation(config_for(it.url), metrics) as escalation:
        for number in range(12):
            escalation.tell(Event(f"req-{number}", "elevated", "self"))
        await it.until(8)
        await asyncio.sleep(0.05)
        assert len(it.calls) == 8
        await settled(metrics, 12)

    assert counted(metrics) == {"delivered": 12}


async def test_the_end_of_the_process_waits_for_a_call_under_way() -> None:
    metrics = Metrics()
    async with receiver(Answer(after_s=0.2)) as it, running_escalation(config_for(it.url), metrics) as escalation:
        escalation.tell(EVENT)

    assert counted(metrics) == {"delivered": 1}


async def test_the_end_of_the_process_cuts_a_pause_short_for_one_more_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PAUSES_S", (60.0, 60.0, 60.0, 60.0))
    metrics = Metrics()
    async with receiver(Answer(503), Answer()) as it:
        async with running_escalation(config_for(it.url), metrics) as escalation:
            escalation.tell(EVENT)
            await it.until(1)
            await asyncio.sleep(0.05)

    assert counted(metrics) == {"delivered": 1, "retries": 1}


@pytest.mark.parametrize("answer", [Answer(503), Answer(after_s=30)], ids=["fails on", "hangs"])
async def test_the_end_of_the_process_waits_for_a_bounded_time(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "ATTEMPT_S", 20.0)
    monkeypatch.setattr(webhook, "CLOSE_S", 0.2)
    metrics = Metrics()
    async with receiver(answer) as it:
        async with running_escalation(config_for(it.url), metrics) as escalation:
            for number in range(20):
                escalation.tell(Event(f"req-{number}", "elevated", "self"))
            await it.until(1)
            began = time.monotonic()
        assert time.monotonic() - began < 5

    results = counted(metrics)
    assert results["failed"] == 20
    assert "delivered" not in results


async def test_what_is_told_behind_the_end_is_dropped() -> None:
    metrics = Metrics()
    async with receiver() as it, running_escalation(config_for(it.url), metrics) as escalation:
        pass
    escalation.tell(EVENT)

    assert counted(metrics) == {"dropped": 1}


async def test_without_a_config_nobody_is_told() -> None:
    metrics = Metrics()
    async with running_escalation(None, metrics) as escalation:
        escalation.tell(EVENT)

    assert counted(metrics) == {}


def test_every_event_has_an_id_of_its_own() -> None:
    assert len({Event("r", "elevated", "self").id for _ in range(100)}) == 100
