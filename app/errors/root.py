"""What every failure has."""

from collections.abc import Mapping
from types import MappingProxyType


class WarmlineError(Exception):
    """A failure with an HTTP status, a stable slug and a sentence that is safe to show.

    Attributes:
        status: HTTP status code.
        slug: the last part of the problem's `type`; clients may rely on it.
        title: what happened, the same sentence for every case of this slug.
        retryable: whether the same request may succeed when it is sent again.
        retry_after_s: seconds after which a retry makes sense, for `Retry-After`.
        headers: what a response with it says beside that.
    """

    status = 500
    slug = "internal-error"
    title = "Something went wrong on our side"
    retryable = False
    default_retry_after_s: int | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = self.default_retry_after_s if retry_after_s is None else retry_after_s
