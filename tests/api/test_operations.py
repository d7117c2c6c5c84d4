"""What operators and browsers see: probes, models, metrics, headers, the OpenAPI text, the page."""

import dataclasses
import json
from typing import Any

import pytest

from app.api.examples import REPLY_EXAMPLE
from app.reply.request import Reply
from app.style.measures import MEASURES
from app.style.tactics import TACTICS
from app.style.word_lists import LISTS_VERSION
from tests.live import live_app, settings_for
from tests.scripted_worker import WORDS, Script, scripted_worker

pytestmark = pytest.mark.anyio

NOBODY = "http://127.0.0.1:9/v1"


async def _get(live: Any, path: str) -> tuple[int, Any]:
    async with live.session.get(f"{live.url}{path}") as response:
        text = await response.text()
        return response.status, json.loads(text) if response.content_type == "application/json" else text


async def test_a_reply_has_every_field_of_the_contract() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        _, reply, headers = await live.ask()

    assert list(reply) == [field.name for field in dataclasses.fields(Reply)]
    assert set(reply) == set(REPLY_EXAMPLE)
    assert (reply["outcome"], reply["reply"], reply["model"], reply["worker"]) == (
        "reply",
        WORDS,
        "mistral",
        "mistral-0",
    )
    assert reply["id"].startswith("rpl_")
    assert list(reply["style"]) == list(MEASURES)
    assert reply["safety"] == REPLY_EXAMPLE["safety"]
    assert (reply["resources"], reply["helper_guidance"], reply["provenance"]) == ([], [], None)
    assert reply["disclosure"] == "Written by an AI (mistral)."
    assert reply["timing_ms"]["first_token"] is None
    assert reply["timing_ms"]["gateway"] <= reply["timing_ms"]["total"]
    assert (headers["X-AI-Generated"], headers["Cache-Control"]) == ("true", "no-store")
    assert "gateway;dur=" in headers["Server-Timing"]


async def test_accept_asks_for_a_stream_as_the_field_does() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        accept = {"Accept": "text/event-stream"}
        async with live.session.post(f"{live.url}/reply", json={"post": "Hello."}, headers=accept) as response:
            text = await response.text()

    assert response.content_type == "text/event-stream"
    assert response.headers["X-AI-Generated"] == "true"
    assert response.headers["Server-Timing"].startswith("queue;dur=")
    assert text.startswith("event: delta\n")


async def test_deltas_leave_before_the_worker_has_ended() -> None:
    script = Script(between_s=0.02)
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        async with live.session.post(f"{live.url}/reply", json={"post": "Hello.", "stream": True}) as response:
            first = await response.content.readuntil(b"\n\n")
            still_writing = worker.open

    assert first.startswith(b"event: delta")
    assert still_writing == 1


async def test_a_silent_worker_is_bridged_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.reply.HEARTBEAT_S", 0.05)
    script = Script(between_s=0.03)
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        async with live.session.post(f"{live.url}/reply", json={"post": "Hello.", "stream": True}) as response:
            text = await response.text()

    assert ": writing\n\n" in text


async def test_readiness_says_why_not_and_turns_when_the_worker_comes() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        await live.ask()
        ready = await _get(live, "/readyz")
    async with live_app(settings_for(NOBODY)) as live:
        await live.ask()
        not_ready = await _get(live, "/readyz")
        alive = await _get(live, "/healthz")

    assert ready == (200, {"status": "ready"})
    assert not_ready == (503, {"status": "not ready", "reasons": ["mistral-0: The worker cannot be reached."]})
    assert alive == (200, {"status": "ok"})


async def test_a_worker_that_refuses_our_key_is_not_ready() -> None:
    async with scripted_worker(Script(models_status=401)) as worker, live_app(settings_for(worker.url)) as live:
        await worker.until(lambda: worker.probed > 0)
        status, answer = await _get(live, "/readyz")

    assert (status, answer["reasons"]) == (503, ["mistral-0: It refuses our key (401)."])


async def test_models_are_listed_with_their_workers_and_state() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url, NOBODY)) as live:
        await live.ask()
        _, answer = await _get(live, "/models")

    model = answer["models"][0]
    assert (model["name"], model["default"], model["state"]) == ("mistral", True, "ready")
    assert model["fallback"] is None
    assert model["workers"][0] == {"name": "mistral-0", "state": "ready", "breaker": "closed", "reason": None}


