"""The service before two vLLM servers, and clients of its streams that note what came and when."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, get_args

from app.safety.ratings import CheckId
from app.settings import Settings
from tests.live import Live, live_app
from tests.real.serving import PATIENT
from tests.vllm.serving import MODELS, VllmServer


@asynccontextmanager
async def service(vllm: Mapping[str, VllmServer]) -> AsyncGenerator[Live]:
    """The app with a worker for each model, each model the other's fallback."""
    other = dict(zip(MODELS, reversed(MODELS), strict=True))
    settings = Settings.model_validate(
        {
            "workers": [
                {"name": f"{model}-0", "base_url": vllm[model].url, "model": model, "context_tokens": 2048}
                for model in MODELS
            ],
            "models": {model: {"workers": [f"{model}-0"], "fallback": other[model]} for model in MODELS},
            "default_model": MODELS[0],
            "deadlines": PATIENT,
            # What this model writes often does not pass, and is not what these tests are about.
            "safety": {"checks": dict.fromkeys(get_args(CheckId), "flag")},
        }
    )
    async with live_app(settings) as live:
        yield live


@dataclass(slots=True, eq=False)
class Told:
    """What a client of a stream was told so far."""

    asked: str
    status: int = 0
    deltas: list[str] = field(default_factory=list)
    end: str = ""
    data: dict[str, Any] = field(default_factory=dict)


async def follow(live: Live, told: Told, **body: Any) -> None:
    """Ask for a stream and note its events as they come; a problem is the end named `problem`."""
    body = {"model": told.asked, "stream": True} | body
    async with live.session.post(f"{live.url}/reply", json=body) as response:
        told.status = response.status
        if response.content_type != "text/event-stream":
            told.end, told.data = "problem", await response.json(content_type=None)
            return
        name = ""
        async for raw in response.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data = json.loads(line.removeprefix("data: "))
                if name == "delta":
                    told.deltas.append(data["text"])
                else:
                    told.end, told.data = name, data


@contextmanager
def request_lines() -> Iterator[list[Mapping[str, Any]]]:
    """The log lines of the replies that are asked for inside."""
    lines: list[Mapping[str, Any]] = []

    class Sink(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if vars(record).get("route") == "/reply":
                lines.append(vars(record))

    log, sink = logging.getLogger("warmline.request"), Sink()
    before = log.level
    log.addHandler(sink)
    log.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        log.removeHandler(sink)
        log.setLevel(before)


async def until(condition: Callable[[], Awaitable[bool]], within_s: float, what: str) -> float:
    """Wait until a coroutine function says yes; the seconds that it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not await condition():
        if loop.time() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what}")
        await asyncio.sleep(0.03)
    return loop.time() - began
