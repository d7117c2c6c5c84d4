"""How the pool spreads drafts, leaves workers alone, and begins a draft anew; over real sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.errors import WorkerUnavailable
from app.reply.drafting import Draft, Piece, Usage
from app.reply.request import ReplyRequest
from app.safety.ratings import Rating
from app.settings import Settings
from app.telemetry.metrics import Metrics
from app.workers import breaker, engine_load, watching
from app.workers.admission import Admission
from app.workers.pool import Pool
from app.workers.worker import Worker
from tests.live import Live, live_app, settings_for
from tests.scripted_worker import WORDS, Script, pieces_of, scripted_worker

pytestmark = pytest.mark.anyio

POSTS = [f"This is post number {number}." for number in range(12)]


async def writers_of(live: Live, posts: list[str], **body: Any) -> list[str]:
    """Who wrote for each of these posts, one after another."""
    return [(await live.ask(post=post, **body))[1]["worker"] for post in posts]


async def test_a_conversation_stays_on_its_worker_and_conversations_spread() -> None:
    async with scripted_worker() as first, scripted_worker() as second:
        async with live_app(settings_for(first.url, second.url)) as live:
            began = await writers_of(live, POSTS)
            history = [
                [{"role": "seeker", "text": post}, {"role": "supporter", "text": "You matter."}] for post in POSTS
            ]
            went_on = [(await live.ask(post="And then it got worse.", history=turns))[1]["worker"] for turns in history]

    assert went_on == began
    assert set(began) == {"mistral-0", "mistral-1"}


async def test_drafts_at_once_go_to_the_less_loaded_of_two_workers() -> None:
    async with scripted_worker(Script(before_headers_s=0.5)) as first, scripted_worker(first.script) as second:
        async with live_app(settings_for(first.url, second.url)) as live:
            same_conversation = [live.ask() for _ in range(16)]
            await asyncio.gather(*same_conversation)

    assert len(first.requests) + len(second.requests) == 16
    assert min(len(first.requests), len(second.requests)) >= 5, "its own worker may be busier by two"


def waiting(number: int) -> bytes:
    return b"vllm:num_requests_running 1\nvllm:num_requests_waiting %d\n" % number


@pytest.mark.parametrize("silence", [False, True], ids=["waiting", "stale"])
async def test_a_worker_whose_engine_holds_drafts_back_or_falls_silent_gets_none(
    silence: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_load, "READ_EVERY_S", 0.02)
    monkeypatch.setattr(engine_load, "STALE_AFTER_S", 0.3 if silence else 60)
    before = waiting(0) if silence else waiting(50)
    async with scripted_worker(Script(metrics=before)) as full, scripted_worker(Script(metrics=waiting(0))) as free:
        async with live_app(settings_for(full.url, free.url)) as live:
            await full.until(lambda: full.paths.count("/metrics") > 3)
            if silence:
                full.script = Script(metrics=before, metrics_status=500)
                await asyncio.sleep(0.5)
            writers = await writers_of(live, POSTS)
            ages = await live.series("warmline_engine_load_age_seconds{")

    assert set(writers) == {"mistral-1"}
    assert ages['warmline_engine_load_age_seconds{worker="mistral-0"}'] < (60 if silence else 5)


async def test_a_remote_worker_is_not_asked_for_engine_metrics() -> None:
    async with scripted_worker() as worker:
        config = [{"name": "mistral-0", "base_url": worker.url, "model": "m", "remote": True}]
        async with live_app(settings_for(worker.url, workers=config)) as live:
            await worker.until(lambda: worker.probed > 0)
            await live.ask()
            await asyncio.sleep(0.05)

    assert "/metrics" not in worker.paths


async def test_a_worker_that_fails_is_left_alone_tried_with_one_token_and_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 0.2)
    broken = Script(status=500)
    async with scripted_worker(broken) as bad, scripted_worker() as good:
        async with live_app(settings_for(bad.url, good.url)) as live:
            while await live.metric('warmline_worker_breaker{worker="mistral-0"}') == 0:
                await live.ask()
            opened_after = len(bad.requests)
            while len(bad.requests) < opened_after + 2:  # probes fail, and nobody else is sent there
                assert set(await writers_of(live, POSTS)) == {"mistral-1"}
                await asyncio.sleep(0.02)
            probes = bad.requests[opened_after:]
            async with live.session.get(f"{live.url}/models") as response:
                state = (await response.json())["models"][0]["workers"][0]
            bad.script = Script(text="")  # a token may be half a character
            async with asyncio.timeout(20):
                while await live.metric('warmline_worker_breaker{worker="mistral-0"}') != 0:
                    await live.ask()
            bad.script = Script()
            back = await writers_of(live, POSTS)
            openings = await live.metric('warmline_worker_breaker_openings_total{worker="mistral-0"}')

    assert opened_after == breaker.ENOUGH
    assert {probe["max_tokens"] for probe in probes} == {1}
    assert state["breaker"] in ("open", "half-open")
    assert state["reason"] == "Too many of its last answers were failures."
    assert openings == 1
    assert "mistral-0" in back


async def test_a_worker_that_lists_models_and_cannot_generate_stays_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(breaker, "LONGEST_WAIT_S", 0.05)
    monkeypatch.setattr(watching, "ASK_EVERY_S", 0.05)
    async with scripted_worker(Script(status=500)) as worker, live_app(settings_for(worker.url)) as live:
        for _ in range(2):
            await live.ask()
        probed = worker.probed
        await worker.until(lambda: worker.probed > probed + 3 and len(worker.requests) > 9)
        async with live.session.get(f"{live.url}/readyz") as response:
            answer = await response.json()

    assert answer["reasons"] == ["mistral-0: Too many of its last answers were failures."]


async def test_when_all_are_open_all_are_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 60)
    monkeypatch.setattr(breaker, "LONGEST_WAIT_S", 60)
    async with scripted_worker(Script(status=500)) as first, scripted_worker(Script(status=500)) as second:
        async with live_app(settings_for(first.url, second.url)) as live:
            while sum((await live.series("warmline_worker_breaker{")).values()) < 4:
                await live.ask()
            for worker in (first, second):
                worker.script = Script()
            called = len(first.requests), len(second.requests)
            statuses = [(await live.ask(post=post))[0] for post in POSTS]

            assert set(statuses) == {200}
            assert len(first.requests) + len(second.requests) == sum(called) + len(POSTS)
            assert min((await live.series("warmline_worker_breaker{")).values()) == 0, "two good replies close it"


class Dying:
    """Writes three sentences and then no more, like a server that streams and is killed."""

    async def write(self, _draft: Draft) -> AsyncGenerator[Piece]:
        for piece in pieces_of("You are not alone. I hear how heavy it is. Rest is not a failure. And"):
            yield Piece("dying", piece, usage=Usage(50, 7), streamed=True)
        raise WorkerUnavailable("The worker closed the connection before the reply was whole.")

    async def find_fault(self) -> str | None:
        return None


class Living(Dying):
    async def write(self, _draft: Draft) -> AsyncGenerator[Piece]:
        for piece in pieces_of(WORDS):
            yield Piece("living", piece, streamed=True)
        yield Piece("living", finish="stop", usage=Usage(50, 40), streamed=True)


@asynccontextmanager
async def _dying_and_living(_settings: Settings, metrics: Metrics, _prefix: object) -> AsyncGenerator[Pool]:
    # "mistral-0" is the own worker of the conversation that `Live.ask` sends.
    workers = [Worker("mistral-0", Dying(), "ready"), Worker("mistral-1", Living(), "ready")]
    yield Pool({"mistral": workers}, Admission(512, 128, 5), metrics)


async def test_a_whole_reply_is_begun_anew_however_far_it_came_and_holds_nothing_of_the_first() -> None:
    async with live_app(settings_for("http://127.0.0.1:9/v1"), open_pool=_dying_and_living) as live:
        _, reply, _ = await live.ask()

    assert (reply["worker"], reply["reply"]) == ("living", WORDS)
    assert reply["usage"] == {"prompt_tokens": 100, "completion_tokens": 47}, "what the first one wrote was used, too"


async def test_a_stream_of_which_a_sentence_was_shown_is_not_begun_anew() -> None:
    async with live_app(settings_for("http://127.0.0.1:9/v1"), open_pool=_dying_and_living) as live:
        _, events = await live.stream()

    assert [name for name, _ in events] == ["delta", "delta", "delta", "error"]
    assert events[-1][1]["retryable"] is True


async def test_the_budget_bounds_retries_and_says_so() -> None:
    async with scripted_worker(Script(status=500)) as worker, live_app(settings_for(worker.url)) as live:
        statuses = [(await live.ask())[0] for _ in range(12)]
        exhausted = await live.metric('warmline_retry_budget_exhausted_total{model="mistral"}')
        retries = await live.series("warmline_retries_total{")

    assert set(statuses) == {503}
    assert retries == {'warmline_retries_total{model="mistral",reason="worker-unavailable"}': 11}
    assert exhausted > 0


async def test_queue_time_is_told_by_header_log_and_metric() -> None:
    config = {"admission": {"max_in_flight": 1}}
    async with scripted_worker(Script(before_headers_s=0.3)) as worker:
        async with live_app(settings_for(worker.url, **config)) as live:
            answers = await asyncio.gather(live.ask(), live.ask())
            queued = [
                float(headers["Server-Timing"].partition("queue;dur=")[2].split(",")[0]) for _, _, headers in answers
            ]
            gateway = [reply["timing_ms"]["gateway"] for _, reply, _ in answers]
            count = await live.metric("warmline_queue_seconds_count")
            seconds = await live.metric("warmline_queue_seconds_sum")

    assert min(queued) < 100 < 200 < max(queued)
    assert max(gateway) < 200, "waiting for room is not the gateway's work"
    assert count == 2
    assert seconds == pytest.approx(sum(queued) / 1000, abs=0.05)


async def test_an_urgent_draft_passes_where_others_are_refused() -> None:
    config = {"admission": {"max_in_flight": 1, "queue": 0}}
    async with scripted_worker(Script(before_headers_s=0.5)) as worker:
        async with live_app(settings_for(worker.url, **config)) as live:
            running = asyncio.create_task(live.ask())
            await worker.until(lambda: worker.open == 1)
            refused, _, headers = await live.ask()
            parts = live.pipeline.run(ReplyRequest("I need somebody now.", "mistral", rating=Rating("soft")))
            urgent = [part async for part in parts]
            await running

    assert refused == 503
    assert int(headers["Retry-After"]) >= 1
    assert urgent[-1].outcome == "reply"  # type: ignore[union-attr]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_all_attempts_spend_the_same_deadline(streamed: bool) -> None:
    deadlines = {"connect_s": 1, "first_token_s": 2, "between_tokens_s": 2, "attempt_s": 2, "total_s": 3}
    loop = asyncio.get_running_loop()
    hang = Script(before_headers_s=60)
    async with scripted_worker(hang) as first, scripted_worker(hang) as second:
        async with live_app(settings_for(first.url, second.url, deadlines=deadlines)) as live:
            began = loop.time()
            if streamed:
                status, events = await live.stream()
                body = events[-1][1]
            else:
                status, body, _ = await live.ask()
            seconds = loop.time() - began
            await first.until(lambda: first.open + second.open == 0)

    assert (status, body["type"]) == (504, "/problems/deadline-passed")
    assert 2.9 < seconds < 3.9
