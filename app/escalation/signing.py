"""The headers of a webhook after Standard Webhooks 1.0.0 (standardwebhooks.com), which has libraries to verify them."""

import hmac
from base64 import b64encode


def signed_headers(key: bytes, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Id, time of the attempt and signature.

    Args:
        key: what `whsec_…` stands for, not the words themselves.
        event_id: without a full stop in it, since they part what is signed.
        timestamp: of this attempt, Unix seconds; a receiver refuses old ones, so that nobody can repeat a call.
        body: exactly as it is sent.
    """
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    signature = b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {"Webhook-Id": event_id, "Webhook-Timestamp": str(timestamp), "Webhook-Signature": f"v1,{signature}"}
