"""The embedded model as a worker of the pool: the same client, at an address that may change."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.errors import WorkerUnavailable
from app.reply.drafting import Draft, Piece
from app.settings import Deadlines
from app.workers.claim import Address
from app.workers.client import ChatClient
from app.workers.connections import Connections
from app.workers.embedded import EmbeddedModel


class EmbeddedWriter:
    """Writes by the embedded server; while it is being started, drafts wait for it a while."""

    def __init__(self, worker: str, model: EmbeddedModel, deadlines: Deadlines, connections: Connections) -> None:
        self._worker = worker
        self.model = model
        self._deadlines = deadlines
        self._connections = connections
        self._address: Address | None = None
        self._client: ChatClient | None = None

    def obey(self, deadlines: Deadlines) -> None:
        """Take these deadlines for the attempts that begin from now on."""
        self._deadlines = deadlines
        if self._client:
            self._client.obey(deadlines)

    async def write(self, draft: Draft) -> AsyncGenerator[Piece]:
        """As `ChatClient.write`."""
        try:
            patience = asyncio.get_running_loop().time() + self._deadlines.first_token_s
            async with asyncio.timeout_at(min(patience, draft.deadline)):
                await self.model.up.wait()
        except TimeoutError:
            raise WorkerUnavailable("The embedded model is not up.") from None
        with self.model.used():
            async with aclosing(self._client_now().write(draft)) as pieces:
                async for piece in pieces:
                    yield piece

    async def find_fault(self) -> str | None:
        return None if self.model.up.is_set() else self.model.reason

    def _client_now(self) -> ChatClient:
        address = self.model.address
        if address is None:
            raise WorkerUnavailable("The embedded model is not up.")
        if self._client is None or self._address != address:
            self._address = address
            self._client = ChatClient(
                self._worker,
                f"{address.url}/v1",
                "embedded",
                self._deadlines,
                self._connections,
                api_key=address.api_key,
                always_streams=True,
                # Counts on each chunk, so that a reply that we end early has its usage.
                extra={"timings_per_token": True, "cache_prompt": True},
            )
        return self._client
