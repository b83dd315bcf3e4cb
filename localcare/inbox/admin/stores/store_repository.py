"""SQL of one store's page: its facts, Pages, other names, people and neighbours. Read-only; every query names the brand."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_STORE = """
    select s.id, s.number, s.name, s.street, s.city, s.state, s.zip, s.country, s.latitude, s.longitude, s.timezone,
        s.phone, s.hours, s.nicknames, s.store_code, s.opened_on, s.closed_on, s.successor_number, s.updated_at,
        r.slug as region_slug, r.name as region, m.number as merged_into,
        s.closed_on is null or s.closed_on > %(today)s as is_open,
        (select count(*) from care_case c where c.store_id = s.id and c.is_open) as open_cases
    from store s join region r on r.id = s.region_id left join store m on m.id = s.merged_into_id
    where {which}
"""
_WITH_NUMBER = "s.brand_id = %(brand)s and s.number = %(number)s"
_WITH_IDS = "s.brand_id = %(brand)s and s.id = any(%(ids)s)"
_CONFLICTS = "select state, count(*) from directory_conflict where brand_id = %s group by state"
_PAGES = """
    select p.page_id, p.channel, p.name, p.kind, p.valid_from, p.valid_to,
        case when p.valid_to is not null or p.channel <> 'facebook' then '' when a.page_id is null then 'unconnected'
            else a.health end as health
    from store_page p left join page_access a on a.page_id = p.page_id
    where p.brand_id = %s and p.store_id = %s and (p.valid_to is null or p.valid_to > p.valid_from)
    order by p.valid_to is not null, p.kind <> 'official', p.valid_from desc
"""
_ALIASES = """
    select a.id, a.kind, a.words, a.city, a.source, a.state, a.supports, a.contradictions, a.created_at, a.created_by,
        a.decided_at, a.decided_by, a.valid_to
    from store_alias a where a.brand_id = %s and a.store_id = %s
    order by a.state = 'retired', a.state = 'active', a.kind, a.words
"""
_PEOPLE = """
    select g.id as role_id, m.name, m.email, g.role, g.valid_from, g.valid_to,
        case when g.valid_to < %(today)s or m.deactivated_at is not null then 'past'
            when g.valid_from > %(today)s then 'coming' else 'now' end as time
    from role_grant g join person m on m.id = g.person_id
    where g.store_id = %(store)s and m.brand_id = %(brand)s
    order by 7 desc, coalesce(g.valid_to, 'infinity') desc, g.role desc, m.name
    limit 30
"""
# the box keeps the sphere's formula to a few hundred stores; a degree of latitude is 111.2 km
_NEARBY = """
    with here as (
        select %(latitude)s::float as lat, %(longitude)s::float as lng, %(km)s::float as km
    )
    select * from (
        select s.number, s.name, s.street, s.city, s.latitude, s.longitude,
            s.closed_on is null or s.closed_on > %(today)s as is_open,
            6371.0 * 2 * asin(least(1, sqrt(
                power(sin(radians(s.latitude - lat) / 2), 2)
                + cos(radians(lat)) * cos(radians(s.latitude)) * power(sin(radians(s.longitude - lng) / 2), 2)
            ))) as km
        from store s, here
        where s.brand_id = %(brand)s and s.id <> %(store)s and s.merged_into_id is null
            and s.latitude between lat - km / 111.2 and lat + km / 111.2
            and s.longitude between lng - km / (111.2 * greatest(0.05, cos(radians(lat))))
                and lng + km / (111.2 * greatest(0.05, cos(radians(lat))))
    ) near
    where km <= %(km)s order by km, number limit %(limit)s
"""
_REGION_NAMES = "select id, name from region where brand_id = %s"
_REGION_ID = "select id from region where brand_id = %s and slug = %s"


@dataclass(frozen=True, slots=True)
class StoreFile:
    """Everything the directory knows of one store now."""

    id: int
    number: str
    name: str
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
    store_code: str | None
    opened_on: date | None
    closed_on: date | None
    successor_number: str | None
    updated_at: datetime
    region_slug: str
    region: str
    merged_into: str | None
    is_open: bool
    open_cases: int

    @property
    def address(self) -> str:
        """The address on one line."""
        town = " ".join(part for part in (self.state, self.zip) if part)
        return ", ".join(part for part in (self.street, self.city, town) if part)

    @property
    def has_place(self) -> bool:
        """Whether its coordinates are known."""
        return self.latitude is not None and self.longitude is not None


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A Page of the store, now or once. `health` is "" for what is over and for other networks."""

    page_id: str
    channel: str
    name: str
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    health: str


