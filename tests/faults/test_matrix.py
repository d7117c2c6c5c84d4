"""Each fault of the table over real sockets: what the client sees, who was tried, and that nothing is left behind."""

import asyncio
import socket
from typing import Any

import pytest

from app.reply.request import ReplyRequest
from app.workers.routing import Standing, preferred
from tests.faults.table import FAULTS, Outcome
from tests.live import POST, Live, live_app, settings_for
from tests.scripted_worker import WORDS, Script, ScriptedWorker, scripted_worker

pytestmark = pytest.mark.anyio

# The total deadline of `settings_for`, and what a busy machine may add.
WITHIN_S = 5 + 4
MODES = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


def outcome_of(fault: str, streamed: bool) -> tuple[Script, Outcome]:
    script, whole, stream = FAULTS[fault]
    return script, stream if streamed else whole


def test_the_post_goes_to_the_first_worker_first() -> None:
    """What the tests below rely on: the conversation's own worker is the one that fails."""
    workers = [Standing("mistral-0"), Standing("mistral-1")]
    assert preferred(workers, ReplyRequest(POST, "mistral").affinity).name == "mistral-0"


@MODES
@pytest.mark.parametrize("fault", FAULTS)
async def test_with_one_worker_a_fault_gives_its_row_of_the_error_table(fault: str, streamed: bool) -> None:
    script, expected = outcome_of(fault, streamed)
    async with scripted_worker(script) as worker:
        async with live_app(settings_for(worker.url)) as live:
            answer = await ask(live, streamed)

            answer.check(expected.status, expected.slug)
            await check_attempts(live, worker, "mistral-0", expected.attempts)
            await check_counters(live, expected, failed=expected.attempts if expected.is_failure else 0)
            await check_nothing_is_under_way(live, worker)
            worker.script = Script()
            (await ask(live, streamed)).check(200, "reply")
        await worker.until(lambda: not worker.connections)


@pytest.mark.parametrize(
    ("fault", "streamed"),
    [(fault, streamed) for fault in FAULTS for streamed in (False, True) if outcome_of(fault, streamed)[1].elsewhere],
)
async def test_with_another_worker_the_reply_is_its_own_whole_and_in_one_piece(fault: str, streamed: bool) -> None:
    script, _ = outcome_of(fault, streamed)
    async with scripted_worker(script) as bad, scripted_worker() as good:
        async with live_app(settings_for(bad.url, good.url)) as live:
            answer = await ask(live, streamed)

            answer.check(200, "reply")
            assert (answer.last["worker"], answer.last["reply"]) == ("mistral-1", WORDS)
            await check_attempts(live, bad, "mistral-0", 1)
            await check_attempts(live, good, "mistral-1", 1)
            assert sum((await live.series("warmline_retries_total{")).values()) == 1
            assert await live.metric('warmline_replies_total{model="mistral",outcome="reply"}') == 1
            await check_nothing_is_under_way(live, bad)
            await check_nothing_is_under_way(live, good)
        for worker in (bad, good):
            await worker.until(lambda worker=worker: not worker.connections)  # type: ignore[misc]


