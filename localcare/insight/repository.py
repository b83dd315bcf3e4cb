"""SQL of comparison: set-based counts for many stores at once, never one query per store."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row
from sqlalchemy import text
from sqlmodel import Session, col, select

from localcare.insight.core.tally import Answers, Desk, Voices
from localcare.insight.core.waiting import Wait
from localcare.kit.db import raw_connection
from localcare.stores.models import Region

OTHERS_MATTERS = ("network", "billing", "account", "product")
SETTLED = ("answered", "settled-in-person")
"""Ways to close a case that are an answer, though none was written."""

# `offset 0` keeps the planner to one look-up per mention: it takes (id, received_at) of a mention and its key for two
# independent columns, expects one row of a million, and would choose a join that takes minutes.
_VOICES = text("""
    with written as materialized (
        select r.store_id, r.mention_id
        from unnest(cast(:stores as integer[])) as s(id) cross join lateral (
            select r.store_id, r.mention_id from resolution r
            where r.store_id = s.id and r.superseded_at is null and r.status in ('exact', 'likely')
                and r.mentioned_at >= :since and r.mentioned_at <= :until offset 0
        ) r
    )
    select store_id, count(*), count(*) filter (where opinion = 'positive'), count(*) filter (where opinion = 'mixed'),
        count(*) filter (where opinion = 'negative' and matter <> all(:others)),
        count(*) filter (where opinion = 'negative' and matter = 'network'),
        count(*) filter (where opinion = 'negative' and matter = 'billing'),
        count(*) filter (where opinion = 'negative' and matter = 'account'),
        count(*) filter (where opinion = 'negative' and matter = 'product'), count(*) filter (where shout_out)
    from (
        select r.store_id, coalesce(v.matter, 'other') as matter, coalesce(v.shout_out, false) as shout_out,
            case when m.recommends then 'positive' when not m.recommends then 'negative'
                 when m.rating >= 4 then 'positive' when m.rating = 3 then 'mixed' when m.rating <= 2 then 'negative'
                 else v.sentiment end as opinion
        from written r, lateral (
            select k.received_at from mention_key k where k.id = r.mention_id offset 0
        ) k, lateral (
            select m.recommends, m.rating from mention m where m.id = r.mention_id and m.received_at = k.received_at
                and not m.from_page and not m.hidden and m.removed_at is null offset 0
        ) m left join lateral (
            select v.sentiment, v.matter, v.shout_out from verdict v
            where v.mention_id = r.mention_id and v.superseded_at is null offset 0
        ) v on true
    ) said
    group by store_id
""")
_WAITS = text("""
    select store_id, fate, minutes, count(*) from (
        select c.store_id,
            case when c.first_reply_at is not null or c.closed_how = any(:settled) then 'answered'
                 when c.is_open then 'waiting' else 'closed' end as fate,
            greatest(0, ceil(extract(epoch from
                coalesce(c.first_reply_at, c.closed_at, :until) - c.opened_at) / 60))::integer as minutes
        from store s join care_case c on c.store_id = s.id and c.queue = 'store:' || s.number and c.state <> 'merged'
        where s.id = any(:stores) and c.opened_at >= :since and c.opened_at <= :until
    ) asked
    group by 1, 2, 3
""")
_STORES = """
    select s.id, s.number, s.name, coalesce(s.city, '') as city, s.region_id, g.path as region_path
    from region g join store s on s.region_id = g.id
    where g.brand_id = %(brand)s and g.path like %(below)s and (s.closed_on is null or s.closed_on > %(today)s)
    order by s.name, s.number
"""
_DESKS = text("""
    select c.store_id, count(*), count(*) filter (where exists (
        select from case_clock k where k.case_id = c.id and k.stopped_at is null and k.due_at < :now
            and k.kind in ('first_reply', 'next_reply')))
    from care_case c
    where c.brand_id = :brand and c.is_open and c.waiting_since is not null and c.queue = any(:queues)
        and (c.snoozed_until is null or c.snoozed_until <= :now)
    group by 1
""")
_WORDS = text("""
    select s.id, said.author_name, said.text, said.mentioned_at
    from unnest(cast(:stores as integer[])) as s(id) cross join lateral (
        select coalesce(m.author_name, 'A customer') as author_name, left(m.text, 400) as text, r.mentioned_at
        from resolution r
        join mention_key k on k.id = r.mention_id join mention m on m.id = k.id and m.received_at = k.received_at
        join verdict v on v.mention_id = m.id and v.superseded_at is null
        where r.store_id = s.id and r.superseded_at is null and r.status in ('exact', 'likely')
            and r.mentioned_at >= :since and r.mentioned_at <= :until
            and not m.from_page and not m.hidden and m.removed_at is null and length(m.text) >= 20
            and v.sentiment = :sentiment and v.matter <> all(:others)
        order by v.shout_out desc, r.mentioned_at desc limit 1
    ) said
""")


_THANKED = text("""
    select r.store_id, name, count(*) as times
    from unnest(cast(:stores as integer[])) as s(id) cross join lateral (
        select r.store_id, r.mention_id from resolution r
        where r.store_id = s.id and r.superseded_at is null and r.status in ('exact', 'likely')
            and r.mentioned_at >= :since and r.mentioned_at <= :until offset 0
    ) r cross join lateral (
        select v.shout_out_names from verdict v
        where v.mention_id = r.mention_id and v.superseded_at is null and v.shout_out offset 0
    ) v cross join lateral unnest(v.shout_out_names) as name
    group by 1, 2 order by 1, 3 desc, 2