@dataclass(frozen=True, slots=True)
class OtherName:
    """What else the store is called; `supports` and `contradictions` count for learned ones."""

    id: int
    kind: str
    words: str
    city: str | None
    source: str
    state: str
    supports: int
    contradictions: int
    created_at: datetime
    created_by: str
    decided_at: datetime | None
    decided_by: str | None
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class StoreRole:
    """Who manages the store; `time` is now, coming or past."""

    role_id: int
    name: str
    email: str
    role: str
    valid_from: date | None
    valid_to: date | None
    time: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another store and how far it is, in kilometres as the crow flies."""

    number: str
    name: str
    street: str | None
    city: str | None
    latitude: float
    longitude: float
    is_open: bool
    km: float


def find_store(session: Session, brand_id: int, number: str, *, today: date) -> StoreFile | None:
    """One store by its number."""
    with raw_connection(session).cursor(row_factory=class_row(StoreFile)) as cursor:
        values = {"brand": brand_id, "number": number, "today": today}
        return cursor.execute(_STORE.format(which=_WITH_NUMBER), values).fetchone()


def list_by_ids(session: Session, brand_id: int, ids: list[int], *, today: date) -> dict[int, StoreFile]:
    """Stores by their ids; what is not the brand's is left out."""
    with raw_connection(session).cursor(row_factory=class_row(StoreFile)) as cursor:
        values = {"brand": brand_id, "ids": ids, "today": today}
        return {store.id: store for store in cursor.execute(_STORE.format(which=_WITH_IDS), values).fetchall()}


def count_conflicts(session: Session, brand_id: int) -> dict[str, int]:
    """How many conflicts of the directory are in each state."""
    return dict(raw_connection(session).execute(_CONFLICTS, (brand_id,)).fetchall())


def list_pages(session: Session, brand_id: int, store_id: int) -> list[LinkedPage]:
    """The store's Pages, those of today first."""
    with raw_connection(session).cursor(row_factory=class_row(LinkedPage)) as cursor:
        return cursor.execute(_PAGES, (brand_id, store_id)).fetchall()


def list_names(session: Session, brand_id: int, store_id: int) -> list[OtherName]:
    """What else the store is called: proposals first, retired ones last."""
    with raw_connection(session).cursor(row_factory=class_row(OtherName)) as cursor:
        return cursor.execute(_ALIASES, (brand_id, store_id)).fetchall()


def list_people(session: Session, brand_id: int, store_id: int, *, today: date) -> list[StoreRole]:
    """Who has, had and will have a role in the store."""
    with raw_connection(session).cursor(row_factory=class_row(StoreRole)) as cursor:
        return cursor.execute(_PEOPLE, {"brand": brand_id, "store": store_id, "today": today}).fetchall()


def list_nearby(
    session: Session, brand_id: int, store: StoreFile, *, today: date, km: float = 80, limit: int = 8
) -> list[Neighbour]:
    """The nearest other stores within that distance; none for a store whose place is not known."""
    if not store.has_place:
        return []
    values = {
        "brand": brand_id, "store": store.id, "latitude": store.latitude, "longitude": store.longitude, "km": km,
        "limit": limit, "today": today,
    }  # fmt: skip
    with raw_connection(session).cursor(row_factory=class_row(Neighbour)) as cursor:
        return cursor.execute(_NEARBY, values).fetchall()


def region_names(session: Session, brand_id: int) -> dict[int, str]:
    """The name of every region by its id."""
    return dict(raw_connection(session).execute(_REGION_NAMES, (brand_id,)).fetchall())


def find_region_id(session: Session, brand_id: int, slug: str) -> int | None:
    """A region's id by its slug."""
    row = raw_connection(session).execute(_REGION_ID, (brand_id, slug)).fetchone()
    return int(row[0]) if row else None
