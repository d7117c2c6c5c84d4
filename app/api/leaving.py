"""Noticing that a client has left, whole or streamed, while its reply is being made."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

from starlette.types import Receive

from app.errors import ClientLeft

Item = TypeVar("Item")


async def while_present(
    items: AsyncGenerator[Item], receive: Receive, quiet_s: float | None = None
) -> AsyncGenerator[Item | None]:
    """Pass items on while the client is there; None each time `quiet_s` seconds pass without one.

    Whatever happens, `items` is closed before this ends: that is what frees the worker.

    Raises:
        ClientLeft: as soon as the server reports the disconnect.
    """
    left = asyncio.create_task(_disconnected(receive))
    coming: asyncio.Task[Item] | None = None
    try:
        while True:
            coming = asyncio.create_task(_next(items))
            while not coming.done():
                await asyncio.wait({coming, left}, timeout=quiet_s, return_when=asyncio.FIRST_COMPLETED)
                if left.done() and not coming.done():
                    raise ClientLeft
                if not coming.done():
                    yield None
            try:
                item = coming.result()
            except StopAsyncIteration:
                return
            yield item
    finally:
        running = {task for task in (coming, left) if task and not task.done()}
        for task in running:
            task.cancel()
        if running:
            done, _ = await asyncio.wait(running)
            for task in done:
                # Asked for, so that nobody reports it as lost: we do not need it any more.
                task.cancelled() or task.exception()
        await items.aclose()


async def _next(items: AsyncGenerator[Item]) -> Item:
    return await anext(items)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
