"""How a reply ends when the worker's own ending is odd, and what is told when several things failed."""

import pytest

from tests.live import live_app, settings_for
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio


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
        if streamed:
            status, events = await live.stream()
            reply = events[-1][1]
        else:
            status, reply, _ = await live.ask()

        assert (status, reply["outcome"], reply["model"]) == (200, "held", None)
        assert [request.get("seed") for request in worker.requests] == [None, 1]


async def test_of_several_failures_the_one_worth_a_retry_is_told() -> None:
    async with scripted_worker(Script(status=429)) as busy, scripted_worker(Script(status=401)) as strict:
        async with live_app(settings_for(busy.url, strict.url)) as live:
            status, body, _ = await live.ask()

    assert (status, body["type"]) == (503, "/problems/worker-unavailable")
