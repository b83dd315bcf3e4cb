"""SQL of what people decide about a store: taking a decision back, and finding a store to decide for."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection
from localcare.stores.core.asking import FoundStore

_END_DECISIONS = """
    update resolution set superseded_at = %(now)s
    where brand_id = %(brand)s and mention_id = any(%(mentions)s) and superseded_at is null and decided_by = %(by)s
    returning mention_id
"""
_RESTORE = """
    insert into resolution
        (brand_id, mention_id, mentioned_at, status, store_id, confidence, candidates, decided_by, resolved_at)
    select brand_id, mention_id, mentioned_at, status, store_id, confidence, candidates, decided_by, %(now)s
    from (
        select distinct on (mention_id) * from resolution
        where brand_id = %(brand)s and mention_id = any(%(mentions)s) and superseded_at is not null
            and decided_by <> %(by)s
        order by mention_id, id desc
    ) before
"""
_SEARCH = """
    select s.id, s.number, s.name, s.street, s.city, s.state, s.zip
    from store s
    where s.brand_id = %(brand)s and (s.closed_on is null or s.closed_on > %(today)s) and (
        s.number ilike %(start)s or s.name ilike %(part)s or s.city ilike %(start)s or s.zip like %(start)s
        or s.street ilike %(part)s or array_to_string(s.nicknames, '|') ilike %(part)s
        or exists (select from store_alias a where a.store_id = s.id and a.state = 'active' and a.words ilike %(part)s)
    )
    order by s.number <> %(words)s, s.city not ilike %(words)s, s.name not ilike %(start)s, s.city, s.name, s.id
    limit %(limit)s
"""


def end_decisions(session: Session, brand_id: int, mention_ids: Sequence[int], by: str, now: datetime) -> list[int]:
    """End what somebody decided about mentions; returns those of which it was in force."""
    values = {"brand": brand_id, "mentions": list(mention_ids), "by": by, "now": now}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [mention_id for (mention_id,) in cursor.execute(_END_DECISIONS, values)]


def restore_before(session: Session, brand_id: int, mention_ids: Sequence[int], by: str, now: datetime) -> None:
    """Put in force again what held before this person decided."""
    values = {"brand": brand_id, "mentions": list(mention_ids), "by": by, "now": now}
    raw_connection(session).execute(_RESTORE, values)


def search_stores(session: Session, brand_id: int, words: str, *, now: datetime, limit: int) -> list[FoundStore]:
    """Open stores whose number, name, city, ZIP, street or nickname is like this, the closest first."""
    plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "brand": brand_id,
        "today": now.date(),
        "words": plain,
        "start": f"{plain}%",
        "part": f"%{plain}%",
        "limit": limit,
    }
    with raw_connection(session).cursor(row_factory=class_row(FoundStore)) as cursor:
        return cursor.execute(_SEARCH, values).fetchall()