""")
_OLDEST = text("""
    select s.id, c.id, c.author_name, c.excerpt, c.waiting_since
    from store s cross join lateral (
        select c.id, coalesce(c.author_name, 'A customer') as author_name, c.excerpt, c.waiting_since from care_case c
        where c.brand_id = s.brand_id and c.queue = 'store:' || s.number and c.is_open and c.waiting_since is not null
            and (c.snoozed_until is null or c.snoozed_until <= :now)
        order by c.waiting_since limit 1
    ) c
    where s.id = any(:stores)
""")


@dataclass(frozen=True, slots=True)
class Span:
    """A window of time, both ends included: what is written this moment counts."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StoreLine:
    """A store as a comparison names it."""

    id: int
    number: str
    name: str
    city: str
    region_id: int
    region_path: str


@dataclass(frozen=True, slots=True)
class Words:
    """A customer's own words, to go beside a number."""

    author: str
    text: str
    at: datetime
    case_id: int | None = None


def find_region(session: Session, brand_id: int, slug: str) -> Region | None:
    """A region by its slug."""
    return session.exec(select(Region).where(Region.brand_id == brand_id, Region.slug == slug)).one_or_none()


def list_regions(session: Session, brand_id: int, ids: Sequence[int]) -> list[Region]:
    """Regions by id, from the top down."""
    query = select(Region).where(Region.brand_id == brand_id, col(Region.id).in_(ids))
    return list(session.exec(query.order_by(col(Region.depth), col(Region.name))))


def list_all_regions(session: Session, brand_id: int) -> list[Region]:
    """Every region of the brand, from the top down."""
    query = select(Region).where(Region.brand_id == brand_id)
    return list(session.exec(query.order_by(col(Region.depth), col(Region.name))))


def list_children(session: Session, region: Region) -> list[Region]:
    """The regions right below one, by name."""
    query = select(Region).where(Region.brand_id == region.brand_id, Region.parent_id == region.id)
    return list(session.exec(query.order_by(col(Region.name))))


def list_stores(session: Session, brand_id: int, path: str, *, today: date) -> list[StoreLine]:
    """The stores of a region and of all below it that are not closed, by name."""
    values = {"brand": brand_id, "below": f"{path}%", "today": today}
    with raw_connection(session).cursor(row_factory=class_row(StoreLine)) as cursor:
        return cursor.execute(_STORES, values).fetchall()


def count_voices(session: Session, stores: Sequence[int], span: Span) -> dict[int, Voices]:
    """What was said about each store; stores that nobody wrote about are missing."""
    asked = {"stores": list(stores), "since": span.since, "until": span.until, "others": list(OTHERS_MATTERS)}
    return {store: Voices(*counts) for store, *counts in session.execute(_VOICES, asked)}


def count_answers(session: Session, stores: Sequence[int], span: Span) -> dict[int, Answers]:
    """What became of the cases of each store's own inbox; stores without any are missing."""
    asked = {"stores": list(stores), "since": span.since, "until": span.until, "settled": list(SETTLED)}
    waits: defaultdict[int, list[Wait]] = defaultdict(list)
    fates: defaultdict[tuple[int, str], int] = defaultdict(int)
    for store, fate, minutes, count in session.execute(_WAITS, asked):
        waits[store].append(Wait(minutes, fate == "answered", count))
        fates[store, fate] += count
    return {
        store: Answers(tuple(items), fates[store, "answered"], fates[store, "waiting"])
        for store, items in waits.items()
    }


def count_desks(session: Session, brand_id: int, numbers: Mapping[int, str], now: datetime) -> dict[int, Desk]:
    """What waits in each store's inbox now; `numbers` are store numbers by id. Stores with nothing are missing."""
    queues = [f"store:{number}" for number in numbers.values()]
    rows = session.execute(_DESKS, {"brand": brand_id, "queues": queues, "now": now})
    return {store: Desk(count, late) for store, count, late in rows if store in numbers}


def find_words(session: Session, stores: Sequence[int], span: Span, *, sentiment: str) -> dict[int, Words]:
    """The newest words of that sentiment about each store's own matters."""
    asked = {"stores": list(stores), "since": span.since, "until": span.until, "others": list(OTHERS_MATTERS)}
    rows = session.execute(_WORDS, asked | {"sentiment": sentiment})
    return {store: Words(author, said, at) for store, author, said, at in rows}


def find_oldest_waiting(session: Session, stores: Sequence[int], now: datetime) -> dict[int, Words]:
    """The words of the customer who waits longest in each store's inbox; stores where nobody waits are missing."""
    rows = session.execute(_OLDEST, {"stores": list(stores), "now": now})
    return {store: Words(author, said, since, case_id) for store, case_id, author, said, since in rows}


def count_thanked(session: Session, stores: Sequence[int], span: Span) -> dict[int, list[tuple[str, int]]]:
    """Who of each store's team was thanked by name and how often, the most thanked first."""
    thanked: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for store, name, times in session.execute(
        _THANKED, {"stores": list(stores), "since": span.since, "until": span.until}
    ):
        thanked[store].append((name, times))
    return dict(thanked)
