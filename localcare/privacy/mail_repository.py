"""SQL of forgetting mails: those that became no mention are found by the issue that each of them opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

BARE = "mail without its words"
"""What the issue of a mail says once its words are gone; until then it names sender and subject."""

_MAILS = """
    select e.id, e.received_at, e.body from event_issue i join event e on e.id = i.event_id
    where e.source = 'mail' and i.what <> %(bare)s
"""
_DONE = f"""
    {_MAILS} and (i.settled_at is not null or e.received_at < greatest(%(oldest)s, (
        select %(now)s - make_interval(months => min(b.retention_months)) from brand b
        where e.brand_id is null or b.id = e.brand_id
    )))
    limit 2000
"""
_WAITING = f"{_MAILS} and i.settled_at is null and (e.brand_id = %(brand)s or e.brand_id is null)"
_REWRITE = "update event set body = %s where id = %s and received_at = %s"
_HUSH = """
    update event_issue set what = %(bare)s, settled_at = coalesce(settled_at, %(now)s),
        why = case when settled_at is null then 'Its words were forgotten before a template was taught.' else why end
    where event_id = %(event)s
"""


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail as the event log keeps it."""

    id: int
    received_at: datetime
    body: bytes


def list_done(session: Session, oldest: datetime, now: datetime) -> Sequence[KeptMail]:
    """Mails that need their words no longer: settled, or older than they may wait; wants a session of all brands."""
    values = {"bare": BARE, "oldest": oldest, "now": now}
    with raw_connection(session).cursor(row_factory=class_row(KeptMail)) as cursor:
        return cursor.execute(_DONE, values, binary=True).fetchall()


def list_waiting(session: Session, brand_id: int) -> Sequence[KeptMail]:
    """Mails of a brand, or of nobody yet, that wait for a template."""
    with raw_connection(session).cursor(row_factory=class_row(KeptMail)) as cursor:
        return cursor.execute(_WAITING, {"bare": BARE, "brand": brand_id}, binary=True).fetchall()


def keep_bare(session: Session, mail: KeptMail, left: bytes | None, *, now: datetime) -> None:
    """Keep what is left of a mail, and have its issue say nothing of it any more."""
    run = raw_connection(session).execute
    if left is not None:
        run(_REWRITE, (left, mail.id, mail.received_at))
    run(_HUSH, {"bare": BARE, "now": now, "event": mail.id})
