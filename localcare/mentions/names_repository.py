"""SQL of the names that lanes give to mentions, and of those that may be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.mentions.repository import Key

_NAMES = """
    select n.channel, n.external_id, k.channel as known_channel, k.external_id as known_id,
        exists (select from mention_name o where o.mention_id = n.mention_id
                and (o.channel, o.external_id) <> (n.channel, n.external_id)) as is_shared
    from mention_name n join mention_key k on k.id = n.mention_id
    where n.brand_id = %s and n.channel = any(%s) and n.external_id = any(%s)
"""
_SAVE = """
    insert into mention_name (brand_id, channel, external_id, mention_id, lane, named_at)
    select %(brand)s, n.channel, n.external_id, k.id, n.lane, %(now)s
    from jsonb_to_recordset(%(names)b::jsonb)
      as n(channel text, external_id text, known_channel text, known_id text, lane text)
    join mention_key k on k.brand_id = %(brand)s and k.channel = n.known_channel and k.external_id = n.known_id
    order by n.channel, n.external_id
    on conflict do nothing
"""
# in one order, before any key is held: two workers with accounts of one author wait for each other here and nowhere else
_LOCK_AUTHORS = """
    select pg_advisory_xact_lock(hashtextextended(name, %s)) from
    (select distinct lower(n) as name from unnest(%s::text[]) as n order by 1) as authors
"""
_EXISTING = (
    "select channel, external_id from mention_key where brand_id = %s and channel = any(%s) and external_id = any(%s)"
)
_BY_AUTHOR = """
    select k.id, k.received_at, k.channel, k.external_id, coalesce(n.lane, '') as lane
    from mention m join mention_key k on k.id = m.id
    left join mention_name n on n.brand_id = k.brand_id and n.channel = k.channel and n.external_id = k.external_id
    where m.brand_id = %(brand)s and m.received_at >= %(first)s and m.created_at between %(first)s and %(last)s
        and m.removed_at is null and not m.from_page
        and lower(m.author_name) = any(select lower(name) from unnest(%(names)s::text[]) as name)
        and (m.kind = 'review' or starts_with(m.external_id, 'mail-'))
    order by k.id limit 5000
"""
_NUMBERS_OF_PAGES = """
    select p.page_id, s.number from store_page p join store s on s.id = p.store_id
    where p.brand_id = %s and p.page_id = any(%s) and p.valid_to is null
"""


@dataclass(frozen=True, slots=True)
class KnownName:
    """By which key a mention is known that a lane calls `key`; shared when others call it something else."""

    known: Key
    is_shared: bool


@dataclass(frozen=True, slots=True)
class NewName:
    """A name to be kept: what `lane` calls the mention that is known as `known`."""

    key: Key
    known: Key
    lane: str


@dataclass(frozen=True, slots=True)
class CandidateKey:
    """A mention by the same author, and the lane that told it first; "" when that is not known."""

    id: int
    received_at: datetime
    channel: str
    external_id: str
    lane: str


def find_names(session: Session, brand_id: int, keys: Sequence[Key]) -> dict[Key, KnownName]:
    """What is known of these names; most have none, because the network's own id is enough."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_NAMES, (brand_id, *_parts(keys))).fetchall()
    return {(row[0], row[1]): KnownName((row[2], row[3]), is_shared=row[4]) for row in rows}


def save_names(session: Session, brand_id: int, names: Sequence[NewName], *, now: datetime) -> None:
    """Keep names of mentions that are there; one that is kept already stays as it is."""
    if names:
        rows: list[dict[str, object]] = [
            {
                "channel": name.key[0],
                "external_id": name.key[1],
                "known_channel": name.known[0],
                "known_id": name.known[1],
                "lane": name.lane,
            }
            for name in names
        ]
        raw_connection(session).execute(_SAVE, {"brand": brand_id, "now": now, "names": rows_as_json(rows)})


def lock_authors(session: Session, brand_id: int, names: Sequence[str]) -> None:
    """Hold what these people's accounts may become, until the transaction ends."""
    raw_connection(session).execute(_LOCK_AUTHORS, (brand_id, list(names)))


def list_existing(session: Session, brand_id: int, keys: Sequence[Key]) -> set[Key]:
    """Those of these keys under which there is a mention already."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_EXISTING, (brand_id, *_parts(keys))).fetchall()
    return {(channel, external_id) for channel, external_id in rows}


def list_candidates(
    session: Session, brand_id: int, names: Sequence[str], *, first: datetime, last: datetime
) -> list[CandidateKey]:
    """Mentions by people of these names that several lanes may tell of, written between these times."""
    values = {"brand": brand_id, "names": list(names), "first": first, "last": last}
    with raw_connection(session).cursor(row_factory=class_row(CandidateKey)) as cursor:
        return cursor.execute(_BY_AUTHOR, values).fetchall()


def find_store_numbers(session: Session, brand_id: int, page_ids: Sequence[str]) -> dict[str, str]:
    """The store of each of these Pages, if it is a store's."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_NUMBERS_OF_PAGES, (brand_id, list(page_ids))).fetchall())


def _parts(keys: Sequence[Key]) -> tuple[list[str], list[str]]:
    return list({channel for channel, _ in keys}), [external_id for _, external_id in keys]
