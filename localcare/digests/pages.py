"""What the pages about mail show."""

from collections.abc import Sequence
from dataclasses import dataclass

from localcare.kit.mail_sink import KeptMail
from localcare.web.pages import Page
from localcare.web.parts import Tab


@dataclass(frozen=True, kw_only=True)
class SubscriptionPage(Page):
    """`digests/subscription.html`: one kind of mail of one person, and the one button that changes it."""

    what: str
    email: str
    is_active: bool
    action: str


@dataclass(frozen=True, kw_only=True)
class MailListPage(Page):
    """`digests/dev_mails.html`: what was sent, newest first; `wanted` is the search for a recipient."""

    mails: Sequence[KeptMail]
    wanted: str


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    """`digests/dev_mail.html`: one mail as its HTML, its text or its headers; `part` says which."""

    key: str
    part: str
    to: str
    sender: str
    sent: str
    text: str
    headers: Sequence[tuple[str, str]]
    tabs: Sequence[Tab]
