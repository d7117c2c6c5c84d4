"""Far more arrivals than the worker can serve: who gets a reply, how late, and what the others are told.

    make bench-overload

Three parties on 127.0.0.1: a worker with so many slots of so many seconds, the service in a process of its own,
and clients who arrive at a fixed rate whatever happens to those before them (an open loop). A thread asks
`/healthz` meanwhile and measures how late the machine itself wakes it, so that a busy machine can be told
from a busy service.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
POST = "I moved here in spring and I still have nobody to talk to. The evenings are the worst."
REPLY = " ".join(["You have carried a lot this week, and it makes sense that you are tired."] * 10)
HEALTH_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard, how long; times in seconds."""

    slots: int = 32
    service_s: float = 1.0
    times: float = 10.0
    seconds: float = 60.0
    rounds: int = 2
    queue: int = 128
    queue_s: float = 5.0

    @property
    def rate(self) -> float:
        """Arrivals a second."""
        return self.times * self.slots / self.service_s


@dataclass(slots=True)
class Round:
    """What came of one round; times in seconds.

    Attributes:
        statuses: how many answers had which status; -1: no answer at all.
        untold: refusals that did not say when to come back.
        accepted: how long each reply took.
        health: how long each `/healthz` took.
        lag: how late the machine woke the thread that asks.
        memory_kb: resident, of the service, at the end.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    untold: int = 0
    told: Counter[int] = field(default_factory=Counter)
    accepted: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    memory_kb: int = 0


@dataclass(slots=True)
class Report:
    unloaded_s: float
    most_at_worker: int
    rounds: list[Round]


def p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.99 * len(values)))] if values else 0.0


class SlotWorker:
    """A worker that writes so many replies at a time, each for so long."""

    def __init__(self, plan: Plan) -> None:
        self._service_s = plan.service_s
        self._slots = asyncio.Semaphore(plan.slots)
        self._here = 0
        self.most = 0
        self.connections: set[asyncio.Task[None]] = set()
        body = {"choices": [{"message": {"content": REPLY}, "finish_reason": "stop"}]}
        self._answer = json.dumps(body).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = asyncio.current_task()
        assert here
        self.connections.add(here)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
                await reader.readexactly(length)
                status = b"200 OK" if length or b"/models" in head else b"404 Not Found"
                if length:
                    await self._write()
                writer.write(b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n" % status)
                writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(self._answer), self._answer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.connections.discard(here)
            writer.transport.abort()

    async def _write(self) -> None:
        self._here += 1
        self.most = max(self.most, self._here)
        try:
            async with self._slots:
                await asyncio.sleep(self._service_s)
        finally:
            self._here -= 1


async def overload(plan: Plan) -> Report:
    """Run the plan and tell what happened; judging is the caller's."""
    worker = SlotWorker(plan)
    async with _listening(worker) as worker_port, _serving(plan, worker_port) as (port, pid):
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector) as session:
            unloaded = Round()
            for _ in range(5):
                await _ask(session, unloaded)
            rounds = []
            for _ in range(plan.rounds):
                rounds.append(await _round(plan, session, port))
                rounds[-1].memory_kb = _memory_kb(pid)
    return Report(max(unloaded.accepted), worker.most, rounds)


async def _round(plan: Plan, session: aiohttp.ClientSession, port: int) -> Round:
    result = Round()
    loop = asyncio.get_running_loop()
    with _asking_for_health(port, result):
        began, tasks = loop.time(), []
        for number in range(int(plan.rate * plan.seconds)):
            await asyncio.sleep(began + number / plan.rate - loop.time())
            tasks.append(asyncio.create_task(_ask(session, result)))
        await asyncio.gather(*tasks)
    return result


async def _ask(session: aiohttp.ClientSession, result: Round) -> None:
    began = time.perf_counter()
    try:
        async with session.post("/reply", json={"post": POST}) as response:
            await response.read()
    except aiohttp.ClientError:
        result.statuses[-1] += 1
        return
    result.statuses[response.status] += 1
    if response.status == 200:
        result.accepted.append(time.perf_counter() - began)
    elif (seconds := response.headers.get("Retry-After", "")).isdigit():
        result.told[int(seconds)] += 1
    else:
        result.untold += 1


@contextmanager
def _asking_for_health(port: int, result: Round) -> Iterator[None]:
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            due = time.perf_counter() + HEALTH_EVERY_S
            time.sleep(HEALTH_EVERY_S)
            began = time.perf_counter()
            result.lag.append(began - due)
            with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection, suppress(OSError):
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            result.health.append(time.perf_counter() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@asynccontextmanager
async def _listening(worker: SlotWorker) -> AsyncGenerator[int]:
    server = await asyncio.start_server(worker.serve, "127.0.0.1", 0, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        ending = list(worker.connections)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


@asynccontextmanager
async def _serving(plan: Plan, worker_port: int) -> AsyncGenerator[tuple[int, int]]:
    """The service with the worker as its only one: its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "warmline.yaml"
        config.write_text(
            f"workers: [{{name: w, base_url: 'http://127.0.0.1:{worker_port}/v1', model: m, "
            f"max_in_flight: {plan.slots}}}]\nmodels: {{m: {{workers: [w]}}}}\ndefault_model: m\n"
            f"admission: {{queue: {plan.queue}, queue_s: {plan.queue_s}}}\nlog_level: warning\n"
        )
        command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--no-access-log"]
        process = subprocess.Popen(  # noqa: ASYNC220 - begins at once
            command, cwd=ROOT, env={**os.environ, "WARMLINE_CONFIG": str(config)}, stderr=subprocess.DEVNULL
        )
        try:
            await _until_ready(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


async def _until_ready(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def _memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def main() -> None:
    plan = Plan()
    report = asyncio.run(overload(plan))
    print(
        f"{plan.rate:.0f} arrivals/s at a worker of {plan.slots / plan.service_s:.0f}/s; "
        f"a reply alone takes {report.unloaded_s:.2f} s"
    )
    for number, result in enumerate(report.rounds, 1):
        print(
            f"minute {number}: {dict(result.statuses)}, accepted p99 {p99(result.accepted):.2f} s, "
            f"Retry-After {dict(sorted(result.told.items()))}, untold {result.untold}, "
            f"/healthz p99 {1000 * p99(result.health):.0f} ms (the machine's own lag {1000 * p99(result.lag):.0f} ms), "
            f"{result.memory_kb / 1024:.1f} MB"
        )
    print(f"at most {report.most_at_worker} at the worker at once")


if __name__ == "__main__":
    main()
