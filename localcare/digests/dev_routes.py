"""`/dev/mail`: what the mail sink kept, as its recipients would see it. Demo and development only."""

from email.message import EmailMessage
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from localcare.digests.pages import MailListPage, MailPage
from localcare.errors import NotFoundError
from localcare.kit.mail_sink import MailFolder
from localcare.people.dependencies import CurrentRuntime
from localcare.web.pages import render
from localcare.web.parts import Link, Tab

SINK_FOLDER = "mail"
"""Below the data dir: where the sink of demo and development keeps its mails."""

PARTS = {"html": "HTML", "text": "Text", "headers": "Headers"}
_BODY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; frame-ancestors 'self'; base-uri 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)

router = APIRouter(prefix="/dev/mail", include_in_schema=False)


def mail_folder(runtime: CurrentRuntime) -> MailFolder:
    """The sink's folder of this installation."""
    return MailFolder(runtime.settings.data_dir / SINK_FOLDER)


Folder = Annotated[MailFolder, Depends(mail_folder)]


@router.get("")
def list_mails(request: Request, folder: Folder, to: Annotated[str, Query(max_length=200)] = "") -> Response:
    page = MailListPage(title="Sent mail", mails=folder.list_mails(to=to), wanted=to)
    return render(request, "digests/dev_mails.html", page)


@router.get("/{key}")
def show_mail(request: Request, folder: Folder, key: str, part: str = "html") -> Response:
    mail = _get(folder, key)
    shown = part if part in PARTS else "html"
    page = MailPage(
        title=str(mail["Subject"]) or "(no subject)",
        crumbs=(Link("Sent mail", "/dev/mail"),),
        key=key,
        part=shown,
        to=str(mail["To"]),
        sender=str(mail["From"]),
        sent=str(mail["Date"]),
        text=_content(mail, "plain"),
        headers=[(name, str(value)) for name, value in mail.items()],
        tabs=[Tab(label, f"/dev/mail/{key}?part={name}", current=name == shown) for name, label in PARTS.items()],
    )
    return render(request, "digests/dev_mail.html", page)


@router.get("/{key}/body")
def show_body(folder: Folder, key: str) -> HTMLResponse:
    """The mail's HTML alone, for a sandboxed frame: its styles are its own, and nothing in it runs."""
    html = _content(_get(folder, key), "html")
    return HTMLResponse(
        html.replace("<head>", '<head><base target="_top">', 1), headers={"Content-Security-Policy": _BODY_POLICY}
    )


def _get(folder: MailFolder, key: str) -> EmailMessage:
    mail = folder.find_mail(key)
    if mail is None:
        raise NotFoundError("There is no such mail; the sink keeps only the newest.")
    return mail


def _content(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""
