"""SQL of cases whose store is sought, and of what an author's earlier cases were about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, dict_row, tuple_row
from sqlmodel import Session

from localcare.cases.core.finding import Seeking, SeekingWord
from localcare.kit.db import raw_connection
from localcare.stores.core.asking import AskedStore

_SEEKING = """
    select conversation_key as key, id as case_id, channel, author_external_id, owner_id, topic, matter, tier,
        greatest(replied_at, answered_at) as asked_at, replied_at is not null as asked_by_us
    from care_case where brand_id = %s and conversation_key = any(%s) and is_open and queue = %s and part = ''
"""
_WORDS = """
    select m.conversation_key as key, m.id as mention_id, m.created_at, left(m.text, 2000) as text,
        array(
            select c ->> 'store_id' from jsonb_array_elements(coalesce(r.candidates, '[]')) with ordinality as e(c, place)
            where (c ->> 'store_id')::integer > 0 order by place
        )::integer[] as candidates,
        array(
            select c ->> 'confidence' from jsonb_array_elements(coalesce(r.candidates, '[]')) with ordinality as e(c, place)
            where (c ->> 'store_id')::integer > 0 order by place
        )::double precision[] as chances,
        case when r.decided_by like 'person:%%' and r.store_id is null then array(
            select distinct o.store_id from resolution o
            where o.mention_id = m.id and o.superseded_at is not null and o.store_id is not null
        ) else '{}' end as refused,
        coalesce(v.actionable, false) as asks
    from mention m left join resolution r on r.mention_id = m.id and r.superseded_at is null
    left join verdict v on v.mention_id = m.id and v.superseded_at is null
    where m.brand_id = %s and m.conversation_key = any(%s) and not m.from_page and m.removed_at is null
        and m.content_version <> ''
    order by m.created_at, m.external_id
"""
# the last words of the Page to the customer: below theirs, or in the same message thread
_ASKED = """
    select distinct on (w.conversation_key) w.conversation_key, a.text
    from mention w join mention a on a.brand_id = w.brand_id and a.from_page and a.removed_at is null
        and (a.parent_id = w.external_id or a.conversation_key = w.conversation_key)
    where w.brand_id = %s and w.conversation_key = any(%s) and not w.from_page
    order by w.conversation_key, a.created_at desc, a.id desc
"""
_NAMES = "select id, name, street, city, number from store where brand_id = %s and id = any(%s)"
# one look-up in the index per author, however many cases there are
_EARLIER = """
    select a.channel, a.author, c.conversation_key, c.store_id, c.last_customer_at
    from unnest(%(channels)s::text[], %(authors)s::text[]) as a(channel, author)
    cross join lateral (
        select conversation_key, store_id, last_customer_at from care_case
        where brand_id = %(brand)s and author_external_id = a.author and channel = a.channel and store_id is not null
            and resolution_status in ('exact', 'likely') and last_customer_at >= %(since)s
            and closed_how is distinct from 'withdrawn'
        order by last_customer_at desc limit %(most)s
    ) c
"""
_OPEN_IN_QUEUE = """
    select id, conversation_key from care_case
    where brand_id = %s and queue = %s and is_open and id > %s order by id limit %s
"""
_MENTIONS = """
    select id from mention
    where brand_id = %s and conversation_key = any(%s) and not from_page and removed_at is null and content_version <> ''
"""
_DOUBTS_OF = """
    select m.id from care_case c
    join mention m on m.brand_id = c.brand_id and m.conversation_key = c.conversation_key and not m.from_page
        and m.removed_at is null and m.content_version <> ''
    where c.brand_id = %s and c.queue = %s and c.is_open and c.channel = %s and c.author_external_id = %s
        and c.conversation_key <> %s
    order by m.id limit 50
"""
_RELEASE = "update care_case set owner_id = null, routed_by_hand = false where id = any(%s)"


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """One earlier case of an author, with the store it was about."""

    channel: str
    author: str
    conversation_key: str
    store_id: int
    last_customer_at: datetime


def find_seeking(session: Session, brand_id: int, keys: Sequence[str], queue: str) -> list[Seeking]:
    """The open cases of these conversations that lie in this queue."""
    with raw_connection(session).cursor(row_factory=class_row(Seeking)) as cursor:
        return cursor.execute(_SEEKING, (brand_id, list(keys), queue)).fetchall()


def list_words(session: Session, brand_id: int, keys: Sequence[str]) -> list[SeekingWord]:
    """The customers' live words of these conversations, oldest first."""
    with raw_connection(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_WORDS, (brand_id, list(keys))).fetchall()
    return [
        SeekingWord(
            **row
            | {"candidates": tuple(zip(row["candidates"], row.pop("chances"), strict=True))}
            | {"refused": frozenset(row["refused"])}
        )
        for row in rows
    ]


def list_questions(session: Session, brand_id: int, keys: Sequence[str]) -> dict[str, str]:
    """What the Page last said in these conversations."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_ASKED, (brand_id, list(keys))).fetchall())


def list_asked_stores(session: Session, brand_id: int, store_ids: Collection[int]) -> dict[int, AskedStore]:
    """These stores as a question names them."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return {row[0]: AskedStore(*row[1:]) for row in cursor.execute(_NAMES, (brand_id, sorted(store_ids)))}


def list_earlier(
    session: Session, brand_id: int, authors: Sequence[tuple[str, str]], *, since: datetime, most: int
) -> list[EarlierCase]:
    """The newest cases of each author, (channel, id), whose store is known: at most `most` each, in one statement."""
    channels, names = ([*part] for part in zip(*authors, strict=True))
    values = {"brand": brand_id, "channels": channels, "authors": names, "since": since, "most": most}
    with raw_connection(session).cursor(row_factory=class_row(EarlierCase)) as cursor:
        return cursor.execute(_EARLIER, values).fetchall()


def list_open_in_queue(session: Session, brand_id: int, queue: str, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Open cases of a queue, (id, conversation), in the order of their ids."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_OPEN_IN_QUEUE, (brand_id, queue, after, limit)).fetchall()


def list_mention_ids(session: Session, brand_id: int, keys: Sequence[str]) -> list[int]:
    """The customers' live words of these conversations."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [mention_id for (mention_id,) in cursor.execute(_MENTIONS, (brand_id, list(keys)))]


def list_doubts_of(session: Session, brand_id: int, queue: str, author: tuple[str, str], *, but: str) -> list[int]:
    """An author's live words in other open cases of a queue."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [mention_id for (mention_id,) in cursor.execute(_DOUBTS_OF, (brand_id, queue, *author, but))]


def release(session: Session, case_ids: Sequence[int]) -> None:
    """Take cases out of whoever's hand they are in."""
    if case_ids:
        raw_connection(session).execute(_RELEASE, (list(case_ids),))
