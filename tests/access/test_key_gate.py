"""Keys over HTTP: who is let in, who is not, and what nobody gets to see."""

import asyncio
import io
import logging

import pytest

from app.access.assembly import running_access
from app.access.limits import REQUEST_ONLY
from app.main import create_app
from app.telemetry.logs import JsonLines
from app.telemetry.metrics import Metrics
from tests.access.keyed import KEY, OTHER_KEY, ask, keyed_settings
from tests.live import live_app, settings_for
from tests.scripted_worker import scripted_worker

pytestmark = pytest.mark.anyio

KEYED = {"/reply": "POST", "/style": "POST", "/models": "GET"}
OPEN = ("/healthz", "/readyz", "/metrics", "/", "/docs", "/openapi.json", "/style/measures")
WRONG: dict[str, dict[str, str]] = {
    "no header": {},
    "another key": {"Authorization": f"Bearer {KEY}x"},
    "half a key": {"Authorization": f"Bearer {KEY[:-1]}"},
    "no scheme": {"Authorization": KEY},
    "another scheme": {"Authorization": f"Basic {KEY}"},
    "no key": {"Authorization": "Bearer "},
    "two keys": {"Authorization": f"Bearer {KEY} {OTHER_KEY}"},
    "the hash": {"Authorization": "Bearer " + "0123456789abcdef" * 4},
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("path", KEYED)
async def test_without_a_good_key_it_is_401_and_nothing_is_given_away(path: str, case: str) -> None:
    async with live_app(keyed_settings()) as live:
        answer = await ask(live, path=path, method=KEYED[path], key=None, headers=WRONG[case])
        refused = await live.series("warmline_key_refusals_total")

    assert (answer.status, answer.slug) == (401, "invalid-key")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers.get("Content-Type") == "application/problem+json"
    assert answer.body["retryable"] is False
    assert "quokkalantern" not in answer.text
    assert "nobody to talk to" not in answer.text
    assert sum(value for series, value in refused.items() if 'key="-"' in series) == 1


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_with_a_good_key_each_route_answers(scheme: str) -> None:
    async with scripted_worker() as worker, live_app(keyed_settings(worker.url)) as live:
        headers = {"Authorization": f"{scheme} {KEY}"}
        reply = await ask(live, key=None, headers=headers)
        style = await ask(live, path="/style", key=None, headers=headers, text="I hear you.")
        models = await ask(live, path="/models", method="GET", key=None, headers=headers)
        other = await ask(live, key=OTHER_KEY)

    assert [answer.status for answer in (reply, style, models, other)] == [200] * 4


async def test_two_authorization_headers_are_none() -> None:
    async with live_app(keyed_settings()) as live:
        host, port = live.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        line = f"Authorization: Bearer {KEY}\r\n"
        writer.write(f"GET /models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{line}{line}\r\n".encode())
        status = await reader.readline()
        writer.close()

    assert b"401" in status


@pytest.mark.parametrize("path", OPEN)
async def test_what_operators_shield_asks_for_no_key(path: str) -> None:
    async with scripted_worker() as worker, live_app(keyed_settings(worker.url)) as live:
        await worker.until(lambda: worker.probed > 0)
        answer = await ask(live, path=path, method="GET", key=None)

    assert answer.status == 200


async def test_without_keys_in_the_config_nobody_is_asked() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        answers = [await ask(live, key=key) for key in (None, KEY)]

    assert [answer.status for answer in answers] == [200, 200]
    assert "RateLimit" not in answers[0].headers


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"{", "application/json"), (b"{}", "application/json"), (b"post=x", "text/plain"), (b" " * (4 << 20), "a/b")],
    ids=["not JSON", "a field missing", "not by its type", "too large"],
)
async def test_the_key_is_asked_for_before_the_body_is_looked_at(content: bytes, content_type: str) -> None:
    async with live_app(keyed_settings()) as live:
        headers = {"Content-Type": content_type}
        async with live.session.post(f"{live.url}/reply", data=io.BytesIO(content), headers=headers) as response:
            assert response.status == 401


