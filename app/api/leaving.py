"""Noticing that a client has left, whole or streamed, while its reply is being made."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

from starlette.types import Receive

from app.errors import ClientLeft
from app.reply.waiting import Broken, Wait

Item = TypeVar("Item")


async def while_present(items: AsyncGenerator[Item], receive: Receive) -> AsyncGenerator[Item]:
    """Pass items on while the client is there.

    Whatever happens, `items` is closed before this ends: that is what frees the worker.

    Raises:
        ClientLeft: as soon as the server reports the disconnect.
    """
    coming = Wait()

    def leave(task: "asyncio.Task[None]") -> None:
        # Asked for, so that nobody reports it as lost: a server that fails to tell has no client any more.
        task.cancelled() or task.exception()
        coming.break_off()

    left = asyncio.create_task(_disconnected(receive))
    left.add_done_callback(leave)
    try:
        while not left.done():
            try:
                item = await coming.wait(anext(items))
            except StopAsyncIteration:
                return
            except Broken:
                break
            yield item
        raise ClientLeft
    finally:
        left.cancel()
        await items.aclose()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
