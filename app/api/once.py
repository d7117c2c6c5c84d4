"""A reply that is made once for its `Idempotency-Key`: replayed, joined while it is made, or taken over."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Literal

import msgspec
from fastapi import Request

from app.access.idempotency import Claim, is_idempotency_key
from app.access.keys import ApiKey
from app.api.services import Services
from app.errors import FieldFault, IdempotencyConflict, InternalError, InvalidField, WarmlineError
from app.reply.request import Delta, Reply, ReplyRequest

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


def claim_of(request: Request, services: Services, key: ApiKey | None, asked: ReplyRequest) -> Claim | None:
    """The request's part in the reply of its `Idempotency-Key`; None without that header.

    Raises:
        InvalidField: the header is no such key.
        IdempotencyConflict: it came before with another body. Whole or streamed makes no difference.
    """
    sent = request.headers.getlist(HEADER)
    if not sent:
        return None
    if len(sent) > 1 or not is_idempotency_key(sent[0]):
        raise InvalidField([FieldFault(HEADER, "the header must have 1 to 255 printable ASCII characters, once")])
    meaning = msgspec.json.encode(replace(asked, streamed=False))
    try:
        claim = services.access.idempotency.claim(key.name if key else "", sent[0], meaning)
    except IdempotencyConflict:
        services.metrics.count_idempotency("conflict")
        raise
    if not claim.leads:
        note(services, request.state.facts, "replay" if claim.reply else "join")
    return claim


def note(services: Services, facts: dict[str, object], outcome: Literal["replay", "join", "takeover"]) -> None:
    """Count what became of a request whose key was there before."""
    services.metrics.count_idempotency(outcome)
    facts["idempotency"] = outcome


async def made_once(
    claim: Claim,
    make: Callable[[], AsyncGenerator[Delta | Reply]],
    take_over: Callable[[], Awaitable[object]],
    on_found: Callable[[Reply], None],
) -> AsyncGenerator[Delta | Reply]:
    """The parts of a reply that others may have asked for as well.

    Args:
        claim: the request's part in it.
        make: makes the reply, for the one that leads.
        take_over: awaited by one that comes to lead because the client of the leader left.
        on_found: called with a reply that another request made, before its parts come.
    """
    try:
        if not claim.leads:
            kept = await claim.wait()
            if kept is not None:
                reply = msgspec.json.decode(kept, type=Reply)
                on_found(reply)
                yield Delta(reply.reply, from_model=reply.model is not None)
                yield reply
                return
            await take_over()
        async with aclosing(make()) as parts:
            async for part in parts:
                if isinstance(part, Reply):
                    claim.finish(msgspec.json.encode(part))
                yield part
    except WarmlineError as error:
        claim.fail(error)
        raise
    except Exception:
        claim.fail(InternalError("It is written down under the request id of the first request with this key."))
        raise
    finally:
        claim.leave()
