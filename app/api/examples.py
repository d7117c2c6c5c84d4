"""Examples for the OpenAPI text, written by hand; a test holds their fields to the contract's."""

from app.reply.prompt import PROMPT_VERSION

REPLY_EXAMPLE: dict[str, object] = {
    "id": "rpl_3f1c0a9be2d84f6a7c5d1e20",
    "outcome": "reply",
    "reply": "Evenings can be the hardest part of a new place, because that is when the quiet gets loud. (…)",
    "model": "smollm2",
    "worker": "local",
    "finish_reason": "stop",
    "usage": {"prompt_tokens": 719, "completion_tokens": 149},
    "style": {"words": 128, "length_ok": True, "sentences": 9, "pronoun_you": 7.0312, "apology": False},
    "safety": {
        "level": "none",
        "subject": "unknown",
        "types": [],
        "denied": False,
        "medical": False,
        "spans": [],
        "layers": ["lexical"],
        "degraded": True,
        "flags": [],
    },
    "resources": [],
    "helper_guidance": [],
    "provenance": None,
    "prompt_version": PROMPT_VERSION,
    "timing_ms": {"total": 1830.4, "first_token": 31.5, "gateway": 0.72},
    "disclosure": "Written by an AI (smollm2).",
}

CRISIS_EXAMPLE: dict[str, object] = {
    **REPLY_EXAMPLE,
    "outcome": "crisis_support",
    "reply": "I'm really glad you told somebody. (…) You can reach Samaritans at any hour: call 116 123. (…)",
    **dict.fromkeys(("model", "worker", "finish_reason", "usage", "style")),
    "safety": {
        "level": "elevated",
        "subject": "self",
        "types": ["suicide"],
        "denied": False,
        "medical": False,
        "spans": [{"start": 0, "end": 42}],
        "layers": ["lexical"],
        "degraded": True,
        "flags": [],
    },
    "resources": [
        {
            "name": "Samaritans",
            "phone": "116 123",
            "text": None,
            "url": "https://www.samaritans.org",
            "hours": "24/7",
            "languages": ["en"],
            "country": "GB",
            "verified_on": "2026-11-23",
        }
    ],
    "timing_ms": {"total": 0.9, "first_token": None, "gateway": 0.9},
    "disclosure": "This is a fixed text; no AI model wrote it.",
}

REPLY_EXAMPLES: dict[str, object] = {
    "reply": {"summary": "A reply", "value": REPLY_EXAMPLE},
    "crisis_support": {"summary": "The post shows danger: a fixed text and help lines", "value": CRISIS_EXAMPLE},
}

STREAM_EXAMPLE = (
    'event: delta\ndata: {"text": "Evenings can be the hardest part of a new place."}\n\n'
    'event: delta\ndata: {"text": " It makes sense that you feel alone."}\n\n'
    'event: reply\ndata: {"id": "rpl_…", "outcome": "reply", "reply": "Evenings can be … alone.", "…": "…"}\n\n'
)
