"""The config, frozen and validated: what an operator may say, and what each part means.

`load_settings` in `app.config_file` reads it from a YAML file and the environment.
"""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from app.settings.access import KeyConfig
from app.settings.care import EscalationConfig, SafetyConfig
from app.settings.parts import LEAST_KEY_BYTES, Frozen, Name, Seconds
from app.settings.workers import Admission, Deadlines, Family, ModelConfig, WorkerConfig

__all__ = [
    "LEAST_KEY_BYTES", "Admission", "Deadlines", "EscalationConfig", "Family", "Frozen", "KeyConfig", "ModelConfig",
    "Name", "SafetyConfig", "Seconds", "Settings", "WorkerConfig",
]  # fmt: skip
_MAY_BE_EMPTY = frozenset({"keys", "redis_url", "escalation", "provenance_key"})


class Settings(Frozen):
    """Everything that an operator decides."""

    workers: Annotated[tuple[WorkerConfig, ...], Field(min_length=1)]
    models: Annotated[dict[Name, ModelConfig], Field(min_length=1)]
    default_model: Name
    deadlines: Deadlines = Deadlines()
    admission: Admission = Admission()
    keys: tuple[KeyConfig, ...] = ()
    redis_url: SecretStr | None = Field(default=None, description="limits shared by replicas; may hold a password")
    safety: SafetyConfig = SafetyConfig()
    escalation: EscalationConfig | None = Field(default=None, description="who is told of posts that show danger")
    provenance_key: SecretStr | None = Field(
        default=None, description="signs what we write; from WARMLINE_PROVENANCE_KEY, never from the file"
    )
    cors_origins: tuple[str, ...] = ()
    drain_s: Seconds = Field(default=60, description="how long running replies may take after a SIGTERM")
    gguf: str | None = Field(default=None, description="a GGUF file for the embedded worker")
    signature: str | None = Field(
        default=None, description="a file of `app.tools.signature train`: whom replies sound like"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: object) -> object:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value or key not in _MAY_BE_EMPTY}
        return data

    @field_validator("provenance_key")
    @classmethod
    def _is_long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value().encode()) < LEAST_KEY_BYTES:
            raise ValueError(f"needs at least {LEAST_KEY_BYTES} bytes, like `openssl rand -hex 24` makes")
        return key

    @field_validator("redis_url")
    @classmethod
    def _is_an_address_of_redis(cls, url: SecretStr | None) -> SecretStr | None:
        try:
            parts = urlsplit(url.get_secret_value()) if url else None
            good = parts is None or (parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0)
        except ValueError:
            good = False
        if not good:
            raise ValueError("needs an address like redis://host:6379/0 (rediss:// for TLS)")
        return url

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        if len({key.name for key in self.keys}) < len(self.keys):
            raise ValueError("keys: two keys have the same name")
        if len({key.sha256 for key in self.keys}) < len(self.keys):
            raise ValueError("keys: two names have the same key")
        return self

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
        if (looks := self.safety.second_look) is not None and looks not in self.models:
            raise ValueError(f"safety.second_look: there is no model named {looks!r}")
        if self.default_model not in self.models:
            raise ValueError(f"default_model: there is no model named {self.default_model!r}")
        return self
