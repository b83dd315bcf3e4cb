"""SQL of cases that have fallen quiet: answered, and the customer has said nothing more."""

from datetime import datetime

from psycopg.rows import tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_SETTLE = """
    update care_case set state = 'resolved', is_open = false, closed_at = %(now)s, closed_how = 'answered',
           version = version + 1, updated_at = %(now)s
    where brand_id = %(brand)s and is_open and waiting_since is null and state = 'waiting'
      and greatest(answered_at, replied_at) < %(quiet_since)s and last_customer_at < %(quiet_since)s
    returning id
"""


def settle(session: Session, brand_id: int, now: datetime, quiet_since: datetime) -> list[int]:
    """Resolve answered cases in which nothing was said since then; returns their ids."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        values = {"now": now, "brand": brand_id, "quiet_since": quiet_since}
        return [case_id for (case_id,) in cursor.execute(_SETTLE, values)]
