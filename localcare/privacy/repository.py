"""SQL of forgetting. Reads and empties rows of several stages, since a person is in all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection
from localcare.mentions.models import Erasure

_BODIES_AT_ONCE = 500

_FOUND = """
    select m.id, m.received_at, m.channel, m.kind, m.external_id, m.page_id, m.author_external_id, m.author_name, m.created_at,
           left(m.text, 160) as excerpt, coalesce(s.name, p.name) as where_told
    from mention m
    left join resolution r on r.mention_id = m.id and r.superseded_at is null
    left join store s on s.id = r.store_id
    left join store_page p on p.channel = m.channel and p.page_id = m.page_id and p.valid_to is null
"""
_LIVE = "m.brand_id = %(brand)s and not m.from_page and m.removed_at is null and m.content_version <> ''"
_FIND_BY_NAME = f"{_FOUND} where {_LIVE} and lower(m.author_name) = %(name)s order by m.created_at desc limit %(limit)s"
_FIND_BY_ID = f"""
    {_FOUND} where {_LIVE} and (
        m.external_id = any(%(ids)s) or m.author_external_id = any(%(ids)s) or split_part(m.external_id, '_', 2) = any(%(ids)s)
        or m.permalink = %(link)s
        or (m.channel, m.page_id, m.author_external_id) in (
            select channel, page_id, author_external_id from mention m
            where {_LIVE} and author_external_id is not null
              and (external_id = any(%(ids)s) or split_part(external_id, '_', 2) = any(%(ids)s) or permalink = %(link)s)
        )
    ) order by m.created_at desc limit %(limit)s
"""
_FIND_CHOSEN = f"{_FOUND} where {_LIVE} and m.id = any(%(ids)s)"
_CONDEMNED = """
    m.brand_id, m.id, m.received_at, greatest(m.received_at, m.edited_at, m.removed_at) as last_told_at, m.event_id,
    m.channel, m.external_id
"""
_REMOVED = f"""
    select {_CONDEMNED} from mention m
    where m.removed_at is not null
      and (m.purged_at is null or m.removed_at <= %(settled)s and m.purged_at < m.removed_at + %(span)s)
    order by m.removed_at limit %(limit)s
"""
_OUTLIVED = f"""
    select {_CONDEMNED} from mention m
    join brand b on b.id = m.brand_id
    left join case_mention cm on cm.mention_id = m.id left join care_case c on c.id = cm.case_id
    where m.received_at < %(now)s - make_interval(months => b.retention_months) and m.purged_at is null
      and not coalesce(c.is_open, false)
    order by m.received_at limit %(limit)s
"""
_BODIES = """
    select id, received_at, source, brand_id, body from event
    where received_at between %s and %s and (brand_id is null or brand_id = any(%s))
"""
# only bodies that may name people in what makes no mention are taken out; once they are rewritten they are not found again
_IDLE = """
    select id, received_at, source, brand_id, body from event
    where received_at between %s and %s and source = 'facebook' and (position('"reaction"'::bytea in body) > 0
        or position('"like"'::bytea in body) > 0 or position('"standby"'::bytea in body) > 0)
    limit %s
"""
_REWRITE = "update event set body = %s where id = %s and received_at = %s"
_HUSH_ISSUES = """
    update event_issue set what = 'forgotten', why = 'forgotten on request' where event_id = %s and settled_at is not null
"""
_EMPTY_MENTIONS = """
    update mention set text = '', author_version = '', author_external_id = null, author_name = null, attachments = '[]',
        place = null, permalink = null
    where id = any(%s)
"""
_EMPTY_DERIVED = (
    "update verdict set reasons = '[]', shout_out_names = '{}', words_print = null where mention_id = any(%s)",
    "update triage_label set ruling = ruling - 'words' where mention_id = any(%s)",
    "update resolution set candidates = '[]' where mention_id = any(%s)",
    "delete from triage_shadow where mention_id = any(%s)",
)
# the marks of one customer stay one voice, and lead to nobody any more
_UNLINK_VOTES = """
    with marks as materialized (
        select by, 'customer:' || replace(gen_random_uuid()::text, '-', '') as unknown
        from (select distinct by from alias_vote where mention_id = any(%(ids)s) and by like 'customer:%%') as known)
    update alias_vote v set by = marks.unknown,
        mention_id = case when v.mention_id = any(%(ids)s) then null else v.mention_id end
    from marks where v.by = marks.by
