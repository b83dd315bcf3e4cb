"""SQL of the event log: one durable write for many deliveries, claims that two workers never share."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import class_row
from sqlmodel import Session, select

from localcare.intake.core import ClaimedEvent, Delivery, Issue
from localcare.intake.models import Source
from localcare.kit.db import raw_connection, rows_as_json

INSERT_EVENTS = """
    with given as (
      select nextval('event_id_seq') as id, * from unnest(
        %(digests)b::bytea[], %(received)b::timestamptz[], %(lanes)b::text[], %(sources)b::text[], %(brands)b::int[],
        %(bodies)b::bytea[]) as n(digest, received_at, lane, source, brand_id, body)
    ), fresh as (
      insert into event_key (digest, event_id, received_at) select digest, id, received_at from given order by digest
      on conflict do nothing returning event_id
    ), logged as (
      insert into event (id, received_at, lane, source, brand_id, body)
      select id, received_at, lane, source, brand_id, body from given where id in (select event_id from fresh)
    )
    insert into event_todo (event_id, received_at, attempts)
    select id, received_at, 0 from given where id in (select event_id from fresh)
    returning event_id
"""
_CLAIM = """
    with todo as (
      select event_id, received_at, attempts from event_todo
      where not_before is null or not_before <= %s
      order by event_id limit %s for update skip locked
    )
    select e.id, e.received_at, e.lane, e.source, e.brand_id, e.body, t.attempts
    from todo t join event e on e.id = t.event_id and e.received_at = t.received_at order by e.id
"""
_DONE = "delete from event_todo where event_id = any(%s)"
_POSTPONE = "update event_todo set attempts = attempts + 1, not_before = %s where event_id = any(%s)"
_ISSUES = """
    insert into event_issue (event_id, position, brand_id, kind, page_id, what, why, noticed_at)
    select event_id, position, brand_id, kind, page_id, what, why, %s from jsonb_to_recordset(%b::jsonb)
      as n(event_id bigint, position integer, brand_id integer, kind text, page_id text, what text, why text)
    on conflict (event_id, position) do update set settled_at = null, kind = excluded.kind, why = excluded.why
"""
_AGAIN = """
    insert into event_todo (event_id, received_at, attempts)
    select id, received_at, 0 from event where id = any(%s) and source not like 'file:%%'
    on conflict (event_id) do update set not_before = null, attempts = 0
    returning event_id
"""
_SETTLE = "update event_issue set settled_at = %s where event_id = any(%s) and settled_at is null"
_LAST_WEBHOOK = """
    select received_at from event where lane = 'webhook' and source = 'facebook' and received_at > %s
    order by id desc limit 1
"""
_BACKLOG = "select count(*), min(received_at) from event_todo"


def event_parameters(deliveries: Sequence[Delivery]) -> dict[str, list[object]]:
    """The parameters of INSERT_EVENTS: one array a column, sent in binary."""
    return {
        "digests": [delivery.digest for delivery in deliveries],
        "received": [delivery.received_at for delivery in deliveries],
        "lanes": [str(delivery.lane) for delivery in deliveries],
        "sources": [delivery.source for delivery in deliveries],
        "brands": [delivery.brand_id for delivery in deliveries],
        "bodies": [delivery.body for delivery in deliveries],
    }


def insert_events(session: Session, deliveries: Sequence[Delivery]) -> list[int]:
    """Log deliveries and put them on the todo list; returns the ids of those that are not repeats."""
    with raw_connection(session).cursor() as cursor:
        rows = cursor.execute(INSERT_EVENTS, event_parameters(deliveries)).fetchall()
    return [event_id for (event_id,) in rows]


def claim_events(session: Session, *, limit: int, now: datetime) -> list[ClaimedEvent]:
    """The oldest events that nobody works on, locked."""
    with raw_connection(session).cursor(row_factory=class_row(ClaimedEvent)) as cursor:
        return cursor.execute(_CLAIM, (now, limit), binary=True).fetchall()


def mark_done(session: Session, event_ids: Sequence[int]) -> None:
    """Take events off the todo list."""
    raw_connection(session).execute(_DONE, (list(event_ids),))


def postpone_events(session: Session, event_ids: Sequence[int], until: datetime) -> None:
    """Leave events for later after a failure."""
    raw_connection(session).execute(_POSTPONE, (until, list(event_ids)))


def save_issues(session: Session, issues: Sequence[Issue], *, now: datetime) -> None:
    """Show an administrator what could not be worked in."""
    if issues:
        rows = [{name: getattr(issue, name) for name in Issue.__slots__} for issue in issues]
        raw_connection(session).execute(_ISSUES, (now, rows_as_json(rows)))


def settle_issues(session: Session, event_ids: Sequence[int], *, now: datetime) -> None:
    """Close the issues of events that are worked in again."""
    raw_connection(session).execute(_SETTLE, (now, list(event_ids)))


def put_back(session: Session, event_ids: Sequence[int]) -> list[int]:
    """Put logged events on the todo list again; returns those that exist."""
    with raw_connection(session).cursor() as cursor:
        return [event_id for (event_id,) in cursor.execute(_AGAIN, (list(event_ids),)).fetchall()]


def measure_backlog(
    connection: psycopg.Connection[tuple[int, datetime | None]], now: datetime
) -> tuple[int, timedelta]:
    """How many events wait, and for how long the oldest has."""
    row = connection.execute(_BACKLOG).fetchone()
    count, oldest = row or (0, None)
    return count, (now - oldest if oldest else timedelta())


def find_source(session: Session, name: str) -> Source | None:
    """A signed source by its name, which is unique over all brands."""
    return session.exec(select(Source).where(Source.name == name)).one_or_none()


def list_sources(session: Session) -> list[Source]:
    """Every signed source, locked until the end of the transaction; wants a session of all brands."""
    return list(session.exec(select(Source).with_for_update()))


def find_last_webhook(session: Session, now: datetime) -> datetime | None:
    """When Meta last delivered anything, within the last month; wants a session of all brands."""
    row = raw_connection(session).execute(_LAST_WEBHOOK, (now - timedelta(days=31),)).fetchone()
    return row[0] if row else None
