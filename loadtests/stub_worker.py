"""A worker of `make bench` that has its reply ready: whole, in a burst of chunks, or paced like a model's tokens."""

import asyncio
import json

CHUNKS = 120
PACE_S = 0.05
REPLY = " ".join(["You have carried a lot this week, and it makes sense that you are tired."] * 8)
_FACTS = {"id": "chatcmpl-7f3a9c51e2", "object": "chat.completion.chunk", "created": 1767225600, "model": "stub"}
_USAGE = {"prompt_tokens": 200, "completion_tokens": CHUNKS}
_WHOLE = json.dumps(
    {"choices": [{"message": {"role": "assistant", "content": REPLY}, "finish_reason": "stop"}], "usage": _USAGE}
).encode()
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_WHOLE), _WHOLE)
_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def _http_chunk(data: bytes) -> bytes:
    return b"%x\r\ndata: %b\n\n\r\n" % (len(data) + 8, data)


def _token(content: str) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "logprobs": None, "finish_reason": None}
    return _http_chunk(json.dumps({**_FACTS, "choices": [choice]}).encode())


_TOKENS = [_token(word if index == 0 else f" {word}") for index, word in enumerate(REPLY.split())]
_ENDING = (
    _http_chunk(json.dumps({**_FACTS, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}).encode())
    + _http_chunk(json.dumps({**_FACTS, "choices": [], "usage": _USAGE}).encode())
    + _http_chunk(b"[DONE]")
    + b"0\r\n\r\n"
)
assert len(_TOKENS) == CHUNKS


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection; the model's name says how a stream is paced."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
            body = await reader.readexactly(int(length or 0))
            if b'"stream":true' in body:
                await _stream(writer, PACE_S if b'"model":"paced"' in body else 0.0)
            else:
                writer.write(_ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _stream(writer: asyncio.StreamWriter, pace_s: float) -> None:
    loop = asyncio.get_running_loop()
    writer.write(_STREAM)
    began = loop.time()
    for number, token in enumerate(_TOKENS):
        writer.write(token)
        if pace_s:
            await asyncio.sleep(began + (number + 1) * pace_s - loop.time())
    writer.write(_ENDING)


async def serve(port: int) -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", port)
    await server.serve_forever()
