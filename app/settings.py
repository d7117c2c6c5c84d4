"""The config, frozen and validated: what an operator may say, and what each part means.

`load_settings` in `app.config_file` reads it from a YAML file and the environment.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Family = Literal["gpt", "llama2", "mistral", "smollm2", "default"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


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
    context_tokens: Annotated[int, Field(ge=512, le=2_000_000)] = 8192
    max_in_flight: Annotated[int, Field(ge=1, le=100_000)] | None = None

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


class Settings(Frozen):
    """Everything that an operator decides."""

    workers: Annotated[tuple[WorkerConfig, ...], Field(min_length=1)]
    models: Annotated[dict[Name, ModelConfig], Field(min_length=1)]
    default_model: Name
    deadlines: Deadlines = Deadlines()
    admission: Admission = Admission()
    cors_origins: tuple[str, ...] = ()
    drain_s: Seconds | None = None
    gguf: str | None = Field(default=None, description="a GGUF file for the embedded worker")
    signature: str | None = Field(
        default=None, description="a file of `app.tools.signature train`: whom replies sound like"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="before")
    @classmethod
    def _refuse_what_would_only_look_safe(cls, data: object) -> object:
        if isinstance(data, dict):
            data = dict(data)
            for key in ("keys", "redis_url"):
                if data.pop(key, None):
                    raise ValueError(
                        f"{key}: this version does not check keys or limits yet; take it out, "
                        "and shield the service otherwise"
                    )
        return data

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        names = [worker.name for worker in self.workers]
        if len(set(names)) < len(names):
            raise ValueError("workers: two workers have the same name")
        if sum(worker.embedded for worker in self.workers) > 1:
            raise ValueError("workers: only one can be embedded")
        for name, model in self.models.items():
            for worker in model.workers:
                if worker not in names:
                    raise ValueError(f"models.{name}.workers: there is no worker named {worker!r}")
            if model.fallback is not None and model.fallback not in self.models:
                raise ValueError(f"models.{name}.fallback: there is no model named {model.fallback!r}")
        if self.default_model not in self.models:
            raise ValueError(f"default_model: there is no model named {self.default_model!r}")
        return self

    def not_in_force(self) -> list[str]:
        """Keys of the contract that this version accepts but does not act on yet."""
        keys = []
        if self.drain_s is not None:
            keys.append("drain_s")
        return keys
