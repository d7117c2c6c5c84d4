"""What a reply costs the gateway, in CPU: `make bench`.

On 127.0.0.1: a stub worker, the service in front of it with everything on (a key with every limit, a signature, log
lines), a bare FastAPI echo as the yardstick of a whole reply, a bare aiohttp proxy as that of a stream. Rounds
alternate, so that a busy machine slows all alike; what counts is the ratio. CPU time is the process's own, from the
operating system, so waiting costs nothing. Whatever is not answered with 200 and a whole reply ends the bench. The
service is the compiled one where there is a compiler.
"""

import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import aiohttp

from app.style.signature import MEASURED, Signature
from app.style.signature_file import signature_content
from app.tools.compilation import CannotCompile, compile_package
from loadtests.stub_worker import CHUNKS, PACE_S, REPLY

ROOT = Path(__file__).parents[1]
POST = "I moved here in spring and I still have nobody to talk to. The evenings are the worst."
KEY = "wl_key-of-the-bench"
ROUNDS = int(os.environ.get("ROUNDS", "5"))


@dataclass(slots=True)
class Party:
    """A process that is asked; `costs` are µs of CPU a request, one a round."""

    port: int
    pid: int
    costs: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return statistics.median(self.costs)


@dataclass(frozen=True, slots=True)
class Load:
    """Requests of one kind, `at_once` of them under way at any time."""

    requests: int
    at_once: int
    body: dict[str, object]


WHOLE = Load(600, 16, {"post": POST})
BURST = Load(100, 16, {"post": POST, "stream": True, "model": "burst"})
PACED = Load(200, 200, {"post": POST, "stream": True, "model": "paced"})


def main() -> None:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        worker, *ports = _free_ports(4)
        config = Path(folder) / "warmline.yaml"
        config.write_text(json.dumps(_config(worker, Path(folder))))  # JSON is YAML
        environment = {**os.environ, "WARMLINE_CONFIG": str(config)}
        uvicorn = ["-m", "uvicorn", "--no-access-log", "--log-level", "warning", "--port"]
        commands = (
            [*uvicorn, str(ports[0]), "--app-dir", str(_package()), "app.main:app"],
            [*uvicorn, str(ports[1]), "loadtests.yardsticks:echo"],
            ["-c", _program("yardsticks", f"Proxy({worker}).serve({ports[2]})")],
        )
        stack.enter_context(_process(["-c", _program("stub_worker", f"serve({worker})")], environment))
        pids = [stack.enter_context(_process(command, environment)) for command in commands]
        asyncio.run(_compare(dict(zip(("reply", "echo", "proxy"), zip(ports, pids, strict=True), strict=True))))


def _package() -> Path:
    """Where the service is taken from."""
    try:
        folder = compile_package()
    except CannotCompile as reason:
        print(f"the service in pure Python; {reason}")
        return ROOT
    print("the service with its hot modules compiled")
    return folder


