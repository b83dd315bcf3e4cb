"""SQL of stars by day, and of what was probed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row, scalar_row, tuple_row
from sqlmodel import Session, col, select

from localcare.channels.facebook.core.stars import PASSING, Stars
from localcare.channels.facebook.models import CapabilityProbe
from localcare.kit.db import raw_connection, rows_as_json

_BRANDS = "select distinct brand_id from page_access order by 1"
_DUE = """
    select a.page_id, a.token_encrypted as sealed, p.store_id from page_access a
    left join store_page p on p.page_id = a.page_id and p.channel = 'facebook' and p.valid_to is null
    where a.brand_id = %(brand)s and (a.quota_until is null or a.quota_until <= %(now)s)
        and not exists (select from graph_pause g where g.until > %(now)s)
        and not exists (select from page_rating r where r.page_id = a.page_id and r.on_day = %(day)s
                        and r.reason is distinct from %(passing)s)
    order by a.page_id limit %(limit)s
"""
_SAVE = """
    insert into page_rating as r (page_id, on_day, brand_id, store_id, stars, count, reason)
    select page_id, %(day)s, %(brand)s, store_id, stars, count, reason
    from jsonb_to_recordset(%(rows)b::jsonb) as n (page_id text, store_id int, stars float8, count int, reason text)
    on conflict (page_id, on_day) do update
        set stars = excluded.stars, count = excluded.count, reason = excluded.reason, store_id = excluded.store_id
        where r.stars is null and r.count is null
"""
_HISTORY = """
    select on_day, stars, count, reason from page_rating
    where page_id = %s and on_day >= %s order by on_day
"""
# for each store the newest known day, and the newest known one before the days that are asked about
_PAIRS = """
    select s.store_id, r.page_id, r.on_day, r.stars, r.count, r.reason, b.on_day, b.stars, b.count, b.reason
    from unnest(%(stores)s::int[], %(after)s::date[], %(until)s::date[]) as s (store_id, after, until)
    cross join lateral (
        select * from page_rating r where r.store_id = s.store_id and r.on_day > s.after and r.on_day <= s.until
            and (r.stars is not null or r.count is not null) order by r.on_day desc limit 1
    ) r
    cross join lateral (
        select * from page_rating b where b.page_id = r.page_id and b.on_day <= s.after
            and (b.stars is not null or b.count is not null) order by b.on_day desc limit 1
    ) b
"""
_TRUSTED = """
    select a.page_id, a.token_encrypted as sealed, p.store_id from page_access a
    left join store_page p on p.page_id = a.page_id and p.channel = 'facebook' and p.valid_to is null
    where a.brand_id = %s and a.health in ('ok', 'unknown') and (a.quota_until is null or a.quota_until <= %s)
    order by a.health, p.store_id is null, a.page_id limit 1
"""


@dataclass(frozen=True, slots=True)
class RatedPage:
    """A Page with its sealed token, and the store it is of."""

    page_id: str
    sealed: bytes
    store_id: int | None


@dataclass(frozen=True, slots=True)
class StarRow:
    """What was told of one Page."""

    page: RatedPage
    stars: Stars


def list_brands(session: Session) -> list[int]:
    """Brands that have connected Pages; wants a session of all brands."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return list(cursor.execute(_BRANDS).fetchall())


def list_due(session: Session, brand_id: int, *, day: date, now: datetime, limit: int) -> list[RatedPage]:
    """Pages whose stars are not known for this day yet, and whose budget is not spent."""
    values = {"brand": brand_id, "day": day, "now": now, "limit": limit, "passing": PASSING}
    with raw_connection(session).cursor(row_factory=class_row(RatedPage)) as cursor:
        return cursor.execute(_DUE, values, binary=True).fetchall()


def save_stars(session: Session, brand_id: int, day: date, rows: Sequence[StarRow]) -> None:
    """Keep a day's stars; what is known already stays."""
    listed: list[dict[str, object]] = [
        {
            "page_id": row.page.page_id,
            "store_id": row.page.store_id,
            "stars": row.stars.stars,
            "count": row.stars.count,
            "reason": row.stars.reason,
        }
        for row in rows
    ]
    if listed:
        raw_connection(session).execute(_SAVE, {"day": day, "brand": brand_id, "rows": rows_as_json(listed)})


def list_history(session: Session, page_id: str, *, since: date) -> list[Stars]:
    """A Page's days since then."""
    with raw_connection(session).cursor(row_factory=class_row(Stars)) as cursor:
        return cursor.execute(_HISTORY, (page_id, since)).fetchall()


def list_pairs(session: Session, spans: Sequence[tuple[int, date, date]]) -> dict[int, list[tuple[str, Stars, Stars]]]:
    """By store: (page id, before, now) of its Pages; spans are (store id, days after this one, until this one)."""
    stores, after, until = ([*part] for part in zip(*spans, strict=True))
    found: dict[int, list[tuple[str, Stars, Stars]]] = defaultdict(list)
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_PAIRS, {"stores": stores, "after": after, "until": until}).fetchall()
    for store_id, page_id, *days in rows:
        found[store_id].append((page_id, Stars(*days[4:]), Stars(*days[:4])))
    return found


def find_trusted_page(session: Session, brand_id: int, *, now: datetime) -> RatedPage | None:
    """A Page whose token is well, a store's before the brand's: to ask something harmless with."""
    with raw_connection(session).cursor(row_factory=class_row(RatedPage)) as cursor:
        return cursor.execute(_TRUSTED, (brand_id, now), binary=True).fetchone()


def find_last_probe(session: Session, brand_id: int, what: str) -> CapabilityProbe | None:
    """The newest probe of something."""
    query = select(CapabilityProbe).where(CapabilityProbe.brand_id == brand_id, CapabilityProbe.what == what)
    return session.exec(query.order_by(col(CapabilityProbe.at).desc()).limit(1)).first()


_OUTCOME_SINCE = """
    select min(at) from capability_probe
    where brand_id = %(brand)s and what = %(what)s and at > coalesce((
        select max(at) from capability_probe where brand_id = %(brand)s and what = %(what)s and outcome <> %(outcome)s
    ), '-infinity')
"""


def find_outcome_since(session: Session, brand_id: int, what: str, outcome: str) -> datetime | None:
    """Since which probe every one has brought this outcome; None when the last brought another, or there is none."""
    values = {"brand": brand_id, "what": what, "outcome": outcome}
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_OUTCOME_SINCE, values).fetchone()


def list_probes(session: Session, brand_id: int, *, limit: int) -> list[CapabilityProbe]:
    """The newest probes."""
    query = select(CapabilityProbe).where(CapabilityProbe.brand_id == brand_id)
    return list(session.exec(query.order_by(col(CapabilityProbe.at).desc()).limit(limit)))
