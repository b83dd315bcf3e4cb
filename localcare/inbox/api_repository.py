"""SQL of cases, mentions and queues for programs: keyset on indexes, and one query per table however long the page is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_CASES = """
    select c.id, b.slug as brand, c.store_id, s.number as store_number, s.name as store_name, r.slug as region, c.queue,
        c.tier, c.state, p.email as owner, c.topic, c.sentiment, c.urgency, c.risks, c.resolution_status, c.route_reason,
        c.lead_mention_id, c.opened_at, c.updated_at, c.closed_at, c.needs_approval, c.approvers, c.approval_asked_at
    from care_case c join brand b on b.id = c.brand_id
    left join store s on s.id = c.store_id left join region r on r.id = s.region_id
    left join person p on p.id = c.owner_id
    where c.brand_id = %(brand)s and {which} order by c.id desc limit %(limit)s
"""
_CASE_FILTERS = {
    "queue": "c.queue = %(queue)s",
    "store": "c.store_id = (select id from store where brand_id = %(brand)s and number = %(store)s)",
    "state": "c.state = %(state)s",
    "approval": "(c.approval_asked_at is not null and c.is_open) = (%(approval)s = 'asked')",
    "owner": "c.owner_id = (select id from person where brand_id = %(brand)s and email = %(owner)s)",
}
_WORDS = """
    m.id, m.channel, m.kind, m.external_id, m.page_id, m.parent_id, m.author_external_id, m.author_name, m.text,
    m.rating, m.recommends, m.attachments, v.language, m.created_at, m.received_at, m.edited_at, m.removed_at,
    m.hidden, m.permalink
"""
_CASE_MENTIONS = f"""
    select {_WORDS}, cm.case_id, coalesce(v.reasons, '[]') as reasons, r.status, r.store_id, r.confidence, r.candidates,
        r.decided_by
    from case_mention cm join mention_key k on k.id = cm.mention_id
    join mention m on m.id = k.id and m.received_at = k.received_at
    left join verdict v on v.mention_id = m.id and v.superseded_at is null
    left join resolution r on r.mention_id = m.id and r.superseded_at is null
    where cm.case_id = any(%(ids)s) and m.brand_id = %(brand)s order by m.created_at, m.id
"""
# each kind by its own index
_LINKED = """
    select c.id as case_id, t.id, t.is_silent, 'merged-into' as how
    from care_case c join care_case t on t.id = c.merged_into where c.id = any(%(ids)s) and c.brand_id = %(brand)s
    union all
    select c.id, t.id, t.is_silent, 'merged-in'
    from care_case c join care_case t on t.merged_into = c.id where c.id = any(%(ids)s) and c.brand_id = %(brand)s
    union all
    select c.id, t.id, t.is_silent, 'other-matter'
    from care_case c join care_case t on t.brand_id = c.brand_id and t.conversation_key = c.conversation_key and t.id <> c.id
        and coalesce(t.closed_how, '') not in ('withdrawn', 'merged')
    where c.id = any(%(ids)s) and c.brand_id = %(brand)s and coalesce(c.closed_how, '') <> 'merged'
    order by 1, 2
"""
_CLOCKS = """
    select case_id, kind, started_at, due_at, stopped_at, paused_at from case_clock
    where case_id = any(%(ids)s) order by due_at, kind
"""
_REPLIES = """
    select case_id, id, kind, state, external_id, author_name, text, sent_at, approved_at from reply
    where case_id = any(%(ids)s) and brand_id = %(brand)s order by id
"""
_MENTIONS = f"""
    select {_WORDS}, m.mentioned_at, s.number as store, v.actionable, v.topic, v.sentiment, v.urgency, cm.case_id
    from ({{picked}}) m
    left join verdict v on v.mention_id = m.id and v.superseded_at is null
    left join resolution r on r.mention_id = m.id and r.superseded_at is null
    left join store s on s.id = r.store_id
    left join case_mention cm on cm.mention_id = m.id
    order by m.mentioned_at desc, m.id desc
"""
_READABLE = """
    m.brand_id = %(brand)s and not m.from_page and m.content_version <> ''
        and (%(since)s::timestamptz is null or m.received_at >= %(since)s)
        and (%(kind)s::text is null or m.kind = %(kind)s)
"""
_PICKED_BY_ID = f"""
    select m.*, null::timestamptz as mentioned_at from mention m
    where {_READABLE} and m.id < %(before)s order by m.id desc limit %(limit)s
"""
_PICKED_BY_STORE = f"""
    select m.*, r.mentioned_at from resolution r join mention_key k on k.id = r.mention_id
    join mention m on m.id = k.id and m.received_at = k.received_at
    where r.store_id = (select id from store where brand_id = %(brand)s and number = %(store)s)
        and r.superseded_at is null and (r.mentioned_at, r.mention_id) < (%(at)s::timestamptz, %(before)s) and {_READABLE}
    order by r.mentioned_at desc, r.mention_id desc limit %(limit)s
