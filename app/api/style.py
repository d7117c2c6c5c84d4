"""`POST /style` and `GET /style/measures`: the engine that annotates every reply, for any text."""

import asyncio

import msgspec
from fastapi import APIRouter, Response

from app import errors
from app.api.problems import described
from app.api.wire import StyleBody
from app.style.measures import MEASURES, measure

router = APIRouter(tags=["style"])
# Characters from which on a text is measured in a thread, so that replies go on meanwhile.
LONG_TEXT = 10_000
_EXAMPLE = {"style": measure("I'm so sorry. That sounds hard!")}


@router.post(
    "/style",
    summary="Measure the style of one text or many",
    responses={
        200: {
            "description": "`style` for `text`, `styles` for `texts`, in their order.",
            "content": {"application/json": {"example": _EXAMPLE}},
        },
        **described(errors.NotJson, errors.BodyTooLarge, errors.UnsupportedMediaType, errors.InvalidField),
    },
)
async def measure_style(body: StyleBody) -> Response:
    """Any text, a human's too. Rates are per 100 words; see `GET /style/measures` for each definition."""
    if body.text is not None:
        style = measure(body.text) if len(body.text) <= LONG_TEXT else await asyncio.to_thread(measure, body.text)
        return _json({"style": style})
    styles = []
    for text in body.texts or ():
        styles.append(measure(text))
        await asyncio.sleep(0)  # replies go first
    return _json({"styles": styles})


@router.get("/style/measures", summary="What each style measure means")
async def list_measures() -> Response:
    """Name, definition, unit, source and caveat of each measure, as the engine holds them."""
    return _json(
        {
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
            ]
        }
    )


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")
