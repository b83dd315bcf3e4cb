"""What stands between the network and every route: headers, size cap, and proof that a form was ours.

A form is ours when the browser says that it comes from here (Sec-Fetch-Site, else Origin) and when it carries a token
that only this session can have been given. Source: OWASP Cross-Site Request Forgery Prevention, HMAC-based token.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from localcare.errors import ForbiddenError, InvalidError

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_STALE = (
    "This page was open for too long, or you signed in again since. Go back, reload the page and send it once more."
)
_FOREIGN = "This was sent from another site, so it was not done. Open the page here and send it again."


@dataclass(frozen=True)
class SecurityPolicy:
    """What the deployment decides; `app.state.security` holds it.

    `csrf_exempt` are path prefixes that prove themselves otherwise (signatures, bearer tokens, signed links);
    `body_caps` are path prefixes with a limit of their own, in bytes.
    """

    secret: str
    base_url: str
    csrf_exempt: tuple[str, ...] = ("/webhooks/", "/api/")
    body_cap: int = 1 << 20
    body_caps: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """The sign-in cookie's name: bound to this host where the browser can promise it."""
        return "__Host-localcare" if self.is_https else "localcare"

    @property
    def visit_cookie(self) -> str:
        """The cookie that binds forms of people who are not signed in."""
        return f"{self.session_cookie}-visit"

    def is_exempt(self, path: str) -> bool:
        return path.startswith(self.csrf_exempt)

    def cap_for(self, path: str) -> int:
        return next((cap for prefix, cap in self.body_caps.items() if path.startswith(prefix)), self.body_cap)


def csrf_token(session_id: str, secret: str) -> str:
    """The token of a session: an HMAC, so nothing is stored and nobody without the secret can make one."""
    return hmac.new(secret.encode(), b"csrf\0" + session_id.encode(), hashlib.sha256).hexdigest()


def is_own_origin(headers: Mapping[str, str], base_url: str) -> bool:
    """Whether the browser says the request comes from this site; clients that say nothing are left to the token."""
    fetch_site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    if origin is None:
        return True
    return urlsplit(origin).netloc in (urlsplit(base_url).netloc, headers.get("host"))


def check_csrf(headers: Mapping[str, str], *, token: str, session_id: str, secret: str, base_url: str) -> None:
    """Raise ForbiddenError unless a changing request comes from our own page of this very session."""
    if not is_own_origin(headers, base_url):
        raise ForbiddenError(_FOREIGN)
    if not session_id or not hmac.compare_digest(token.encode(), csrf_token(session_id, secret).encode()):
        raise ForbiddenError(_STALE)


async def csrf_protected(request: Request) -> None:
    """The dependency of the whole application: `FastAPI(dependencies=[Depends(csrf_protected)])`."""
    policy: SecurityPolicy = request.app.state.security
    if request.method in SAFE_METHODS or policy.is_exempt(request.url.path):
        return
    token = request.headers.get(CSRF_HEADER) or str((await request.form()).get(CSRF_FIELD, ""))
    check_csrf(
        request.headers,
        token=token,
        session_id=_session_id(request.headers, policy),
        secret=policy.secret,
        base_url=policy.base_url,
    )


async def refuse_nul(request: Request) -> None:
    """No name, number or filter has a NUL in it, and PostgreSQL cannot keep one: 422 before it is asked."""
    if "\x00" in request.url.path or "%00" in request.url.path or "%00" in request.url.query:
        raise InvalidError("The address contains a NUL character, which no name has.")


def security_headers(policy: SecurityPolicy) -> dict[str, str]:
    """The headers of every answer."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if policy.is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class SecurityMiddleware:
    """Adds the headers, caps the body, turns other sites away and gives every visitor something forms can be bound to."""

    def __init__(self, app: ASGIApp, policy: SecurityPolicy) -> None:
        self._app = app
        self._policy = policy
        self._headers = security_headers(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        exempt = self._policy.is_exempt(scope["path"])
        visit = "" if exempt else self._bind_forms(scope, headers)

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), visit)
            await send(message)

        if not (exempt or scope["method"] in SAFE_METHODS or is_own_origin(headers, self._policy.base_url)):
            await PlainTextResponse(_FOREIGN, 403)(scope, receive, guarded_send)
            return
        await self._app(scope, capped(receive, headers, self._policy.cap_for(scope["path"])), guarded_send)

    def _bind_forms(self, scope: Scope, headers: Headers) -> str:
        """Leave the token for the page's forms in the request's state; returns a new visit to remember, or nothing."""
        session_id = _session_id(headers, self._policy)
        visit = "" if session_id else secrets.token_urlsafe(24)
        scope.setdefault("state", {})["csrf_token"] = csrf_token(session_id or visit, self._policy.secret)
        return visit

    def _complete(self, headers: MutableHeaders, visit: str) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "private, no-store")
        if visit and headers.get("content-type", "").startswith("text/html"):
            secure = "; Secure" if self._policy.is_https else ""
            headers.append("Set-Cookie", f"{self._policy.visit_cookie}={visit}; Path=/; HttpOnly; SameSite=Lax{secure}")


def capped(receive: Receive, headers: Headers, cap: int) -> Receive:
    """A receive that raises 413 as soon as the body is known to be over the cap, declared or counted."""
    declared = headers.get("content-length", "0")
    received = 0

    async def receive_capped() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > cap or (declared.isdigit() and int(declared) > cap):
            raise HTTPException(413, f"This is larger than the {cap >> 10:,} KiB that are accepted here.")
        return message

    return receive_capped


def _session_id(headers: Mapping[str, str], policy: SecurityPolicy) -> str:
    cookies = cookie_parser(headers.get("cookie", ""))
    return cookies.get(policy.session_cookie) or cookies.get(policy.visit_cookie, "")
