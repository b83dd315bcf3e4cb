"""Meta's `signed_request`, by which it says that a person removed our app or wants their data deleted.

The signature is over the payload as it is still encoded. The person is an app-scoped id: somebody who once signed in to our
app (a colleague who connected Pages), never a customer who commented.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, ValidationError

from localcare.errors import InvalidError, UnauthenticatedError

_LONGEST = 8_192


class SignedRequest(BaseModel):
    """Who it is about; `issued_at` in Unix seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    user_id: str
    issued_at: int = 0
    algorithm: str = "HMAC-SHA256"


def read_signed_request(given: str, secrets: Sequence[str]) -> SignedRequest:
    """What Meta said; UnauthenticatedError when no secret (current or previous) signed it, InvalidError when it is none."""
    signature, _, payload = given[:_LONGEST].partition(".")
    if not payload or not _is_signed(_decode(signature), payload, secrets):
        raise UnauthenticatedError("The signed_request was not signed with the app secret.")
    try:
        request = SignedRequest.model_validate_json(_decode(payload))
    except ValidationError:
        raise InvalidError("The signed_request names no user_id.") from None
    if request.algorithm.upper() != "HMAC-SHA256" or not request.user_id:
        raise InvalidError("The signed_request must use HMAC-SHA256 and name a user_id.")
    return request


def make_signed_request(user_id: str, secret: str, *, issued_at: int = 0) -> str:
    """A request as Meta would send it."""
    payload = SignedRequest(user_id=user_id, issued_at=issued_at).model_dump_json().encode()
    encoded = _encode(payload)
    return f"{_encode(_sign(encoded, secret))}.{encoded}"


def _is_signed(signature: bytes, payload: str, secrets: Sequence[str]) -> bool:
    matches = [hmac.compare_digest(_sign(payload, secret), signature) for secret in secrets if secret]
    return any(matches)


def _sign(payload: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), payload.encode(), sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
