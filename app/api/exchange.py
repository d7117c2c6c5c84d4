"""The outermost layer: one request's id, its log line and metrics, and the last catch."""

import logging
import re
import secrets
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import InternalError
from app.telemetry.logs import exception_types, places
from app.telemetry.metrics import Metrics

log = logging.getLogger("warmline.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Exchange:
    """Pure ASGI: gives each request an id and a bag of facts, and reports on it when it has ended.

    Handlers put into `request.state.facts` what the log line shall say beside the HTTP side
    (model, outcome, tokens); texts have no business there.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        request_id = headers.get(b"x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(16)
        trace_id, traceparent = _trace(headers.get(b"traceparent", ""))
        facts: dict[str, object] = {}
        state = scope.setdefault("state", {})
        state.update(request_id=request_id, facts=facts)
        status = 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out["X-Request-ID"] = request_id
                if traceparent:
                    out["traceparent"] = traceparent
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:
            # Its message may quote the request: only its type and place are written down.
            log.error("failed", extra={"exception": exception_types(error), "at": places(error.__traceback__),
                                       "request_id": request_id})  # fmt: skip
            if status == 0:
                failure = InternalError("It is written down under this request id.")
                facts["outcome"] = failure.slug
                await problem_response(failure, request_id)(scope, receive, send_on)
            else:
                facts["outcome"] = "broken-off"
        finally:
            self._report(scope, request_id, trace_id, 499 if facts.pop("left", False) else status, began, facts)

    def _report(
        self,
        scope: Scope,
        request_id: str,
        trace_id: str,
        status: int,
        began: float,
        facts: dict[str, object],
    ) -> None:
        seconds = perf_counter() - began
        route = getattr(scope.get("route"), "path", None) or "unmatched"
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.request_ended(route, method, status, seconds)
        line: dict[str, object] = {
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
        }
        if trace_id:
            line["trace_id"] = trace_id
        line["ms"] = round(1000 * seconds, 1)
        level = logging.DEBUG if route in _QUIET else logging.INFO
        log.log(level, "request", extra={**line, **facts})


def _trace(traceparent: str) -> tuple[str, str]:
    """The trace id that came in, and the `traceparent` to answer with: same trace, a span of ours."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if not found:
        return "", ""
    return found[1], f"00-{found[1]}-{secrets.token_hex(8)}-{found[2]}"
