"""SQL of the map: every store with its place, and counts by state. Read-only; every query names the brand."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_STORES = """
    with open_cases as (
        select store_id, count(*) as cases from care_case
        where brand_id = %(brand)s and is_open and store_id is not null group by 1
    ), paged as (
        select distinct store_id from store_page
        where brand_id = %(brand)s and valid_to is null and kind = 'official' and store_id is not null
    )
    select s.id, s.number, s.name, coalesce(s.city, '') as city, coalesce(s.state, '') as state, s.latitude, s.longitude,
        s.closed_on is null or s.closed_on > %(today)s as is_open, p.store_id is not null as has_page,
        coalesce(c.cases, 0) as cases
    from store s left join open_cases c on c.store_id = s.id left join paged p on p.store_id = s.id
    where s.brand_id = %(brand)s
    order by s.number
"""
# one look-up per mention, as in insight: a join of the mentions' two tables would be planned for a single row
_VOICES = """
    select store_id, count(*) as voices, count(*) filter (where good) as good
    from (
        select r.store_id, coalesce(m.recommends, m.rating >= 4) as good
        from resolution r cross join lateral (select received_at from mention_key k where k.id = r.mention_id offset 0) k
            cross join lateral (
                select m.recommends, m.rating from mention m where m.id = r.mention_id and m.received_at = k.received_at
                    and not m.from_page and not m.hidden and m.removed_at is null
                    and (m.recommends is not null or m.rating is not null) offset 0
            ) m
        where r.brand_id = %(brand)s and r.superseded_at is null and r.status in ('exact', 'likely')
            and r.store_id is not null and r.mentioned_at >= %(since)s
    ) said
    group by 1
"""


@dataclass(frozen=True, slots=True)
class MappedStore:
    """A store with where it stands and how it fares; `cases` are open ones."""

    id: int
    number: str
    name: str
    city: str
    state: str
    latitude: float | None
    longitude: float | None
    is_open: bool
    has_page: bool
    cases: int


@dataclass(frozen=True, slots=True)
class StoreVoice:
    """How many rated or recommended a store, and how many of them did so well (4 stars and more)."""

    store_id: int
    voices: int
    good: int


def list_mapped(session: Session, brand_id: int, *, today: date) -> list[MappedStore]:
    """Every store of the brand, closed ones and those without coordinates too."""
    with raw_connection(session).cursor(row_factory=class_row(MappedStore)) as cursor:
        return cursor.execute(_STORES, {"brand": brand_id, "today": today}).fetchall()


def count_voices(session: Session, brand_id: int, *, since: datetime) -> list[StoreVoice]:
    """What customers thought of each store since then; stores that nobody rated are missing."""
    with raw_connection(session).cursor(row_factory=class_row(StoreVoice)) as cursor:
        return cursor.execute(_VOICES, {"brand": brand_id, "since": since}).fetchall()
