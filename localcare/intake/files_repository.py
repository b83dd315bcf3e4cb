"""SQL of files that people bring: in the event log as they came, without a place on the todo list."""

from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.intake.core import Delivery
from localcare.intake.review_repository import LoggedEvent
from localcare.kit.db import raw_connection

_CLAIM_KEY = """
    insert into event_key (digest, event_id, received_at) values (%b, nextval('event_id_seq'), %s)
    on conflict (digest) do update set digest = excluded.digest returning event_id, xmax = 0
"""
_INSERT = """
    insert into event (id, received_at, lane, source, brand_id, body) values (%s, %s, %s, %s, %s, %b)
"""
_FIND = """
    select id, received_at, lane, source, brand_id, body from event
    where id = %s and brand_id = %s and source like 'file:%%'
"""


def insert_file(session: Session, delivery: Delivery, *, now: datetime) -> int:
    """The event id of a file; the same file again is the same event."""
    connection = raw_connection(session)
    row = connection.execute(_CLAIM_KEY, (delivery.digest, now)).fetchone()
    assert row is not None  # noqa: S101
    event_id, is_new = row
    if is_new:
        values = (event_id, now, delivery.lane, delivery.source, delivery.brand_id, delivery.body)
        connection.execute(_INSERT, values)
    return int(event_id)


def find_file(session: Session, brand_id: int, event_id: int) -> LoggedEvent | None:
    """A kept file of this brand."""
    with raw_connection(session).cursor(row_factory=class_row(LoggedEvent)) as cursor:
        return cursor.execute(_FIND, (event_id, brand_id)).fetchone()
