"""The caller's side."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.errors.root import WarmlineError


class RequestError(WarmlineError):
    status = 400


class NotJson(RequestError):
    slug = "not-json"
    title = "The body is not JSON"


class InvalidKey(RequestError):
    status = 401
    slug = "invalid-key"
    title = "A valid API key is needed"
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class UnknownModel(RequestError):
    status = 404
    slug = "unknown-model"
    title = "There is no model of this name"


class UnknownRoute(RequestError):
    status = 404
    slug = "unknown-route"
    title = "There is nothing at this address"


class MethodNotAllowed(RequestError):
    status = 405
    slug = "method-not-allowed"
    title = "This address does not take this method"


class IdempotencyConflict(RequestError):
    status = 409
    slug = "idempotency-conflict"
    title = "This Idempotency-Key was used for another request"

    def __init__(self) -> None:
        super().__init__("The header `Idempotency-Key` came before with another body; take a new one for each request.")


class BodyTooLarge(RequestError):
    status = 413
    slug = "body-too-large"
    title = "The body is too large"


class ContextTooLong(RequestError):
    status = 413
    slug = "context-too-long"
    title = "The post is too long for the model"

    def __init__(self, detail: str = "`post` has more tokens than the model can read.") -> None:
        super().__init__(detail)


class UnsupportedMediaType(RequestError):
    status = 415
    slug = "unsupported-media-type"
    title = "The content type must be application/json"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing wrong with one field: `path` like `history.3.text`, `message` without the value."""

    path: str
    message: str


class InvalidField(RequestError):
    status = 422
    slug = "invalid-field"
    title = "A field is missing or wrong"

    def __init__(self, faults: list[FieldFault]) -> None:
        super().__init__("; ".join(f"`{fault.path}`: {fault.message}" for fault in faults))
        self.faults = faults


class RateLimited(RequestError):
    status = 429
    slug = "rate-limited"
    title = "A limit of this API key is reached"
    retryable = True
    default_retry_after_s = 1

    def __init__(self, detail: str, *, retry_after_s: int, headers: Mapping[str, str]) -> None:
        super().__init__(detail, retry_after_s=retry_after_s)
        self.headers = headers


class ClientLeft(RequestError):
    status = 499
    slug = "client-left"
    title = "The client left before the reply was ready"

    def __init__(self) -> None:
        super().__init__("The connection was closed by the client.")
