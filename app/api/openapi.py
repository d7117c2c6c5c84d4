"""The OpenAPI text where FastAPI's own falls short: it leaves out every null, and an example must show them."""

from typing import Any

from fastapi import FastAPI

from app.api.examples import REPLY_EXAMPLES


def install(app: FastAPI) -> None:
    """Have the examples stand in the text as they are."""
    written = app.openapi

    def openapi() -> dict[str, Any]:
        document = written()
        answers = document["paths"]["/reply"]["post"]["responses"]["200"]["content"]
        answers["application/json"]["examples"] = REPLY_EXAMPLES
        return document

    app.openapi = openapi  # type: ignore[method-assign]
