"""Meta's signed_request: ours to believe only when the app secret signed the encoded payload."""

import base64
import hmac
from hashlib import sha256

import pytest

from localcare.channels.facebook.signed_request import make_signed_request, read_signed_request
from localcare.errors import InvalidError, UnauthenticatedError

SECRET, PREVIOUS = "the-app-secret", "the-one-before"


def _request(payload: bytes, secret: str = SECRET) -> str:
    encoded = base64.urlsafe_b64encode(payload).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), encoded, sha256).digest()).rstrip(b"=")
    return f"{signature.decode()}.{encoded.decode()}"


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
def test_either_secret_of_a_rotation_is_believed(secret: str) -> None:
    given = make_signed_request("218471", secret, issued_at=1_291_836_800)
    request = read_signed_request(given, [SECRET, PREVIOUS])
    assert (request.user_id, request.issued_at) == ("218471", 1_291_836_800)


def test_metas_own_spelling_is_read() -> None:
    payload = b'{"algorithm":"HMAC-SHA256","expires":1291840400,"issued_at":1291836800,"user_id":218471}'
    assert read_signed_request(_request(payload), [SECRET]).user_id == "218471"


@pytest.mark.parametrize(
    "given",
    [
        "", ".", "a.b", "no-dot-at-all", "\u00e4\u00f6.\u00fc", _request(b'{"user_id":"1"}', "somebody else's"),
        _request(b'{"user_id":"1"}').replace(".", ".x"), "." + _request(b'{"user_id":"1"}').partition(".")[2],
    ],
)  # fmt: skip
def test_a_forgery_is_refused(given: str) -> None:
    with pytest.raises(UnauthenticatedError):
        read_signed_request(given, [SECRET, PREVIOUS])


def test_an_unset_secret_lets_nobody_in() -> None:
    with pytest.raises(UnauthenticatedError):
        read_signed_request(_request(b'{"user_id":"1"}', ""), [""])


@pytest.mark.parametrize("payload", [b"{}", b"[]", b"x", b'{"user_id":""}', b'{"user_id":"1","algorithm":"none"}'])
def test_a_signed_request_about_nobody_is_refused(payload: bytes) -> None:
    with pytest.raises(InvalidError):
        read_signed_request(_request(payload), [SECRET])
