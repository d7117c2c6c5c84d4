"""The app on a real socket of 127.0.0.1, in the test's own event loop, and a reader of its streams."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import uvicorn

from app.main import OpenPool, create_app
from app.reply.pipeline import Pipeline
from app.settings import Settings
from app.telemetry.metrics import Metrics
from app.workers.admission import Admission
from app.workers.assembly import running_pool
from app.workers.pool import Pool
from app.workers.worker import Worker, Writer

POST = "I moved here in spring and I still have nobody to talk to."


def settings_for(*urls: str, **overrides: Any) -> Settings:
    """A config with one model, `mistral`, whose workers listen at these URLs; short deadlines."""
    workers = [{"name": f"mistral-{n}", "base_url": url, "model": "m"} for n, url in enumerate(urls)]
    data: dict[str, Any] = {
        "workers": workers,
        "models": {"mistral": {"workers": [worker["name"] for worker in workers]}},
        "default_model": "mistral",
        "deadlines": {
            "connect_s": 0.5,
            "first_token_s": 1.5,
            "between_tokens_s": 0.8,
            "attempt_s": 2.5,
            "total_s": 5,
        },
    }
    return Settings.model_validate(data | overrides)


@dataclass(frozen=True, slots=True)
class Live:
    """A running app."""

    url: str
    session: aiohttp.ClientSession

    async def ask(self, **body: Any) -> tuple[int, dict[str, Any], Mapping[str, str]]:
        """POST /reply, whole: status, body, headers."""
        async with self.session.post(f"{self.url}/reply", json={"post": POST} | body) as response:
            return (
                response.status,
                await response.json(content_type=None),
                response.headers,
            )

    async def stream(self, **body: Any) -> tuple[int, list[tuple[str, Any]]]:
        """POST /reply, streamed: status and events; a problem is one event named `problem`."""
        async with self.session.post(f"{self.url}/reply", json={"post": POST, "stream": True} | body) as response:
            return response.status, await self.events(response)

    async def events(self, response: aiohttp.ClientResponse) -> list[tuple[str, Any]]:
        """The events of a streamed answer."""
        text = await response.text()
        if response.content_type != "text/event-stream":
            return [("problem", json.loads(text))]
        return events_of(text)

    async def series(self, name: str) -> dict[str, float]:
        """The values of a metric's series, by the text of the series as it is exposed."""
        async with self.session.get(f"{self.url}/metrics") as response:
            lines = (await response.text()).splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if line.startswith(name))
        return {series: float(value) for series, value in pairs}

    async def metric(self, series: str) -> float:
        """The value of one series; 0 when it is absent."""
        return (await self.series(series)).get(series, 0.0)


def _pipeline(server: uvicorn.Server) -> Pipeline:
    """What the routes of a started server work with, for what no request can ask for yet."""
    assert server.lifespan
    pipeline: Pipeline = server.lifespan.state["in_force"].services.pipeline
    return pipeline


@dataclass(frozen=True, slots=True)
class LiveHere(Live):
    """A running app in the test's own loop, and the pipeline behind it."""

    pipeline: Pipeline


def events_of(text: str) -> list[tuple[str, Any]]:
    """The events of a finished stream, comments left out."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


@asynccontextmanager
async def live_app(
    settings: Settings, writer: Writer | None = None, open_pool: OpenPool = running_pool
) -> AsyncGenerator[LiveHere]:
    """Serve the app of a config while inside; with a writer, that one is every model's only worker."""

    @asynccontextmanager
    async def pool_of_one(settings: Settings, metrics: Metrics, _prefix: object) -> AsyncGenerator[Pool]:
        assert writer
        workers = {name: [Worker("only", writer, "ready")] for name in settings.models}
        yield Pool(workers, Admission(512, 128, 5), metrics)

    app = create_app(settings, pool_of_one if writer else open_pool)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with aiohttp.ClientSession() as session:
            yield LiveHere(f"http://127.0.0.1:{port}", session, _pipeline(server))
    finally:
        server.should_exit = True
        await task
