"""Mails as a relay hands them over. Meta documents no format: these are built from the shipped templates' own words."""

from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP

RELAY = "mx.pellora.example"
PASSED = f"{RELAY}; dkim=pass (2048-bit key) header.d=facebookmail.com header.i=@facebookmail.com; spf=pass"
PAGE = "990000000000001"
LINK = f"https://www.facebook.com/{PAGE}/reviews?aref=1763&medium=email&mid=ab"


def letter(
    subject: str = "Ana Pérez recommends Pellora Memorial City",
    text: str
    | None = f"Ana Pérez recommends Pellora Memorial City.\n\n“Patient with every question I had.”\n\nSee recommendation\n{LINK}",
    *,
    html: str | None = None,
    sender: str = "Facebook <notification@facebookmail.com>",
    results: str | None = PASSED,
    date: str = "Fri, 20 Nov 2026 13:00:00 +0000",
    message_id: str = "<a1@facebookmail.com>",
    cte: str = "quoted-printable",
    charset: str = "utf-8",
    attachment: bytes | None = None,
) -> bytes:
    """The bytes of a mail."""
    message = EmailMessage(policy=SMTP)
    if results:
        message["Authentication-Results"] = results
    message["From"], message["To"], message["Subject"] = sender, "care@pellora.example", subject
    message["Date"], message["Message-ID"] = date, message_id
    if text is not None:
        message.set_content(text, cte=cte, charset=charset)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html", cte=cte)
    elif html is not None:
        message.set_content(html, subtype="html", cte=cte)
    if attachment is not None:
        message.add_attachment(attachment, maintype="application", subtype="pdf", filename="photo.pdf")
    return message.as_bytes()


def coded(body: str) -> str:
    """A line of base64, as it may stand in a mail's text."""
    return b64encode(body.encode()).decode()