"""
_QUEUES = """
    select c.queue, count(*) as open, count(*) filter (where c.waiting_since is not null) as waiting,
        count(*) filter (where c.owner_id is not null) as owned, count(late.case_id) as late,
        min(c.waiting_since) as oldest_waiting_since
    from care_case c left join (
        select distinct case_id from case_clock where brand_id = %(brand)s and stopped_at is null and due_at < %(now)s
    ) late on late.case_id = c.id
    where c.brand_id = %(brand)s and c.is_open and c.queue > %(after)s group by c.queue order by c.queue limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class CaseQuestion:
    """Which cases: those that match everything that is given. `is_open` None asks for both."""

    queue: str | None = None
    store: str | None = None
    state: str | None = None
    owner: str | None = None
    approval: str | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with the names of what it refers to."""

    id: int
    brand: str
    store_id: int | None
    store_number: str | None
    store_name: str | None
    region: str | None
    queue: str
    tier: int
    state: str
    owner: str | None
    topic: str
    sentiment: str
    urgency: str
    risks: list[str]
    resolution_status: str
    route_reason: str
    lead_mention_id: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    needs_approval: bool
    approvers: list[str]
    approval_asked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsRow:
    """A mention as it stands."""

    id: int
    channel: str
    kind: str
    external_id: str
    page_id: str | None
    parent_id: str | None
    author_external_id: str | None
    author_name: str | None
    text: str
    rating: int | None
    recommends: bool | None
    attachments: list[dict[str, str | None]]
    language: str | None
    created_at: datetime
    received_at: datetime
    edited_at: datetime | None
    removed_at: datetime | None
    hidden: bool
    permalink: str | None
    case_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMentionRow(WordsRow):
    """A mention of a case, with why triage and the resolver decided as they did."""

    reasons: list[dict[str, str]]
    status: str | None
    store_id: int | None
    confidence: float | None
    candidates: list[dict[str, Any]] | None
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow(WordsRow):
    """A mention of the feed; `mentioned_at` is set when the list is one store's, and sorts it."""

    mentioned_at: datetime | None
    store: str | None
    actionable: bool | None
    topic: str | None
    sentiment: str | None
    urgency: str | None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A promise of a case."""

    case_id: int
    kind: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A case that belongs to another one."""

    case_id: int
    id: int
    is_silent: bool
    how: Literal["merged-into", "merged-in", "other-matter"]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """An answer of a case."""

    case_id: int
    id: int
    kind: str
    state: str
    external_id: str | None
    author_name: str
    text: str
    sent_at: datetime | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What waits in a queue."""

    queue: str
    open: int
    waiting: int
    owned: int
    late: int
    oldest_waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class MentionQuestion:
    """Which mentions, and after which one: its id, and for a store's list its time too."""

    store: str | None
    kind: str | None
    since: datetime | None
    before: int
    at: datetime | None


def list_cases(session: Session, brand_id: int, question: CaseQuestion, *, before: int, limit: int) -> list[CaseRow]:
    """Cases below an id, the newest first."""
    given = {name: getattr(question, name) for name in _CASE_FILTERS if getattr(question, name) is not None}
    which = ["c.id < %(before)s", *(_CASE_FILTERS[name] for name in given)]
    if question.is_open is not None:
        which.append("c.is_open" if question.is_open else "not c.is_open")
    values = {"brand": brand_id, "before": before, "limit": limit, **given}
    with raw_connection(session).cursor(row_factory=class_row(CaseRow)) as cursor:
        return cursor.execute(_CASES.format(which=" and ".join(which)), values).fetchall()


def find_case(session: Session, brand_id: int, case_id: int) -> CaseRow | None:
    """One case."""
    values = {"brand": brand_id, "id": case_id, "limit": 1}
    with raw_connection(session).cursor(row_factory=class_row(CaseRow)) as cursor:
        return cursor.execute(_CASES.format(which="c.id = %(id)s"), values).fetchone()


def list_case_mentions(session: Session, brand_id: int, case_ids: Sequence[int]) -> list[CaseMentionRow]:
    """The customers' words in these cases, oldest first."""
    with raw_connection(session).cursor(row_factory=class_row(CaseMentionRow)) as cursor:
        return cursor.execute(_CASE_MENTIONS, {"brand": brand_id, "ids": list(case_ids)}).fetchall()


def list_linked(session: Session, brand_id: int, case_ids: Sequence[int]) -> list[LinkedRow]:
    """The cases that belong to these: merged into, merged in, or of the same words' other matter."""
    with raw_connection(session).cursor(row_factory=class_row(LinkedRow)) as cursor:
        return cursor.execute(_LINKED, {"brand": brand_id, "ids": list(case_ids)}).fetchall()


def list_clocks(session: Session, case_ids: Sequence[int]) -> list[ClockRow]:
    """The promises of these cases, the nearest first."""
    with raw_connection(session).cursor(row_factory=class_row(ClockRow)) as cursor:
        return cursor.execute(_CLOCKS, {"ids": list(case_ids)}).fetchall()


def list_replies(session: Session, brand_id: int, case_ids: Sequence[int]) -> list[ReplyRow]:
    """The answers of these cases, oldest first."""
    with raw_connection(session).cursor(row_factory=class_row(ReplyRow)) as cursor:
        return cursor.execute(_REPLIES, {"brand": brand_id, "ids": list(case_ids)}).fetchall()


def list_mentions(session: Session, brand_id: int, question: MentionQuestion, *, limit: int) -> list[MentionRow]:
    """Mentions of customers: of the brand by id, of one store by the time they were written; the newest first."""
    values = {"brand": brand_id, "limit": limit, **{name: getattr(question, name) for name in question.__slots__}}
    picked = _PICKED_BY_ID if question.store is None else _PICKED_BY_STORE
    with raw_connection(session).cursor(row_factory=class_row(MentionRow)) as cursor:
        return cursor.execute(_MENTIONS.format(picked=picked), values).fetchall()


def list_queues(session: Session, brand_id: int, *, now: datetime, after: str, limit: int) -> list[QueueRow]:
    """Queues that have open cases, by name."""
    values = {"brand": brand_id, "now": now, "after": after, "limit": limit}
    with raw_connection(session).cursor(row_factory=class_row(QueueRow)) as cursor:
        return cursor.execute(_QUEUES, values).fetchall()
