"""`POST /style` and `GET /style/measures`: the engine that annotates every reply, for any text."""

import asyncio

import msgspec
from fastapi import APIRouter, Request, Response

from app import errors
from app.api.charging import admit_request
from app.api.headers import REQUEST_ID, TRACEPARENT
from app.api.key_gate import OPTIONAL_IN_OPENAPI, KeyDep
from app.api.problems import described
from app.api.schemas import NUMBER, STYLE, TEXT, answered, list_of, nullable, object_of
from app.api.services import ServicesDep
from app.api.wire import EXAMPLE_POST, StyleBody
from app.style.measures import MEASURES, aside, measure, measure_aside
from app.style.tactics import TACTICS
from app.style.text import Text
from app.style.word_lists import LISTS_VERSION

router = APIRouter(tags=["style"])
_STYLES = {"anyOf": [object_of({"style": STYLE}), object_of({"styles": list_of(STYLE)})]}
_EXAMPLE = {"style": measure("I'm so sorry. It sounds like the evenings are the worst.", EXAMPLE_POST)}


@router.post(
    "/style",
    summary="Measure the style of one text or many",
    responses={
        200: {
            "description": "`style` for `text`, `styles` for `texts`, in their order.",
            "content": {"application/json": {"schema": _STYLES, "example": _EXAMPLE}},
        },
        **described(
            errors.NotJson,
            errors.InvalidKey,
            errors.BodyTooLarge,
            errors.UnsupportedMediaType,
            errors.InvalidField,
            errors.RateLimited,
            errors.Draining,
        ),
    },
    openapi_extra={**OPTIONAL_IN_OPENAPI, "parameters": [REQUEST_ID, TRACEPARENT]},
)
async def measure_style(request: Request, body: StyleBody, services: ServicesDep, key: KeyDep) -> Response:
    """Any text, a human's too. Rates are per 100 words; see `GET /style/measures` for each definition.

    With `post`, what the text answers, `post_overlap` and `lsm` are told too, and what restates the post counts as
    paraphrasing. `signature` is there when the service's config names one.
    """
    headers = await admit_request(services, key, request.state.facts)
    answers = None if body.post is None else await aside(len(body.post), Text.of, body.post)
    styles = []
    for text in (body.text,) if body.text is not None else body.texts or ():
        styles.append(await measure_aside(text, answers, signature=services.signature))
        await asyncio.sleep(0)  # replies go first
    return _json({"style": styles[0]} if body.text is not None else {"styles": styles}, headers)


_MEASURE = object_of(
    {
        **dict.fromkeys(("name", "definition", "unit", "source"), TEXT),
        "caveat": nullable(TEXT),
        "english_only": {"type": "boolean"},
    }
)
_TACTIC = object_of(
    {
        **dict.fromkeys(("name", "definition"), TEXT),
        **dict.fromkeys(("f1", "unseen_f1", "cases"), nullable(NUMBER)),
        "caveat": nullable(TEXT),
    }
)
_MEASURES = object_of(
    {
        "lists_version": TEXT,
        "measures": list_of(_MEASURE),
        "tactics": list_of(_TACTIC),
        "signature": nullable(object_of({"sources": list_of(TEXT)})),
    }
)


@router.get("/style/measures", summary="What each style measure means", responses=answered(_MEASURES))
async def list_measures(services: ServicesDep) -> Response:
    """Name, definition, unit, source and caveat of each measure, as the engine holds them.

    For each tactic, how far its rules are right (`f1`, null where too few annotated sentences show it); the sources
    that a signature tells apart, null where the config names none.
    """
    signature = services.signature
    return _json(
        {
            "lists_version": LISTS_VERSION,
            "measures": [
                {
                    "name": entry.name,
                    "definition": entry.definition,
                    "unit": entry.unit,
                    "source": entry.source,
                    "caveat": entry.caveat or None,
                    "english_only": entry.english_only,
                }
                for entry in MEASURES.values()
            ],
            "tactics": [
                {
                    "name": name,
                    "definition": tactic.definition,
                    "f1": tactic.f1,
                    "unseen_f1": tactic.unseen_f1,
                    "cases": tactic.cases,
                    "caveat": tactic.caveat or None,
                }
                for name, tactic in TACTICS.items()
            ],
            "signature": {"sources": signature.sources} if signature else None,
        }
    )


def _json(content: object, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json", headers=headers)
