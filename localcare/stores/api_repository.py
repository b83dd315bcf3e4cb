"""SQL of the directory for programs: by keyset, on indexes."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_STORES = """
    select s.number, s.name, r.slug as region, s.street, s.city, s.state, s.zip, s.country, s.latitude, s.longitude,
        s.timezone, s.phone, s.hours, s.nicknames, s.opened_on, s.closed_on,
        s.successor_number as successor_store_number, s.closed_on is null or s.closed_on > %(today)s as is_open,
        s.updated_at, array(
            select a.name from region a
            where a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[]) order by a.depth
        ) as region_path
    from store s join region r on r.id = s.region_id
    where s.brand_id = %(brand)s and {which} order by s.number limit %(limit)s
"""
_IN_REGION = """
    s.region_id in (select b.id from region t join region b on b.brand_id = t.brand_id and starts_with(b.path, t.path)
        where t.brand_id = %(brand)s and t.slug = %(region)s)
"""
_PAGES = """
    select p.id, p.page_id, p.channel, p.name, s.number as store_number, p.valid_from as linked_at
    from store_page p left join store s on s.id = p.store_id
    where p.brand_id = %(brand)s and p.valid_to is null and p.id > %(after)s
        and (%(store)s::text is null or s.number = %(store)s) order by p.id limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store with its place in the hierarchy."""

    number: str
    name: str
    region: str
    street: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str
    latitude: float | None
    longitude: float | None
    timezone: str
    phone: str | None
    hours: str | None
    nicknames: list[str]
    opened_on: date | None
    closed_on: date | None
    successor_store_number: str | None
    is_open: bool
    updated_at: datetime
    region_path: list[str]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A current link of a Page."""

    id: int
    page_id: str
    channel: str
    name: str
    store_number: str | None
    linked_at: datetime


def list_stores(
    session: Session, brand_id: int, *, after: str, region: str | None, limit: int, today: date
) -> list[StoreRow]:
    """Stores by number, of one region and all below it when its slug is given."""
    which = "s.number > %(after)s" + (f" and {_IN_REGION}" if region else "")
    values = {"brand": brand_id, "after": after, "region": region, "limit": limit, "today": today}
    with raw_connection(session).cursor(row_factory=class_row(StoreRow)) as cursor:
        return cursor.execute(_STORES.format(which=which), values).fetchall()


def find_store(session: Session, brand_id: int, number: str, *, today: date) -> StoreRow | None:
    """One store by its number."""
    values = {"brand": brand_id, "number": number, "limit": 1, "today": today}
    with raw_connection(session).cursor(row_factory=class_row(StoreRow)) as cursor:
        return cursor.execute(_STORES.format(which="s.number = %(number)s"), values).fetchone()


def list_pages(session: Session, brand_id: int, *, after: int, store: str | None, limit: int) -> list[PageRow]:
    """Current links of Pages in the order they were made, of one store when its number is given."""
    values = {"brand": brand_id, "after": after, "store": store, "limit": limit}
    with raw_connection(session).cursor(row_factory=class_row(PageRow)) as cursor:
        return cursor.execute(_PAGES, values).fetchall()
