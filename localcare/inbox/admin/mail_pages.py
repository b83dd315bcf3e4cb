"""What the page of the mail lane shows: how it stands, a mail that is tried, and mails that wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from localcare.channels.mail.letter import Letter
from localcare.inbox.admin.pages import AdminPage
from localcare.intake.mail import Outcome, Waiting
from localcare.web.words import plural


@dataclass(frozen=True, slots=True)
class Tried:
    """What was read of a mail that somebody pasted."""

    letter: Letter
    outcome: Outcome

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the template found, in words."""
        told = self.outcome.told
        if told is None:
            return []
        opinion = {True: "recommends", False: "does not recommend", None: "not said"}[told.recommends]
        return [
            ("Template", told.template),
            ("Kind", told.kind),
            ("Who", told.author),
            ("Page", f"{told.page_name or 'not said'}{f' (id {told.page_id})' if told.page_id else ''}"),
            ("Opinion", plural(told.stars, "star") if told.stars else opinion),
            ("Words", told.text or "none"),
            ("Link", told.link or "none"),
            ("Network’s own id", told.network_id or "not in the mail"),
        ]


@dataclass(frozen=True, kw_only=True)
class MailPage(AdminPage):
    """`admin/mail.html`. `fault` is what is wrong with the templates; `address` where mails are posted to."""

    address: str
    has_secret: bool
    relay: str
    senders: Sequence[str]
    templates: Sequence[tuple[str, str, str]]
    is_shipped: bool
    fault: str
    source: str
    tried: Tried | None
    waiting: Sequence[Waiting]
