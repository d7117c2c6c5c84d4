"""Noticing that a client has left, whole or streamed, while its reply is being made."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Coroutine
from typing import Any, Self, TypeVar

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
        with _Watch(receive) as watch:
            while not watch.is_over:
                try:
                    item = await watch.wait(anext(items))
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
    with _Watch(receive) as watch:
        return await watch.wait(result)


class _Watch:
    """Ends the wait under way with `ClientLeft` when the client leaves; by a task, which leaving this cancels."""

    def __init__(self, receive: Receive) -> None:
        self._wait = Wait(ClientLeft)
        self._left = asyncio.create_task(_disconnected(receive))
        self._left.add_done_callback(self._note)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._left.cancel()

    @property
    def is_over(self) -> bool:
        return self._left.done()

    def wait(self, coming: Awaitable[Item]) -> Coroutine[Any, Any, Item]:
        """What comes while the client is there."""
        return self._wait.wait(coming)

    def _note(self, task: "asyncio.Task[None]") -> None:
        # Asked for, so that nobody reports it as lost: a server that fails to tell has no client any more.
        task.cancelled() or task.exception()
        self._wait.break_off()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
