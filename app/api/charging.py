"""What a request takes of its key's limits: asked for before, settled with the truth after, however it ends."""

from functools import lru_cache

from app.access.keys import ApiKey
from app.access.limits import REQUEST_ONLY, URGENT_REQUEST_ONLY, WINDOW_S, Ask, Decision, Grant
from app.api.services import Services
from app.errors import RateLimited
from app.reply.request import Delta, Reply, ReplyRequest
from app.reply.tokens import tokens_of
from app.safety.verdict import is_crisis

_TOLD = {
    "requests": "This key may make {0.requests_per_minute} requests a minute.",
    "tokens": "This key may use {0.tokens_per_minute} tokens a minute.",
    "in-flight": "This key may have {0.max_in_flight} replies in flight.",
}


async def admit(services: Services, key: ApiKey, ask: Ask, facts: dict[str, object]) -> tuple[Grant, dict[str, str]]:
    """What the request holds until it is settled, and the headers that tell what is left.

    Raises:
        RateLimited: a limit of the key is reached, and the request is not urgent.
    """
    decision = await services.access.limits.admit(key, ask)
    headers = _headers(key, decision)
    if decision.over is not None:
        facts["limit"] = decision.over
    if decision.grant is None:
        assert decision.over
        services.metrics.key_refused(key.name, decision.over)
        raise RateLimited(_TOLD[decision.over].format(key), retry_after_s=decision.retry_after_s, headers=headers)
    services.metrics.key_admitted(key.name, ask.requests, decision.over)
    return decision.grant, headers


async def admit_request(
    services: Services, key: ApiKey | None, facts: dict[str, object], *, urgent: bool = False
) -> dict[str, str]:
    """Count a request that takes neither tokens nor a worker; the headers that tell what is left.

    Raises:
        RateLimited: as `admit`.
    """
    if key is None:
        return {}
    ask = URGENT_REQUEST_ONLY if urgent else REQUEST_ONLY
    return (await admit(services, key, ask, facts))[1]


class Charge:
    """The part of one reply in its key's limits.

    Args:
        services: whose limits and metrics these are.
        key: None where the config has no keys; then nothing is charged.
        asked: what the reply answers, by which its tokens are guessed.
        facts: of the log line.

    Attributes:
        is_over: it was let in past a limit, since the post shows a risk; it must use nothing that is limited.
    """

    def __init__(self, services: Services, key: ApiKey | None, asked: ReplyRequest, facts: dict[str, object]) -> None:
        self._services = services
        self._key = key
        self._asked = asked
        self._facts = facts
        self._grant: Grant | None = None
        self.is_over = False
        self._shown = 0
        self._used: int | None = None

    async def admit(self, *, again: bool = False) -> dict[str, str]:
        """Take what a reply that is made takes; see `admit`.

        Args:
            again: the request was counted before and goes on with another's work, so that it must not be refused now.
        """
        if self._key is None:
            return {}
        guess, asked = self._services.pipeline.guess, self._asked
        tokens = 0 if is_crisis(asked.rating.level) else guess.prompt(asked) + guess.completion(asked)
        ask = Ask(requests=0 if again else 1, tokens=tokens, urgent=again or asked.urgent)
        self._grant, headers = await admit(self._services, self._key, ask, self._facts)
        self.is_over = asked.urgent and "limit" in self._facts
        return headers

    def note(self, part: Delta | Reply) -> None:
        """Take what a part says of what was used."""
        if isinstance(part, Delta):
            self._shown += tokens_of(part.text)
        elif part.usage:
            self._used = part.usage.prompt_tokens + part.usage.completion_tokens
        elif part.outcome == "crisis_support":
            self._used = 0

    def __enter__(self) -> None:
        """Begin with the parts, which are all to be noted."""

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Settle when the parts have ended. What no worker has counted is guessed by its length."""
        if kind is not None and issubclass(kind, Exception) and not self._shown:
            # What failed is charged only if something of it was shown.
            self._used = self._used or 0
        self.settle(self._guess(self._shown) if self._used is None else self._used)

    def settle(self, tokens: int = 0) -> None:
        """Put what was used in place of the guess; only the first time counts."""
        if self._grant and self._key and not self._grant.is_settled:
            self._services.metrics.key_used(self._key.name, tokens)
            self._services.access.limits.settle(self._grant, tokens)

    def _guess(self, shown: int) -> int:
        return self._services.pipeline.guess.prompt(self._asked) + shown


@lru_cache(maxsize=1024)
def _policy(key: ApiKey) -> str:
    quotas = (("requests", key.requests_per_minute), ("tokens", key.tokens_per_minute))
    return ", ".join(f'"{name}";q={quota};w={WINDOW_S}' for name, quota in quotas if quota is not None)


def _headers(key: ApiKey, decision: Decision) -> dict[str, str]:
    """`RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-11 (2026)."""
    left = []
    for name, units in (("requests", decision.requests_left), ("tokens", decision.tokens_left)):
        if units is not None:
            reset = f";t={decision.retry_after_s}" if decision.over == name else ""
            left.append(f'"{name}";r={units}{reset}')
    return {"RateLimit-Policy": _policy(key), "RateLimit": ", ".join(left)} if left else {}
