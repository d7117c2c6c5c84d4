"""Our own side."""

from app.errors.root import WarmlineError


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


class Draining(WarmlineError):
    status = 503
    slug = "draining"
    title = "This process is ending"
    retryable = True
    default_retry_after_s = 2


class InternalError(WarmlineError):
    pass
