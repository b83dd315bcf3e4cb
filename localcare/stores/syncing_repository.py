"""SQL of reconciling with a network: stores beside their Pages, what is filled in, runs of the sync."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.stores.core.conflicts import StoreHere
from localcare.stores.core.differences import Told

_SELECT_STORES = """
    select id, number, name, store_code as code, street, city, state, zip, latitude as lat, longitude as lng, phone,
        hours, closed_on is null or closed_on > %s as is_open
    from store where brand_id = %s and merged_into_id is null order by id
"""
_SELECT_OFFICIAL = """
    select store_id, page_id from store_page
    where brand_id = %s and channel = %s and kind = 'official' and store_id is not null and valid_to is null order by id
"""
_SELECT_APART = """
    select page_id from store_page
    where brand_id = %s and channel = %s and valid_to is null and (store_id is null or kind <> 'official')
"""
_SELECT_MERGED = (
    "select merged_into_id, number from store where brand_id = %s and merged_into_id is not null order by id"
)
_SELECT_BRAND_PAGES = """
    select page_id, name from store_page
    where brand_id = %s and channel = %s and store_id is null and region_id is null and kind = 'official'
        and valid_to is null
    order by id
"""
_FILLED = {
    "store_code": "text",
    "phone": "text",
    "hours": "text",
    "street": "text",
    "city": "text",
    "state": "text",
    "zip": "text",
    "latitude": "double precision",
    "longitude": "double precision",
}
_FACTS_SHAPE = ", ".join(f"{name} {kind}" for name, kind in _FILLED.items())
_FILL = f"""
    update store s set updated_at = %(now)s, {", ".join(f"{name} = coalesce(s.{name}, n.{name})" for name in _FILLED)}
    from jsonb_to_recordset(%(rows)b::jsonb) as n(store_id integer, {_FACTS_SHAPE})
    where s.brand_id = %(brand)s and s.id = n.store_id
"""
_OVERWRITE = f"""
    update store s set updated_at = %(now)s, {", ".join(f"{name} = coalesce(n.{name}, s.{name})" for name in _FILLED)}
    from jsonb_to_recordset(%(rows)b::jsonb) as n(store_id integer, {_FACTS_SHAPE})
    where s.brand_id = %(brand)s and s.id = n.store_id
"""
_FINISH = "update directory_change set after = %(after)s, note = %(note)s where id = %(id)s and brand_id = %(brand)s"
_RECENT = """
    select exists (
        select from directory_change where brand_id = %(brand)s and kind = 'synced' and store_id is null
            and recorded_at > %(now)s - case after->>'state'
                when 'done' then %(rest)s when 'failed' then %(after_failure)s else %(longest)s end)
"""
REST = timedelta(hours=20)
"""So long after a sync the next one is not due; after a failed one, and while one may still be reading, less."""

_AFTER_FAILURE, _LONGEST = timedelta(hours=6), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BrandPage:
    """A Page of the brand itself."""

    page_id: str
    name: str


def list_stores_here(session: Session, brand_id: int, channel: str, *, today: date) -> list[StoreHere]:
    """Every store with its official Pages in a channel; those merged into another are that other."""
    session.flush()
    connection = raw_connection(session)
    # put together here: joined in SQL, 11,000 freshly imported stores without statistics took half a minute
    pages: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for store_id, page_id in connection.execute(_SELECT_OFFICIAL, (brand_id, channel)).fetchall():
        pages[store_id] += (page_id,)
    former: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for store_id, number in connection.execute(_SELECT_MERGED, (brand_id,)).fetchall():
        former[store_id] += (number,)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_SELECT_STORES, (today, brand_id)).fetchall()
    return [StoreHere(**row, pages=pages.get(row["id"], ()), former=former.get(row["id"], ())) for row in rows]


def list_apart(session: Session, brand_id: int, channel: str) -> frozenset[str]:
    """Pages that belong to no store on purpose: the brand's own, a region's, duplicates, rogue ones."""
    return frozenset(row[0] for row in raw_connection(session).execute(_SELECT_APART, (brand_id, channel)).fetchall())


def list_brand_pages(session: Session, brand_id: int, channel: str) -> list[BrandPage]:
    """The Pages that are the brand's own."""
    with raw_connection(session).cursor(row_factory=class_row(BrandPage)) as cursor:
        return cursor.execute(_SELECT_BRAND_PAGES, (brand_id, channel)).fetchall()


def fill_stores(session: Session, brand_id: int, told: Mapping[int, Mapping[str, Told]], *, now: datetime) -> None:
    """Write facts that were empty, by store id; what is not empty any more stays."""
    _write(session, brand_id, _FILL, told, now)


def overwrite_stores(session: Session, brand_id: int, told: Mapping[int, Mapping[str, Told]], *, now: datetime) -> None:
    """Write facts in place of what was there, by store id."""
    _write(session, brand_id, _OVERWRITE, told, now)


def finish_run(session: Session, brand_id: int, run_id: int, after: dict[str, object], *, note: str | None) -> None:
    """Keep how a run of the sync ended."""
    values = {"id": run_id, "brand": brand_id, "after": Jsonb(after), "note": note}
    raw_connection(session).execute(_FINISH, values)


def has_run_lately(session: Session, brand_id: int, *, now: datetime) -> bool:
    """Whether a sync is running, has just failed, or was done within the last day."""
    values = {"brand": brand_id, "now": now, "rest": REST, "after_failure": _AFTER_FAILURE, "longest": _LONGEST}
    row = raw_connection(session).execute(_RECENT, values).fetchone()
    return row is not None and bool(row[0])


def _write(
    session: Session, brand_id: int, statement: str, told: Mapping[int, Mapping[str, Told]], now: datetime
) -> None:  # fmt: skip
    rows: list[dict[str, object]] = [{"store_id": store_id, **facts} for store_id, facts in told.items()]
    if rows:
        raw_connection(session).execute(statement, {"brand": brand_id, "now": now, "rows": rows_as_json(rows)})
