"""SQL of answers that wait for approval, with the case around each."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection
from localcare.people.core import Viewer

_AWAITING = """
    select r.id, r.case_id, r.kind, r.text, r.author_id, r.author_name, r.created_at, r.turn_id, c.queue, c.store_id,
        c.approvers, c.author_name as customer, c.topic, c.urgency, s.number as store_number, s.name as store_name,
        s.timezone, w.id as newest_id, w.text as said, w.created_at as said_at, w.channel, w.kind as said_kind,
        clock.kind as clock_kind, clock.due_at
    from reply r join care_case c on c.id = r.case_id left join store s on s.id = c.store_id
    left join lateral (
        select m.id, m.text, m.created_at, m.channel, m.kind, m.external_id from case_mention j
        join mention_key k on k.id = j.mention_id join mention m on m.id = k.id and m.received_at = k.received_at
        where j.case_id in (select t.id from care_case t
                where t.brand_id = c.brand_id and t.conversation_key = c.conversation_key)
            and not m.from_page and m.removed_at is null and m.content_version <> ''
        order by m.created_at desc, m.external_id desc limit 1
    ) w on true
    left join lateral (
        select kind, due_at from case_clock
        where case_id = c.id and stopped_at is null and kind <> 'resolve' order by due_at limit 1
    ) clock on true
    where r.brand_id = %(brand)s and r.state = 'awaiting' and c.is_open
        and (%(all)s or c.store_id = any(%(stores)s))
    order by r.created_at, r.id
"""
_OLDEST = "select min(created_at) from reply where case_id = %s and state = 'awaiting'"


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An answer that waits, what it answers, and what decides about who may approve it.

    `newest_id` is the customer's newest mention (None: they removed their words), `turn_id` the one that was answered.
    """

    id: int
    case_id: int
    kind: str
    text: str
    author_id: int | None
    author_name: str
    created_at: datetime
    turn_id: int
    queue: str
    store_id: int | None
    approvers: list[str]
    customer: str | None
    topic: str
    urgency: str
    store_number: str | None
    store_name: str | None
    timezone: str | None
    newest_id: int | None
    said: str | None
    said_at: datetime | None
    channel: str | None
    said_kind: str | None
    clock_kind: str | None
    due_at: datetime | None


def list_awaiting(session: Session, viewer: Viewer) -> list[Awaiting]:
    """What waits for approval in open cases that this viewer sees, oldest first."""
    values = {"brand": viewer.brand_id, "all": viewer.store_ids is None, "stores": sorted(viewer.store_ids or ())}
    with raw_connection(session).cursor(row_factory=class_row(Awaiting)) as cursor:
        return cursor.execute(_AWAITING, values).fetchall()


def find_oldest(session: Session, case_id: int) -> datetime | None:
    """Since when an answer of this case waits for approval; None when none does."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_OLDEST, (case_id,)).fetchone()
    return found[0] if found else None
