"""Who writes, for which model, and how much is taken on."""

from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator

from app.settings.parts import Frozen, Name, Seconds

Family = Literal["gpt", "llama2", "mistral", "smollm2", "default"]


class Deadlines(Frozen):
    """How long we wait, in seconds; every attempt spends the same `total_s`."""

    connect_s: Seconds = 2
    first_token_s: Seconds = 15
    between_tokens_s: Seconds = 5
    attempt_s: Seconds = 30
    total_s: Seconds = 60


class WorkerConfig(Frozen):
    """A line of config: where a worker listens, or `embedded: true` for the model in our own child."""

    name: Name
    embedded: bool = False
    base_url: HttpUrl | None = None
    model: str | None = None
    api_key_env: str | None = None
    api_key: SecretStr | None = Field(default=None, description="filled from api_key_env, never from the file")
    remote: bool = False
    redact: bool | None = Field(
        default=None, description="whether what names or reaches a person is replaced; without it, where remote"
    )
    context_tokens: Annotated[int, Field(ge=512, le=2_000_000)] = 8192
    max_in_flight: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @property
    def redacts(self) -> bool:
        """Whether the worker gets texts without what names or reaches a person."""
        return self.remote if self.redact is None else self.redact

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.embedded and (self.base_url or self.remote):
            raise ValueError("an embedded worker has no base_url and is not remote")
        if not self.embedded and not self.base_url:
            raise ValueError("needs base_url (like http://vllm:8000/v1), or embedded: true")
        if not self.embedded and not self.model:
            raise ValueError("needs model, the name that the server knows it by")
        return self


class ModelConfig(Frozen):
    """A public model name: who can write for it and how it is spoken to."""

    workers: Annotated[tuple[Name, ...], Field(min_length=1)]
    profile: Family | None = None
    fallback: Name | None = None


class Admission(Frozen):
    """How much one process takes on: replies under way, those that wait for room, and for how long."""

    max_in_flight: Annotated[int, Field(ge=1)] = 512
    queue: Annotated[int, Field(ge=0)] = 128
    queue_s: Seconds = 5
