"""A store as its people see it: who it is, what is said about it, and what that adds up to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection
from localcare.people.core import Viewer

Mood = Literal["", "praise", "complaints"]

_STORES = """
    select s.id, s.number, s.name, s.street, s.city, s.state, s.zip, s.timezone, s.phone, s.hours, s.closed_on,
        s.successor_number, r.name as region_name, r.slug as region_slug, p.page_id, p.name as page_name,
        s.closed_on is null or s.closed_on > %(today)s as is_open,
        array(select a.slug from region a where a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[])
            order by a.depth) as regions
    from store s join region r on r.id = s.region_id
    left join lateral (
        select page_id, name from store_page
        where store_id = s.id and valid_to is null and channel = 'facebook' order by id limit 1
    ) p on true
    where s.brand_id = %(brand)s and (%(all)s or s.id = any(%(stores)s)) and {which}
"""
_NUMBERS = "select number from store where brand_id = %s and id = any(%s) order by number"
_FEED = """
    select m.id, m.channel, m.kind, m.author_name, m.text, m.rating, m.recommends, m.attachments, m.permalink,
        r.mentioned_at, m.edited_at, m.hidden, r.store_id, v.sentiment, v.topic, v.actionable,
        v.shout_out, v.shout_out_names, v.language, c.id as case_id, c.state as case_state
    from resolution r join verdict v on v.mention_id = r.mention_id and v.superseded_at is null
    join mention_key k on k.id = r.mention_id
    join mention m on m.id = k.id and m.received_at = k.received_at
        and m.removed_at is null and not m.from_page and m.content_version <> ''
    left join case_mention cm on cm.mention_id = m.id left join care_case c on c.id = cm.case_id
    where r.store_id = any(%(stores)s) and r.superseded_at is null and r.mentioned_at >= %(since)s {mood} {after}
    order by r.mentioned_at desc, r.mention_id desc limit %(limit)s
"""
_LED_REGION = """
    select slug from region
    where brand_id = %(brand)s and (id = any(%(ids)s) or cardinality(%(ids)s::integer[]) = 0 and parent_id is null)
    order by depth, id limit 1
"""
_MOODS: dict[Mood, str] = {
    "": "",
    "praise": "and v.sentiment = 'positive'",
    "complaints": "and (v.actionable or v.sentiment = 'negative')",
}
_COUNTS = """
    select count(*) as mentions, count(*) filter (where v.sentiment = 'positive') as praise,
        count(*) filter (where v.actionable or v.sentiment = 'negative') as complaints,
        count(*) filter (where v.shout_out) as shout_outs
    from resolution r join verdict v on v.mention_id = r.mention_id and v.superseded_at is null
    where r.store_id = any(%(stores)s) and r.superseded_at is null and r.mentioned_at >= %(since)s
"""
_ANSWERED = """
    select count(*) from reply p join care_case c on c.id = p.case_id
    where c.store_id = any(%(stores)s) and p.created_at >= %(since)s and p.state in ('sent', 'confirmed', 'noted')
