"""The short way to `/reply`: nobody can tell by an answer which way a request went."""

import json
from typing import Any

import pytest

from app.main import create_app
from tests.api.test_bad_input import FIELDS, WHOLE
from tests.live import POST, settings_for

pytestmark = pytest.mark.anyio

BODIES: dict[str, bytes] = {
    **{case: json.dumps(body).encode() for case, (body, _) in FIELDS.items()},
    **{case: content for case, (content, _, status, _) in WHOLE.items() if status in (400, 422)},
    "null": b"null",
    "a text": b'"hello"',
    "a number": b"7",
    "two posts": b'{"post": "a", "post": ""}',
    "an unknown model": json.dumps({"post": POST, "model": "nobody"}).encode(),
    "a key that is no string": b"{7: 8}",
}


async def _asked(body: bytes, root_path: str) -> tuple[int, dict[str, Any]]:
    """Status and problem of a POST; under a root path, it goes FastAPI's own way."""
    app = create_app(settings_for("http://127.0.0.1:9/v1"))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async with app.router.lifespan_context(app) as state:
        assert state
        await app(
            {
                "type": "http", "method": "POST", "path": f"{root_path}/reply", "root_path": root_path,
                "query_string": b"", "state": dict(state),
                "headers": [(b"content-type", b"application/json"), (b"x-request-id", b"the-same")],
            },
            receive,
            send,
        )  # fmt: skip
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.mark.parametrize("case", BODIES)
async def test_both_ways_say_the_same_of_a_bad_body(case: str) -> None:
    short = await _asked(BODIES[case], "")
    long = await _asked(BODIES[case], "/warmline")

    assert short == long
    assert short[0] in (400, 404, 413, 422)
