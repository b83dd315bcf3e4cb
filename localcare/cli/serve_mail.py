"""`localcare serve-mail`: takes notification mails from the brand's own mail server, by SMTP or LMTP."""

import signal
import threading
from typing import Annotated

import typer

from localcare.cli.context import opened_runtime
from localcare.intake.mail_door import MailDoor


def serve_mail(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; only the mail server may reach it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8024,
    lmtp: Annotated[
        bool, typer.Option("--lmtp", help="Speak LMTP, as Postfix and Dovecot deliver to mailboxes.")
    ] = False,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Take mail for this address only; may be given several times.")
    ] = None,
) -> None:
    """Take notification mails in until SIGTERM or Ctrl-C; each is stored before it is acknowledged."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened_runtime() as runtime:
        door = MailDoor(runtime, host=host, port=port, speaks_lmtp=lmtp, recipients=recipient or ())
        door.start()
        typer.echo(f"Taking mails by {'LMTP' if lmtp else 'SMTP'} at {host}:{port}.")
        if runtime.settings.mail_relay is None:
            typer.echo("LOCALCARE_MAIL_RELAY is not set: no sender is believed, and every mail is refused.", err=True)
        stop.wait()
        door.stop()
