"""The mail lane for its administrator: try a mail, see what waits, read it again with better templates."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import ConfigurationError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.mail_pages import MailPage, Tried
from localcare.inbox.admin.pages import frame
from localcare.intake.mail import MailRules, list_waiting, read_again, try_mail
from localcare.kit.runtime import Runtime
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentRuntime, CurrentSession, Now
from localcare.people.service import audit
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash
from localcare.web.words import plural

router = APIRouter()
_HERE = "/admin/mail"
Source = Annotated[str, Form(max_length=400_000)]


@router.get("/mail")
def show_mail(request: Request, viewer: AdminReader, session: CurrentSession, runtime: CurrentRuntime) -> Response:
    return render(request, "admin/mail.html", _page(session, viewer, runtime))


@router.post("/mail/readings")
def try_a_mail(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    runtime: CurrentRuntime,
    now: Now,
    source: Source = "",
) -> Response:
    """What would be read of a mail's source; nothing is kept of it."""
    try:
        tried = Tried(*try_mail(source.encode(), _rules(runtime), now=now))
    except ConfigurationError:
        tried = None
    return render(request, "admin/mail.html", _page(session, viewer, runtime, source, tried))


@router.post("/mail/runs")
def read_waiting_again(
    request: Request, viewer: Administrator, session: CurrentSession, runtime: CurrentRuntime, now: Now
) -> Response:
    try:
        became, waiting = read_again(session, viewer, _rules(runtime), now=now)
    except ConfigurationError as error:
        return see_other(request, _HERE, Flash(error.message, "bad"))
    audit(session, viewer, "read mails again", "mails", now, became=became, waiting=waiting)
    flash = Flash(
        f"{plural(became, 'mail')} read now; {waiting} still wait for a template.", "good" if became else "info"
    )
    return see_other(request, _HERE, flash)


def _rules(runtime: Runtime) -> MailRules:
    return MailRules.of(runtime.settings.mail_templates, runtime.settings.mail_relay)


def _page(session: Session, viewer: Viewer, runtime: Runtime, source: str = "", tried: Tried | None = None) -> MailPage:
    settings = runtime.settings
    fault, rules = "", None
    try:
        rules = _rules(runtime)
    except ConfigurationError as error:
        fault = error.message
    return MailPage(
        title="Mail",
        address=f"{settings.base_url.rstrip('/')}/webhooks/mail",
        has_secret=settings.inbound_mail_secret is not None,
        relay=settings.mail_relay or "",
        senders=rules.templates.senders if rules else (),
        templates=[(each.name, each.kind, each.subject[0]) for each in rules.templates.templates] if rules else [],
        is_shipped=settings.mail_templates is None,
        fault=fault,
        source=source,
        tried=tried,
        waiting=list_waiting(session, viewer),
        **frame(viewer, _HERE),
    )
