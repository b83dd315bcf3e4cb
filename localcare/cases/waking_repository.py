"""SQL of what time does to cases: snoozed ones wake, and those that a silent owner holds go back to their queue."""

from datetime import date, datetime

from psycopg.rows import tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_WAKE = """
    update care_case set snoozed_until = null,
           state = case when waiting_since is null then 'waiting' when owner_id is null then 'queued' else 'claimed' end,
           version = version + 1, updated_at = %(now)s
    where state = 'snoozed' and snoozed_until <= %(now)s and brand_id = %(brand)s
    returning id
"""
_TAKE_BACK = """
    update care_case c set state = 'queued', owner_id = null, untouched_since = null, version = c.version + 1,
           updated_at = %(now)s
    where c.state <> 'snoozed' and c.is_open and c.waiting_since is not null and c.brand_id = %(brand)s
      and c.owner_id is not null and c.approval_asked_at is null
      and c.updated_at < case when left(c.queue, 6) = 'store:' then %(store)s else %(central)s end
      and not exists (
        select from case_event e where e.case_id = c.id
          and e.at >= case when left(c.queue, 6) = 'store:' then %(store)s else %(central)s end)
    returning c.id
"""


# once per absence, when its first day has come where the store is: what its owner takes back in hand later stays theirs
_RELEASE_ABSENT = """
    with begun as (
        update absence a set released_at = %(now)s from person p
        where p.id = a.person_id and a.brand_id = %(brand)s and a.ended_at is null and a.released_at is null and exists (
            select from role_grant g join store s on s.id = g.store_id
            where g.person_id = a.person_id and (%(now)s at time zone s.timezone)::date between a.from_on and a.to_on)
        returning a.person_id, p.name, a.to_on
    )
    update care_case c set owner_id = null, untouched_since = null, version = c.version + 1, updated_at = %(now)s,
        state = case when c.state = 'claimed' then 'queued' else c.state end
    from begun where c.owner_id = begun.person_id and c.brand_id = %(brand)s and c.is_open and left(c.queue, 6) = 'store:'
    returning c.id, begun.name, begun.to_on
"""


def release_absent(session: Session, brand_id: int, now: datetime) -> list[tuple[int, str, date]]:
    """Put what people of stores had in hand who are away from today on back into the store's inbox: case, who, until when."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_RELEASE_ABSENT, {"now": now, "brand": brand_id}).fetchall()


def list_brand_ids(session: Session) -> list[int]:
    """Every brand."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [brand_id for (brand_id,) in cursor.execute("select id from brand order by id")]


def wake_snoozed(session: Session, brand_id: int, now: datetime) -> list[int]:
    """Put cases whose snooze is over back in sight; returns their ids."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_WAKE, {"now": now, "brand": brand_id})]


def take_back_silent(
    session: Session, brand_id: int, now: datetime, *, store_since: datetime, central_since: datetime
) -> list[int]:
    """Put claimed cases in which nothing has happened since then back into their queue; returns their ids."""
    values = {"now": now, "brand": brand_id, "store": store_since, "central": central_since}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_TAKE_BACK, values)]
