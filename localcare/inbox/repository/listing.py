"""Lists of cases by cursor. What waits is read per queue from the index of open cases, so its length does not matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.inbox.core.listing import Cursor, ListFilter, Shown
from localcare.kit.db import raw_connection
from localcare.people.core import Viewer

SEARCHED = 50_000
"""A search of the whole brand looks at this many of its newest cases."""

_AWAKE = "(c.state <> 'snoozed' or c.snoozed_until <= %(now)s)"
_WAITING = f"""
    select c.id, c.urgency_rank, c.waiting_since from unnest(%(queues)s::text[]) as q(name) cross join lateral (
        select c.id, c.urgency_rank, c.waiting_since from care_case c
        where c.brand_id = %(brand)s and c.queue = q.name and c.is_open and c.waiting_since is not null and {_AWAKE}
            {{conditions}} order by c.urgency_rank, c.waiting_since, c.id limit %(limit)s
    ) c order by c.urgency_rank, c.waiting_since, c.id limit %(limit)s
"""
_MINE = f"""
    select c.id, c.urgency_rank, c.waiting_since from care_case c
    where c.brand_id = %(brand)s and c.is_open and c.owner_id = %(me)s and {_AWAKE} {{conditions}}
    order by c.urgency_rank, c.waiting_since, c.id limit %(limit)s
"""
_NEWEST = """
    select c.id, c.urgency_rank, c.waiting_since from care_case c
    where c.brand_id = %(brand)s and {shown} {conditions} order by c.id desc limit %(limit)s
"""
# an order that no index has: open cases are few and found by their queue, so walking all cases backwards is never right
_NEWEST_OPEN = """
    select c.id, c.urgency_rank, c.waiting_since from care_case c
    where c.brand_id = %(brand)s and {shown} {conditions} order by c.id + 0 desc limit %(limit)s
"""
_SHOWN = {
    Shown.CUSTOMER: "c.is_open and c.waiting_since is null",
    Shown.SNOOZED: "c.is_open and c.state = 'snoozed' and c.snoozed_until > %(now)s",
    Shown.CLOSED: "not c.is_open",
    Shown.OPEN: "c.is_open",
    Shown.ALL: "true",
}
_OPEN_VIEWS = frozenset({Shown.CUSTOMER, Shown.SNOOZED, Shown.OPEN})
_DETAILS = """
    with page as ({page})
    select c.id, c.author_name, c.excerpt, c.channel, c.last_customer_at, page.waiting_since, c.state, c.is_open,
        c.urgency, c.urgency_rank, c.sentiment, c.topic, c.risks, c.queue, c.mention_count, c.closed_at, c.approval_asked_at,
        s.number as store_number, s.name as store_name, s.city as store_city, c.owner_id, p.name as owner_name,
        m.kind as kind, m.recommends, m.rating, clock.kind as clock_kind, clock.due_at
    from page join care_case c on c.id = page.id
    left join store s on s.id = c.store_id left join person p on p.id = c.owner_id
    left join mention_key k on k.id = c.lead_mention_id
    left join mention m on m.id = k.id and m.received_at = k.received_at
    left join lateral (
        select kind, due_at from case_clock
        where case_id = c.id and stopped_at is null and kind <> 'resolve' and c.is_open order by due_at limit 1
    ) clock on true
    order by {order}
"""
_QUEUES = """
    select queue, count(*) as waiting, min(waiting_since) as oldest from care_case
    where brand_id = %(brand)s and is_open and waiting_since is not null and queue = any(%(queues)s)
        and (state <> 'snoozed' or snoozed_until <= %(now)s) and (%(all)s or store_id = any(%(stores)s))
    group by queue
"""
_LIKE_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a list shows it, with its next promise and the customer's own flag."""

    id: int
    author_name: str | None
    excerpt: str
    channel: str
    last_customer_at: datetime
    waiting_since: datetime | None
    state: str
    is_open: bool
    urgency: str
    urgency_rank: int
    sentiment: str
    topic: str
    risks: list[str]
    queue: str
    mention_count: int
    closed_at: datetime | None
    approval_asked_at: datetime | None
    store_number: str | None
    store_name: str | None
    store_city: str | None
    owner_id: int | None
    owner_name: str | None
    kind: str | None
    recommends: bool | None
    rating: int | None
    clock_kind: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """How many cases of a queue wait, and since when the oldest does."""

    queue: str
    waiting: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """Which cases a list wants: whose, in which queues (for what waits) or stores, after which one, how many."""

    viewer: Viewer
    filter: ListFilter
    now: datetime
    queues: Sequence[str] = ()
    store_id: int | None = None
    after: Cursor | None = None
    limit: int = 25


