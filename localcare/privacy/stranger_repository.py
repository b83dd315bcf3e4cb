"""SQL of forgetting what came of Pages that nobody has linked: each such mention opened an issue, by which it is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.intake.core import FORGOTTEN_STRANGER
from localcare.kit.db import raw_connection

# an issue that is settled may have become a mention, if its Page was ever linked: then it lives as long as that
_OUTLIVED = """
    select e.id, e.received_at, e.source, e.body, array_agg(distinct i.page_id) as page_ids
    from event_issue i join event e on e.id = i.event_id
    where i.kind = 'unknown-page' and i.what <> %(bare)s and i.page_id is not null
        and e.received_at < greatest(%(oldest)s, (
            select %(now)s - make_interval(months => min(b.retention_months)) from brand b
            where e.brand_id is null or b.id = e.brand_id))
        and not exists (select from store_page p
            where p.page_id = i.page_id and (p.valid_to is null or i.settled_at is not null))
        and not exists (select from page_access a where a.page_id = i.page_id or a.instagram_id = i.page_id)
    group by e.id, e.received_at, e.source, e.body limit %(limit)s
"""
_REWRITE = "update event set body = %s where id = %s and received_at = %s"
_HUSH = """
    update event_issue set what = %s, settled_at = coalesce(settled_at, %s),
        why = case when settled_at is null then 'Its words were forgotten before its Page was linked.' else why end
    where event_id = %s and kind = 'unknown-page' and page_id = any(%s)
"""


@dataclass(frozen=True, slots=True)
class StrangersDelivery:
    """A delivery as the event log keeps it, and the Pages in it that nobody knows."""

    id: int
    received_at: datetime
    source: str
    body: bytes
    page_ids: list[str]


def list_outlived(session: Session, oldest: datetime, now: datetime, *, limit: int) -> list[StrangersDelivery]:
    """Deliveries from before `oldest`, or what the brand keeps, of Pages still unknown; wants a session of all brands."""
    values = {"bare": FORGOTTEN_STRANGER, "oldest": oldest, "now": now, "limit": limit}
    with raw_connection(session).cursor(row_factory=class_row(StrangersDelivery)) as cursor:
        return cursor.execute(_OUTLIVED, values).fetchall()


def keep_rest(session: Session, kept: Sequence[tuple[StrangersDelivery, bytes | None]], *, now: datetime) -> None:
    """Keep what is left of deliveries (None: all of it), and have their issues say nothing of who wrote any more."""
    bodies = [(left, each.id, each.received_at) for each, left in kept if left is not None]
    with raw_connection(session).cursor() as cursor:
        cursor.executemany(_REWRITE, bodies)
        cursor.executemany(_HUSH, [(FORGOTTEN_STRANGER, now, each.id, each.page_ids) for each, _ in kept])
