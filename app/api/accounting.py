"""What a reply is counted as, in metrics and the log line, however it ends."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from time import perf_counter
from typing import cast

from app.api.charging import Charge
from app.api.services import Services
from app.errors import ClientLeft, InternalError, WarmlineError
from app.escalation.event import Event
from app.reply.course import Course
from app.reply.drafting import Usage
from app.reply.request import Delta, Reply, ReplyRequest
from app.safety.verdict import is_crisis
from app.telemetry.metrics import Metrics


async def accounted(
    parts: AsyncGenerator[Delta | Reply],
    asked: ReplyRequest,
    course: Course,
    services: Services,
    facts: dict[str, object],
    request_id: str,
    charge: Charge,
) -> AsyncGenerator[Delta | Reply]:
    """Count and charge a reply once, however it ends; a client who leaves is neither a success nor an error."""
    began = perf_counter()
    metrics = services.metrics
    outcome = ""
    metrics.reply_began(asked.model)
    facts.update(model=asked.model, streamed=asked.streamed)
    try:
        with charge:
            async with aclosing(parts):
                async for part in parts:
                    charge.note(part)
                    if isinstance(part, Reply):
                        outcome = part.outcome
                        _record(part, asked.model, metrics, facts)
                    yield part
    except WarmlineError as error:
        outcome = error.slug
        raise
    except Exception:
        outcome = InternalError.slug
        raise
    finally:
        # Cut off by a drain, which has said so, or by the client.
        outcome = outcome or str(facts.get("outcome", ClientLeft.slug))
        facts.update(outcome=outcome, worker=course.worker, queued_ms=round(1000 * course.queued, 1))
        if course.model not in (None, asked.model):
            facts["fallback"] = course.model
        metrics.reply_ended(asked.model, outcome, perf_counter() - began)
        _record_care(asked, course, services, facts)
        if is_crisis(course.rating.level):
            services.escalation.tell(_event(asked, course, request_id, facts))


def _record(reply: Reply, model: str, metrics: Metrics, facts: dict[str, object]) -> None:
    timing, usage = reply.timing_ms, reply.usage or Usage()
    metrics.reply_written(
        model,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cached_tokens=usage.cached_tokens,
        first_token_s=None if timing.first_token is None else timing.first_token / 1000,
        gateway_s=timing.gateway / 1000,
    )
    if reply.model is not None and reply.model != model:
        metrics.count_fallback(model, reply.model)
    facts.update(reply_id=reply.id, finish_reason=reply.finish_reason)
    if reply.usage:
        facts.update(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)
        facts["cached_tokens"] = usage.cached_tokens
    if reply.style is not None:
        words, signature = cast(int, reply.style["words"]), cast(Mapping[str, str] | None, reply.style.get("signature"))
        sounds_like = signature["sounds_like"] if signature else None
        metrics.reply_measured(model, words, sounds_like)
        facts.update(words=words, sounds_like=sounds_like)


def _record_care(asked: ReplyRequest, course: Course, services: Services, facts: dict[str, object]) -> None:
    """What the screen and the checks saw, counted and written down without a word of it."""
    metrics, rating = services.metrics, course.rating
    metrics.post_screened("lexical", asked.rating.level, asked.rating.subject)
    if "model" in course.layers:
        metrics.post_screened("model", rating.level, rating.subject)
    elif services.settings.safety.second_look and not is_crisis(asked.rating.level):
        metrics.second_look_failed()
    for check, action in course.found:
        metrics.check_found(check, action)
    if course.found:
        facts["checks"] = sorted({check for check, _ in course.found})
    if rating.level != "none":
        facts.update(post_level=rating.level, post_subject=rating.subject)


def _event(asked: ReplyRequest, course: Course, request_id: str, facts: dict[str, object]) -> Event:
    rating, key = course.rating, facts.get("key")
    assert rating.level in ("elevated", "imminent")
    return Event(
        request_id,
        rating.level,
        rating.subject,
        rating.types,
        asked.country,
        str(key) if key else None,
    )
