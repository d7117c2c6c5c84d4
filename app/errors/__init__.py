"""Every way in which Warmline says no, as named facts.

    WarmlineError                       status  slug
    ├── RequestError                            the caller's side
    │   ├── NotJson                     400     not-json
    │   ├── InvalidKey                  401     invalid-key
    │   ├── UnknownModel                404     unknown-model
    │   ├── UnknownRoute                404     unknown-route
    │   ├── MethodNotAllowed            405     method-not-allowed
    │   ├── IdempotencyConflict         409     idempotency-conflict
    │   ├── BodyTooLarge                413     body-too-large
    │   ├── ContextTooLong              413     context-too-long
    │   ├── UnsupportedMediaType        415     unsupported-media-type
    │   ├── InvalidField                422     invalid-field
    │   ├── RateLimited                 429     rate-limited
    │   └── ClientLeft                  499     client-left (log and metric only)
    ├── WorkerError                             a worker's side
    │   ├── WorkerUnavailable           503     worker-unavailable
    │   ├── WorkerTimeout               504     worker-timeout
    │   ├── WorkerNonsense              502     worker-nonsense
    │   ├── WorkerRefused               502     worker-refused
    │   └── ContentFiltered             502     content-filtered (becomes the outcome `held`)
    ├── NoRoom                          503     no-room
    ├── DeadlinePassed                  504     deadline-passed
    ├── Draining                        503     draining
    └── InternalError                   500     internal-error

The exceptions of the HTTP client are translated into this tree in one place
(`app.workers.faults`), and one handler turns the tree into RFC 9457 problem
details (`app.api.problems`). A `detail` is written by us: no error ever holds a
word of what somebody sent, or of what a worker answered.
"""

from app.errors.request import (
    BodyTooLarge,
    ClientLeft,
    ContextTooLong,
    FieldFault,
    IdempotencyConflict,
    InvalidField,
    InvalidKey,
    MethodNotAllowed,
    NotJson,
    RateLimited,
    RequestError,
    UnknownModel,
    UnknownRoute,
    UnsupportedMediaType,
)
from app.errors.root import WarmlineError
from app.errors.service import (
    DeadlinePassed,
    Draining,
    InternalError,
    NoRoom,
)
from app.errors.worker import (
    ContentFiltered,
    WorkerError,
    WorkerNonsense,
    WorkerRefused,
    WorkerTimeout,
    WorkerUnavailable,
)

__all__ = [
    "BodyTooLarge",
    "ClientLeft",
    "ContentFiltered",
    "ContextTooLong",
    "DeadlinePassed",
    "Draining",
    "FieldFault",
    "IdempotencyConflict",
    "InternalError",
    "InvalidField",
    "InvalidKey",
    "MethodNotAllowed",
    "NoRoom",
    "NotJson",
    "RateLimited",
    "RequestError",
    "UnknownModel",
    "UnknownRoute",
    "UnsupportedMediaType",
    "WarmlineError",
    "WorkerError",
    "WorkerNonsense",
    "WorkerRefused",
    "WorkerTimeout",
    "WorkerUnavailable",
]
