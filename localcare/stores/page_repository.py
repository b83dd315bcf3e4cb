"""SQL of Pages: which store each belongs to, now and before."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.stores.core.pages import PageLink

__all__ = [
    "CurrentLink",
    "PageLink",
    "end_link",
    "find_link",
    "find_official",
    "give_links",
    "give_links_back",
    "list_links",
    "list_region_ids",
    "list_store_ids",
    "reopen_link",
    "replace_links",
]

_LINK = "channel, page_id, name, store_id, kind, region_id"
_SHAPE = "channel text, page_id text, name text, store_id integer, kind text, region_id integer"
_SELECT_LINKS = f"select {_LINK} from store_page where brand_id = %s and valid_to is null"
_SELECT_LINK = f"""
    select id, valid_from, {_LINK} from store_page
    where brand_id = %s and channel = %s and page_id = %s and valid_to is null
"""
_SELECT_OFFICIAL = f"""
    select {_LINK} from store_page
    where brand_id = %s and channel = %s and store_id = %s and kind = 'official' and valid_to is null
    order by id limit 1
"""
_END_LINKS = f"""
    update store_page p set valid_to = greatest(%(now)s, p.valid_from) from jsonb_to_recordset(%(rows)s::jsonb) as n({_SHAPE})
    where p.brand_id = %(brand)s and p.valid_to is null and p.channel = n.channel and p.page_id = n.page_id
"""
_INSERT_LINKS = f"""
    insert into store_page (brand_id, valid_from, {_LINK})
    select %(brand)s, %(now)s, {_LINK} from jsonb_to_recordset(%(rows)s::jsonb) as n({_SHAPE})
    on conflict (channel, page_id) where valid_to is null do nothing
    returning channel, page_id
"""
_END_LINK = "update store_page set valid_to = %s where id = %s"
_REOPEN_LINK = f"""
    update store_page set valid_to = null where id = (
        select id from store_page where brand_id = %s and channel = %s and page_id = %s and valid_to = %s
            and valid_from < valid_to
        order by id desc limit 1)
    returning {_LINK}
"""
_GIVE_LINKS = """
    update store_page p set store_id = %(to)s, kind = case when p.kind = 'official' and p.valid_to is null and exists (
        select from store_page o where o.brand_id = p.brand_id and o.store_id = %(to)s and o.channel = p.channel
          and o.kind = 'official' and o.valid_to is null) then 'duplicate' else p.kind end
    from store_page was where was.id = p.id and p.brand_id = %(brand)s and p.store_id = %(from)s
    returning p.id, was.kind
"""
_GIVE_BACK = """
    update store_page p set store_id = %(to)s, kind = n.kind
    from jsonb_to_recordset(%(rows)s::jsonb) as n(id integer, kind text) where p.brand_id = %(brand)s and p.id = n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentLink(PageLink):
    """A link that holds now, and since when."""

    id: int
    valid_from: datetime


def list_links(session: Session, brand_id: int) -> dict[tuple[str, str], PageLink]:
    """The current links of a brand by channel and page id."""
    with raw_connection(session).cursor(row_factory=class_row(PageLink)) as cursor:
        links = cursor.execute(_SELECT_LINKS, (brand_id,)).fetchall()
    return {(link.channel, link.page_id): link for link in links}


def list_store_ids(session: Session, brand_id: int) -> dict[str, int]:
    """The id of every store by its number."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("select number, id from store where brand_id = %s", (brand_id,)).fetchall())


def list_region_ids(session: Session, brand_id: int) -> dict[str, int]:
    """The id of every region by its slug."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("select slug, id from region where brand_id = %s", (brand_id,)).fetchall())


def find_link(session: Session, brand_id: int, channel: str, page_id: str) -> CurrentLink | None:
    """What a Page is linked to now."""
    with raw_connection(session).cursor(row_factory=class_row(CurrentLink)) as cursor:
        return cursor.execute(_SELECT_LINK, (brand_id, channel, page_id)).fetchone()


def find_official(session: Session, brand_id: int, channel: str, store_id: int) -> PageLink | None:
    """A store's official Page in a channel."""
    with raw_connection(session).cursor(row_factory=class_row(PageLink)) as cursor:
        return cursor.execute(_SELECT_OFFICIAL, (brand_id, channel, store_id)).fetchone()


def replace_links(session: Session, brand_id: int, links: Sequence[PageLink], *, now: datetime) -> set[tuple[str, str]]:
    """End what these Pages were linked to and link them anew. Returns those linked: the rest is another brand's."""
    if not links:
        return set()
    values = {"rows": rows_as_json([asdict(link) for link in links]), "brand": brand_id, "now": now}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_END_LINKS, values)
        return set(cursor.execute(_INSERT_LINKS, values).fetchall())


def end_link(session: Session, link_id: int, *, at: datetime) -> None:
    """Let a link hold until that moment; ended at its beginning it never held."""
    raw_connection(session).execute(_END_LINK, (at, link_id))


def reopen_link(session: Session, brand_id: int, channel: str, page_id: str, *, ended_at: datetime) -> PageLink | None:
    """Let the link that ended at that moment hold again; None when there was none."""
    with raw_connection(session).cursor(row_factory=class_row(PageLink)) as cursor:
        return cursor.execute(_REOPEN_LINK, (brand_id, channel, page_id, ended_at)).fetchone()


def give_links(session: Session, brand_id: int, *, from_store: int, to_store: int) -> list[dict[str, object]]:
    """Make a store's links of all times another's, duplicates where that has an official Page; says what they were."""
    values = {"brand": brand_id, "from": from_store, "to": to_store}
    rows = raw_connection(session).execute(_GIVE_LINKS, values).fetchall()
    return [{"id": link_id, "kind": kind} for link_id, kind in rows]


def give_links_back(session: Session, brand_id: int, links: list[dict[str, object]], *, to_store: int) -> None:
    """Undo `give_links`."""
    raw_connection(session).execute(_GIVE_BACK, {"brand": brand_id, "to": to_store, "rows": rows_as_json(links)})
