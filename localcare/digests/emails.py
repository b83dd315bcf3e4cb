"""Digests and alerts as mails: text and HTML from one value, and the headers by which mail programs know them."""

import re
import textwrap
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from localcare.digests.core import DigestContent
from localcare.digests.core.alert import AlertContent
from localcare.digests.core.page_alert import PageAlertContent
from localcare.digests.core.triage_report import TriageReportContent
from localcare.digests.core.words import tidy
from localcare.kit.assets import asset_dir
from localcare.kit.mail import Mail
from localcare.people.core.links import with_target

_WIDTH = 76
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a mail and why, and the one signed link that each of its lines starts from.

    `leaves` is what unsubscribing leaves, in words.
    """

    name: str
    email: str
    brand: str
    reason: str
    link: str
    unsubscribe_url: str
    leaves: str = "alerts about crises"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What identifies a mail: `message_id` without brackets, and the key under which it is one mail for us."""

    message_id: str
    dedupe_key: str
    list_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """What templates/emails/digest/ is given."""

    digest: DigestContent
    to: Addressee

    @property
    def first_name(self) -> str:
        return self.to.name.split()[0] if self.to.name.split() else "there"

    def url(self, target: str) -> str:
        """The address of a line: signed, and leading to its case."""
        return with_target(self.to.link, target)


@dataclass(frozen=True, slots=True)
class AlertLetter:
    """What templates/emails/alert/ is given."""

    alert: AlertContent
    to: Addressee


@dataclass(frozen=True, slots=True)
class PageAlertLetter:
    """What templates/emails/page_alert/ is given."""

    alert: PageAlertContent
    to: Addressee

    def url(self, target: str) -> str:
        """The address of a page of the administration: who reads it signs in."""
        return self.to.link + target


@dataclass(frozen=True, slots=True)
class TriageReportLetter:
    """What templates/emails/triage_report/ is given."""

    report: TriageReportContent
    to: Addressee

    def url(self, target: str) -> str:
        """The address of a page of the desk: who reads it signs in."""
        return self.to.link + target


Letter = DigestLetter | AlertLetter | PageAlertLetter | TriageReportLetter


def build_digest_mail(letter: DigestLetter, envelope: Envelope) -> Mail:
    """A digest as it goes out. ValueError when the address cannot be one."""
    return _mail("digest", letter, letter.to, envelope, subject=letter.digest.subject)


def build_alert_mail(letter: AlertLetter, envelope: Envelope) -> Mail:
    """An alert as it goes out. ValueError when the address cannot be one."""
    return _mail("alert", letter, letter.to, envelope, subject=letter.alert.subject)


def build_page_alert_mail(letter: PageAlertLetter, envelope: Envelope) -> Mail:
    """A mail about Facebook Pages as it goes out. ValueError when the address cannot be one."""
    return _mail("page_alert", letter, letter.to, envelope, subject=letter.alert.subject)


def build_triage_report_mail(letter: TriageReportLetter, envelope: Envelope) -> Mail:
    """A week of triage as it goes out. ValueError when the address cannot be one."""
    return _mail("triage_report", letter, letter.to, envelope, subject=letter.report.subject)


def mail_domain(sender: str) -> str:
    """The right side of our Message-IDs: the domain that mail is sent from."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _mail(
    kind: str,
    letter: Letter,
    to: Addressee,
    envelope: Envelope,
    *,
    subject: str,
) -> Mail:
    Address(addr_spec=to.email)
    return Mail(
        to=to.email,
        to_name=tidy(to.name, 80),
        subject=subject,
        text=templates().get_template(f"{kind}/body.txt").render(mail=letter),
        html=templates().get_template(f"{kind}/body.html").render(mail=letter),
        message_id=envelope.message_id,
        at=envelope.at,
        headers=(
            ("List-Unsubscribe", f"<{to.unsubscribe_url}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Id", f"<{envelope.list_id}>"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Localcare-Dedupe-Key", envelope.dedupe_key),
        ),
    )


@cache
def templates() -> Environment:
    """The environment of mails: HTML escapes, text does not; neither forgives a name that is missing."""
    environment = Environment(
        loader=FileSystemLoader(asset_dir("templates") / "emails"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrapped": _wrapped, "isolated": _isolated}
    return environment


def _wrapped(text: str, indent: str = "") -> str:
    """Lines of at most 76 letters; addresses and long words stay whole."""
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _isolated(text: str) -> str:
    """Words that run from right to left, fenced in so that the rest of the line stays where it is."""
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text
