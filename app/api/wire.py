"""The forms of requests as they come over the wire and their way into plain values; a reply's way out."""

from dataclasses import fields
from typing import Annotated, Literal, Self

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.reply.conversation import Turn, clean_text
from app.reply.prompt import Band
from app.reply.request import Reply, ReplyRequest
from app.safety.countries import COUNTRIES

MAX_POST = 20_000
MAX_TURN = 4_000
MAX_TURNS = 40
MAX_TEXTS = 1_000
MAX_STYLE_CHARACTERS = 200_000
EXAMPLE_POST = "I moved here in spring and I still have nobody to talk to. The evenings are the worst."


def _is_unicode(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("not_unicode", "has half of a surrogate pair in it") from None
    return text


Unicode = Annotated[str, AfterValidator(_is_unicode)]


def _said_something(text: str) -> str:
    if not clean_text(text):
        raise PydanticCustomError("blank", "has no visible text")
    return text


def _post_size(text: str) -> str:
    trimmed = text.strip()
    if len(trimmed) > MAX_POST:
        raise PydanticCustomError("too_long", "has more than {limit} characters", {"limit": MAX_POST})
    return trimmed


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise PydanticCustomError("unknown_country", "is no ISO 3166 alpha-2 code (two capital letters)")
    return code


Country = Annotated[str, AfterValidator(_known_country)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class TurnBody(Strict):
    """An earlier turn of the conversation."""

    role: Literal["seeker", "supporter"]
    text: Annotated[Unicode, Field(max_length=MAX_TURN)]


class ReplyBody(Strict):
    """What `POST /reply` takes."""

    post: Annotated[
        Unicode,
        AfterValidator(_post_size),
        AfterValidator(_said_something),
        Field(
            description="What the seeker wrote: 1 to 20,000 characters after trimming.",
            examples=[EXAMPLE_POST],
        ),
    ]
    history: Annotated[list[TurnBody], Field(max_length=MAX_TURNS, description="Earlier turns, oldest first.")] = []
    model: Annotated[str | None, Field(description="A public model name, see GET /models.")] = None
    stream: Annotated[bool, Field(description="Server-sent events instead of JSON.")] = False
    min_words: Annotated[int, Field(ge=10, le=400)] = 100
    max_words: Annotated[int, Field(ge=10, le=400, validate_default=True)] = 150
    temperature: Annotated[float | None, Field(ge=0, le=2, allow_inf_nan=False)] = None
    seed: Annotated[int | None, Field(ge=0, lt=2**31)] = None
    country: Annotated[
        Country | None, Field(description="ISO 3166 alpha-2: whose help lines to name. Never guessed.")
    ] = None
    language: Annotated[
        Language | None,
        Field(
            description="BCP 47 tag of the reply and the fixed texts; without it, the post's own language, and English."
        ),
    ] = None

    @field_validator("max_words")
    @classmethod
    def _is_a_band(cls, max_words: int, info: ValidationInfo) -> int:
        if max_words < info.data.get("min_words", 0):
            raise PydanticCustomError("empty_band", "is less than min_words")
        return max_words

    def to_request(self, default_model: str, *, streamed: bool) -> ReplyRequest:
        return ReplyRequest(
            post=self.post,
            model=self.model or default_model,
            history=tuple(Turn(turn.role, turn.text) for turn in self.history),
            streamed=streamed,
            band=Band(self.min_words, self.max_words),
            temperature=self.temperature,
            seed=self.seed,
            country=self.country,
            language=self.language,
        )


class StyleBody(Strict):
    """What `POST /style` takes: one text or many."""

    text: Annotated[
        Unicode | None, Field(max_length=MAX_STYLE_CHARACTERS, examples=["I'm so sorry. That sounds hard!"])
    ] = None
    texts: Annotated[list[Unicode] | None, Field(max_length=MAX_TEXTS)] = None
    post: Annotated[
        str | None,
        Field(max_length=MAX_POST, description="What the text answers; for measures that compare."),
    ] = None

    @model_validator(mode="after")
    def _one_or_many(self) -> Self:
        if (self.text is None) == (self.texts is None):
            raise PydanticCustomError("one_of", "give either text or texts")
        if sum(map(len, self.texts or ())) > MAX_STYLE_CHARACTERS:
            raise PydanticCustomError(
                "too_long", "texts has more than {limit} characters in all", {"limit": MAX_STYLE_CHARACTERS}
            )
        return self


_REPLY_FIELDS = tuple(field.name for field in fields(Reply))


def encode_reply(reply: Reply) -> bytes:
    """The reply object as JSON; of its usage only what the contract has, for the rest is the operator's."""
    out: dict[str, object] = {name: getattr(reply, name) for name in _REPLY_FIELDS}
    if usage := reply.usage:
        out["usage"] = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens}
    return msgspec.json.encode(out)
