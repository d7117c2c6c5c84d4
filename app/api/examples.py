"""Examples for the OpenAPI text, written by hand; a test holds their fields to the contract's."""

REPLY_EXAMPLE: dict[str, object] = {
    "id": "rpl_3f1c0a9be2d84f6a7c5d1e20",
    "outcome": "reply",
    "reply": "Evenings can be the hardest part of a new place, because that is when the quiet gets loud. (…)",
    "model": "smollm2",
    "worker": "local",
    "finish_reason": "stop",
    "usage": {"prompt_tokens": 719, "completion_tokens": 149},
    "style": {"words": 128, "length_ok": True, "sentences": 9, "pronoun_you": 7.0312, "apology": False},
    "safety": {"level": "none", "flags": [], "degraded": True},
    "resources": [],
    "prompt_version": "2026-11-23.1",
    "timing_ms": {"total": 1830.4, "first_token": 31.5, "gateway": 0.72},
    "disclosure": "Written by an AI (smollm2).",
}

STREAM_EXAMPLE = (
    'event: delta\ndata: {"text": "Evenings can be the hardest part of a new place."}\n\n'
    'event: delta\ndata: {"text": " It makes sense that you feel alone."}\n\n'
    'event: reply\ndata: {"id": "rpl_…", "outcome": "reply", "reply": "Evenings can be … alone.", "…": "…"}\n\n'
)