async def test_a_prefix_of_the_path_does_not_lead_around_the_gate() -> None:
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    app = create_app(keyed_settings())
    async with app.router.lifespan_context(app) as state:
        for path, root_path in (
            ("/v1/models", "/v1"),
            ("/models", ""),
            ("/models", "/v1"),
            ("/v1/v1/models", "/v1/v1"),
        ):
            scope = {
                "type": "http", "method": "GET", "path": path, "root_path": root_path, "headers": [],
                "query_string": b"", "state": dict(state or {}), "http_version": "1.1", "scheme": "http",
                "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "raw_path": path.encode(),
            }  # fmt: skip
            await app(scope, receive, send)  # type: ignore[arg-type]

    assert {message["status"] for message in sent if message["type"] == "http.response.start"} == {401}


async def test_the_log_and_the_metrics_have_the_keys_name_and_never_the_key() -> None:
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers = [handler]
    logging.getLogger("warmline").setLevel(logging.DEBUG)
    async with scripted_worker() as worker, live_app(keyed_settings(worker.url, requests_per_minute=1)) as live:
        answers = [await ask(live), await ask(live), await ask(live, key=f"{KEY}x")]
        async with live.session.get(f"{live.url}/metrics") as response:
            metrics = await response.text()

    lines = [line for line in sink.getvalue().splitlines() if '"route": "/reply"' in line or '"status": 401' in line]
    assert [answer.status for answer in answers] == [200, 429, 401]
    assert ['"key": "app"' in line for line in lines] == [True, True, False]
    assert '"limit": "requests"' in lines[1]
    for told in (sink.getvalue(), metrics, *(answer.text for answer in answers)):
        assert "quokkalantern" not in told
    assert 'warmline_key_requests_total{key="app"} 1.0' in metrics
    assert 'warmline_key_refusals_total{key="app",reason="requests"} 1.0' in metrics
    assert 'warmline_key_refusals_total{key="-",reason="unknown-key"} 1.0' in metrics


async def test_openapi_shows_the_key_as_optional_and_the_headers_with_examples() -> None:
    async with live_app(keyed_settings()) as live:
        schema = (await ask(live, path="/openapi.json", method="GET", key=None)).body

    assert schema["components"]["securitySchemes"]["API key"]["scheme"] == "bearer"
    for path, method in (("/reply", "post"), ("/style", "post"), ("/models", "get")):
        operation = schema["paths"][path][method]
        assert operation["security"] == [{"API key": []}, {}]
        assert "401" in operation["responses"]
    headers = {parameter["name"]: parameter for parameter in schema["paths"]["/reply"]["post"]["parameters"]}
    assert set(headers) == {"Idempotency-Key", "X-Request-ID", "traceparent"}
    assert all(header["in"] == "header" and header["example"] for header in headers.values())
    assert {"401", "409", "429"} <= set(schema["paths"]["/reply"]["post"]["responses"])
    assert {"401", "429"} <= set(schema["paths"]["/style"]["post"]["responses"])


async def test_keys_may_be_replaced_while_it_runs() -> None:
    metrics = Metrics()
    first, second = keyed_settings(requests_per_minute=2), keyed_settings(requests_per_minute=3)
    async with running_access(first, metrics) as access:
        key = access.keys.find(KEY.encode())
        assert key
        assert [(await access.limits.admit(key, REQUEST_ONLY)).admitted for _ in range(3)] == [True, True, False]
        access.take_keys(second.keys[:1])
        key = access.keys.find(KEY.encode())
        assert key
        # The limit is the new one, and what was used stays used.
        assert [(await access.limits.admit(key, REQUEST_ONLY)).admitted for _ in range(2)] == [True, False]
        assert access.keys.find(OTHER_KEY.encode()) is None
        access.take_keys([])
        assert not access.keys
