"""What Facebook says of a token: whose it is, what it may do, and until when. Source: Meta's `GET /debug_token`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import SecretStr

from localcare.channels.facebook.core.read import Json, id_at, moment_at, node_at, nodes_at, number_at, text_at
from localcare.errors import InvalidError

TokenKind = Literal["user", "system-user", "page", "app", "unknown"]

_KINDS: dict[str, TokenKind] = {"USER": "user", "SYSTEM_USER": "system-user", "PAGE": "page", "APP": "app"}
_SHAPE = re.compile(r"[A-Za-z0-9|_.-]{20,1000}")


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token as Facebook knows it. A time that is None never comes, or is not told; `reason` is Meta's own words.

    `limited_to` counts the Pages that the person chose when they let the app in; None when it is open to all of theirs.
    """

    is_valid: bool
    kind: TokenKind = "unknown"
    app_id: str | None = None
    subject_id: str | None = None
    page_id: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    limited_to: int | None = None
    subcode: int | None = None
    reason: str = ""


def facts_of(answer: Json) -> TokenFacts:
    """The facts in an answer of `/debug_token`; what is missing is as if it were not told."""
    data = node_at(answer, "data")
    error = node_at(data, "error")
    subcode = number_at(error, "subcode") or number_at(error, "error_subcode")
    scopes = data.get("scopes")
    return TokenFacts(
        is_valid=data.get("is_valid") is True,
        kind=_KINDS.get(text_at(data, "type") or "", "unknown"),
        app_id=id_at(data, "app_id"),
        subject_id=id_at(data, "user_id"),
        page_id=id_at(data, "profile_id"),
        scopes=tuple(sorted(scope for scope in scopes if isinstance(scope, str))) if isinstance(scopes, list) else (),
        expires_at=moment_at(data, "expires_at"),
        data_access_expires_at=moment_at(data, "data_access_expires_at"),
        limited_to=_limit_of(data),
        subcode=None if subcode is None else int(subcode),
        reason=(text_at(error, "message") or "")[:300],
    )


def token_of(pasted: str) -> SecretStr:
    """What a person pasted, as a token; raises InvalidError that does not repeat it."""
    bare = pasted.strip().strip("\"'")
    if not _SHAPE.fullmatch(bare):
        raise InvalidError(
            "That is no access token: it is one long word of letters and digits, and usually begins with EAA."
        )
    return SecretStr(bare)


def _limit_of(data: Json) -> int | None:
    for scope in nodes_at(data, "granular_scopes"):
        targets = scope.get("target_ids")
        if scope.get("scope") == "pages_show_list" and isinstance(targets, list):
            return len(targets)
    return None
