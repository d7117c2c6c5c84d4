"""A server that speaks OpenAI's chat completions over a real socket, and badly when it is told to.

One knob a fault or sloppiness: `worker.script = Script(...)`. It counts what it was asked and how
many connections it still holds, so that a test can see a request arrive and a worker be let go.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

WORDS = (
    "That sounds like a heavy week for you. It makes sense that you are tired after so many nights alone. "
    "You have carried more than most people see. Maybe you could let one friend know how it is. "
    "You deserve a quiet evening."
)


def pieces_of(text: str) -> list[str]:
    """A text as tokens might come: a word with the blank before it."""
    words = text.split(" ")
    return [words[0], *(f" {word}" for word in words[1:])]


@dataclass(frozen=True, slots=True)
class Script:
    """How the next requests are answered; times in seconds."""

    text: str = WORDS
    status: int = 200
    models_status: int = 200
    metrics: bytes | None = None
    metrics_status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    finish: str | None = "stop"
    usage: bool = True
    usage_on_each_chunk: bool = False
    done: bool = True
    before_headers_s: float = 0
    before_first_s: float = 0
    between_s: float = 0
    hang_after: int | None = None
    reset_after: int | None = None
    reset_before_headers: bool = False
    close_after: int | None = None
    comments: bool = False
    role_chunk: bool = False
    null_content_chunk: bool = False
    unknown_fields: bool = False
    chunks: tuple[bytes, ...] | None = None
    refuse: dict[str, bytes] = field(default_factory=dict)
    body_never_ends: bool = False


@dataclass(slots=True)
class ScriptedWorker:
    """A running server; `requests` holds the bodies it got, `open` the answers it is still writing.

    Where `draw` is set, it gives each request a script of its own.
    """

    url: str = ""
    script: Script = field(default_factory=Script)
    draw: Callable[[], Script] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    open: int = 0
    left: int = 0
    probed: int = 0
    paths: list[str] = field(default_factory=list)
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    async def until(self, condition: Callable[[], bool], within_s: float = 5) -> float:
        """Wait for a condition; return the seconds it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 - a test may watch anything
                await asyncio.sleep(0.005)
        return loop.time() - began

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections.discard(writer)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request_line, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if request_line.startswith("GET"):
            self.paths.append(request_line.split()[1])
            if self.paths[-1] == "/metrics":
                found = self.script.metrics is not None
                status = self.script.metrics_status if found else 404
                await _send(writer, status, self.script.metrics or b"", "text/plain")
                return True
            await _send(writer, self.script.models_status, b'{"data": []}', "application/json")
            self.probed += 1
            return True
        request = json.loads(await reader.readexactly(int(headers["content-length"])))
        # Taken before anybody can see the request arrive: who then changes the script means the next one.
        script = self.draw() if self.draw else self.script
        self.requests.append(request)
        self.headers.append(headers)
        self.open += 1
        answer = asyncio.create_task(self._answer(request, script, writer))
        gone = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                self.left += 1
                return False
            return answer.result()
        finally:
            self.open -= 1
            for task in (answer, gone):
                task.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)

    async def _answer(self, request: dict[str, Any], script: Script, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(script.before_headers_s)
        if script.reset_before_headers:
            writer.transport.abort()
            return False
        for parameter, refusal in script.refuse.items():
            if parameter in request:
                await _send(writer, 400, refusal, "application/json")
                return True
        if script.status != 200 or script.body is not None:
            content_type = script.content_type or "application/json"
            if script.body_never_ends:
                writer.write(_head(script.status, content_type, 100) + b"{")
                await asyncio.sleep(3600)
            await _send(writer, script.status, script.body or b"{}", content_type, script.headers)
            return True
        if request["stream"]:
            return await self._stream(writer, script)
        await asyncio.sleep(script.before_first_s)
        body = json.dumps(_whole(script)).encode()
        if script.reset_after is not None or script.close_after is not None:
            writer.write(_head(200, "application/json", len(body)) + body[: len(body) // 2])
            await writer.drain()
            writer.close()
            return False
        await _send(writer, 200, body, script.content_type or "application/json")
        return True

    async def _stream(self, writer: asyncio.StreamWriter, script: Script) -> bool:
        writer.write(_head(200, script.content_type or "text/event-stream", None))
        await writer.drain()
        await asyncio.sleep(script.before_first_s)
        for number, chunk in enumerate(_chunks(script)):
            if number == script.hang_after:
                await asyncio.sleep(3600)
            if number == script.reset_after:
                writer.transport.abort()
                return False
            if number == script.close_after:
                return False
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(script.between_s)
        return False


def _whole(script: Script) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "choices": [{"message": {"role": "assistant", "content": script.text}, "finish_reason": script.finish}]
    }
    if script.usage:
        answer["usage"] = {"prompt_tokens": 50, "completion_tokens": 40}
    if script.unknown_fields:
        answer["new_thing"] = {"deep": [1, None]}
        answer["choices"][0]["logprobs"] = None
    return answer


def _chunks(script: Script) -> list[bytes]:  # noqa: C901 - a knob a branch
    if script.chunks is not None:
        return list(script.chunks)
    chunks: list[bytes] = []
    if script.comments:
        chunks.append(b": hello\n\n")
    if script.role_chunk:
        chunks.append(_chunk({"delta": {"role": "assistant", "content": ""}, "finish_reason": None}))
    if script.null_content_chunk:
        chunks.append(_chunk({"delta": {"role": "assistant", "content": None}}))
    for number, piece in enumerate(pieces_of(script.text)):
        extra: dict[str, Any] = {"system_fingerprint": "x", "new": [1]} if script.unknown_fields else {}
        if script.usage_on_each_chunk:
            extra["usage"] = {"prompt_tokens": 50, "completion_tokens": number + 1}
        chunks.append(_chunk({"delta": {"content": piece}, "finish_reason": None}, **extra))
        if script.comments:
            chunks.append(b": still here\n\n")
    if script.finish:
        chunks.append(_chunk({"delta": {}, "finish_reason": script.finish}))
    if script.usage:
        chunks.append(_chunk(None, usage={"prompt_tokens": 50, "completion_tokens": 40}))
    if script.done:
        chunks.append(b"data: [DONE]\n\n")
    return chunks


def _chunk(choice: dict[str, Any] | None, **extra: Any) -> bytes:
    return b"data: " + json.dumps({"choices": [choice] if choice else [], **extra}).encode() + b"\n\n"


def _head(status: int, content_type: str, length: int | None, headers: tuple[tuple[str, str], ...] = ()) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Type: {content_type}"]
    lines.append("Connection: close" if length is None else f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _send(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes,
    content_type: str,
    headers: tuple[tuple[str, str], ...] = (),
) -> None:
    writer.write(_head(status, content_type, len(body), headers) + body)
    await writer.drain()


@asynccontextmanager
async def scripted_worker(script: Script | None = None, port: int = 0) -> AsyncGenerator[ScriptedWorker]:
    """A worker on a port of 127.0.0.1 (0: a free one), gone when left."""
    worker = ScriptedWorker(script=script or Script())
    server = await asyncio.start_server(worker.serve, "127.0.0.1", port, limit=1 << 22, backlog=1024)
    worker.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield worker
    finally:
        server.close()
        for writer in list(worker.connections):
            writer.transport.abort()
        await asyncio.sleep(0)
