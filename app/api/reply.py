"""`POST /reply`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app import errors
from app.access.idempotency import Claim
from app.api.accounting import accounted
from app.api.charging import Charge, admit_request
from app.api.event_stream import EventStream, Part
from app.api.examples import STREAM_EXAMPLE
from app.api.headers import IDEMPOTENCY_KEY, REQUEST_ID, TRACEPARENT
from app.api.key_gate import KEYED_IN_OPENAPI, key_of
from app.api.leaving import got_while_present, while_present
from app.api.once import REPLAYED, claim_of, made_once, note
from app.api.problems import described
from app.api.schemas import EVENTS, REPLY
from app.api.services import Services
from app.api.wire import ReplyBody, encode_reply
from app.errors import ClientLeft, RateLimited, UnknownModel
from app.reply.course import Course
from app.reply.request import Delta, Reply, ReplyRequest

HEARTBEAT_S = 10.0

router = APIRouter(tags=["replies"])


@router.post(
    "/reply",
    summary="Write an empathic reply to a post",
    responses={
        200: {
            "description": "A reply that is fit to show, whole or as server-sent events.",
            "content": {
                "application/json": {"schema": REPLY},
                "text/event-stream": {"schema": EVENTS, "example": STREAM_EXAMPLE},
            },
        },
        **described(
            errors.NotJson,
            errors.InvalidKey,
            errors.UnknownModel,
            errors.IdempotencyConflict,
            errors.BodyTooLarge,
            errors.ContextTooLong,
            errors.UnsupportedMediaType,
            errors.InvalidField,
            errors.RateLimited,
            errors.WorkerNonsense,
            errors.WorkerRefused,
            errors.WorkerUnavailable,
            errors.NoRoom,
            errors.Draining,
            errors.WorkerTimeout,
            errors.DeadlinePassed,
        ),
    },
    openapi_extra={**KEYED_IN_OPENAPI, "parameters": [IDEMPOTENCY_KEY, REQUEST_ID, TRACEPARENT]},
)
async def write_reply(request: Request, body: ReplyBody) -> Response:
    """Answer a seeker's post with a warm reply inside the length band, annotated with its style.

    Every post is screened first. Where it shows danger, `outcome` is `crisis_support`: `reply` is a fixed text that no
    model wrote and `resources` names help lines, those of `country` where it is given. Where no draft passes the checks
    it is `held`, a short and honest fixed text. `reply` is always fit to show.

    With `stream: true` (or `Accept: text/event-stream`) the reply comes as `delta` events, a sentence
    at a time, then one `reply` event with the whole object. The joined deltas are exactly its `reply`.
    A failure before the first delta is an ordinary HTTP error; after it, one `error` event.
    """
    services: Services = request.state.services
    key = key_of(request.scope)
    asked = await _asked(request, body, services)
    facts = request.state.facts
    claim = claim_of(request, services, key, asked)
    charge = Charge(services, key, asked, facts)
    course = services.pipeline.begin()
    try:
        if claim is None or claim.leads:
            headers = await charge.admit()
            if charge.is_over:
                asked = replace(asked, without_model=True)
        else:
            headers = await admit_request(services, key, facts, urgent=asked.urgent)
        written = _written(services, asked, course, facts, charge, claim, headers, request.state.request_id)
        if asked.streamed:
            parts = while_present(written, request.receive)
            first = await _first(parts)
            headers["Server-Timing"] = _queue_timing(course)
            if isinstance(first, Delta) and first.from_model:
                headers["X-AI-Generated"] = "true"
            return EventStream(first, parts, facts, request.state.request_id, headers, HEARTBEAT_S)
        return _whole(await got_while_present(_last(written), request.receive), course, headers)
    except BaseException as error:
        if isinstance(error, ClientLeft):
            facts["left"] = True
        _give_back(claim, charge, error)
        raise


async def _asked(request: Request, body: ReplyBody, services: Services) -> ReplyRequest:
    """What is asked for, screened before anything can refuse it but a mistake in the request itself.

    Raises:
        UnknownModel: there is no such model.
    """
    streamed = body.stream or "text/event-stream" in request.headers.get("accept", "")
    asked = body.to_request(services.settings.default_model, streamed=streamed)
    if asked.model not in services.settings.models:
        raise UnknownModel(f"`model`: the models are {', '.join(services.settings.models)}.")
    return await services.pipeline.screened(asked)


def _give_back(claim: Claim | None, charge: Charge, error: BaseException) -> None:
    """What ended before its first part was asked for has given nothing back yet."""
    if claim and isinstance(error, RateLimited):
        claim.fail(error)
    if claim:
        claim.leave()
    charge.settle()


def _written(
    services: Services,
    asked: ReplyRequest,
    course: Course,
    facts: dict[str, object],
    charge: Charge,
    claim: Claim | None,
    headers: dict[str, str],
    request_id: str,
) -> AsyncGenerator[Delta | Reply]:
    """The reply's parts: made now, or another request's with the same `Idempotency-Key`."""

    def make() -> AsyncGenerator[Delta | Reply]:
        parts = services.pipeline.run(asked, course)
        return accounted(parts, asked, course, services, facts, request_id, charge)

    async def take_over() -> None:
        note(services, facts, "takeover")
        await charge.admit(again=True)

    def on_found(reply: Reply) -> None:
        headers[REPLAYED] = "true"
        facts.update(model=asked.model, streamed=asked.streamed, outcome=reply.outcome, reply_id=reply.id)

    return made_once(claim, make, take_over, on_found) if claim else make()


async def _first(parts: AsyncGenerator[Part]) -> Part:
    """The first thing to send, awaited before the headers so that a failure is an HTTP error."""
    try:
        return await anext(parts)
    except StopAsyncIteration:
        raise errors.WorkerNonsense("The worker wrote nothing.") from None
    except BaseException:
        await parts.aclose()
        raise


async def _last(parts: AsyncGenerator[Part]) -> Reply:
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Reply):
                return part
    raise errors.WorkerNonsense("The worker wrote nothing.")


def _whole(reply: Reply, course: Course, headers: dict[str, str]) -> Response:
    timing = reply.timing_ms
    timings = f"total;dur={timing.total}, gateway;dur={timing.gateway}, {_queue_timing(course)}"
    headers["Server-Timing"] = timings
    if reply.model is not None:
        headers["X-AI-Generated"] = "true"
    return Response(encode_reply(reply), media_type="application/json", headers=headers)


def _queue_timing(course: Course) -> str:
    return f"queue;dur={round(1000 * course.queued, 2)}"
