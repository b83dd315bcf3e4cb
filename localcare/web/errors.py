"""What people and programs see when something does not work: a sentence, a next step, and a number to ask for."""

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from localcare.errors import CareError
from localcare.web.pages import Page, Shell, render, wants_fragment
from localcare.web.security import SAFE_METHODS, SecurityPolicy, security_headers

PROBLEM_JSON = "application/problem+json"
_PROGRAM_PATHS = ("/api/", "/webhooks/")
_log = logging.getLogger("localcare.web")


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """`errors/error.html`: what happened, what can be done now, and the number under which we find it again."""

    status: int
    sentence: str
    steps: tuple[str, ...]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    sentence: str
    steps: tuple[str, ...]


_WORDINGS = {
    401: _Wording(
        "Please sign in", "This page is for people who are signed in.", ("Open the link in your last mail from us.",)
    ),
    403: _Wording("Not yours to open", "You are signed in, but this is outside what you look after.", ()),
    404: _Wording(
        "Nothing here",
        "The page does not exist, or it belongs to a store that is not yours.",
        ("Check the address for a missing letter.", "A link from an older mail may lead to a case that was merged."),
    ),
    405: _Wording(
        "That does not work here",
        "The page was asked in a way it does not answer.",
        ("Go back and use the page's own buttons.",),
    ),
    409: _Wording(
        "Somebody was faster", "This has changed since you opened it.", ("Open it again to see how it stands now.",)
    ),
    413: _Wording("Too large", "What you sent is larger than we take here.", ("Send a smaller file, or split it.",)),
    422: _Wording(
        "We could not read that",
        "Something in the form was missing or not understood.",
        ("Go back and check the fields.",),
    ),
    429: _Wording("Too many tries", "This was tried very often in a short time.", ("Wait a minute, then try again.",)),
    503: _Wording(
        "Back in a moment",
        "We are busy and took nothing in just now.",
        ("Try again in a minute. Nothing was lost or done twice.",),
    ),
}
_BROKEN = _Wording(
    "Something broke on our side",
    "It was not you, and it has been written down for us.",
    ("Try again in a minute.", "If it stays, tell your administrator the number below."),
)


def add_error_handlers(app: FastAPI) -> None:
    """Every refusal and every crash of the application answers through here."""
    app.add_exception_handler(CareError, _answer_care_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_crash)


def wants_problem(request: Request) -> bool:
    """Whether a program asks: by its path, or because it accepts JSON and no HTML."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith(_PROGRAM_PATHS) or ("json" in accept and "text/html" not in accept)


def problem(status: int, title: str, detail: str, **extra: object) -> JSONResponse:
    """A problem document of RFC 9457; its title is the status' own, so `type` stays `about:blank`."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **extra}
    return JSONResponse(content, status_code=status, media_type=PROBLEM_JSON)


def _answer_care_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CareError)  # noqa: S101 (registered for this class only)
    response = _answer(request, error.status, error.message)
    if retry_after := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    return response


def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    standard = HTTPStatus(error.status_code).phrase
    response = _answer(request, error.status_code, "" if error.detail == standard else str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [{"at": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors()]
    named = ", ".join(str(fault["at"]).partition(".")[2] or str(fault["at"]) for fault in faults)
    return _answer(request, 422, f"Not understood: {named}.", errors=faults)


def _answer_crash(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    _log.error("error %s in %s %s", reference, request.method, request.url.path, exc_info=error)
    response = _answer(request, 500, "", reference=reference)
    policy: SecurityPolicy | None = getattr(request.app.state, "security", None)
    if policy:
        response.headers.update(security_headers(policy))
    return response


def _answer(
    request: Request, status: int, sentence: str, *, reference: str = "", errors: list[dict[str, str]] | None = None
) -> Response:
    wording = _WORDINGS.get(status, _BROKEN)
    sentence = sentence or wording.sentence
    if wants_problem(request):
        extra = {name: value for name, value in (("reference", reference), ("errors", errors)) if value}
        return problem(status, HTTPStatus(status).phrase, sentence, instance=request.url.path, **extra)
    if status == HTTPStatus.UNAUTHORIZED and (sign_in := _sign_in(request)):
        return sign_in
    return _error_page(request, status, wording, sentence, reference)


def _sign_in(request: Request) -> Response | None:
    """Where somebody without a session goes: to the sign-in page and back here, unless a form would be lost silently."""
    shell: Shell | None = getattr(request.app.state, "shell", None)
    if not shell or not shell.sign_in_url or request.method not in SAFE_METHODS:
        return None
    url = f"{shell.sign_in_url}?next={quote(request.url.path)}"
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, status_code=303)


def _error_page(request: Request, status: int, wording: _Wording, sentence: str, reference: str) -> Response:
    page = ErrorPage(
        title=wording.title,
        viewer=getattr(request.state, "viewer", None),
        status=status,
        sentence=sentence,
        steps=wording.steps,
        reference=reference,
    )
    response = render(request, "errors/error.html", page, status=status, fragment="errors/_error.html")
    if wants_fragment(request):
        response.headers.update({"HX-Retarget": "#notices", "HX-Reswap": "innerHTML show:window:top"})
    return response
