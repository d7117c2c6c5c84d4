"""From a YAML file and the environment to `Settings`, or to one message that says what to mend."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr, ValidationError

from app.settings import LEAST_KEY_BYTES, Settings

# A model of November 2026; models retire, so it is a default and never more than that.
OPENAI_MODEL = "gpt-6.1-sol"
PREFIX = "WARMLINE_"
PROVENANCE_KEY = "WARMLINE_PROVENANCE_KEY"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be read, and why."""

    reason: str


Content = bytes | Unreadable


class BadConfig(Exception):
    """The config cannot be used; the message names file, line or key, and what would be right."""


def config_path(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file named by `WARMLINE_CONFIG`."""
    path = environment.get("WARMLINE_CONFIG")
    return Path(path) if path else None


def read_content(path: Path) -> Content:
    try:
        return path.read_bytes()
    except OSError as error:
        return Unreadable(error.strerror or type(error).__name__)


def load_settings(environment: Mapping[str, str] = os.environ, content: Content | None = None) -> Settings:
    """Read the file named by `WARMLINE_CONFIG`, or make a config that works without one.

    Args:
        environment: names the file, overrides its scalars and has the secrets.
        content: what the file holds, where somebody has read it already.

    Raises:
        BadConfig: with one message for the person who wrote the config.
    """
    path = config_path(environment)
    if path and content is None:
        content = read_content(path)
    data = _parse(path, content) if path and content is not None else _without_a_file(environment)
    source = str(path or "the default config")
    if "provenance_key" in data:
        raise BadConfig(f"{source}: provenance_key: put no key into the file; set {PROVENANCE_KEY}")
    overridden = {}
    for key, text in environment.items():
        if key.startswith(PREFIX) and key != "WARMLINE_CONFIG":
            overridden[_override(data, key, text)] = key
    _take_secrets(data, environment, source)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise BadConfig(_explain(error, source, overridden)) from None


def _without_a_file(environment: Mapping[str, str]) -> dict[str, Any]:
    if environment.get("OPENAI_API_KEY"):
        worker = {
            "name": "openai",
            "base_url": "https://api.openai.com/v1",
            "model": OPENAI_MODEL,
            "api_key_env": "OPENAI_API_KEY",
            "remote": True,
            "context_tokens": 128_000,
        }
        models = {"gpt": {"workers": ["openai"], "profile": "gpt"}}
        return {"workers": [worker], "models": models, "default_model": "gpt"}
    return {
        "workers": [{"name": "local", "embedded": True}],
        "models": {"smollm2": {"workers": ["local"]}},
        "default_model": "smollm2",
    }


def _parse(path: Path, content: Content) -> dict[str, Any]:
    if isinstance(content, Unreadable):
        raise BadConfig(f"{path}: cannot be read ({content.reason}); WARMLINE_CONFIG names it")
    try:
        data = yaml.safe_load(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadConfig(f"{path}: is not UTF-8 text") from None
    except RecursionError:
        raise BadConfig(f"{path}: is nested too deep to be a config") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise BadConfig(f"{path}{line}: is not YAML ({getattr(error, 'problem', 'unreadable')})") from None
    if not isinstance(data, dict):
        raise BadConfig(f"{path}: must be a mapping with the keys workers, models, default_model")
    return data


def _override(data: dict[str, Any], key: str, text: str) -> str:
    """`WARMLINE_DEADLINES__TOTAL_S=20` sets `deadlines.total_s`; only scalars can be set so. Returns the path."""
    *parents, leaf = key.removeprefix(PREFIX).lower().split("__")
    place: Any = data
    for parent in parents:
        if place.get(parent) is None:
            place[parent] = {}
        place = place[parent]
        if not isinstance(place, dict):
            raise BadConfig(f"{key}: {parent} is not a mapping; set it in the file")
    if isinstance(place.get(leaf), dict | list):
        raise BadConfig(f"{key}: {leaf} is not a scalar; set it in the file")
    known = Settings.model_fields
    if not parents and leaf not in known:
        raise BadConfig(f"{key}: there is no such setting; the settings are {', '.join(sorted(known))}")
    place[leaf] = text
    return ".".join((*parents, leaf))


def provenance_key(environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that signs replies, for who has no config at hand.

    Raises:
        BadConfig: it is not there, or too short to be one.
    """
    key = environment.get(PROVENANCE_KEY, "").encode()
    if len(key) < LEAST_KEY_BYTES:
        raise BadConfig(
            f"{PROVENANCE_KEY}: needs the key that the service signs with, at least {LEAST_KEY_BYTES} bytes"
        )
    return key


def _take_secrets(data: dict[str, Any], environment: Mapping[str, str], source: str) -> None:
    workers = data.get("workers")
    for worker in workers if isinstance(workers, list) else []:
        if isinstance(worker, dict):
            _take_secret(worker, "api_key", environment, source, ("workers", f"workers.{worker.get('name')}"))
    escalation = data.get("escalation")
    if isinstance(escalation, dict):
        _take_secret(escalation, "secret", environment, source, ("escalation", "escalation"))


def _take_secret(
    line: dict[str, Any], key: str, environment: Mapping[str, str], source: str, places: tuple[str, str]
) -> None:
    """Fill a line's secret from the variable that it names; `places` is where an error says that it stands."""
    if key in line:
        raise BadConfig(f"{source}: {places[0]}: put no key into the file; name its environment variable in {key}_env")
    variable = line.get(f"{key}_env")
    if variable is None:
        return
    if not environment.get(str(variable)):
        # What is no variable's name may be the key itself.
        named = variable if re.fullmatch(r"[A-Z][A-Z0-9_]*", str(variable)) else "variable of that name"
        raise BadConfig(f"{source}: {places[1]}.{key}_env: the environment has no {named}")
    line[key] = SecretStr(environment[str(variable)])


def _explain(error: ValidationError, source: str, overridden: Mapping[str, str]) -> str:
    """Every fault as `source: key: what would be right`, without the values (they may be secrets)."""
    faults = []
    found = error.errors(include_url=False, include_context=False, include_input=False)
    paths = [".".join(str(part) for part in fault["loc"] if part != "[key]") for fault in found]
    for path, fault in zip(paths, found, strict=True):
        if fault["type"] == "too_short" and any(other.startswith(f"{path}.") for other in paths):
            continue  # it is empty only because what is in it is faulty
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "there is no such key"
        told = next((key for place, key in overridden.items() if place == path or place.startswith(f"{path}.")), None)
        told = told or next((key for place, key in overridden.items() if message.startswith(f"{place}:")), None)
        faults.append(": ".join(part for part in (told or source, path, message) if part))
    return "; ".join(faults)
