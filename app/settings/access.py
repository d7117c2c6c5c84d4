"""Who may ask, and how much."""

from typing import Annotated

from pydantic import Field, field_validator

from app.settings.parts import Frozen, Name


class KeyConfig(Frozen):
    """An API key: its name, the SHA-256 of the key (never the key), and what it may use; no limit, no such line."""

    name: Name
    sha256: Annotated[str, Field(repr=False)]
    requests_per_minute: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    tokens_per_minute: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    max_in_flight: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @field_validator("sha256")
    @classmethod
    def _is_a_hash(cls, text: str) -> str:
        text = text.lower()
        if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
            raise ValueError(
                "needs the SHA-256 of the key in 64 hex digits; `python -m app.tools.new_key NAME` makes one"
            )
        return text
