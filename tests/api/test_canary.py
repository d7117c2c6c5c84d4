"""No sink ever holds a word of a post: log, metric, error body, traceback, standard streams."""

import logging
from collections.abc import AsyncGenerator

import pytest

from app.reply.drafting import Draft, Piece
from app.telemetry.logs import JsonLines
from tests.listening import everything_logged
from tests.live import live_app, settings_for
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio

WORDS = ("quokkalantern", "vermilionspoon", "thistlebarge")
POST = f"Since {WORDS[0]} I cannot sleep."
HISTORY = [{"role": "seeker", "text": WORDS[1]}, {"role": "supporter", "text": WORDS[2]}]
SCRIPTS = {
    "a reply": Script(),
    "the worker quotes the post in its refusal": Script(status=400, body=f'{{"error": "{POST}"}}'.encode()),
    "the worker quotes the post in a broken answer": Script(body=f"<p>{POST}".encode()),
    "the worker quotes the post in a broken stream": Script(chunks=(f"data: {POST}\n\n".encode(),)),
    "reset": Script(reset_before_headers=True),
    "hang": Script(before_headers_s=9),
}


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", SCRIPTS)
async def test_no_log_line_metric_or_error_holds_a_word_of_the_post(
    case: str, streamed: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    sink = everything_logged()
    async with scripted_worker(SCRIPTS[case]) as worker, live_app(settings_for(worker.url)) as live:
        body = {"post": POST, "history": HISTORY, "stream": streamed}
        async with live.session.post(f"{live.url}/reply?note={WORDS[0]}", json=body) as response:
            answer = await response.text()
        async with live.session.get(f"{live.url}/metrics") as response:
            metrics = await response.text()

    logged = sink.getvalue()
    assert '"event": "request"' in logged
    assert _found(answer, metrics, logged, *capfd.readouterr()) == []


async def test_an_exception_that_quotes_the_post_is_logged_by_its_type_and_place_only() -> None:
    class Careless:
        async def write(self, draft: Draft) -> AsyncGenerator[Piece]:
            if draft.messages:
                raise KeyError(draft.messages[-1].content)
            yield Piece("w")

        async def find_fault(self) -> str | None:
            return None

    sink = everything_logged()
    async with live_app(settings_for("http://127.0.0.1:9/v1"), writer=Careless()) as live:
        status, problem, _ = await live.ask(post=POST)
        stream_status, events = await live.stream(post=POST)

    logged = sink.getvalue()
    assert (status, problem["type"], stream_status) == (500, "/problems/internal-error", 500)
    assert "KeyError" in logged
    assert "test_canary.py" in logged
    assert _found(str(problem), str(events), logged) == []


def test_a_foreign_loggers_message_is_withheld() -> None:
    record = logging.makeLogRecord({"name": "somebody.else", "msg": POST})

    assert _found(JsonLines().format(record)) == []


def _found(*sinks: str) -> list[str]:
    return [word for word in WORDS for sink in sinks if word in sink]
