"""From a YAML file and the environment to `Settings`, or to one message that says what to mend."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr, ValidationError

from app.settings import Settings

# A model of November 2026; models retire, so it is a default and never more than that.
OPENAI_MODEL = "gpt-6.1-sol"
PREFIX = "WARMLINE_"


class BadConfig(Exception):
    """The config cannot be used; the message names file, line or key, and what would be right."""


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the file named by `WARMLINE_CONFIG`, or make a config that works without one.

    Raises:
        BadConfig: with one message for the person who wrote the config.
    """
    path = environment.get("WARMLINE_CONFIG")
    data = _read_file(Path(path)) if path else _without_a_file(environment)
    source = path or "the default config"
    for key, text in environment.items():
        if key.startswith(PREFIX) and key != "WARMLINE_CONFIG":
            _override(data, key, text)
    _take_secrets(data, environment, source)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise BadConfig(f"{source}: {_explain(error)}") from None


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


def _read_file(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"{path}: cannot be read ({error.strerror}); WARMLINE_CONFIG names it") from None
    except UnicodeDecodeError:
        raise BadConfig(f"{path}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise BadConfig(f"{path}{line}: is not YAML ({getattr(error, 'problem', 'unreadable')})") from None
    if not isinstance(data, dict):
        raise BadConfig(f"{path}: must be a mapping with the keys workers, models, default_model")
    return data


def _override(data: dict[str, Any], key: str, text: str) -> None:
    """`WARMLINE_DEADLINES__TOTAL_S=20` sets `deadlines.total_s`; only scalars can be set so."""
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


def _take_secrets(data: dict[str, Any], environment: Mapping[str, str], source: str) -> None:
    workers = data.get("workers")
    for worker in workers if isinstance(workers, list) else []:
        if not isinstance(worker, dict):
            continue
        if "api_key" in worker:
            raise BadConfig(
                f"{source}: workers: put no key into the file; name its environment variable in api_key_env"
            )
        variable = worker.get("api_key_env")
        if variable is None:
            continue
        if not environment.get(str(variable)):
            raise BadConfig(f"{source}: workers.{worker.get('name')}.api_key_env: the environment has no {variable}")
        worker["api_key"] = SecretStr(environment[str(variable)])


def _explain(error: ValidationError) -> str:
    """Every fault as `key: what would be right`, without the values (they may be secrets)."""
    faults = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        path = ".".join(str(part) for part in fault["loc"] if part != "[key]")
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "there is no such key"
        faults.append(f"{path}: {message}" if path else message)
    return "; ".join(faults)
