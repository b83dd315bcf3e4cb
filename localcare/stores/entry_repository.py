"""SQL of the resolver's view of the directory: stores now and before, their aliases, Pages and region Pages."""

from collections import defaultdict
from datetime import date

from psycopg.rows import tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection
from localcare.stores.core.entries import (
    DatedAlias,
    DirectoryRows,
    StoreState,
    as_alias,
    build_entries,
    learned_presence,
)
from localcare.stores.core.values import Alias, PageSpan, StoreEntry

_STATE = """
    number, name, street, city, state, zip, latitude, longitude, phone, nicknames, timezone, hours, opened_on,
    closed_on, region_id, successor_number
"""
_PRESENT = f"select id, {_STATE} from store where brand_id = %s and merged_into_id is null order by id"
_EARLIER = f"""
    select store_id, {_STATE}, valid_from, valid_to from store_version where brand_id = %s order by store_id, valid_to
"""
_MERGED = "select merged_into_id, street, city, phone from store where brand_id = %s and merged_into_id is not null"
_MERGED_NUMBERS = """
    select merged_into_id, number from store where brand_id = %(brand)s and merged_into_id is not null
    union
    select s.merged_into_id, v.number from store s join store_version v on v.store_id = s.id
    where s.brand_id = %(brand)s and s.merged_into_id is not null order by 1, 2
"""
_ALIASES = """
    select store_id, kind, words, city, source = 'learned', supports, contradictions, valid_from,
        case when state = 'retired' then valid_to end
    from store_alias where brand_id = %s and (state = 'active' or (state = 'retired' and valid_to is not null))
    order by id
"""
# nobody told what a Page was before its first link: it has always been that store's
_PAGES = """
    select store_id, page_id, case when place > 1 then valid_from end, valid_to from (
        select *, row_number() over (partition by channel, page_id order by valid_from, id) as place
        from store_page where brand_id = %s and valid_to is distinct from valid_from) as link
    where store_id is not null order by id
"""
_REGION_PAGES = """
    select p.page_id, array_agg(s.id order by s.id) from store_page p
    join region top on top.id = p.region_id
    join region below on below.brand_id = top.brand_id and starts_with(below.path, top.path)
    join store s on s.region_id = below.id and s.merged_into_id is null
    where p.brand_id = %s and p.store_id is null and p.valid_to is null group by p.page_id
"""


def load_entries(session: Session, brand_id: int, *, today: date) -> list[StoreEntry]:
    """The directory as the resolver reads it: every store with what it was before."""
    session.flush()
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        present = [StoreState(*row) for row in cursor.execute(_PRESENT, (brand_id,))]
        earlier: dict[int, list[StoreState]] = defaultdict(list)
        for row in cursor.execute(_EARLIER, (brand_id,)):
            earlier[row[0]].append(StoreState(*row))
        aliases: dict[int, list[DatedAlias]] = defaultdict(list)
        for store_id, kind, words, city, is_learned, supports, contradictions, since, until in cursor.execute(
            _ALIASES, (brand_id,)
        ):
            presence = learned_presence(supports, contradictions) if is_learned else None
            aliases[store_id].append(DatedAlias(Alias(kind, words, city, presence), since, until))
        for store_id, street, city, phone in cursor.execute(_MERGED, (brand_id,)):
            if street:
                aliases[store_id].append(as_alias("address", street, city))
            if phone:
                aliases[store_id].append(as_alias("phone", phone, None))
        pages: dict[int, list[PageSpan]] = defaultdict(list)
        for store_id, page_id, since, until in cursor.execute(_PAGES, (brand_id,)):
            pages[store_id].append(PageSpan(page_id, since, until))
        numbers: dict[int, list[str]] = defaultdict(list)
        for store_id, number in cursor.execute(_MERGED_NUMBERS, {"brand": brand_id}):
            numbers[store_id].append(number)
    return build_entries(DirectoryRows(present, earlier, aliases, pages, numbers), today=today)


def list_region_pages(session: Session, brand_id: int) -> dict[str, tuple[int, ...]]:
    """The stores below the region that a Page is of."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return {page_id: tuple(stores) for page_id, stores in cursor.execute(_REGION_PAGES, (brand_id,))}
