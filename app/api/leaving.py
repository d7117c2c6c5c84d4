"""Noticing that a client has left, whole or streamed, while its reply is being made."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from starlette.types import Receive

from app.errors import ClientLeft
from app.reply.waiting import Wait

Item = TypeVar("Item")


async def while_present(items: AsyncGenerator[Item], receive: Receive) -> AsyncGenerator[Item]:
    """Pass items on while the client is there.

    Whatever happens, `items` is closed before this ends: that is what frees the worker.

    Raises:
        ClientLeft: as soon as the server reports the disconnect.
    """
    try:
        with _watched(receive) as (left, coming):
            while not left.done():
                try:
                    item = await coming.wait(anext(items))
                except StopAsyncIteration:
                    return
                yield item
            raise ClientLeft
    finally:
        await items.aclose()


async def got_while_present(result: Awaitable[Item], receive: Receive) -> Item:
    """What is awaited, while the client is there.

    Raises:
        ClientLeft: as soon as the server reports the disconnect; what was awaited is cancelled.
    """
    with _watched(receive) as (_, coming):
        return await coming.wait(result)


@contextmanager
def _watched(receive: Receive) -> "Iterator[tuple[asyncio.Task[None], Wait]]":
    """A task that ends when the client leaves, and a wait that its end breaks off with `ClientLeft`."""
    coming = Wait(ClientLeft)

    def leave(task: "asyncio.Task[None]") -> None:
        # Asked for, so that nobody reports it as lost: a server that fails to tell has no client any more.
        task.cancelled() or task.exception()
        coming.break_off()

    left = asyncio.create_task(_disconnected(receive))
    left.add_done_callback(leave)
    try:
        yield left, coming
    finally:
        left.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
