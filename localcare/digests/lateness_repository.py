"""SQL of who hears of late replies: which cases still wait, and who was told of late ones not long ago."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

# a case lies at the store that its queue names: a closed store's at its successor
_WAITING = """
    select c.id as case_id, s.id as store_id, s.timezone, min(k.due_at) as due_at
    from care_case c join store s on s.brand_id = c.brand_id and c.queue = 'store:' || s.number
    join case_clock k on k.case_id = c.id and k.stopped_at is null and k.kind in ('first_reply', 'next_reply')
    where c.brand_id = %(brand)s and c.id = any(%(cases)s) and c.is_open and c.waiting_since is not null
        and c.last_customer_at >= %(since)s
    group by c.id, s.id order by min(k.due_at), c.id
"""
_TOLD = """
    select distinct a.person_id from alert a join care_case c on c.id = a.case_id
    left join store s on s.brand_id = c.brand_id and c.queue = 'store:' || s.number
    where a.person_id = any(%(people)s) and a.kind = %(kind)s and a.created_at > %(since)s
        and (%(store)s::integer is null or s.id = %(store)s)
"""


@dataclass(frozen=True, slots=True)
class LateAtStore:
    """A case at a store whose customer waits for a reply, and when that is or was due."""

    case_id: int
    store_id: int
    timezone: str
    due_at: datetime


def list_waiting(session: Session, brand_id: int, case_ids: Sequence[int], *, since: datetime) -> list[LateAtStore]:
    """Those of these cases that lie at a store and still wait, with words since then; the first due first."""
    with raw_connection(session).cursor(row_factory=class_row(LateAtStore)) as cursor:
        return cursor.execute(_WAITING, {"brand": brand_id, "cases": list(case_ids), "since": since}).fetchall()


def list_told_since(
    session: Session, person_ids: Collection[int], kind: str, *, store_id: int | None, since: datetime
) -> frozenset[int]:
    """Who of these was told of such a case since then, at this store (None: at any)."""
    values = {"people": sorted(person_ids), "kind": kind, "store": store_id, "since": since}
    return frozenset(person_id for (person_id,) in raw_connection(session).execute(_TOLD, values).fetchall())
