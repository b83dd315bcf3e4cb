"""What the Graph API's refusals mean for us: nine kinds, each with one thing to do.

Source of the codes: Meta's error handling guide for the Graph API and for Messenger.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import orjson

from localcare.channels.facebook.core.read import Json, node_at, number_at, text_at
from localcare.channels.facebook.core.usage import parse_usage
from localcare.errors import CareError

GraphErrorKind = Literal[
    "retry", "quota", "token", "permission", "gone", "duplicate", "unsendable", "unknown_result", "bug"
]

_SENTENCES: dict[GraphErrorKind, str] = {
    "retry": "Facebook could not answer just now; it is tried again by itself.",
    "quota": "Facebook allows this Page no more calls for now; it goes on by itself when the pause is over.",
    "token": "Facebook no longer accepts this Page's token: connect the Page again.",
    "permission": "The app lacks a permission or a task on this Page: check its roles in Meta Business Suite.",
    "gone": "Facebook does not have this any more, or no longer shows it to us.",
    "duplicate": "Facebook says the same text was already posted here.",
    "unsendable": "Facebook will not deliver this: the person cannot be reached, or the time to answer is over.",
    "unknown_result": "Facebook broke off before it said whether this was posted; we look before we try again.",
    "bug": "Facebook does not understand this call: it is a fault of ours, or of a changed API.",
}
_LOCKED = (
    "The stored token cannot be opened, since it was sealed with another secret key: put that one into "
    "LOCALCARE_SECRET_KEY_PREVIOUS, or connect the Pages again."
)
APP_REFUSED = (
    "Facebook does not take this app's secret: compare LOCALCARE_FACEBOOK_APP_ID and LOCALCARE_FACEBOOK_APP_SECRET with "
    "Meta's App Dashboard."
)
APP_LIMIT = 4
_QUOTA_CODES = {APP_LIMIT, 17, 32, 341, 613, *range(80000, 80015)}
_BLOCKED_FOR_POLICY, _POLICY_PAUSE_SECONDS = 368, 4 * 3600
_KIND_OF_SUBCODE: dict[tuple[int, int], GraphErrorKind] = {
    (10, 2018278): "unsendable",
    (10, 2018065): "unsendable",
    (10, 2534022): "unsendable",
    # about one customer who takes no messages; without the subcode it would be about the Page's permissions
    (10, 2018108): "unsendable",
    (200, 1545041): "unsendable",
    (100, 33): "gone",
    (100, 2018001): "unsendable",
}
_KIND_OF_CODE: dict[int, GraphErrorKind] = {
    3: "permission",
    10: "permission",
    12: "bug",
    102: "token",
    190: "token",
    506: "duplicate",
    551: "unsendable",
    803: "gone",
    1705: "unsendable",
    2500: "bug",
    10900: "unsendable",
    10903: "unsendable",
    1545041: "unsendable",
    1609005: "unsendable",
    **dict.fromkeys(_QUOTA_CODES, "quota"),
    **dict.fromkeys(range(200, 300), "permission"),
    _BLOCKED_FOR_POLICY: "quota",
}
_PASSING_CODES = {1, 2}
# 408 and 425: somebody between us and Meta waited too long, and what was posted may stand
_GATEWAY_GAVE_UP = (408, 425)
# the words with which Meta has refused a comment that it did publish
_REFUSED_BUT_DONE = "unsupported request - method type"
# no fault of the call: the proof is made with an app secret that is not, or no longer, Meta's
_PROOF_REFUSED = "appsecret_proof"
_TOO_MUCH_AT_ONCE = "reduce the amount of data"
_SECRETS = re.compile(r"\bEA[A-Za-z0-9_-]{16,}|(?<=_token=)[^&\s\"]+|(?<=appsecret_proof=)[^&\s\"]+")


class GraphError(CareError):
    """The Graph API did not do it. `message` is for people, `detail` is Meta's own words, without tokens."""

    status = 502

    def __init__(
        self,
        kind: GraphErrorKind,
        *,
        detail: str = "",
        code: int | None = None,
        subcode: int | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(_SENTENCES[kind])
        self.kind: GraphErrorKind = kind
        self.detail = redact(detail)
        self.code = code
        self.subcode = subcode
        self.retry_after_seconds = retry_after_seconds

    @property
    def is_about_app(self) -> bool:
        """Whether the app as a whole has called too often: no call for any Page is taken then."""
        return self.code == APP_LIMIT

    @property
    def asks_for_less(self) -> bool:
        """Whether the same read would succeed with a smaller page."""
        return _TOO_MUCH_AT_ONCE in self.detail.lower()

    def __str__(self) -> str:
        code = f" ({self.code}{f'/{self.subcode}' if self.subcode else ''})" if self.code is not None else ""
        return f"{self.message}{code}{f' “{self.detail}”' if self.detail else ''}"


class LockedTokenError(GraphError):
    """A token is stored, and the secret key that it was sealed with is lost: Facebook was not even asked."""

    def __init__(self) -> None:
        super().__init__("token")
        self.message = _LOCKED


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without anything that looks like a token, and without these."""
    for secret in secrets:
        text = text.replace(secret, "[token]")
    return _SECRETS.sub("[token]", text)


def broken_off(method: str, detail: str) -> GraphError:
    """No usable answer: reading again is harmless, but what was posted may be standing there."""
    return GraphError("retry" if method == "GET" else "unknown_result", detail=detail)


def read_answer(method: str, status: int, body: bytes, headers: Mapping[str, str]) -> Json:
    """The answer's JSON object; raises GraphError for everything else, whatever the status claims."""
    loaded = _loaded(body, headers.get("Content-Type", ""))
    answer = loaded if isinstance(loaded, dict) else None
    if answer is not None and "error" in answer:
        raise _refusal(method, status, node_at(answer, "error"), headers)
    if status == 429:
        raise GraphError("quota", detail="HTTP 429", retry_after_seconds=_pause(headers))
    if 300 <= status < 500 and status not in _GATEWAY_GAVE_UP:
        raise GraphError("bug", detail=f"HTTP {status} without Meta's error object")
    if answer is None or not 200 <= status < 300:
        raise broken_off(method, f"HTTP {status} with {len(body)} bytes of {headers.get('Content-Type', 'no type')}")
    if not answer.get("success", True):
        raise broken_off(method, "no success, and no reason")
    return answer


def read_answers(method: str, status: int, body: bytes, headers: Mapping[str, str]) -> list[object]:
    """The list that a batch is answered with, one item per call; raises GraphError when the batch failed as a whole."""
    loaded = _loaded(body, headers.get("Content-Type", ""))
    if isinstance(loaded, list) and 200 <= status < 300:
        return loaded
    read_answer(method, status, body, headers)
    raise broken_off(method, "an answer to a batch that is no list")


def _loaded(body: bytes, content_type: str) -> object:
    # Meta labels some JSON as text/javascript
    if "html" in content_type:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _refusal(method: str, status: int, error: Json, headers: Mapping[str, str]) -> GraphError:
    code, subcode = _whole(error, "code"), _whole(error, "error_subcode")
    detail = (text_at(error, "message") or "no message")[:500]
    kind = _kind(method, status, error, code, subcode, detail)
    pause = _pause(headers) if kind == "quota" else None
    if code == _BLOCKED_FOR_POLICY:
        pause = max(pause or 0, _POLICY_PAUSE_SECONDS)
    refused = GraphError(kind, detail=detail, code=code, subcode=subcode, retry_after_seconds=pause)
    refused.message = APP_REFUSED if _PROOF_REFUSED in detail.lower() else refused.message
    return refused


def _kind(method: str, status: int, error: Json, code: int | None, subcode: int | None, detail: str) -> GraphErrorKind:
    passing: GraphErrorKind = broken_off(method, "").kind
    if code is not None and subcode is not None and (code, subcode) in _KIND_OF_SUBCODE:
        return _KIND_OF_SUBCODE[code, subcode]
    if code is not None and code in _KIND_OF_CODE:
        return _KIND_OF_CODE[code]
    if _PROOF_REFUSED in detail.lower():
        return "token"
    if method != "GET" and _REFUSED_BUT_DONE in detail.lower():
        return "unknown_result"
    if code in _PASSING_CODES or status >= 500 or error.get("is_transient") is True:
        return passing
    return "bug"


def _pause(headers: Mapping[str, str]) -> int | None:
    given = headers.get("Retry-After", "")
    return parse_usage(headers).regain_seconds or (int(given) if given.isascii() and given.isdigit() else None)


def _whole(value: Json, key: str) -> int | None:
    number = number_at(value, key)
    return None if number is None else int(number)
