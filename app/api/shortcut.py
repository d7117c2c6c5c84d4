"""A short way to one endpoint, past FastAPI's router and dependencies, which cost as much as all limits and metrics.

FastAPI still describes the operation, refuses other methods of its address, and serves it where the service lies
under a root path. The endpoint is the same function on both ways, and so are the errors.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import ANSWERED, answer_to
from app.errors import NotJson

Form = TypeVar("Form", bound=BaseModel)


class Shortcut(Generic[Form]):
    """Pure ASGI: answers the POSTs to one address itself and hands all else on.

    Args:
        path: the address.
        form: what its body must be.
        endpoint: what answers it, as FastAPI would call it.
    """

    def __init__(
        self, app: ASGIApp, path: str, form: type[Form], endpoint: Callable[[Request, Form], Awaitable[Response]]
    ) -> None:
        self._app = app
        self._path = path
        self._form = form
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await self._endpoint(request, self._read(await _body(receive)))
        except ANSWERED as error:
            response = await answer_to(error, request)
        await response(scope, receive, send)

    def _read(self, body: bytes) -> Form:
        """The form, filled in; the faults of a bad one are placed and worded as FastAPI does.

        Raises:
            NotJson: for what `json` does not take; pydantic's own parser would take half of a surrogate pair for that.
            RequestValidationError: a field is missing or wrong.
        """
        if not body:
            raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
        try:
            content = json.loads(body)
        except Exception:  # also too deep, and numbers too long
            raise NotJson("The body cannot be parsed as JSON.") from None
        try:
            return self._form.model_validate(content, from_attributes=True)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults])


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise NotJson("The body cannot be parsed as JSON.")
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
