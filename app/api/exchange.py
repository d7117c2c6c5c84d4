"""The outermost layer: one request's id, its log line and metrics, and the last catch."""

import logging
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.api.services import InForce
from app.errors import InternalError
from app.telemetry.logs import exception_types, places
from app.telemetry.metrics import Metrics

log = logging.getLogger("warmline.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
# Added where the answer has no other value; names in lower case, as ASGI has them.
_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


@dataclass(slots=True)
class _Course:
    """One exchange as it goes: what its log line and metrics are made of."""

    request_id: str
    trace_id: str
    traceparent: str
    began: float = field(default_factory=perf_counter)
    facts: dict[str, object] = field(default_factory=dict)
    status: int = 0

    @classmethod
    def of(cls, scope: Scope) -> "_Course":
        headers = dict(scope["headers"])
        request_id = headers.get(b"x-request-id", b"").decode("latin-1")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(16)
        found = _TRACEPARENT.fullmatch(headers.get(b"traceparent", b"").decode("latin-1"))
        # The same trace, and a span of ours.
        traceparent = f"00-{found[1]}-{secrets.token_hex(8)}-{found[2]}" if found else ""
        return cls(request_id, found[1] if found else "", traceparent)

    def begin_response(self, message: Message) -> None:
        self.status = message["status"]
        out = [*message.get("headers", ()), (b"x-request-id", self.request_id.encode())]
        if self.traceparent:
            out.append((b"traceparent", self.traceparent.encode()))
        there = {name for name, _ in out}
        out += [header for header in _HEADERS if header[0] not in there]
        message["headers"] = out


class Exchange:
    """Pure ASGI: gives each request an id, a bag of facts and its services, and reports on it when it has ended.

    Handlers put into `request.state.facts` what the log line shall say beside the HTTP side
    (model, outcome, tokens); texts have no business there.

    Args:
        paths: addresses that may be answered by a gate, before a route is found.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, paths: Collection[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        course = _Course.of(scope)
        in_force: InForce = scope["state"]["in_force"]
        scope["state"].update(request_id=course.request_id, facts=course.facts, services=in_force.services)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                course.begin_response(message)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:
            # Its message may quote the request: only its type and place are written down.
            where = {"exception": exception_types(error), "at": places(error.__traceback__)}
            log.error("failed", extra={"request_id": course.request_id, **where})
            course.facts["outcome"] = InternalError.slug
            if course.status == 0:
                failure = InternalError("It is written down under this request id.")
                await problem_response(failure, course.request_id)(scope, receive, send_on)
        finally:
            self._report(scope, course)

    def _report(self, scope: Scope, course: _Course) -> None:
        seconds = perf_counter() - course.began
        status = 499 if course.facts.pop("left", False) else course.status
        refused = scope["path"] if scope["path"] in self._paths else "unmatched"
        route = getattr(scope.get("route"), "path", None) or refused
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.request_ended(route, method, status, seconds)
        level = logging.DEBUG if route in _QUIET else logging.INFO
        if log.isEnabledFor(level):
            line: dict[str, object] = {"request_id": course.request_id}
            if course.trace_id:
                line["trace_id"] = course.trace_id
            line |= {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
            _log(level, "request", line | course.facts)


def _log(level: int, event: str, facts: dict[str, object]) -> None:
    """As `log.log` with `facts` as `extra`, which would look for the caller and at each fact twice."""
    own = {"name": log.name, "levelno": level, "levelname": logging.getLevelName(level), "msg": event}
    log.handle(logging.makeLogRecord(facts | own))
