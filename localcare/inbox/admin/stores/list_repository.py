"""SQL of the list of stores: search, views, regions, counts. Read-only; every query names the brand."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.inbox.admin.stores.question import PER_PAGE, Sort, StoreQuestion, View
from localcare.kit.db import raw_connection

_HOLDS_NOW = """
    m.deactivated_at is null and (g.valid_to is null or g.valid_to >= %(today)s)
        and (g.valid_from is null or g.valid_from <= %(today)s)
"""
_MANAGERS = f"""
    array(select distinct m.name from role_grant g join person m on m.id = g.person_id
        where g.store_id = s.id and g.role = 'manager' and {_HOLDS_NOW} order by m.name)
"""
_IS_OPEN = "(s.closed_on is null or s.closed_on > %(today)s)"
_HAS_MANAGER = f"""
    exists (select from role_grant g join person m on m.id = g.person_id
        where g.store_id = s.id and g.role in ('manager', 'deputy') and {_HOLDS_NOW})
"""
_HAS_PAGE = """
    exists (select from store_page p where p.store_id = s.id and p.valid_to is null and p.kind = 'official')
"""
_HAS_PLACE = "(s.latitude is not null and s.longitude is not null)"
_IN_CONFLICT = """
    exists (select from directory_conflict d where d.brand_id = s.brand_id and d.state = 'open' and (
        d.incoming ->> 'number' = s.number or jsonb_path_exists(
            d.candidates, '$[*] ? (@.number == $n || @.store_id == $i)', jsonb_build_object('n', s.number, 'i', s.id))))
"""
_VIEWS: dict[View, str] = {
    "all": "true",
    "open": _IS_OPEN,
    "closed": f"not {_IS_OPEN}",
    "no-page": f"{_IS_OPEN} and not {_HAS_PAGE}",
    "no-manager": f"{_IS_OPEN} and not {_HAS_MANAGER}",
    "no-place": f"{_IS_OPEN} and not {_HAS_PLACE}",
    "conflicts": _IN_CONFLICT,
}
_SORTS: dict[Sort, str] = {
    "number": "length(s.number) {way}, s.number {way}",
    "name": "lower(s.name) {way}, s.number",
    "city": "s.state {way} nulls last, s.city {way} nulls last, s.number",
    "changed": "s.updated_at {way}, s.number",
}
_WORDS = """
    (%(words)s::text is null or s.number ilike %(begin)s or s.name ilike %(words)s or s.city ilike %(words)s
        or s.zip like %(begin)s or s.street ilike %(words)s
        or (length(%(digits)s) >= 4 and regexp_replace(s.phone, '[^0-9]', '', 'g') like '%%' || %(digits)s || '%%')
        or array_to_string(s.nicknames, ' ') ilike %(words)s
        or exists (select from store_alias a where a.store_id = s.id and a.state = 'active' and a.words ilike %(words)s))
"""
_BELOW = """
    (%(region)s = '' or s.region_id in (select b.id from region t
        join region b on b.brand_id = t.brand_id and starts_with(b.path, t.path)
        where t.brand_id = %(brand)s and t.slug = %(region)s))
"""
_ASKED = f"s.brand_id = %(brand)s and {_WORDS} and {_BELOW} and (%(state)s = '' or s.state = %(state)s)"
_STORES = f"""
    select s.id, s.number, s.name, s.street, s.city, s.state, s.zip, s.phone, r.name as region, s.updated_at,
        {_IS_OPEN} as is_open, s.closed_on, s.successor_number, {_HAS_PLACE} as has_place, {_MANAGERS} as managers,
        (select count(*) from store_page p where p.store_id = s.id and p.valid_to is null and p.kind = 'official') as pages
    from store s join region r on r.id = s.region_id
    where {_ASKED} and {{view}} order by {{order}} limit {PER_PAGE} offset %(offset)s
"""
_COUNTS = (
    f"select {', '.join(f'count(*) filter (where {which})' for which in _VIEWS.values())} from store s where {_ASKED}"
)
_REGIONS = """
    select r.slug, r.name, r.depth from region r where r.brand_id = %(brand)s
    order by array(select a.name from region a
        where a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[]) order by a.depth)
"""


@dataclass(frozen=True, slots=True)
class ListedStore:
    """A store as the list shows it."""

    id: int
    number: str
    name: str
    street: str | None
    city: str | None
    state: str | None
    zip: str | None
    phone: str | None
    region: str
    updated_at: datetime
    is_open: bool
    closed_on: date | None
    successor_number: str | None
    has_place: bool
    managers: list[str]
    pages: int

    @property
    def town(self) -> str:
        """City, state and ZIP on one line."""
        rest = " ".join(part for part in (self.state, self.zip) if part)
        return ", ".join(part for part in (self.city, rest) if part)


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """A region of the brand; those above it come first."""

    slug: str
    name: str
    depth: int


def list_stores(session: Session, brand_id: int, question: StoreQuestion, *, today: date) -> list[ListedStore]:
    """The fifty stores that are asked for."""
    order = _SORTS[question.sort].format(way="desc" if question.descending else "asc")
    query = _STORES.format(view=_VIEWS[question.show], order=order)
    with raw_connection(session).cursor(row_factory=class_row(ListedStore)) as cursor:
        return cursor.execute(query, _values(brand_id, question, today)).fetchall()


def count_views(session: Session, brand_id: int, question: StoreQuestion, *, today: date) -> dict[View, int]:
    """How many stores each view would show for the same words, region and state."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_COUNTS, _values(brand_id, question, today)).fetchone()
    return dict(zip(_VIEWS, row or (0,) * len(_VIEWS), strict=True))


def list_regions(session: Session, brand_id: int) -> list[RegionChoice]:
    """Every region, each below the one it belongs to."""
    with raw_connection(session).cursor(row_factory=class_row(RegionChoice)) as cursor:
        return cursor.execute(_REGIONS, {"brand": brand_id}).fetchall()


def _values(brand_id: int, question: StoreQuestion, today: date) -> dict[str, object]:
    plain = question.words.strip().removeprefix("#")
    literal = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "brand": brand_id,
        "today": today,
        "words": f"%{literal}%" if plain else None,
        "begin": f"{literal}%",
        "digits": "".join(letter for letter in plain if letter.isdigit()) if _is_phone(plain) else "",
        "region": question.region,
        "state": question.state.upper(),
        "offset": question.offset,
    }


def _is_phone(words: str) -> bool:
    return all(letter.isdigit() or letter in " +()-./" for letter in words)
