"""Every way in which Warmline says no, as named facts.

    WarmlineError                       status  slug
    ├── RequestError                            the caller's side
    │   ├── NotJson                     400     not-json
    │   ├── UnknownModel                404     unknown-model
    │   ├── UnknownRoute                404     unknown-route
    │   ├── MethodNotAllowed            405     method-not-allowed
    │   ├── BodyTooLarge                413     body-too-large
    │   ├── ContextTooLong              413     context-too-long
    │   ├── UnsupportedMediaType        415     unsupported-media-type
    │   ├── InvalidField                422     invalid-field
    │   └── ClientLeft                  499     client-left (log and metric only)
    ├── WorkerError                             a worker's side
    │   ├── WorkerUnavailable           503     worker-unavailable
    │   ├── WorkerTimeout               504     worker-timeout
    │   ├── WorkerNonsense              502     worker-nonsense
    │   ├── WorkerRefused               502     worker-refused
    │   └── ContentFiltered             502     content-filtered (becomes the outcome `held`)
    ├── NoRoom                          503     no-room
    ├── DeadlinePassed                  504     deadline-passed
    └── InternalError                   500     internal-error

The exceptions of the HTTP client are translated into this tree in one place
(`app.workers.faults`), and one handler turns the tree into RFC 9457 problem
details (`app.api.problems`). A `detail` is written by us: no error ever holds a
word of what somebody sent, or of what a worker answered.
"""

from dataclasses import dataclass


class WarmlineError(Exception):
    """A failure with an HTTP status, a stable slug and a sentence that is safe to show.

    Attributes:
        status: HTTP status code.
        slug: the last part of the problem's `type`; clients may rely on it.
        title: what happened, the same sentence for every case of this slug.
        retryable: whether the same request may succeed when it is sent again.
        retry_after_s: seconds after which a retry makes sense, for `Retry-After`.
    """

    status = 500
    slug = "internal-error"
    title = "Something went wrong on our side"
    retryable = False
    default_retry_after_s: int | None = None

    def __init__(self, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = self.default_retry_after_s if retry_after_s is None else retry_after_s


class InternalError(WarmlineError):
    pass


class RequestError(WarmlineError):
    status = 400


class NotJson(RequestError):
    slug = "not-json"
    title = "The body is not JSON"


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


class ClientLeft(RequestError):
    status = 499
    slug = "client-left"
    title = "The client left before the reply was ready"

    def __init__(self) -> None:
        super().__init__("The connection was closed by the client.")


class WorkerError(WarmlineError):
    """Something between us and a worker.

    Attributes:
        attempt_elsewhere: whether another worker may do better.
        attempt_again: whether the same worker may, after a pause.
        blames_worker: whether it speaks against the worker; what is wrong with one request does not.
    """

    status = 502
    attempt_elsewhere = True
    attempt_again = False
    blames_worker = True


class WorkerUnavailable(WorkerError):
    """A worker that failed or turned a request away.

    Attributes:
        is_down: it could not even be reached.
        asks_to_wait_s: for how long the worker itself wants to be left alone; None where it does not say.
    """

    status = 503
    slug = "worker-unavailable"
    title = "No worker can write a reply at the moment"
    retryable = True
    attempt_again = True
    default_retry_after_s = 2

    def __init__(self, detail: str, *, retry_after_s: int | None = None, is_down: bool = False) -> None:
        super().__init__(detail, retry_after_s=retry_after_s)
        self.is_down = is_down
        self.asks_to_wait_s = retry_after_s


class WorkerTimeout(WorkerError):
    status = 504
    slug = "worker-timeout"
    title = "The worker took too long"
    retryable = True


class WorkerNonsense(WorkerError):
    slug = "worker-nonsense"
    title = "The worker answered something that is not a reply"
    retryable = True


class WorkerRefused(WorkerError):
    slug = "worker-refused"
    title = "The worker refuses our request"

    def __init__(self, detail: str, *, blames_worker: bool = True) -> None:
        super().__init__(detail)
        self.blames_worker = blames_worker


class ContentFiltered(WorkerError):
    slug = "content-filtered"
    title = "The worker's content filter stopped the reply"
    attempt_elsewhere = False
    blames_worker = False


class NoRoom(WarmlineError):
    """More is asked for than can be under way, and the queue is full or too slow.

    Attributes:
        is_process_full: not only the workers of this one model.
    """

    status = 503
    slug = "no-room"
    title = "Too many replies are being made at the moment"
    retryable = True
    default_retry_after_s = 5

    def __init__(self, detail: str, *, retry_after_s: int | None = None, is_process_full: bool = True) -> None:
        super().__init__(detail, retry_after_s=retry_after_s)
        self.is_process_full = is_process_full


class DeadlinePassed(WarmlineError):
    status = 504
    slug = "deadline-passed"
    title = "The reply was not ready in time"
    retryable = True
