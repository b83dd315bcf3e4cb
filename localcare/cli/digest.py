"""`localcare digest preview` and `localcare digest send --due`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from localcare.cli.context import BrandSlug, opened_runtime, print_json
from localcare.digests.previewing import preview_digests
from localcare.digests.service import send_due
from localcare.errors import InvalidError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.mail import Mail
from localcare.people.service import get_brand

app = typer.Typer(no_args_is_help=True, help="Digests: as they would go, and sending what is due.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def preview(
    *,
    store: Annotated[str | None, typer.Option("--store", help="A store's number.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="A manager's e-mail address.")] = None,
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="A past day; without it, as of now.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the HTML part to this file.")] = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Print a digest as it would go; nothing is sent."""
    if (store is None) == (person is None):
        raise InvalidError("Say either --store N or --person E.")
    with opened_runtime() as runtime:
        with runtime.db.session(ALL_BRANDS, viewer="command line") as session:
            brand_id = get_brand(session, brand).id
        with runtime.db.session(brand_id, viewer="command line") as session:
            mails = preview_digests(
                session, runtime, store_number=store, email=person, day=date.date() if date else None
            )
    written = [mail for mail in mails if mail is not None]
    if html is not None and written:
        html.write_text(written[0].html, encoding="utf-8")
    if as_json:
        print_json([_as_json(mail) for mail in written])
    else:
        sys.stdout.write("\n\n".join(map(_as_text, written)) or "There is nothing to say: no mail would go.\n")


@app.command()
def send(
    *,
    due: Annotated[bool, typer.Option("--due", help="Every digest whose hour has come.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send what is due now, here, without waiting for a worker."""
    if not due:
        raise InvalidError("Say --due: nothing else can be sent by hand.")
    with opened_runtime() as runtime:
        sent = send_due(runtime)
    if as_json:
        print_json({"sent": sent})
    else:
        sys.stdout.write(f"{sent:,} {'digest was' if sent == 1 else 'digests were'} sent.\n")


def _as_text(mail: Mail) -> str:
    return f"To: {mail.to_name} <{mail.to}>\nSubject: {mail.subject}\n\n{mail.text}"


def _as_json(mail: Mail) -> dict[str, str]:
    return {"to": mail.to, "subject": mail.subject, "text": mail.text, "html": mail.html}
