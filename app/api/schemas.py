"""What the answers look like, for the OpenAPI text: derived from the values that are sent, or short enough to read."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from app.reply.request import Reply
from app.style.measures import MEASURES
from app.style.tactics import TACTICS

Schema = dict[str, Any]


def object_of(properties: Mapping[str, Schema], **more: object) -> Schema:
    """An object that always has all of these, and nothing else."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def schema_of(kind: type) -> Schema:
    """The schema of a dataclass as it is sent: every field is there, and definitions stand where they are used."""
    told = msgspec.json.schema(kind, schema_hook=lambda _anything: {"description": "any"})
    definitions = told.pop("$defs", {})
    return cast(Schema, _spelt_out(told, definitions))


def _spelt_out(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_spelt_out(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _spelt_out(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    out = {key: _spelt_out(value, definitions) for key, value in schema.items() if key not in ("default", "title")}
    if out.get("type") == "object" and isinstance(properties := out.get("properties"), dict):
        out |= {"required": list(properties), "additionalProperties": False}
    return out


def answered(schema: Schema, description: str = "Done.") -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of a 200 with such a JSON body."""
    return {200: {"description": description, "content": {"application/json": {"schema": schema}}}}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
_MEASURE = {"type": ["number", "boolean", "string", "object", "null"]}
_TACTICS = object_of(
    {
        "shares": object_of(dict.fromkeys(TACTICS, NUMBER)),
        "sequence": list_of(list_of({"enum": list(TACTICS)})),
    }
)
# With `signature` where the config names one.
STYLE: Schema = {
    "type": "object",
    "properties": {**dict.fromkeys(MEASURES, _MEASURE), "tactics": nullable(_TACTICS), "signature": {"type": "object"}},
    "required": list(MEASURES),
    "additionalProperties": False,
}


RESOURCE = object_of(
    {
        "name": TEXT,
        **dict.fromkeys(("phone", "text", "url", "hours"), nullable(TEXT)),
        "languages": list_of(TEXT),
        "country": nullable(TEXT),
        "verified_on": {"type": "string", "format": "date"},
    }
)


def _reply() -> Schema:
    schema = schema_of(Reply)
    properties = schema["properties"]
    properties["style"] = nullable(STYLE)
    properties["resources"] = list_of(RESOURCE)
    counts = ("prompt_tokens", "completion_tokens")
    properties["usage"] = nullable(object_of({name: {"type": "integer"} for name in counts}))
    return schema


REPLY = _reply()
# One event of a stream; more of them follow each other.
EVENTS = object_of(
    {
        "event": {"enum": ["delta", "reply", "error"]},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": '`{"text"}`, at last the object of the JSON answer, or a problem object.',
        },
    }
)
