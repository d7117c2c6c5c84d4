"""A receiver of webhooks on a real socket, which answers as it is told and keeps what it got."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call is answered; `head` are further header lines."""

    status: int = 200
    after_s: float = 0
    head: str = ""
    hangs_up: bool = False


@dataclass(slots=True)
class Receiver:
    """Gives the answers in their order, and the last one again and again."""

    answers: list[Answer]
    url: str = ""
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request_line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            answer = self.answers[min(len(self.calls), len(self.answers) - 1)]
            self.calls.append((headers, body))
            self.paths.append(request_line.split()[1])
            await asyncio.sleep(answer.after_s)
            if not answer.hangs_up:
                writer.write(f"HTTP/1.1 {answer.status} Told\r\n{answer.head}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def until(self, calls: int) -> None:
        async with asyncio.timeout(10):
            while len(self.calls) < calls:  # noqa: ASYNC110 - a test may wait for anything
                await asyncio.sleep(0.005)


@asynccontextmanager
async def receiver(*answers: Answer) -> AsyncGenerator[Receiver]:
    it = Receiver(list(answers) or [Answer()])
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    it.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/told"
    try:
        yield it
    finally:
        server.close()
