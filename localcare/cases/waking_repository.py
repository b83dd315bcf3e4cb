"""SQL of what time does to cases: snoozed ones wake, and those that a silent owner holds go back to their queue."""

from datetime import datetime

from psycopg.rows import tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_WAKE = """
    update care_case set state = case when owner_id is null then 'queued' else 'claimed' end, snoozed_until = null,
           version = version + 1, updated_at = %(now)s
    where state = 'snoozed' and snoozed_until <= %(now)s and brand_id = %(brand)s
    returning id
"""
_TAKE_BACK = """
    update care_case c set state = 'queued', owner_id = null, untouched_since = null, version = c.version + 1,
           updated_at = %(now)s
    where c.state = 'claimed' and c.is_open and c.waiting_since is not null and c.brand_id = %(brand)s
      and c.owner_id is not null and c.approval_asked_at is null
      and c.updated_at < case when left(c.queue, 6) = 'store:' then %(store)s else %(central)s end
      and not exists (
        select from case_event e where e.case_id = c.id
          and e.at >= case when left(c.queue, 6) = 'store:' then %(store)s else %(central)s end)
    returning c.id
"""


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
