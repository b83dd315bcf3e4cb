"""Mails that became no mention keep their words only as long as somebody may still teach a template for them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.mail.unread import forget_words, speaks_of
from localcare.privacy import mail_repository as repository

KEPT_UNREAD = timedelta(days=90)


def purge_mails(session: Session, now: datetime) -> int:
    """Take the words out of mails that were read since or dismissed, and of those that nobody taught in time; how many.

    In time is 90 days, or the brand's retention where that is shorter.
    """
    return _forget(session, repository.list_done(session, now - KEPT_UNREAD, now), now)


def forget_in_mails(session: Session, brand_id: int, names: Iterable[str], now: datetime) -> int:
    """Take the words out of waiting mails that speak of somebody by one of these names; how many."""
    wanted = [name for name in names if name.strip()]
    waiting = repository.list_waiting(session, brand_id) if wanted else []
    return _forget(session, [mail for mail in waiting if any(speaks_of(mail.body, name) for name in wanted)], now)


def _forget(session: Session, mails: Iterable[repository.KeptMail], now: datetime) -> int:
    done = 0
    for mail in mails:
        left = forget_words(mail.body)
        repository.keep_bare(session, mail, left, now=now)
        done += left is not None
    return done