"""
_EMPTY_CASES = """
    update care_case c set author_external_id = null, author_name = null, excerpt = '',
        conversation_key = 'forgotten:' || c.id
    where c.id in (select case_id from case_mention where mention_id = any(%(ids)s)) and not c.is_open
      and not exists (
        select 1 from case_mention cm join mention m on m.id = cm.mention_id
        where cm.case_id = c.id and m.text <> '' and m.removed_at is null and not m.id = any(%(ids)s))
"""
# the second case of a conversation shares the mentions of the first
_EMPTY_SECOND_CASES = """
    update care_case c set author_external_id = null, author_name = null, excerpt = '',
        conversation_key = 'forgotten:' || c.id
    where c.part <> '' and not c.is_open and exists (
        select from mention m where m.id = any(%(ids)s) and m.conversation_key = c.conversation_key
            and m.brand_id = c.brand_id)
      and not exists (
        select from mention m where m.conversation_key = c.conversation_key and m.brand_id = c.brand_id and m.text <> ''
            and m.removed_at is null and not m.id = any(%(ids)s))
"""
_HUSH_HISTORIES = """
    update case_event e set detail = replace(detail, n.name, 'the customer')
    from unnest(%(names)s::text[]) as n(name)
    where e.case_id in (select case_id from case_mention where mention_id = any(%(ids)s)) and strpos(e.detail, n.name) > 0
"""
_HUSH_REPLIES = """
    update reply r set text = replace(text, n.name, 'the customer')
    from unnest(%(names)s::text[]) as n(name)
    where r.case_id in (select case_id from case_mention where mention_id = any(%(ids)s)) and strpos(r.text, n.name) > 0
      and r.state not in ('queued', 'sending')
"""
_MARK = "update mention set purged_at = %s where id = any(%s)"
_COUNT_LEFT = "select count(*) from mention where id = any(%s) and purged_at is null"


@dataclass(frozen=True, slots=True)
class FoundMention:
    """Something a customer wrote, as it is shown to who decides whether it is forgotten."""

    id: int
    received_at: datetime
    channel: str
    kind: str
    external_id: str
    page_id: str | None
    author_external_id: str | None
    author_name: str | None
    created_at: datetime
    excerpt: str
    where_told: str | None


@dataclass(frozen=True, slots=True)
class Condemned:
    """A mention whose last traces are to go; `last_told_at` is when the network last told something of it."""

    brand_id: int
    id: int
    received_at: datetime
    last_told_at: datetime
    event_id: int | None
    channel: str
    external_id: str


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A stored delivery."""

    id: int
    received_at: datetime
    source: str
    brand_id: int | None
    body: bytes


def find_by_name(session: Session, brand_id: int, name: str, *, limit: int) -> list[FoundMention]:
    """What people of exactly this name wrote; capitals do not matter. Two people may share a name."""
    return _found(session, _FIND_BY_NAME, {"brand": brand_id, "name": name.lower(), "limit": limit})


def find_by_ids(
    session: Session, brand_id: int, ids: Sequence[str], link: str | None, *, limit: int
) -> list[FoundMention]:
    """What has one of these ids or this address, or is by an author with one, and what else that author wrote on the Page."""
    return _found(session, _FIND_BY_ID, {"brand": brand_id, "ids": list(ids), "link": link, "limit": limit})


def find_chosen(session: Session, brand_id: int, mention_ids: Sequence[int]) -> list[FoundMention]:
    """These mentions, as far as they still stand."""
    return _found(session, _FIND_CHOSEN, {"brand": brand_id, "ids": list(mention_ids)})


def list_removed(session: Session, now: datetime, *, late: timedelta, limit: int) -> list[Condemned]:
    """Removed mentions that were not purged yet, or not again after the last late delivery about them may have come."""
    values = {"settled": now - late, "span": late, "limit": limit}
    with raw_connection(session).cursor(row_factory=class_row(Condemned)) as cursor:
        return cursor.execute(_REMOVED, values).fetchall()


