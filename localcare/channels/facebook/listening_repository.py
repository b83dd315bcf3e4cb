"""SQL of listening: when a Page was last heard of, and how often it used to be. Reads the event log's lanes, writes none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.core.silence import DAYS_COMPARED
from localcare.kit.db import raw_connection

_NEWEST = 10_000
"""As many mentions as are looked through for news each minute; many more than a minute brings."""

# many Pages at once are held in one order, here and where they are looked at
_HEARD = f"""
    with newest as materialized (
        select page_id, received_at, event_id, channel from mention order by id desc limit {_NEWEST}
    ), heard as (
        select n.page_id, max(n.received_at) as at from newest n left join event e on e.id = n.event_id
        where n.channel = 'facebook' and n.page_id is not null and coalesce(e.lane, 'webhook') = 'webhook'
            and n.received_at > %(since)s
        group by n.page_id
    ), news as (
        select a.page_id, h.at from page_access a join heard h on h.page_id = a.page_id
        where a.last_event_at is null or a.last_event_at < h.at
        order by a.page_id for no key update of a
    )
    update page_access a set last_event_at = greatest(a.last_event_at, news.at) from news where a.page_id = news.page_id
"""
_WRITE_HEARD = """
    with news as (
        select a.page_id, h.at from page_access a
        join unnest(%s::text[], %s::timestamptz[]) as h(page_id, at) on h.page_id = a.page_id
        where a.last_event_at is null or a.last_event_at < h.at
        order by a.page_id for no key update of a
    )
    update page_access a set last_event_at = greatest(a.last_event_at, news.at) from news where a.page_id = news.page_id
"""
_QUIET = """
    select a.page_id, a.last_event_at from page_access a
    where a.brand_id = %(brand)s and a.last_event_at < %(before)s and a.last_event_at > %(after)s
        and not exists (select from page_incident i where i.page_id = a.page_id and i.ended_at is null
            and i.kind in ('token', 'subscription'))
"""
_MOMENTS = """
    select m.page_id, array_agg(distinct date_trunc('hour', m.received_at)) as moments
    from mention m left join event e on e.id = m.event_id
    where m.brand_id = %(brand)s and m.received_at > %(after)s and m.page_id = any(%(pages)s) and m.channel = 'facebook'
        and coalesce(e.lane, 'webhook') = 'webhook'
    group by m.page_id
"""
_LAST = "select max(last_event_at) from page_access where brand_id = %s"
_SAME_HOURS = f"""
    select count(m.id) from generate_series(1, {DAYS_COMPARED}) as d (days)
    left join mention m on m.brand_id = %(brand)s and m.channel = 'facebook'
        and m.received_at > %(last)s - d.days * interval '1 day' and m.received_at <= %(now)s - d.days * interval '1 day'
        and coalesce((select e.lane from event e where e.id = m.event_id), 'webhook') = 'webhook'
    where %(first)s <= %(last)s - d.days * interval '1 day'
    group by d.days order by d.days
"""
_FIRST = "select min(received_at) from mention_key where brand_id = %s and channel = 'facebook'"


@dataclass(frozen=True, slots=True)
class QuietPage:
    """A Page that has not been heard of for a while, and was before."""

    page_id: str
    last_event_at: datetime


def note_heard(session: Session, *, since: datetime) -> int:
    """Keep when each Page was last heard of by webhook; returns how many had news. Wants a session of all brands."""
    return raw_connection(session).execute(_HEARD, {"since": since}).rowcount


def write_heard(session: Session, heard: Mapping[str, datetime]) -> int:
    """Keep these moments where they are news; returns how many were. Wants a session of all brands."""
    return raw_connection(session).execute(_WRITE_HEARD, (list(heard), list(heard.values()))).rowcount


def list_quiet(session: Session, brand_id: int, *, before: datetime, after: datetime) -> list[QuietPage]:
    """Pages last heard of between these moments, without anything that explains it."""
    values = {"brand": brand_id, "before": before, "after": after}
    with raw_connection(session).cursor(row_factory=class_row(QuietPage)) as cursor:
        return cursor.execute(_QUIET, values).fetchall()


def list_moments(
    session: Session, brand_id: int, page_ids: Sequence[str], *, after: datetime
) -> dict[str, list[datetime]]:
    """The hours in which these Pages were heard of by webhook."""
    values = {"brand": brand_id, "pages": list(page_ids), "after": after}
    return dict(raw_connection(session).execute(_MOMENTS, values).fetchall())


def find_last_heard(session: Session, brand_id: int) -> datetime | None:
    """When any Page of the brand was last heard of."""
    row = raw_connection(session).execute(_LAST, (brand_id,)).fetchone()
    return row[0] if row else None


def count_same_hours(session: Session, brand_id: int, *, last: datetime, now: datetime) -> list[int]:
    """How much came in the hours from `last` to `now` on each of the days before, as far as there is a past."""
    if now - last >= timedelta(days=1):
        last = now - timedelta(days=1)
    run = raw_connection(session).execute
    first = run(_FIRST, (brand_id,)).fetchone()
    if first is None or first[0] is None:
        return []
    values = {"brand": brand_id, "last": last, "now": now, "first": first[0]}
    return [row[0] for row in run(_SAME_HOURS, values)]
