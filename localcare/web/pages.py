"""How a page becomes HTML: one typed value per template, the same address for the whole page and for its fragments."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from localcare.kit.clock import Clock, SystemClock
from localcare.web.parts import Flash, Link, NavItem
from localcare.web.security import SecurityPolicy, csrf_token
from localcare.web.templating import Frame, framed, templates

FLASH_COOKIE = "localcare-flash"


class Viewer(Protocol):
    """Who looks at a page, as far as its frame must know. `role_label` is for people; `timezone` an IANA name."""

    @property
    def name(self) -> str: ...
    @property
    def role_label(self) -> str: ...
    @property
    def brand_name(self) -> str: ...
    @property
    def timezone(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page has; each template's own page value adds its fields. `h1` and the window's title are `title`."""

    title: str
    viewer: Viewer | None = None
    crumbs: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConfirmPage(Page):
    """`web/confirm.html`: asks before something that is hard to take back; works without JavaScript."""

    question: str
    action: str
    confirm_label: str
    cancel_href: str
    danger: bool = True
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shell:
    """What the application tells the frame of every page; `app.state.shell` holds it.

    `sign_in_url` is where people without a session are sent; `live_seconds` is how often live parts ask again;
    `alarm_url` has what must be seen on every page at once.
    """

    navigation: Callable[[Viewer], Sequence[NavItem]] = lambda _: ()
    clock: Clock = field(default_factory=SystemClock)
    sign_in_url: str = ""
    sign_out_url: str = ""
    live_seconds: int = 15
    alarm_url: str = ""
    demo: bool = False


def render(
    request: Request, template: str, page: Page, *, status: int = 200, fragment: str | None = None
) -> HTMLResponse:
    """The page as HTML; when htmx asks and `fragment` names a template, that part alone, made from the same value."""
    shell: Shell = getattr(request.app.state, "shell", None) or Shell()
    part = fragment if fragment and wants_fragment(request) else None
    flash = read_flash(request)
    zone = ZoneInfo(page.viewer.timezone if page.viewer else "UTC")
    values = {
        "page": page,
        "shell": shell,
        "nav": tuple(shell.navigation(page.viewer)) if page.viewer else (),
        "flash": flash,
        "path": request.url.path,
    }
    with framed(Frame(shell.clock.now(), zone, getattr(request.state, "csrf_token", ""))):
        html = templates().get_template(part or template).render(values)
        if part and flash:
            html += templates().get_template("web/_notices.html").render(flash=flash, oob=True)
    response = HTMLResponse(html, status_code=status, headers={"Vary": "HX-Request"})
    if flash:
        response.delete_cookie(FLASH_COOKIE)
    return response


def see_other(request: Request, url: str, flash: Flash | None = None) -> RedirectResponse:
    """The end of every successful POST: 303 to a page that says, once, what happened."""
    response = RedirectResponse(url, status_code=303)
    if flash:
        policy: SecurityPolicy = request.app.state.security
        response.set_cookie(
            FLASH_COOKIE, _seal(flash, policy.secret), max_age=60, httponly=True, samesite="lax", secure=policy.is_https
        )
    return response


def read_flash(request: Request) -> Flash | None:
    """The sentence left by the redirect that led here, unless it was made up by somebody else."""
    policy: SecurityPolicy | None = getattr(request.app.state, "security", None)
    body, _, seal = request.cookies.get(FLASH_COOKIE, "").partition(".")
    if not policy or not seal or seal != csrf_token("flash" + body, policy.secret):
        return None
    return Flash(**orjson.loads(urlsafe_b64decode(body)))


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part; boosted links and restored history want the whole page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def _seal(flash: Flash, secret: str) -> str:
    body = urlsafe_b64encode(orjson.dumps(flash)).decode()
    return f"{body}.{csrf_token('flash' + body, secret)}"