async def test_metrics_count_replies_tokens_and_times_by_model_and_outcome() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        await live.ask()
        await live.stream()
        worker.script = Script(status=500)
        await live.ask()

        assert await live.metric('warmline_replies_total{model="mistral",outcome="reply"}') == 2
        assert await live.metric('warmline_replies_total{model="mistral",outcome="worker-unavailable"}') == 1
        assert await live.metric('warmline_reply_duration_seconds_count{model="mistral",outcome="reply"}') == 2
        assert await live.metric('warmline_first_token_seconds_count{model="mistral"}') == 1
        assert await live.metric('warmline_gateway_seconds_count{model="mistral"}') == 2
        assert await live.metric('warmline_tokens_total{kind="prompt",model="mistral"}') == 100
        assert await live.metric('warmline_worker_up{worker="mistral-0"}') == 1
        faults = 'warmline_worker_faults_total{fault="worker-unavailable",worker="mistral-0"}'
        assert await live.metric(faults) == await live.metric('warmline_worker_attempts_total{worker="mistral-0"}') - 2
        assert await live.metric("warmline_admission_limit") == 512
        assert await live.metric('warmline_http_requests_total{method="POST",route="/reply",status="200"}') == 2


async def test_junk_addresses_and_models_make_no_series() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        for number in range(20):
            await _get(live, f"/nowhere-{number}")
            await live.ask(model=f"junk-{number}")
        requests = await live.series("warmline_http_requests_total")
        replies = await live.series("warmline_replies_total")

    assert len([series for series in requests if "unmatched" in series]) == 1
    assert {series for series in replies if "junk" in series} == set()


@pytest.mark.parametrize(("sent", "kept"), [("app-7.x_1", True), ("bad id", False), ("x" * 65, False), ("", False)])
async def test_a_request_id_is_kept_where_it_is_one(sent: str, kept: bool) -> None:
    async with live_app(settings_for(NOBODY)) as live:
        async with live.session.get(f"{live.url}/healthz", headers={"X-Request-ID": sent}) as response:
            returned = response.headers["X-Request-ID"]

    assert (returned == sent) is kept
    assert returned


async def test_a_trace_goes_on_with_a_span_of_ours() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    async with live_app(settings_for(NOBODY)) as live:
        headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
        async with live.session.get(f"{live.url}/healthz", headers=headers) as response:
            version, returned, span, flags = response.headers["traceparent"].split("-")

    assert (version, returned, flags) == ("00", trace, "01")
    assert span != "b7ad6b7169203331"


async def test_style_measures_are_the_engines_table() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        _, answer = await _get(live, "/style/measures")

    assert [entry["name"] for entry in answer["measures"]] == list(MEASURES)
    assert [entry["name"] for entry in answer["tactics"]] == list(TACTICS)
    assert answer["lists_version"] == LISTS_VERSION
    assert answer["signature"] is None
    assert all(entry["definition"] and entry["unit"] and entry["source"] for entry in answer["measures"])


async def test_openapi_names_each_status_of_the_contract_and_shows_examples() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        _, schema = await _get(live, "/openapi.json")

    reply = schema["paths"]["/reply"]["post"]["responses"]
    assert set(reply) == {
        "200", "400", "401", "404", "409", "413", "415", "422", "429", "502", "503", "504",
    }  # fmt: skip
    assert reply["200"]["content"]["application/json"]["examples"]["reply"]["value"] == REPLY_EXAMPLE
    assert all("application/problem+json" in reply[status]["content"] for status in set(reply) - {"200"})


async def test_the_page_and_the_docs_load_from_us_alone() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        _, page = await _get(live, "/")
        async with live.session.get(f"{live.url}/") as response:
            policy = response.headers["Content-Security-Policy"]
        _, docs = await _get(live, "/docs")
        missing, _ = await _get(live, "/web/nothing.js")

    assert "default-src 'none'" in policy
    assert "://" not in page.replace("http://www.w3.org", "")
    assert 'src="http' not in docs
    assert 'href="http' not in docs
    assert missing == 404


async def test_a_browser_of_another_origin_is_let_in_only_by_config() -> None:
    origin = "https://app.example"
    async with live_app(settings_for(NOBODY, cors_origins=[origin])) as live:
        async with live.session.get(f"{live.url}/healthz", headers={"Origin": origin}) as response:
            allowed = response.headers.get("Access-Control-Allow-Origin")
        async with live.session.get(f"{live.url}/healthz", headers={"Origin": "https://else.example"}) as response:
            other = response.headers.get("Access-Control-Allow-Origin")

    assert (allowed, other) == (origin, None)
