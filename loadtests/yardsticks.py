"""What `make bench` sets the gateway beside: FastAPI that only echoes, aiohttp that only passes a stream on."""

import asyncio
import json

import aiohttp
from aiohttp import web
from fastapi import FastAPI
from pydantic import BaseModel

_JSON = {"Content-Type": "application/json"}


class Echo(BaseModel):
    post: str


echo = FastAPI()


@echo.post("/reply")
async def repeat(body: Echo) -> Echo:
    """What FastAPI and HTTP cost before anything is done."""
    return body


class Proxy:
    """What a stream costs when each of its bytes goes on as it came.

    Args:
        worker: the port of the worker.
    """

    def __init__(self, worker: int) -> None:
        self._url = f"http://127.0.0.1:{worker}/v1/chat/completions"

    async def serve(self, port: int) -> None:
        """Serve for ever."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as self._session:
            app = web.Application()
            app.router.add_post("/reply", self._pass_on)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            await asyncio.Event().wait()

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        body = {"model": asked["model"], "messages": [{"role": "user", "content": asked["post"]}], "stream": True}
        data = json.dumps(body, separators=(",", ":")).encode()
        async with self._session.post(self._url, data=data, headers=_JSON) as answer:
            response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
        await response.write_eof()
        return response
