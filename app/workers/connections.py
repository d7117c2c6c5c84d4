"""The connections to one worker: kept alive for less than the server keeps them, and replaced when it was quicker."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from app.settings import Deadlines
from app.workers.retry_budget import RetryBudget

# vLLM closes idle connections after 5 s: a connection that we still trust then would lose a request.
KEEP_ALIVE_S = 4.0


# Whether the request that the current task sends has opened a connection, rather than to go out on a kept one.
_has_opened: ContextVar[bool] = ContextVar("has_opened")


class _Connector(aiohttp.TCPConnector):
    """Says when it opens a connection; aiohttp's traces would, too, at a fifth of a request's cost."""

    async def _create_connection(self, *args: Any, **kwargs: Any) -> ResponseHandler:
        _has_opened.set(True)
        return await super()._create_connection(*args, **kwargs)


class Connections:
    """Sends requests to one worker.

    A server that closes a kept connection just as a request goes out on it has not read a byte of that:
    the request is sent once more on a fresh connection, which is no retry. What a server that dies under
    load could make of this is bounded by a budget.
    """

    def __init__(self, kept: aiohttp.ClientSession, fresh: aiohttp.ClientSession, deadlines: Deadlines) -> None:
        self._kept = kept
        self._fresh = fresh
        self.obey(deadlines)
        self._resends = RetryBudget(share=0.05, reserve=20)

    @property
    def session(self) -> aiohttp.ClientSession:
        """For requests that need none of this care."""
        return self._kept

    def obey(self, deadlines: Deadlines) -> None:
        """Take the time to connect from these, for the requests that begin from now on."""
        self._timeout = _timeout(deadlines)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> aiohttp.ClientResponse:
        """The response's head; raises what aiohttp does."""
        self._resends.add()
        _has_opened.set(False)
        request: dict[str, Any] = {
            "data": body,
            "headers": headers,
            "allow_redirects": False,
            "timeout": self._timeout,
        }
        try:
            return await self._kept.post(url, **request)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if _has_opened.get() or not self._resends.take():
                raise
        return await self._fresh.post(url, **request)


@asynccontextmanager
async def open_connections(
    deadlines: Deadlines, *, keep_alive: bool = True, keep_alive_s: float = KEEP_ALIVE_S
) -> AsyncGenerator[Connections]:
    """The connections of one worker, kept or (`keep_alive=False`) a new one each time; closed when left.

    Every deadline but the connection's is the client's to keep.
    """
    async with (
        _session(deadlines, _Connector(limit=0, force_close=True)) as fresh,
        _session(deadlines, _Connector(limit=0, keepalive_timeout=keep_alive_s)) if keep_alive else fresh as session,
    ):
        yield Connections(session, fresh, deadlines)


def _session(deadlines: Deadlines, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        timeout=_timeout(deadlines),
        auto_decompress=True,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


def _timeout(deadlines: Deadlines) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=deadlines.connect_s)
