"""`GET /resources`: the help lines of a country, for an app that shows them on its own."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from app.api.problems import described
from app.api.schemas import RESOURCE, TEXT, answered, list_of, nullable, object_of
from app.api.services import ServicesDep
from app.api.wire import Country, Language
from app.errors import InvalidField

router = APIRouter(tags=["care"])
_RESOURCES = object_of({"country": nullable(TEXT), "resources": list_of(RESOURCE)})


@router.get(
    "/resources",
    summary="Help lines of a country",
    responses={**answered(_RESOURCES), **described(InvalidField)},
)
async def list_resources(
    services: ServicesDep,
    country: Annotated[Country | None, Query(description="ISO 3166 alpha-2. Never guessed.", examples=["DE"])] = None,
    language: Annotated[Language | None, Query(description="BCP 47; of the names that are ours to word.")] = None,
) -> Response:
    """The country's emergency number and help lines, each with the day on which it was verified.

    Without a country, or for one that we know no line of: findahelpline.com, which knows the lines of most countries.
    """
    country = services.care.country_of(country)
    resources = services.care.resources(country, language, urgent=True)
    content = msgspec.json.encode({"country": country, "resources": resources})
    return Response(content, media_type="application/json")
