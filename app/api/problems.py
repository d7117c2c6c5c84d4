"""Errors on the wire: RFC 9457 problem details, from one handler, never with anybody's text."""

import re
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.errors import (
    BodyTooLarge,
    FieldFault,
    InvalidField,
    MethodNotAllowed,
    NotJson,
    UnknownRoute,
    WarmlineError,
)

MEDIA_TYPE = "application/problem+json"
# A key that a client made up is shown only where it looks like a key.
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "retryable", "request_id"],
    "properties": {
        "type": {"type": "string", "example": "/problems/unknown-model"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "retryable": {"type": "boolean"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def problem(error: WarmlineError, request_id: str) -> dict[str, object]:
    """The problem object of an error."""
    body: dict[str, object] = {
        "type": f"/problems/{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "retryable": error.retryable,
        "request_id": request_id,
    }
    if isinstance(error, InvalidField):
        body["errors"] = [{"path": fault.path, "message": fault.message} for fault in error.faults]
    return body


def problem_response(error: WarmlineError, request_id: str, headers: Mapping[str, str] | None = None) -> Response:
    headers = {**(headers or {}), **error.headers}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, error.retry_after_s))
    content = msgspec.json.encode(problem(error, request_id))
    return Response(content, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def described(*errors: type[WarmlineError]) -> dict[int | str, dict[str, object]]:
    """The `responses` of an operation in OpenAPI: one entry a status, with its slugs."""
    documented: dict[int | str, dict[str, object]] = {}
    for error in errors:
        entry = documented.setdefault(
            error.status, {"description": "", "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
        )
        known = f"{entry['description']}; " if entry["description"] else ""
        entry["description"] = f"{known}{error.title} (`{error.slug}`)"
    return documented


def install(app: FastAPI) -> None:
    """Have every error of the app answered as a problem."""
    for kind in ANSWERED:
        app.add_exception_handler(kind, _HANDLERS[kind])


async def answer_to(error: Exception, request: Request) -> Response:
    """The problem that an error of one of the `ANSWERED` kinds is."""
    kind = next(kind for kind in ANSWERED if isinstance(error, kind))
    return await _HANDLERS[kind](request, error)


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, WarmlineError)
    request.state.facts["outcome"] = error.slug
    return problem_response(error, request.state.request_id)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(fault["type"] == "json_invalid" for fault in error.errors()):
        return await _on_error(request, NotJson("The body cannot be parsed as JSON."))
    faults = [FieldFault(_path(fault["loc"]), fault["msg"]) for fault in error.errors()[:20]]
    return await _on_error(request, InvalidField(faults))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        found: WarmlineError = UnknownRoute("See /docs for what there is.")
    elif error.status_code == 405:
        found = MethodNotAllowed("See /docs for what there is.")
    elif error.status_code == 413:
        found = BodyTooLarge("The body has more bytes than any valid request needs.")
    else:
        found = NotJson("The body cannot be parsed as JSON.")
    request.state.facts["outcome"] = found.slug
    return problem_response(found, request.state.request_id, error.headers)


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    WarmlineError: _on_error,
    RequestValidationError: _on_invalid,
    HTTPException: _on_http,
}
ANSWERED = tuple(_HANDLERS)
"""The kinds of errors that are problems of this service's contract; whatever else is raised is a bug."""


def _path(location: tuple[int | str, ...]) -> str:
    """`("body", "history", 3, "text")` as `history.3.text`, `("query", "country")` as `country`."""
    parts = (
        str(part) if isinstance(part, int) or _KEY.fullmatch(part) else "(a key that is no name)"
        for part in (location[1:] if location[:1] in (("body",), ("query",)) else location)
    )
    return ".".join(parts) or "(body)"
