"""What may come in as a body at all: JSON by its content type, and not more than a request needs."""

from collections.abc import Collection

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import BodyTooLarge, UnsupportedMediaType, WarmlineError

# 40 turns of 4,000 characters and a post of 20,000, each character escaped as \\uXXXX twice.
MAX_BYTES = 3 << 20


class BodyGate:
    """Pure ASGI: turns bodies away before anything reads them.

    Args:
        paths: the addresses that take a body; others have their own answer to a POST.
    """

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        error = _fault(headers.get(b"content-type", b""), headers.get(b"content-length", b"0"))
        if error:
            scope["state"]["facts"]["outcome"] = error.slug
            await problem_response(error, scope["state"]["request_id"])(scope, receive, send)
            return
        taken = 0

        async def receive_bounded() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.disconnect":
                scope["state"]["facts"]["left"] = True
            taken += len(message.get("body", b""))
            if taken > MAX_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_bounded, send)


def _fault(content_type: bytes, length: bytes) -> WarmlineError | None:
    media_type = content_type.split(b";")[0].strip().lower()
    if media_type != b"application/json" and not (
        media_type.startswith(b"application/") and media_type.endswith(b"+json")
    ):
        return UnsupportedMediaType("Send JSON with the header `Content-Type: application/json`.")
    if length.isdigit() and int(length) > MAX_BYTES:
        return BodyTooLarge(f"A body has at most {MAX_BYTES} bytes.")
    return None
