"""A reply as server-sent events: deltas, then the reply, or one error."""

from collections.abc import AsyncGenerator, Mapping

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.heartbeat import Heartbeat
from app.api.problems import problem
from app.api.wire import encode_reply
from app.errors import ClientLeft, InternalError, WarmlineError
from app.reply.request import Delta, Reply

Part = Delta | Reply


def encode_event(name: str, data: object) -> bytes:
    encoded = encode_reply(data) if isinstance(data, Reply) else msgspec.json.encode(data)
    return b"event: %b\ndata: %b\n\n" % (name.encode(), encoded)


class EventStream(Response):
    """Sends a reply whose first part is already there, so that what failed before it had its own status.

    Args:
        first: the part that was awaited before the headers.
        rest: what follows.
        facts: the log line's facts; told when the client leaves.
        quiet_s: how long the line may be silent until a comment keeps it alive.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        first: Part,
        rest: AsyncGenerator[Part],
        facts: dict[str, object],
        request_id: str,
        headers: Mapping[str, str],
        quiet_s: float,
    ) -> None:
        super().__init__(headers={**headers, "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._first = first
        self._rest = rest
        self._facts = facts
        self._request_id = request_id
        self._quiet_s = quiet_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def put_now(content: bytes, *, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": content, "more_body": more})

        heartbeat = Heartbeat(put_now, self._quiet_s)
        put = heartbeat.send
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await put(_encode(self._first))
            async for part in self._rest:
                await put(_encode(part))
        except ClientLeft:
            self._facts["left"] = True
            return
        except WarmlineError as error:
            await put(encode_event("error", problem(error, self._request_id)))
        except Exception:
            failure = InternalError("It is written down under this request id.")
            await put(encode_event("error", problem(failure, self._request_id)))
            await put(b"", more=False)
            raise
        finally:
            heartbeat.stop()
            await self._rest.aclose()
        await put(b"", more=False)


def _encode(part: Part) -> bytes:
    if isinstance(part, Delta):
        return encode_event("delta", {"text": part.text})
    return encode_event("reply", part)