@MODES
async def test_nobody_listens_and_then_somebody_does(streamed: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as placeholder:
        port = placeholder.getsockname()[1]
    async with live_app(settings_for(f"http://127.0.0.1:{port}/v1")) as live:
        answer = await ask(live, streamed)

        answer.check(503, "worker-unavailable")
        assert await live.metric('warmline_worker_attempts_total{worker="mistral-0"}') == 3
        assert await live.metric('warmline_worker_up{worker="mistral-0"}') == 0
        assert await live.metric("warmline_admission_in_flight") == 0
        async with scripted_worker(port=port) as worker:
            (await ask(live, streamed)).check(200, "reply")
            assert await live.metric('warmline_worker_up{worker="mistral-0"}') == 1
            await check_nothing_is_under_way(live, worker)


@MODES
async def test_a_name_that_does_not_resolve(streamed: bool) -> None:
    async with live_app(settings_for("http://worker.invalid/v1")) as live:
        (await ask(live, streamed)).check(503, "worker-unavailable")
        assert await live.metric("warmline_admission_in_flight") == 0
    async with scripted_worker() as good, live_app(settings_for("http://worker.invalid/v1", good.url)) as live:
        for _ in range(3):
            answer = await ask(live, streamed)
            answer.check(200, "reply")
            assert answer.last["worker"] == "mistral-1"


@MODES
async def test_a_worker_that_wants_to_be_left_alone_is(streamed: bool) -> None:
    script = Script(status=429, headers=(("Retry-After", "17"),))
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        first = await ask(live, streamed)
        worker.script = Script()
        second = await ask(live, streamed)

        first.check(503, "worker-unavailable")
        second.check(503, "worker-unavailable")
        assert first.retry_after == 17
        assert second.retry_after is not None
        assert 1 <= second.retry_after <= 17
        assert len(worker.requests) == 1
        await check_nothing_is_under_way(live, worker)


@MODES
async def test_a_floor_that_ends_soon_is_waited_for(streamed: bool) -> None:
    script = Script(status=503, headers=(("Retry-After", "1"),))
    loop = asyncio.get_running_loop()
    async with scripted_worker(script) as worker, live_app(settings_for(worker.url)) as live:
        asking = asyncio.create_task(ask(live, streamed))
        await worker.until(lambda: len(worker.requests) == 1)
        worker.script = Script()
        refused_at = loop.time()
        (await asking).check(200, "reply")

        assert loop.time() - refused_at > 0.9
        assert len(worker.requests) == 2


class Answer:
    """What a client got, whole or streamed, in the same form."""

    def __init__(self, status: int, events: list[tuple[str, Any]], retry_after: str | None) -> None:
        self.status = status
        self.events = events
        self.retry_after = None if retry_after is None else int(retry_after)

    @property
    def last(self) -> dict[str, Any]:
        last: dict[str, Any] = self.events[-1][1]
        return last

    def check(self, status: int, slug: str) -> None:
        """Status 0: an `error` event after deltas; nothing else may follow deltas but the reply they make up."""
        names = [name for name, _ in self.events]
        shown = "".join(data["text"] for name, data in self.events if name == "delta")
        assert (self.last.get("outcome") or self.last["type"].removeprefix("/problems/")) == slug
        if status == 0:
            assert (self.status, names[-1], self.last["retryable"]) == (200, "error", True)
            assert names[:-1] == ["delta"] * (len(names) - 1) != []
            return
        assert self.status == status
        assert (self.retry_after is not None) == (status == 503)
        if status == 200 and len(names) > 1:
            assert shown == self.last["reply"]


async def ask(live: Live, streamed: bool) -> Answer:
    """One request, answered in time."""
    async with asyncio.timeout(WITHIN_S):
        if streamed:
            async with live.session.post(f"{live.url}/reply", json={"post": POST, "stream": True}) as response:
                retry_after = response.headers.get("Retry-After")
                return Answer(response.status, await live.events(response), retry_after)
        status, body, headers = await live.ask()
        return Answer(status, [("reply" if status == 200 else "problem", body)], headers.get("Retry-After"))


async def check_attempts(live: Live, worker: ScriptedWorker, name: str, attempts: int) -> None:
    """So many attempts, a request each; a reset on a connection that was kept from a probe costs one more."""
    assert await live.metric(f'warmline_worker_attempts_total{{worker="{name}"}}') == attempts
    kept = len(worker.paths) if worker.script.reset_before_headers else 0
    assert attempts <= len(worker.requests) <= attempts + kept


async def check_counters(live: Live, expected: Outcome, *, failed: int) -> None:
    faults = await live.series("warmline_worker_faults_total{")
    if expected.slug in {"worker-unavailable", "worker-timeout", "worker-nonsense", "worker-refused"}:
        assert faults == {f'warmline_worker_faults_total{{fault="{expected.slug}",worker="mistral-0"}}': failed}
    outcomes = {series: value for series, value in (await live.series("warmline_replies_total{")).items() if value}
    assert outcomes == {f'warmline_replies_total{{model="mistral",outcome="{expected.slug}"}}': 1}
    assert sum((await live.series("warmline_retries_total{")).values()) == expected.attempts - 1


async def check_nothing_is_under_way(live: Live, worker: ScriptedWorker) -> None:
    await worker.until(lambda: worker.open == 0)
    assert len(worker.connections) <= 3, "only connections that are kept"
    for series in ('replies_in_flight{model="mistral"}', 'worker_in_flight{worker="mistral-0"}'):
        assert await live.metric(f"warmline_{series}") == 0
    assert await live.metric("warmline_admission_in_flight") == 0
    assert await live.metric("warmline_admission_queued") == 0
