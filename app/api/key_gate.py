"""Where keys are configured, `/reply`, `/style` and `/models` ask for one, before anything of the body is read."""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.keys import ApiKey
from app.api.problems import problem_response
from app.api.services import Services
from app.errors import InvalidKey

KEYED = frozenset({"/reply", "/style", "/models"})
# How a refusal without a key of the config is counted; no key can have this name.
NO_KEY = "-"
OPTIONAL_IN_OPENAPI: dict[str, object] = {"security": [{}]}
"""For the operations' `openapi_extra`: beside the key, none at all, since not every operator configures keys."""


def authenticate(scope: Scope) -> ApiKey | None:
    """The key of a request; None where the config has no keys. Notes its name for the log line.

    Raises:
        InvalidKey: it has none that the config knows.
    """
    services: Services = scope["state"]["services"]
    keys = services.access.keys
    if not keys:
        return None
    headers = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, presented = headers[0].partition(b" ") if len(headers) == 1 else (b"", b"", b"")
    if scheme.lower() != b"bearer" or not presented.strip():
        services.metrics.key_refused(NO_KEY, "no-key")
        raise InvalidKey("Send `Authorization: Bearer KEY`.")
    key = keys.find(presented.strip())
    if key is None:
        services.metrics.key_refused(NO_KEY, "unknown-key")
        raise InvalidKey("This service does not know the key that was sent.")
    scope["state"]["facts"]["key"] = key.name
    return key


def key_of(scope: Scope) -> ApiKey | None:
    """What the gate found; asked for here where the gate did not stand in the way.

    Raises:
        InvalidKey: as `authenticate`.
    """
    state = scope["state"]
    if "api_key" not in state:
        state["api_key"] = authenticate(scope)
    key: ApiKey | None = state["api_key"]
    return key


class KeyGate:
    """Pure ASGI: turns away who has no key."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].removeprefix(scope.get("root_path", "")) in KEYED:
            try:
                scope["state"]["api_key"] = authenticate(scope)
            except InvalidKey as error:
                scope["state"]["facts"]["outcome"] = error.slug
                await problem_response(error, scope["state"]["request_id"])(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Bearer(HTTPBearer):
    """`key_of` as a dependency, which the OpenAPI text shows."""

    async def __call__(self, request: Request) -> ApiKey | None:  # type: ignore[override]
        return key_of(request.scope)


_SCHEME = "API key"
_bearer = _Bearer(scheme_name=_SCHEME, description="Needed where the operator has configured keys.")
KEYED_IN_OPENAPI: dict[str, object] = {"security": [{_SCHEME: []}, {}]}
"""The same for a route that asks `key_of` itself: solving a dependency costs more than all that the key is for."""

KeyDep = Annotated[ApiKey | None, Security(_bearer)]
"""The key that asks, for a route's signature; None where the config has no keys."""
