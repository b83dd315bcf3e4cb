"""The `signed_request` by which Meta says that a person removed the app or wants their data deleted. Pure.

https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback/
"""

import base64
import hashlib
import hmac
import json


def make_signed_request(secret: str, user_id: str, *, issued_at: int) -> str:
    """The signature is over the payload as it is already encoded; `issued_at` in Unix seconds."""
    payload = {"algorithm": "HMAC-SHA256", "issued_at": issued_at, "user_id": user_id}
    encoded = _encode(json.dumps(payload, separators=(",", ":")).encode())
    return f"{_encode(hmac.new(secret.encode(), encoded.encode(), hashlib.sha256).digest())}.{encoded}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
