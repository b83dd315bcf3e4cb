"""Meta's `X-Hub-Signature-256`: HMAC-SHA256 of the raw bytes under the app secret."""

import hmac
from collections.abc import Sequence
from hashlib import sha256

_PREFIX = "sha256="


def sign(body: bytes, secret: str) -> str:
    """The header's value for `body`."""
    return _PREFIX + hmac.new(secret.encode(), body, sha256).hexdigest()


def verify_signature(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether one of `secrets` (current and previous, for a rotation) signed exactly these bytes; in constant time.

    An empty secret never verifies: an unset setting must not let everybody in.
    """
    given = (header or "").strip().encode(errors="replace")
    matches = [hmac.compare_digest(sign(body, secret).encode(), given) for secret in secrets if secret]
    return any(matches)
