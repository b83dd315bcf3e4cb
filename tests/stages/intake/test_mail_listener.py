"""The door for a mail server: stored before it is acknowledged, no relay, no bounce to whoever was impersonated."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlmodel import select

from localcare.intake.mail_door import MailDoor
from localcare.intake.models import Event
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from tests.channels.mail.letters import RELAY, letter

FROM, TO = "notification@facebookmail.com", "care@pellora.example"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


@contextmanager
def door(runtime: Runtime, **options: object) -> Iterator[int]:
    settings = runtime.settings.model_copy(update={"mail_relay": RELAY})
    opened = MailDoor(replace(runtime, settings=settings), host="127.0.0.1", port=free_port(), **options)  # type: ignore[arg-type]
    opened.start()
    try:
        yield opened.port
    finally:
        opened.stop(no_assert=True)


def stored(runtime: Runtime) -> list[str]:
    with runtime.db.session(None) as session:
        return [event.source for event in session.exec(select(Event))]


def test_a_mail_by_smtp_becomes_a_mention_and_again_changes_nothing(runtime: Runtime, brand: Brand) -> None:
    with door(runtime) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail(FROM, [TO], letter())
        server.sendmail(FROM, [TO], letter())
    assert stored(runtime) == ["stored"]


def test_by_lmtp_too(runtime: Runtime, brand: Brand) -> None:
    with door(runtime, speaks_lmtp=True) as port, smtplib.LMTP("127.0.0.1", port) as server:
        server.sendmail(FROM, [TO], letter())
    assert stored(runtime) == ["stored"]


def test_a_forged_mail_is_taken_and_refused_without_a_bounce(runtime: Runtime, brand: Brand) -> None:
    with door(runtime) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail(FROM, [TO], letter(results=f"{RELAY}; dkim=fail header.d=facebookmail.com"))
    assert stored(runtime) == ["mail"]


def test_it_is_no_relay(runtime: Runtime, brand: Brand) -> None:
    with door(runtime, recipients=[TO]) as port, smtplib.SMTP("127.0.0.1", port) as server:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail(FROM, ["somebody@else.example"], letter())
        server.sendmail(FROM, [TO.upper()], letter())
    assert stored(runtime) == ["stored"]


def test_what_cannot_be_stored_stays_with_the_mail_server(runtime: Runtime, brand: Brand) -> None:
    settings = runtime.settings.model_copy(update={"mail_templates": runtime.settings.data_dir / "none.yaml"})
    with door(replace(runtime, settings=settings)) as port, smtplib.SMTP("127.0.0.1", port) as server:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail(FROM, [TO], letter())
        assert refused.value.smtp_code == 451
    assert stored(runtime) == []


def test_what_is_too_large_is_refused(runtime: Runtime, brand: Brand) -> None:
    with door(runtime) as port, smtplib.SMTP("127.0.0.1", port) as server, pytest.raises(smtplib.SMTPException):
        server.sendmail(FROM, [TO], b"x" * (16 * 2**20 + 1))
    assert stored(runtime) == []