async def _compare(places: dict[str, tuple[int, int]]) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers) as session:
        for port, _ in places.values():
            await _listening(session, port)
        whole = await _measure(session, WHOLE, {name: places[name] for name in ("echo", "reply")}, ROUNDS)
        burst = await _measure(session, BURST, {name: places[name] for name in ("proxy", "reply")}, ROUNDS)
        paced = await _measure(session, PACED, {name: places[name] for name in ("proxy", "reply")}, max(2, ROUNDS // 2))
    _tell("whole", whole, 1, "a request")
    _tell("bursts", burst, CHUNKS, f"a chunk, in bursts of {CHUNKS}")
    _tell("paced", paced, CHUNKS, f"a chunk, {PACED.requests} streams of {1 / PACE_S:.0f} a second")
    echo, reply = whole["echo"].cost, whole["reply"].cost
    print(f"a reply costs {reply / echo:.1f} times the bare echo")
    more = (burst["reply"].cost - reply) / CHUNKS
    print(f"a chunk of a burst: {burst['reply'].cost / CHUNKS:.1f} µs, {more:.1f} µs beside what a whole reply costs")
    print(f"a paced chunk costs {paced['reply'].cost / paced['proxy'].cost:.2f} times the bare proxy")


async def _measure(
    session: aiohttp.ClientSession, load: Load, places: dict[str, tuple[int, int]], rounds: int
) -> dict[str, Party]:
    parties = {name: Party(*place) for name, place in places.items()}
    for number in range(rounds + 1):
        for name, party in parties.items():
            if number == 0:  # warms up
                await _drive(session, party.port, BURST if load is PACED else load, is_reply=name == "reply")
                continue
            before = _cpu_us(party.pid)
            await _drive(session, party.port, load, is_reply=name == "reply")
            party.costs.append((_cpu_us(party.pid) - before) / load.requests)
    return parties


async def _drive(session: aiohttp.ClientSession, port: int, load: Load, *, is_reply: bool) -> None:
    turn = asyncio.Semaphore(load.at_once)
    url = f"http://127.0.0.1:{port}/reply"

    async def ask(number: int) -> None:
        async with turn:
            if load is PACED:  # not all in the same moment
                await asyncio.sleep(number / load.requests * 10 * PACE_S)
            async with session.post(url, json=load.body) as response:
                text = await response.text()
        if response.status != 200 or (is_reply and REPLY not in text):
            raise RuntimeError(f"{url} answered {response.status}: {text[-300:]}")

    async with asyncio.TaskGroup() as group:
        for number in range(load.requests):
            group.create_task(ask(number))


async def _listening(session: aiohttp.ClientSession, port: int) -> None:
    for attempt in range(60):
        try:
            async with session.get(f"http://127.0.0.1:{port}/"):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1 + attempt / 50)
    raise RuntimeError("a process of the bench did not begin to listen")


def _tell(title: str, parties: dict[str, Party], divisor: int, unit: str) -> None:
    for name, party in parties.items():
        low, high = min(party.costs) / divisor, max(party.costs) / divisor
        spread = f"{low:.1f} to {high:.1f} in {len(party.costs)} rounds"
        print(f"{title:7} {name:6} {party.cost / divisor:7.1f} µs CPU {unit} ({spread})")


def _config(worker: int, folder: Path) -> dict[str, object]:
    """Everything on, and nothing so tight that it refuses."""
    signature = folder / "signature.json"
    signature.write_text(json.dumps(signature_content(_signature())))
    names = ("stub", "burst", "paced")
    url = f"http://127.0.0.1:{worker}/v1"
    limits = {"requests_per_minute": 1_000_000, "tokens_per_minute": 900_000_000, "max_in_flight": 10_000}
    return {
        "workers": [{"name": name, "base_url": url, "model": name, "max_in_flight": 500} for name in names],
        "models": {name: {"workers": [name]} for name in names},
        "default_model": "stub",
        "keys": [{"name": "bench", "sha256": sha256(KEY.encode()).hexdigest(), **limits}],
        "signature": str(signature),
        "deadlines": dict.fromkeys(("first_token_s", "between_tokens_s", "attempt_s", "total_s"), 120),
    }


def _signature() -> Signature:
    """One of six sources and a thousand signs; what it says means nothing, what it costs does."""
    rng = random.Random(1)
    sources = tuple(f"source-{number}" for number in range(6))

    def weights() -> tuple[float, ...]:
        return tuple(round(rng.gauss(0, 0.1), 4) for _ in sources)

    words = {word.strip(".,").lower() for word in REPLY.split()} | {f"word{number}" for number in range(1000)}
    measured = tuple(tuple(round(rng.gauss(0, 0.1), 4) for _ in MEASURED) for _ in sources)
    return Signature(sources, weights(), (0.5,) * len(MEASURED), measured, {word: weights() for word in sorted(words)})


def _program(module: str, call: str) -> str:
    return f"import uvloop; from loadtests.{module} import {call.partition('(')[0]}; uvloop.run({call})"


def _cpu_us(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1_000_000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [entry.getsockname()[1] for entry in sockets]


@contextmanager
def _process(arguments: list[str], environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, *arguments], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
