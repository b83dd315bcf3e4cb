"""SQL of Pages: which store each belongs to, now and before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

_SHAPE = "channel text, page_id text, name text, store_id integer"
_SELECT_LINKS = """
    select channel, page_id, name, store_id from store_page where brand_id = %s and valid_to is null
"""
_END_LINKS = f"""
    update store_page p set valid_to = %(now)s from jsonb_to_recordset(%(rows)s::jsonb) as n({_SHAPE})
    where p.brand_id = %(brand)s and p.valid_to is null and p.channel = n.channel and p.page_id = n.page_id
"""
_INSERT_LINKS = f"""
    insert into store_page (brand_id, valid_from, channel, page_id, name, store_id)
    select %(brand)s, %(now)s, channel, page_id, name, store_id from jsonb_to_recordset(%(rows)s::jsonb) as n({_SHAPE})
    on conflict (channel, page_id) where valid_to is null do nothing
    returning channel, page_id
"""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A Page and its store; without a store it is the brand's own."""

    channel: str
    page_id: str
    name: str
    store_id: int | None


def list_links(session: Session, brand_id: int) -> dict[tuple[str, str], PageLink]:
    """The current links of a brand by channel and page id."""
    with raw_connection(session).cursor(row_factory=class_row(PageLink)) as cursor:
        links = cursor.execute(_SELECT_LINKS, (brand_id,)).fetchall()
    return {(link.channel, link.page_id): link for link in links}


def list_store_ids(session: Session, brand_id: int) -> dict[str, int]:
    """The id of every store by its number."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("select number, id from store where brand_id = %s", (brand_id,)).fetchall())


def replace_links(session: Session, brand_id: int, links: Sequence[PageLink], *, now: datetime) -> set[tuple[str, str]]:
    """End what these Pages were linked to and link them anew. Returns those linked: the rest is another brand's."""
    if not links:
        return set()
    rows: list[dict[str, object]] = [
        {"channel": link.channel, "page_id": link.page_id, "name": link.name, "store_id": link.store_id}
        for link in links
    ]
    values = {"rows": rows_as_json(rows), "brand": brand_id, "now": now}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_END_LINKS, values)
        return set(cursor.execute(_INSERT_LINKS, values).fetchall())
