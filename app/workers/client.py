"""The one client of OpenAI's chat-completions protocol, for OpenAI, vLLM and llama.cpp alike."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp

from app.errors import WorkerError
from app.reply.drafting import Draft, Piece
from app.settings import Deadlines
from app.workers.attempt_clock import AttemptClock
from app.workers.connections import Connections
from app.workers.faults import refused_parameter, status_error, translated
from app.workers.protocol import decode_whole, encode_request
from app.workers.streamed_text import StreamedText


class ChatClient:
    """Speaks to one server.

    Args:
        worker: the worker's name, put on every piece.
        url: base URL with the version, like `http://vllm:8000/v1`.
        model: the name by which the server knows the model.
        api_key: sent as a bearer token.
        always_streams: ask for a stream even where the caller wants the whole text, because the
            server goes on with a whole call after its client left (llama.cpp).
        extra: parameters that this kind of server takes beside the protocol's.
    """

    def __init__(
        self,
        worker: str,
        url: str,
        model: str,
        deadlines: Deadlines,
        connections: Connections,
        *,
        api_key: str | None = None,
        always_streams: bool = False,
        extra: dict[str, Any] | None = None,
    ) -> None:
        self.worker = worker
        self.url = url.rstrip("/")
        self._model = model
        self._deadlines = deadlines
        self._connections = connections
        self._always_streams = always_streams
        self._extra = extra or {}
        self._refused: set[str] = set()
        self._headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"

    def obey(self, deadlines: Deadlines) -> None:
        """Take these deadlines for the attempts that begin from now on."""
        self._deadlines = deadlines

    async def write(self, draft: Draft) -> AsyncGenerator[Piece]:
        """Write a draft; closing the generator closes the connection, by which the server lets go.

        Raises:
            WorkerError: as `app.workers.faults` translates; also after the first piece.
            ContextTooLong: the messages do not fit.
        """
        stream = draft.streamed or self._always_streams
        may_be_blank = draft.max_tokens == 1  # one token may be half a character
        with translated(), AttemptClock(self._deadlines, draft.deadline) as clock:
            response = await self._post(draft, stream, clock)
            try:
                if stream and "json" not in response.content_type:
                    said = StreamedText(self.worker, may_be_blank=may_be_blank)
                    while not said.is_over:
                        piece = said.take(await clock.read(response))
                        if piece:
                            clock.token_came()
                        if said.finish and not clock.has_ended:
                            clock.text_ended()
                        if piece:
                            yield piece
                    yield said.last_piece()
                else:
                    answer = await clock.read_all(response)
                    yield decode_whole(answer, self.worker, may_be_blank=may_be_blank)
            finally:
                # Given back to the pool when it was read to its end, closed otherwise.
                response.release() if response.content.at_eof() else response.close()

    async def find_fault(self) -> str | None:
        """Ask for the list of models; the reason why the server cannot be used now, or None."""
        try:
            with translated():
                async with (
                    asyncio.timeout(self._deadlines.connect_s + 3),
                    self._connections.session.get(
                        f"{self.url}/models", headers=self._headers, allow_redirects=False
                    ) as response,
                ):
                    status = response.status
        except WorkerError as error:
            return error.detail
        except Exception:  # a probe reports, it never fails
            return "It does not answer."
        if status in (401, 403):
            return f"It refuses our key ({status})."
        return f"It answers {status}." if status == 429 or status >= 500 else None

    async def _post(self, draft: Draft, stream: bool, clock: AttemptClock) -> aiohttp.ClientResponse:
        """Send, and once more without each parameter that the server turns out not to take.

        What it refused is remembered only when it took the rest: its words alone prove nothing.
        """
        refused = frozenset(self._refused)
        while True:
            body = encode_request(draft, self._model, stream=stream, extra=self._extra, refused=refused)
            posting = self._connections.post(f"{self.url}/chat/completions", body, self._headers)
            response = await clock.head(posting, stream=stream)
            if response.status == 200:
                self._refused |= refused
                return response
            try:
                answer = await clock.read_all(response)
            finally:
                response.release() if response.content.at_eof() else response.close()
            sent = {*draft.sampling, *self._extra, draft.max_tokens_field, "stream_options"} - refused
            parameter = refused_parameter(response.status, answer, sent)
            if parameter is None:
                raise status_error(response.status, answer, response.headers)
            refused = refused | {parameter}
