"""Headers of requests as the OpenAPI text shows them; the code that heeds them reads them itself, which costs less."""


def _header(name: str, description: str, example: str, schema: dict[str, object]) -> dict[str, object]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "One value for each reply that you want, 1 to 255 printable ASCII characters. The same key and body within ten "
    "minutes get the same reply (with `Idempotent-Replayed: true`), also while it is still being made; another body "
    "with it is a 409.",
    "8e03978e-40d5-43dd-bc93-6894a57f9324",
    {"minLength": 1, "maxLength": 255},
)
REQUEST_ID = _header(
    "X-Request-ID",
    "Finds the request in the operator's log: up to 64 letters, digits, `.`, `_`, `-`. Comes back with the response; "
    "in place of anything else one of ours does.",
    "app-7f3a9c",
    {},
)
TRACEPARENT = _header(
    "traceparent",
    "W3C Trace Context; its trace id is in the operator's log line.",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    {},
)