def list_outlived(session: Session, now: datetime, *, limit: int) -> list[Condemned]:
    """Mentions that came longer ago than their brand keeps words, and in no open case."""
    with raw_connection(session).cursor(row_factory=class_row(Condemned)) as cursor:
        return cursor.execute(_OUTLIVED, {"now": now, "limit": limit}).fetchall()


def read_bodies(session: Session, first: datetime, last: datetime, brand_ids: Sequence[int]) -> Iterator[StoredBody]:
    """Every delivery stored between two times that may be of these brands."""
    with raw_connection(session).cursor(name="bodies", row_factory=class_row(StoredBody)) as cursor:
        cursor.itersize = _BODIES_AT_ONCE
        cursor.execute(_BODIES, (first, last, list(brand_ids)))
        yield from cursor


def read_idle_bodies(session: Session, first: datetime, last: datetime, *, limit: int) -> list[StoredBody]:
    """Deliveries of Meta's between two times in which there may be likes, reactions, or what another app answers."""
    with raw_connection(session).cursor(row_factory=class_row(StoredBody)) as cursor:
        return cursor.execute(_IDLE, (first, last, limit)).fetchall()


def rewrite_bodies(session: Session, bodies: Sequence[tuple[bytes, int, datetime]]) -> None:
    """Store (body, event id, received at) in place of what was there; its settled issues say nothing of it any more."""
    with raw_connection(session).cursor() as cursor:
        cursor.executemany(_REWRITE, bodies)
        cursor.executemany(_HUSH_ISSUES, [(event_id,) for _, event_id, _ in bodies])


def empty_mentions(session: Session, mention_ids: Sequence[int]) -> None:
    """Leave of each mention what can be counted."""
    raw_connection(session).execute(_EMPTY_MENTIONS, (list(mention_ids),))


def empty_derived(session: Session, mention_ids: Sequence[int]) -> None:
    """Empty what was concluded from the words, and the closed cases in which nobody's words are left."""
    connection = raw_connection(session)
    for statement in _EMPTY_DERIVED:
        connection.execute(statement, (list(mention_ids),))
    connection.execute(_EMPTY_SECOND_CASES, {"ids": list(mention_ids)})
    connection.execute(_EMPTY_CASES, {"ids": list(mention_ids)})
    connection.execute(_UNLINK_VOTES, {"ids": list(mention_ids)})


def hush_names(session: Session, mention_ids: Sequence[int], names: Sequence[str]) -> None:
    """Take names out of histories and answers of the cases of these mentions."""
    for statement in (_HUSH_HISTORIES, _HUSH_REPLIES):
        raw_connection(session).execute(statement, {"ids": list(mention_ids), "names": list(names)})


def mark_purged(session: Session, mention_ids: Sequence[int], now: datetime) -> None:
    """Nothing of these is left."""
    raw_connection(session).execute(_MARK, (now, list(mention_ids)))


def count_unpurged(session: Session, mention_ids: Sequence[int]) -> int:
    """How many of these still have traces."""
    row = raw_connection(session).execute(_COUNT_LEFT, (list(mention_ids),)).fetchone()
    return int(row[0]) if row else 0


def list_erasures(session: Session, *, limit: int) -> list[Erasure]:
    """The newest wishes."""
    return list(session.exec(select(Erasure).order_by(col(Erasure.id).desc()).limit(limit)))


def list_open_erasures(session: Session) -> list[Erasure]:
    """Wishes that are not fulfilled yet."""
    return list(session.exec(select(Erasure).where(Erasure.state == "asked", Erasure.kind == "customer")))


def find_erasure(session: Session, code: str) -> Erasure | None:
    """A wish by the code that the person was given."""
    return session.exec(select(Erasure).where(Erasure.code == code)).first()


def _found(session: Session, query: str, values: dict[str, object]) -> list[FoundMention]:
    with raw_connection(session).cursor(row_factory=class_row(FoundMention)) as cursor:
        return cursor.execute(query, values).fetchall()
