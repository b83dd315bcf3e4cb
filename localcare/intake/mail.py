"""The mail lane: what becomes of a mail, from its bytes to an event that is durable.

What is read is stored as the mention it tells, what is not as the mail's texts with the reason; attachments are never kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlmodel import Session

from localcare.channels.mail.drafting import draft_template
from localcare.channels.mail.letter import Letter, read_letter
from localcare.channels.mail.reading import Told, change_of, read_notification
from localcare.channels.mail.templates import Templates, load_templates
from localcare.channels.mail.unread import Unread, decode_unread, encode_unread
from localcare.channels.mail.vouching import why_forged
from localcare.channels.reading import MAIL, STORED
from localcare.channels.stored import encode_changes
from localcare.intake import mail_repository as repository
from localcare.intake import service
from localcare.intake.core import Delivery, Lane
from localcare.intake.mail_repository import MailedPage, MailEvent
from localcare.kit.db import ALL_BRANDS, set_actor
from localcare.people.core import Viewer

__all__ = ["MailEvent", "MailRules", "Outcome", "Waiting", "accept_mail", "list_waiting", "read_again", "try_mail"]

_MOST_SHOWN = 50
_MANY_BRANDS = "Several brands are here, and the mail names no Page that is linked to one of them."


@dataclass(frozen=True, slots=True)
class MailRules:
    """By what a mail is judged: templates, and the name of the server that vouches for senders."""

    templates: Templates
    relay: str | None

    @classmethod
    def of(cls, templates: Path | None, relay: str | None) -> "MailRules":
        """As the settings say; a changed file counts at once. Raises ConfigurationError."""
        return cls(load_templates(templates), relay)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail. `known`: Facebook tells us of it by itself, so the mail adds nothing."""

    became: Literal["mention", "set-aside", "refused", "known"]
    why: str = ""
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that no template fitted when it came, with a draft of one that would; "" where its sender is not believed."""

    event_id: int
    unread: Unread
    draft: str = ""


def accept_mail(session: Session, raw: bytes, rules: MailRules, *, now: datetime) -> Outcome:
    """Take a mail in, in the caller's transaction, which must be of all brands. The same mail again changes nothing."""
    letter = read_letter(raw)
    outcome, place = _judge(session, letter, rules, now)
    if outcome.told is not None and place is not None and outcome.became == "mention":
        change = change_of(outcome.told, letter, page_id=place.page_id or None)
        service.accept(session, [Delivery(Lane.MAIL, STORED, encode_changes([change]), now, place.brand_id)])
    elif outcome.became != "known":
        received_at = letter.sent_at or now
        unread = Unread(letter, outcome.why, is_refused=outcome.became == "refused", received_at=received_at)
        brands = repository.list_brand_ids(session)
        only = brands[0] if len(brands) == 1 else None
        service.accept(session, [Delivery(Lane.MAIL, MAIL, encode_unread(unread), now, only)])
    return outcome


def try_mail(raw: bytes, rules: MailRules, *, now: datetime) -> tuple[Letter, Outcome]:
    """What would be read of a mail; nothing is kept. The sender is judged too, but stops nothing."""
    letter = read_letter(raw)
    forged = why_forged(letter, senders=rules.templates.senders, relay=rules.relay)
    found = read_notification(letter, rules.templates, received_at=now)
    if isinstance(found, str):
        return letter, Outcome("set-aside", found)
    return letter, Outcome("refused" if forged else "mention", forged, found)


def list_waiting(session: Session, viewer: Viewer) -> list[Waiting]:
    """The mails that wait for better templates, or for nobody, the newest first."""
    set_actor(session, ALL_BRANDS, viewer=viewer.actor)
    events = repository.list_set_aside(session, viewer.brand_id, limit=_MOST_SHOWN)
    set_actor(session, viewer.brand_id, viewer=viewer.actor)
    waiting = [(event.id, unread) for event in events if (unread := decode_unread(event.body))]
    names = repository.list_names_in(session, viewer.brand_id, [unread.letter.subject for _, unread in waiting])
    return [
        Waiting(event_id, unread, "" if unread.is_refused else draft_template(unread.letter, names))
        for event_id, unread in waiting
    ]


def read_again(session: Session, viewer: Viewer, rules: MailRules, *, now: datetime) -> tuple[int, int]:
    """Read the mails that wait with the templates of today: (became mentions, wait still). Refused ones stay refused."""
    set_actor(session, ALL_BRANDS, viewer=viewer.actor)
    waiting = [
        (event, unread)
        for event in repository.list_set_aside(session, viewer.brand_id, limit=1_000)
        if (unread := decode_unread(event.body)) and not unread.is_refused
    ]
    became = [event.id for event, unread in waiting if _take_again(session, viewer.brand_id, unread, rules, now)]
    service.settle(session, became, now=now)
    set_actor(session, viewer.brand_id, viewer=viewer.actor)
    return len(became), len(waiting) - len(became)


def _take_again(session: Session, brand_id: int, unread: Unread, rules: MailRules, now: datetime) -> bool:
    found = read_notification(unread.letter, rules.templates, received_at=unread.received_at)
    if isinstance(found, str):
        return False
    place = _place(session, found)
    if place is None or place.brand_id != brand_id:
        return False
    change = change_of(found, unread.letter, page_id=place.page_id or None)
    service.accept(session, [Delivery(Lane.MAIL, STORED, encode_changes([change]), now, brand_id)])
    return True


def _judge(session: Session, letter: Letter, rules: MailRules, now: datetime) -> tuple[Outcome, MailedPage | None]:
    forged = why_forged(letter, senders=rules.templates.senders, relay=rules.relay)
    if forged:
        return Outcome("refused", forged), None
    found = read_notification(letter, rules.templates, received_at=now)
    if isinstance(found, str):
        return Outcome("set-aside", found), None
    place = _place(session, found)
    if place is None:
        return Outcome("set-aside", _MANY_BRANDS), None
    if found.kind != "review" and found.network_id is None and place.is_told:
        return Outcome("known", "Facebook tells us of this by itself; the mail adds nothing.", found), place
    return Outcome("mention", told=found), place


def _place(session: Session, told: Told) -> MailedPage | None:
    """Whose Page it is; page id "" where several Pages of one brand bear the name, or none."""
    pages: Sequence[MailedPage] = []
    if told.page_id:
        pages = repository.list_pages(session, page_id=told.page_id, name="")
    if not pages and told.page_name:
        pages = repository.list_pages(session, page_id=None, name=told.page_name)
    if len(pages) == 1:
        return pages[0]
    brands = {page.brand_id for page in pages} or set(repository.list_brand_ids(session))
    return MailedPage(brands.pop(), "", is_told=False) if len(brands) == 1 else None
