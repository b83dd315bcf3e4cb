"""Tokens of all kinds: who gets which for a Page, when they die, and what `/debug_token` tells of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from localcare.sandbox.minting import token_value
from localcare.sandbox.objects import SCOPES, Page, Token, TokenKind
from localcare.sandbox.refusals import BROKEN_TOKEN, GraphRefusal, bad_token, invalid
from localcare.sandbox.state import State

EXPIRED = 463
SIXTY_DAYS = timedelta(days=60)
LONG_LIVED = timedelta(days=1)
"""From a login that lives longer, Pages get tokens that do not expire; from others, tokens that end with it."""

_PERSON_ID = 10**14


def make_login(
    state: State,
    *,
    kind: TokenKind = TokenKind.USER,
    name: str = "Casey Brand",
    scopes: tuple[str, ...] = SCOPES,
    pages: tuple[str, ...] | None = None,
    expires_at: datetime | None = None,
    data_access_expires_at: datetime | None = None,
    app_id: str | None = None,
) -> Token:
    """A person, or another system user, lets the app in: their token opens `pages`, or all that are assigned."""
    number = len(state.tokens)
    value = token_value(state.app.secret, f"login/{name}/{number}")
    token = Token(
        value, kind, issued_at=state.clock.now(), scopes=scopes, user_id=str(_PERSON_ID + number), user_name=name,
        pages=pages, expires_at=expires_at, data_access_expires_at=data_access_expires_at, app_id=app_id,
    )  # fmt: skip
    state.tokens[value] = token
    return token


def exchange(state: State, params: Mapping[str, str]) -> dict[str, object]:
    """`/oauth/access_token?grant_type=fb_exchange_token`: a person's token of hours becomes one of sixty days."""
    if params.get("grant_type") != "fb_exchange_token":
        raise invalid("grant_type must be fb_exchange_token")
    if (params.get("client_id"), params.get("client_secret")) != (state.app.id, state.app.secret):
        raise GraphRefusal(1, "Error validating client secret.")
    token = state.tokens.get(params.get("fb_exchange_token", ""))
    if token is None or token.kind is not TokenKind.USER or subcode_of(state, token) is not None:
        raise bad_token("Error validating access token")
    value = token_value(state.app.secret, f"lasting/{token.value}")
    state.tokens[value] = replace(token, value=value, expires_at=state.clock.now() + SIXTY_DAYS)
    return {"access_token": value, "token_type": "bearer", "expires_in": int(SIXTY_DAYS.total_seconds())}


def subcode_of(state: State, token: Token) -> int | None:
    """Why the token is dead, None while it lives: its own fate, its time, or the fate of the login it came from."""
    if token.broken is not None:
        return token.broken
    if token.expires_at is not None and token.expires_at <= state.clock.now():
        return EXPIRED
    origin = state.tokens.get(token.origin or "")
    return subcode_of(state, origin) if origin else None


def opens(token: Token, page: Page) -> bool:
    """Whether this login has the Page."""
    return page.is_assigned and (token.pages is None or page.id in token.pages)


def page_token(state: State, login: Token, page: Page) -> str:
    """The Page's token for this login: the system user's is the Page's usual one, a person gets one of their own."""
    if login.kind is TokenKind.SYSTEM and login.value == state.system_token:
        return page.access_token
    value = token_value(state.app.secret, f"{page.id}@{login.value}")
    if value not in state.tokens:
        is_lasting = login.expires_at is None or login.expires_at - state.clock.now() > LONG_LIVED
        state.tokens[value] = Token(
            value, TokenKind.PAGE, page_id=page.id, issued_at=state.clock.now(), scopes=login.scopes,
            user_id=login.user_id, origin=login.value, expires_at=None if is_lasting else login.expires_at,
            data_access_expires_at=login.data_access_expires_at,
        )  # fmt: skip
    return value


def told_of(state: State, token: Token | None) -> dict[str, object]:
    """The `data` of `/debug_token`: what is known about a token, good or not."""
    if token is None:
        error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
        return {"error": error, "is_valid": False, "scopes": []}
    subcode = subcode_of(state, token)
    data: dict[str, object] = {
        "app_id": token.app_id or state.app.id,
        "type": token.kind.value,
        "application": state.app.name,
        "data_access_expires_at": _seconds(token.data_access_expires_at),
        "expires_at": _seconds(token.expires_at),
        "is_valid": subcode is None,
        "issued_at": _seconds(token.issued_at),
        "scopes": [] if subcode else list(token.scopes),
        "user_id": token.user_id or state.app.system_user_id,
    }
    if token.pages is not None:
        data["granular_scopes"] = [{"scope": scope, "target_ids": list(token.pages)} for scope in token.scopes]
    if token.page_id:
        data["profile_id"] = token.page_id
    if subcode:
        message = BROKEN_TOKEN.get(subcode, "Error validating access token.").format(app=state.app.id)
        data["error"] = {"code": 190, "message": message, "subcode": subcode}
    return data


def find_token(state: State, value: str) -> Token:
    """A token that was given out; raises GraphRefusal for any other."""
    if value not in state.tokens:
        raise GraphRefusal(100, "(#100) There is no such token here.")
    return state.tokens[value]


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
