"""The service in a process of its own, as uvicorn starts it from a config file, beside workers of the test's loop."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from tests.live import POST, Live, events_of

ROOT = Path(__file__).parents[2]
START_S = 40.0
# A busy machine is slow, which no test here is about.
PATIENT = {"connect_s": 10, "first_token_s": 40, "between_tokens_s": 40, "attempt_s": 40, "total_s": 40}


def config_of(*urls: str, **overrides: Any) -> dict[str, Any]:
    """A config with one model, `mistral`, whose workers listen at these URLs."""
    workers = [{"name": f"mistral-{n}", "base_url": url, "model": "m"} for n, url in enumerate(urls)]
    data: dict[str, Any] = {
        "workers": workers,
        "models": {"mistral": {"workers": [worker["name"] for worker in workers]}},
        "default_model": "mistral",
        "deadlines": PATIENT,
    }
    return data | overrides


@dataclass(frozen=True, slots=True)
class Running(Live):
    """A running service; `log` is what it has written so far."""

    process: asyncio.subprocess.Process
    log: Path
    config: Path

    def configure(self, data: dict[str, Any] | str) -> None:
        """Put another config in the place of the old one, as an editor does."""
        write_config(self.config, data)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def ended(self, within_s: float = 30) -> int:
        """Its exit status, once it has ended."""
        async with asyncio.timeout(within_s):
            return await self.process.wait()

    async def until_writing(self, streams: int) -> None:
        """Wait until so many replies are being made."""
        await until(lambda: self._is_writing(streams))

    async def _is_writing(self, streams: int) -> bool:
        return await self.metric('warmline_replies_in_flight{model="mistral"}') >= streams

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log lines of an event."""
        found = (json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{"))
        return [line for line in found if line["event"] == event]

    async def read_stream(self, begun: list[int] | None = None, **body: Any) -> str:
        """How a streamed reply comes out: `reply`, `error SLUG`, `STATUS SLUG`, or what broke it.

        Args:
            begun: gets the status as soon as it is there.
        """
        try:
            async with self.session.post(f"{self.url}/reply", json={"post": POST, "stream": True} | body) as response:
                if begun is not None:
                    begun.append(response.status)
                text = await response.text()
        except aiohttp.ClientError as error:
            return f"broken by {type(error).__name__}"
        if response.status != 200:
            return f"{response.status} {json.loads(text)['type'].rpartition('/')[2]}"
        events = events_of(text)
        name, data = events[-1] if events else ("nothing", {})
        if name == "error":
            return f"error {data['type'].rpartition('/')[2]}"
        told = "".join(event["text"] for kind, event in events if kind == "delta")
        return "reply" if name == "reply" and told == data["reply"] else f"broken: ends with {name}"


def write_config(path: Path, data: dict[str, Any] | str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(data if isinstance(data, str) else yaml.safe_dump(data))
    fresh.rename(path)


@asynccontextmanager
async def service(folder: Path, config: dict[str, Any], *options: str, **environment: str) -> AsyncGenerator[Running]:
    """Plain uvicorn with the app and this config; killed when left, if it has not ended by itself."""
    path, log = folder / "warmline.yaml", folder / "log"
    write_config(path, config)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--no-access-log", *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    kept |= {"WARMLINE_CONFIG": str(path)} | environment
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=kept, stdout=output, stderr=output, start_new_session=True
        )
    try:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            running = Running(f"http://127.0.0.1:{port}", session, process, log, path)
            await _until_ready(running)
            yield running
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _until_ready(running: Running) -> None:
    async def is_ready() -> bool:
        assert running.process.returncode is None, running.log.read_text()
        try:
            async with running.session.get(f"{running.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    try:
        await until(is_ready, START_S)
    except TimeoutError:
        pytest.fail(f"the service did not get ready:\n{running.log.read_text()[-4000:]}")


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 20) -> None:
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 - another process has no event of ours
            await asyncio.sleep(0.02)