"""


@dataclass(frozen=True, slots=True)
class StoreCard:
    """A store with its region and Facebook Page."""

    id: int
    number: str
    name: str
    street: str | None
    city: str | None
    state: str | None
    zip: str | None
    timezone: str
    phone: str | None
    hours: str | None
    closed_on: object
    successor_number: str | None
    region_name: str
    region_slug: str
    page_id: str | None
    page_name: str | None
    is_open: bool
    regions: Sequence[str]

    @property
    def address(self) -> str:
        """The address on one line."""
        town = " ".join(part for part in (self.state, self.zip) if part)
        return ", ".join(part for part in (self.street, self.city, town) if part)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One thing that was said about a store, with what triage made of it and the case it is in, if any."""

    id: int
    channel: str
    kind: str
    author_name: str | None
    text: str
    rating: int | None
    recommends: bool | None
    attachments: list[dict[str, str | None]]
    permalink: str | None
    mentioned_at: datetime
    edited_at: datetime | None
    hidden: bool
    store_id: int
    sentiment: str
    topic: str
    actionable: bool
    shout_out: bool
    shout_out_names: list[str]
    language: str
    case_id: int | None
    case_state: str | None


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What was said about stores since a moment."""

    mentions: int
    praise: int
    complaints: int
    shout_outs: int
    answered: int


@dataclass(frozen=True, slots=True)
class _Said:
    mentions: int
    praise: int
    complaints: int
    shout_outs: int


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """Which part of a feed: since when, in which mood, before which item (its time and id)."""

    since: datetime
    mood: Mood = ""
    before: tuple[datetime, int] | None = None
    limit: int = 20


def list_stores(session: Session, viewer: Viewer, store_ids: Collection[int], now: datetime) -> list[StoreCard]:
    """These stores, as far as the viewer may see them, by number."""
    return _stores(session, viewer, "s.id = any(%(ids)s) order by s.number", now, ids=sorted(store_ids))


def list_store_numbers(session: Session, viewer: Viewer) -> list[str]:
    """The numbers of the stores in the viewer's scope: a region may have thousands, and a list needs no more of them."""
    values = (viewer.brand_id, sorted(viewer.store_ids or ()))
    return [number for (number,) in raw_connection(session).execute(_NUMBERS, values).fetchall()]


def find_store(session: Session, viewer: Viewer, number: str, now: datetime) -> StoreCard | None:
    """A store by its number; None when the viewer may not see it."""
    return next(iter(_stores(session, viewer, "s.number = %(number)s", now, number=number)), None)


def find_store_of_brand(session: Session, brand_id: int, number: str, now: datetime) -> StoreCard | None:
    """A store of the brand by its number, whoever asks: for naming it, not for showing it."""
    values = {"brand": brand_id, "all": True, "stores": [], "today": now.date(), "number": number}
    with raw_connection(session).cursor(row_factory=class_row(StoreCard)) as cursor:
        return cursor.execute(_STORES.format(which="s.number = %(number)s"), values).fetchone()


def list_feed(session: Session, store_ids: Sequence[int], question: FeedQuestion) -> list[FeedItem]:
    """What customers said about stores, newest first; what they removed is not there."""
    after = "and (r.mentioned_at, r.mention_id) < (%(at)s::timestamptz, %(id)s)" if question.before else ""
    at, mention_id = question.before or (None, None)
    values = {"stores": list(store_ids), "since": question.since, "limit": question.limit, "at": at, "id": mention_id}
    with raw_connection(session).cursor(row_factory=class_row(FeedItem)) as cursor:
        return cursor.execute(_FEED.format(mood=_MOODS[question.mood], after=after), values).fetchall()


def count_said(session: Session, store_ids: Sequence[int], since: datetime) -> StoreCounts:
    """What was said about stores since a moment, and how many answers were given."""
    values = {"stores": list(store_ids), "since": since}
    connection = raw_connection(session)
    with connection.cursor(row_factory=class_row(_Said)) as cursor:
        said = cursor.execute(_COUNTS, values).fetchone() or _Said(0, 0, 0, 0)
    answered = connection.execute(_ANSWERED, values).fetchone()
    return StoreCounts(
        said.mentions, said.praise, said.complaints, said.shout_outs, int(answered[0]) if answered else 0
    )


def _stores(session: Session, viewer: Viewer, which: str, now: datetime, **values: object) -> list[StoreCard]:
    scope = {
        "brand": viewer.brand_id,
        "all": viewer.store_ids is None,
        "stores": sorted(viewer.store_ids or ()),
        "today": now.date(),
    }
    with raw_connection(session).cursor(row_factory=class_row(StoreCard)) as cursor:
        return cursor.execute(_STORES.format(which=which), scope | values).fetchall()


def find_led_region(session: Session, viewer: Viewer) -> str | None:
    """The slug of the highest region somebody leads; of the nation for those who lead all of it."""
    values = {"brand": viewer.brand_id, "ids": sorted(viewer.region_ids)}
    row = raw_connection(session).execute(_LED_REGION, values).fetchone()
    return str(row[0]) if row else None
