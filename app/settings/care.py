"""What is done for people in danger, and who is told."""

from base64 import b64decode
from ipaddress import ip_address

from pydantic import Field, HttpUrl, SecretStr, field_validator

from app.safety.countries import COUNTRIES
from app.safety.ratings import Action, CheckId
from app.settings.parts import LEAST_KEY_BYTES, Frozen, Name, Seconds


class SafetyConfig(Frozen):
    """What is done for people in danger, and about replies that may harm."""

    second_look: Name | None = Field(default=None, description="a model of `models` that rates each post as well")
    second_look_s: Seconds = Field(default=5, description="after so long a reply goes out without its rating")
    country: str | None = Field(default=None, description="whose help lines are named where a request names none")
    help_lines: str | None = Field(default=None, description="a YAML file in place of our own help lines")
    checks: dict[CheckId, Action] = Field(default={}, description="what is done about what a check finds in a reply")

    @field_validator("country")
    @classmethod
    def _is_a_country(cls, code: str | None) -> str | None:
        if code is not None and code not in COUNTRIES:
            raise ValueError("needs an ISO 3166 alpha-2 code (two capital letters)")
        return code


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
