"""An app that asks for keys, and requests that have one."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import aiohttp

from app.settings import Settings
from tests.live import POST, Live, events_of, settings_for

KEY = "wl_quokkalantern-of-the-app"
OTHER_KEY = "wl_vermilionspoon-of-another"


def keyed_settings(
    *urls: str, redis_url: str | None = None, other: dict[str, int] | None = None, **limits: int
) -> Settings:
    """A config with the key of `app`, which has these limits, and that of `other`."""
    keys = [
        {"name": name, "sha256": sha256(key.encode()).hexdigest(), **own}
        for name, key, own in (("app", KEY, limits), ("other", OTHER_KEY, other or {}))
    ]
    return settings_for(*(urls or ("http://127.0.0.1:9/v1",)), keys=keys, redis_url=redis_url)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response; `body` is its JSON, or the last event's."""

    status: int
    body: Any
    headers: Any
    text: str
    events: list[tuple[str, Any]]

    @property
    def slug(self) -> str:
        return str(self.body["type"]).removeprefix("/problems/")


async def ask(
    live: Live,
    *,
    key: str | None = KEY,
    once: str | None = None,
    path: str = "/reply",
    method: str = "POST",
    headers: dict[str, str] | None = None,
    **body: Any,
) -> Answer:
    """A request with a key, read to its end."""
    sent = {"Authorization": f"Bearer {key}"} if key is not None else {}
    if once is not None:
        sent["Idempotency-Key"] = once
    sent |= headers or {}
    content: dict[str, Any] | None = {"post": POST} | body if path == "/reply" else body
    if method == "GET":
        content = None
    async with live.session.request(method, f"{live.url}{path}", json=content, headers=sent) as response:
        return await _read(response)


async def _read(response: aiohttp.ClientResponse) -> Answer:
    text = await response.text()
    if response.content_type == "text/event-stream":
        events = events_of(text)
        return Answer(response.status, events[-1][1], response.headers, text, events)
    body = await response.json(content_type=None) if "json" in response.content_type else text
    return Answer(response.status, body, response.headers, text, [])
