"""What a reply costs the gateway, in CPU: `make bench`.

Three processes on 127.0.0.1: a stub worker that answers at once, the service in front of it, and a bare
FastAPI echo as the yardstick. Rounds alternate, so that a busy machine slows both alike; what counts is
the ratio. CPU time is the process's own, from the operating system, so waiting costs nothing.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiohttp
from fastapi import FastAPI
from pydantic import BaseModel

REQUESTS = 300
AT_ONCE = 16
ROUNDS = 5
POST = "I moved here in spring and I still have nobody to talk to. The evenings are the worst."
REPLY = " ".join(["You have carried a lot this week, and it makes sense that you are tired."] * 10)
_WHOLE = json.dumps(
    {
        "choices": [{"message": {"role": "assistant", "content": REPLY}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 200, "completion_tokens": 150},
    }
).encode()
_TICKS = os.sysconf("SC_CLK_TCK")


class Echo(BaseModel):
    post: str


echo = FastAPI()


@echo.post("/reply")
async def repeat(body: Echo) -> Echo:
    """The yardstick: what FastAPI and HTTP cost before anything is done."""
    return body


async def stub(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A worker that has its whole reply ready."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        len(_WHOLE),
        _WHOLE,
    )
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve_stub(port: int) -> None:
    server = await asyncio.start_server(stub, "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        worker, gateway, yardstick = _free_ports(3)
        config = Path(folder) / "warmline.yaml"
        config.write_text(
            f"workers: [{{name: stub, base_url: 'http://127.0.0.1:{worker}/v1', model: stub}}]\n"
            "models: {stub: {workers: [stub]}}\ndefault_model: stub\nlog_level: info\n"
        )
        environment = {**os.environ, "WARMLINE_CONFIG": str(config)}
        code = f"import asyncio; from loadtests.bench import serve_stub; asyncio.run(serve_stub({worker}))"
        stack.enter_context(_process([sys.executable, "-c", code], environment))
        uvicorn = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "warning", "--port"]
        service = stack.enter_context(_process([*uvicorn, str(gateway), "app.main:app"], environment))
        bare = stack.enter_context(_process([*uvicorn, str(yardstick), "loadtests.bench:echo"], environment))
        asyncio.run(_compare({"echo": (yardstick, bare), "reply": (gateway, service)}))


async def _compare(targets: dict[str, tuple[int, int]]) -> None:
    costs: dict[str, list[float]] = {name: [] for name in targets}
    async with aiohttp.ClientSession() as session:
        for round_number in range(ROUNDS + 1):
            for name, (port, pid) in targets.items():
                before = _cpu_ms(pid)
                await _drive(session, f"http://127.0.0.1:{port}/reply")
                if round_number:  # the first one warms up
                    costs[name].append((_cpu_ms(pid) - before) / REQUESTS)
    for name, values in costs.items():
        spread = f"{min(values):.2f} to {max(values):.2f} in {ROUNDS} rounds"
        print(f"{name:6} {statistics.median(values):6.2f} ms CPU a request ({spread})")
    ratio = statistics.median(costs["reply"]) / statistics.median(costs["echo"])
    print(f"a reply costs {ratio:.1f} times the bare echo")


async def _drive(session: aiohttp.ClientSession, url: str) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask() -> None:
        async with turn, session.post(url, json={"post": POST}) as response:
            if response.status != 200:
                raise RuntimeError(f"{url} answered {response.status}: {await response.text()}")
            await response.read()

    for attempt in range(50):
        try:
            await ask()
            break
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1 + attempt / 50)
    await asyncio.gather(*(ask() for _ in range(REQUESTS)))


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / _TICKS


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [entry.getsockname()[1] for entry in sockets]


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1], stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
