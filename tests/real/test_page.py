"""The page at `/`, in a real browser, in front of the service with its embedded model."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect, sync_playwright

from tests.real.serving import served

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
REPLY_MS = 90_000
POST = (
    "I planned a small party for my thirtieth and made soup for ten. Two people came, and one left early. "
    "I have been eating soup all week and telling everybody that it was lovely."
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("service") / "log") as running:
        yield running.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())


@pytest.fixture
def page(browser: Browser, service: str) -> Iterator[Page]:
    with browser.new_context(base_url=service, viewport={"width": 1280, "height": 860}) as context:
        yield context.new_page()


def send(page: Page, post: str = POST) -> None:
    page.get_by_label("The post").fill(post)
    page.get_by_role("button", name="Send").click()


def expect_idle(page: Page) -> None:
    expect(page.get_by_role("button", name="Send")).to_be_enabled(timeout=REPLY_MS)
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()
    expect(page.locator("#reply")).to_have_attribute("aria-busy", "false")


def last_event(stream: str) -> tuple[str, Any]:
    blocks = re.findall(r"^event: (\w+)\ndata: (.*)$", stream, re.MULTILINE)
    event, data = blocks[-1]
    return event, json.loads(data)


def fact(page: Page, name: str) -> str:
    return page.locator("#facts div").filter(has_text=name).locator("dd").inner_text()


def count_plain(measures: dict[str, Any]) -> int:
    """How many values a table can show: lists are left out, objects are walked through."""
    nested = [value for value in measures.values() if isinstance(value, dict)]
    lists = [value for value in measures.values() if isinstance(value, list)]
    return len(measures) - len(nested) - len(lists) + sum(map(count_plain, nested))


def keep_screenshot(page: Page, name: str) -> None:
    if folder := os.environ.get("WARMLINE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def expect_strict_csp(response: Response | None) -> None:
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy


def test_who_writes_of_danger_sees_a_fixed_text_and_help_lines_that_can_be_called(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Country, for help lines").fill("gb")
    send(page, "I want to kill myself.")
    expect(page.locator("#resources")).to_be_visible()
    expect_idle(page)

    assert "116 123" in page.locator("#reply").inner_text()
    assert page.locator("#resources a[href='tel:116123']").count() == 1
    assert page.locator("#status").inner_text() == "This is a fixed text; no AI model wrote it."
    assert fact(page, "Danger seen") == "elevated, self"
    expect(page.locator("#style")).to_be_hidden()
    keep_screenshot(page, "crisis")


def test_a_reply_appears_sentence_by_sentence_and_then_its_facts(page: Page, service: str) -> None:
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))

    page.add_init_script(LISTEN)
    expect_strict_csp(page.goto("/"))
    expect(page.get_by_label("The post")).to_be_focused()
    expect(page.get_by_label("Model", exact=True)).to_have_value("smollm2")

    send(page)
    expect(page.locator("#reply:not(:empty) ~ #facts[hidden]")).to_be_attached(timeout=REPLY_MS)
    expect(page.locator("#facts")).to_be_visible(timeout=REPLY_MS)
    expect_idle(page)

    event, reply = last_event(page.evaluate("() => window.heard"))
    assert (event, reply["outcome"]) == ("reply", "reply")
    assert page.locator("#reply").evaluate("region => region.textContent") == reply["reply"]
    assert fact(page, "Words").split(",")[0] == str(reply["style"]["words"])
    assert fact(page, "Model") == reply["model"] == "smollm2"
    assert re.fullmatch(r"[\d,]+ ms", fact(page, "First word"))
    expect(page.get_by_role("status")).to_have_text(reply["disclosure"])
    style = page.get_by_role("table", name="Style measures")
    expect(style.get_by_role("row", name=f"words {reply['style']['words']}", exact=True)).to_be_visible()
    assert style.get_by_role("cell").count() == count_plain(reply["style"])

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep_screenshot(page, f"page-{width}")
    assert complaints == []
    assert hosts == {urlsplit(service).netloc}


# A second ear on the stream: the browser does not always keep a streamed body for its debugger.
LISTEN = """
const ask = window.fetch;
window.fetch = async (...request) => {
  const response = await ask(...request);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response;
  const [shown, heard] = response.body.tee();
  new Response(heard).text().then((text) => { window.heard = text; });
  return new Response(shown, response);
};
"""
DELTA = 'event: delta\ndata: {"text": "That sounds like a long week. "}\n\n'
WORKER_FAILED = {
    "title": "The worker stopped answering",
    "detail": "No text came for 5 seconds.",
    "retryable": True,
}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(
            {
                "status": 503,
                "content_type": "application/problem+json",
                "headers": {"Retry-After": "3"},
                "body": json.dumps({"title": "No worker can serve", "detail": "All of them are busy."}),
            },
            "No worker can serve. All of them are busy. Wait 3 seconds, then send again.",
            id="problem",
        ),
        pytest.param(
            {
                "content_type": "text/event-stream",
                "body": f"{DELTA}event: error\ndata: {json.dumps(WORKER_FAILED)}\n\n",
            },
            "The worker stopped answering. No text came for 5 seconds. The reply above is incomplete. "
            "Your post is still there: send it again in a moment.",
            id="error-event",
        ),
        pytest.param(
            {"content_type": "text/event-stream", "body": DELTA + 'event: delta\ndata: {"te'},
            "The connection ended too early. The reply above is incomplete. Send the post again.",
            id="cut",
        ),
        pytest.param(
            None,
            "The service could not be reached. Check that it runs and that you are online, then send again.",
            id="unreachable",
        ),
    ],
)
def test_a_failure_is_a_sentence_that_says_what_to_do(page: Page, answer: dict[str, Any] | None, said: str) -> None:
    def fake(route: Route) -> None:
        route.abort() if answer is None else route.fulfill(**answer)

    page.route("**/reply", fake)
    page.goto("/")
    send(page)
    expect(page.get_by_role("alert")).to_have_text(said)
    expect_idle(page)
    expect(page.locator("#facts")).to_be_hidden()


def test_a_key_is_asked_for_when_the_service_wants_one(page: Page) -> None:
    def refuse_without_a_key(route: Route) -> None:
        if "authorization" in route.request.headers:
            route.continue_()
        else:
            route.fulfill(status=401, content_type="application/problem+json", body='{"title": "No key"}')

    page.route("**/models", refuse_without_a_key)
    page.route("**/reply", refuse_without_a_key)
    page.goto("/")
    send(page)
    expect(page.get_by_role("alert")).to_have_text("No key. Enter a key of this service, then send again.")
    with page.expect_request("**/models") as asked:
        page.get_by_label("Key of this service").fill("made-up")
        page.get_by_label("Model", exact=True).focus()
    assert asked.value.headers["authorization"] == "Bearer made-up"
    expect(page.get_by_label("Model", exact=True)).to_have_value("smollm2")


def test_stop_ends_a_running_stream(page: Page) -> None:
    def ask_for_a_long_reply(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        route.continue_(post_data=json.dumps({**asked, "min_words": 300, "max_words": 400}))

    failed: list[str | None] = []
    page.on("requestfailed", lambda request: failed.append(request.failure))
    page.route("**/reply", ask_for_a_long_reply)
    page.goto("/")
    send(page)
    expect(page.locator("#reply")).not_to_be_empty(timeout=REPLY_MS)
    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_role("status")).to_have_text("Stopped. The reply above is incomplete.")
    expect_idle(page)
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    expect(page.locator("#facts")).to_be_hidden()
    assert failed == ["net::ERR_ABORTED"]


def test_events_survive_chunks_of_one_byte(page: Page) -> None:
    page.goto("/")
    stream = ': hello\n\nevent: delta\r\ndata: {"text":\r\ndata: "Café ☕"}\r\n\r\n: still here\ndata: 1\n\ndata: 2'
    events = page.evaluate(
        """async (stream) => {
          const { readEvents } = await import("/web/page.js");
          const body = new ReadableStream({
            start(controller) {
              for (const byte of new TextEncoder().encode(stream)) controller.enqueue(Uint8Array.of(byte));
              controller.close();
            },
          });
          const events = [];
          for await (const event of readEvents(body)) events.push(event);
          return events;
        }""",
        stream,
    )
    assert events == [{"event": "delta", "data": {"text": "Café ☕"}}, {"event": "message", "data": 1}]
