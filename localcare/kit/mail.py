"""Mail out: one message type, and the transports that carry it (real SMTP, a refusing one, a list for tests)."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from localcare.errors import ConfigurationError, UnavailableError

POLICY = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `message_id`, without brackets, is its identity: repeated, it is the same mail."""

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    headers: tuple[tuple[str, str], ...] = field(default=())


class MailTransport(Protocol):
    """Hands mails to the next hop. Raises UnavailableError when it cannot be reached; nothing is half sent then."""

    def send_many(self, mails: Sequence[Mail]) -> list[str | None]:
        """One entry per mail: None when it was accepted, else the refusal in words."""
        ...


def build_message(mail: Mail, *, sender: str) -> bytes:
    """The mail as bytes with CRLF, text and HTML, base64-free 8bit bodies where the texts allow it."""
    message = EmailMessage(policy=POLICY)
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(display_name=mail.to_name, addr_spec=mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.message_id}>"
    for header, value in mail.headers:
        message[header] = value
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    return message.as_bytes()


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Real SMTP from a URL: smtp://user:password@host:port (STARTTLS when offered) or smtps://…"""

    url: str
    sender: str

    def send_many(self, mails: Sequence[Mail]) -> list[str | None]:
        """All mails over one connection; a refused recipient does not stop the rest."""
        try:
            with self._connect() as connection:
                return [self._send(connection, mail) for mail in mails]
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError(
                f"The mail server cannot be reached: {type(error).__name__}. Check LOCALCARE_SMTP_URL."
            ) from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        secure = parts.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        connection = kind(parts.hostname or "localhost", parts.port or (465 if secure else 25), timeout=30)
        connection.ehlo()
        if not secure and connection.has_extn("starttls"):
            connection.starttls()
            connection.ehlo()
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        return connection

    def _send(self, connection: smtplib.SMTP, mail: Mail) -> str | None:
        try:
            connection.sendmail(parseaddr(self.sender)[1], [mail.to], build_message(mail, sender=self.sender))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            connection.rset()
            return f"refused: {error}"
        return None


@dataclass(frozen=True, slots=True)
class NoTransport:
    """Stands where no mail server is configured: says so instead of losing mail."""

    def send_many(self, mails: Sequence[Mail]) -> list[str | None]:
        raise ConfigurationError(
            f"{len(mails)} mails wait for a mail server: set LOCALCARE_SMTP_URL, for example smtp://localhost:25"
        )


@dataclass(frozen=True, slots=True)
class MailList:
    """Keeps mails in a list, for tests."""

    sent: list[Mail] = field(default_factory=list)

    def send_many(self, mails: Sequence[Mail]) -> list[str | None]:
        self.sent.extend(mails)
        return [None] * len(mails)
