"""The config, frozen and validated: what an operator may say, and what each part means.

`load_settings` in `app.config_file` reads it from a YAML file and the environment.
"""

from base64 import b64decode
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, field_validator, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
Seconds = Annotated[float, Field(gt=0, le=3600)]
# A secret that signs, as Standard Webhooks asks.
LEAST_KEY_BYTES = 24
_MAY_BE_EMPTY = frozenset({"keys", "redis_url", "escalation", "provenance_key"})
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


class EscalationConfig(Frozen):
    """Who is told, by a signed webhook, that a post shows danger; never what it says."""

    url: HttpUrl
    secret_env: str
    secret: SecretStr | None = Field(default=None, description="filled from secret_env, never from the file")

    @field_validator("url")
    @classmethod
    def _is_no_open_letter(cls, url: HttpUrl) -> HttpUrl:
        if url.username or url.password:
            raise ValueError("needs an address without a user name; the signature says who calls")
        if url.scheme == "http" and not _is_private(url.host or ""):
            raise ValueError("needs https, but for a host of your own network")
        return url

    @field_validator("secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            _webhook_key(secret)
        return secret

    @property
    def key(self) -> bytes:
        """What signs."""
        return _webhook_key(self.secret) if self.secret else b""


def _is_private(host: str) -> bool:
    """Whether a name or an address is of a machine, a cluster or a house's own network."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".svc", ".localhost", ".lan", ".home.arpa"))
    return address.is_private or address.is_loopback


def _webhook_key(secret: SecretStr) -> bytes:
    """The bytes of a secret of Standard Webhooks: base64 behind `whsec_`, or plain text."""
    text = secret.get_secret_value()
    try:
        key = b64decode(text.removeprefix("whsec_"), validate=True) if text.startswith("whsec_") else text.encode()
    except ValueError:
        raise ValueError("what follows whsec_ is not base64") from None
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"needs a secret of at least {LEAST_KEY_BYTES} bytes, like `openssl rand -hex 24` makes")
    return key


class Settings(Frozen):
    """Everything that an operator decides."""

    workers: Annotated[tuple[WorkerConfig, ...], Field(min_length=1)]
    models: Annotated[dict[Name, ModelConfig], Field(min_length=1)]
    default_model: Name
    deadlines: Deadlines = Deadlines()
    admission: Admission = Admission()
    keys: tuple[KeyConfig, ...] = ()
    redis_url: SecretStr | None = Field(default=None, description="limits shared by replicas; may hold a password")
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
        if self.default_model not in self.models:
            raise ValueError(f"default_model: there is no model named {self.default_model!r}")
        return self