def list_cases(session: Session, question: ListQuestion) -> list[CaseLine]:
    """The cases of a list in its order: one more than asked for tells that there are more."""
    shown = question.filter.shown
    conditions = " ".join(f"and {condition}" for condition in _conditions(question))
    if shown is Shown.WAITING:
        page, order = _WAITING, "c.urgency_rank, page.waiting_since, c.id"
    elif shown is Shown.MINE:
        page, order = _MINE, "c.urgency_rank, page.waiting_since, c.id"
    else:
        template = _NEWEST_OPEN if shown in _OPEN_VIEWS else _NEWEST
        page, order = template.replace("{shown}", _SHOWN[shown]), "c.id desc"
    statement = _DETAILS.format(page=page.replace("{conditions}", conditions), order=order)
    with raw_connection(session).cursor(row_factory=class_row(CaseLine)) as cursor:
        return cursor.execute(statement, _values(question)).fetchall()


def list_queue_lines(session: Session, viewer: Viewer, queues: Sequence[str], now: datetime) -> dict[str, QueueLine]:
    """What waits for this viewer in these queues, by queue; one where nothing waits is not there."""
    values = {
        "brand": viewer.brand_id,
        "queues": list(queues),
        "now": now,
        "all": viewer.store_ids is None,
        "stores": sorted(viewer.store_ids or ()),
    }
    with raw_connection(session).cursor(row_factory=class_row(QueueLine)) as cursor:
        rows = cursor.execute(_QUEUES, values).fetchall()
    return {row.queue: row for row in rows}


def _conditions(question: ListQuestion) -> list[str]:
    wanted, shown, sees_all = question.filter, question.filter.shown, question.viewer.store_ids is None
    everywhere = wanted.words and sees_all and shown in (Shown.ALL, Shown.CLOSED)
    offered = {
        "c.store_id = any(%(stores)s)": not sees_all,
        "c.store_id = %(store)s": question.store_id is not None,
        "c.queue = %(queue)s": wanted.queue and shown is not Shown.WAITING,
        "c.queue = any(%(queues)s)": sees_all and not wanted.queue and shown in _OPEN_VIEWS and question.queues,
        "c.owner_id is null": wanted.owner == "none",
        "c.owner_id = %(owner)s": wanted.owner.isdecimal(),
        "(c.author_name ilike %(words)s or c.excerpt ilike %(words)s)": wanted.words,
        "c.id > (select max(id) - %(searched)s from care_case)": everywhere,
    }
    conditions = [condition for condition, is_asked_for in offered.items() if is_asked_for]
    return conditions if question.after is None else [*conditions, _after(question.after, shown)]


def _after(cursor: Cursor, shown: Shown) -> str:
    if shown not in (Shown.WAITING, Shown.MINE):
        return "c.id < %(after_id)s"
    if cursor.waiting_since is None:
        return (
            "((c.urgency_rank = %(after_rank)s and c.waiting_since is null and c.id > %(after_id)s)"
            " or c.urgency_rank > %(after_rank)s)"
        )
    if shown is Shown.MINE:
        return (
            "((c.urgency_rank, coalesce(c.waiting_since, 'infinity'), c.id)"
            " > (%(after_rank)s, %(after_since)s::timestamptz, %(after_id)s))"
        )
    return "(c.urgency_rank, c.waiting_since, c.id) > (%(after_rank)s, %(after_since)s::timestamptz, %(after_id)s)"


def _values(question: ListQuestion) -> dict[str, object]:
    viewer, wanted, after = question.viewer, question.filter, question.after
    return {
        "brand": viewer.brand_id,
        "me": viewer.person_id,
        "stores": sorted(viewer.store_ids or ()),
        "store": question.store_id,
        "queues": list(question.queues),
        "queue": wanted.queue,
        "owner": int(wanted.owner) if wanted.owner.isdecimal() and len(wanted.owner) < 10 else 0,
        "words": f"%{wanted.words.translate(_LIKE_ESCAPES)}%",
        "searched": SEARCHED,
        "now": question.now,
        "limit": question.limit,
        "after_id": after.id if after else None,
        "after_rank": after.urgency_rank if after else None,
        "after_since": after.waiting_since if after else None,
    }
