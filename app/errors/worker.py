"""A worker's side."""

from app.errors.root import WarmlineError


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
