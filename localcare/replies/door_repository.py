"""SQL of the door of the outbox: what has happened since an answer was written, and what the Page has sent lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlalchemy import text
from sqlmodel import Session

from localcare.cases.models import CaseEvent
from localcare.cases.service import TakenBack
from localcare.kit.db import raw_connection
from localcare.mentions.models import Mention
from localcare.replies.models import Reply

REFERRED = (CaseEvent, Mention)

_TURN = """
    select t.kind, t.author_external_id as author_id, t.external_id, t.conversation_key, t.created_at as said_at,
        t.removed_at is not null or coalesce(root.removed_at is not null, false) as is_withdrawn,
        case when t.kind = 'message' then (
            select max(x.created_at) from mention x
            where x.brand_id = t.brand_id and x.conversation_key = t.conversation_key and not x.from_page
        ) end as last_heard_at
    from mention_key k join mention t on t.id = k.id and t.received_at = k.received_at
    left join mention_key rk on rk.brand_id = k.brand_id and rk.channel = k.channel and rk.external_id = t.thread_id
    left join mention root on root.id = rk.id and root.received_at = rk.received_at
    where k.id = %(turn)s
"""
# what the Page has said to these words since a person last decided, and what no reply of ours is known to be
_NATIVES = """
    select m.text, m.created_at as said_at from mention m
    where m.brand_id = %(brand)s and m.from_page and m.removed_at is null and m.content_version <> ''
        and m.channel = %(channel)s and m.received_at > greatest(%(since)s, (
            select max(e.at) from case_event e where e.case_id = %(case)s and e.kind = 'insisted'
        ))
        and (m.parent_id = any(%(parents)s) or m.kind = 'message' and m.conversation_key = %(key)s)
        and not exists (
            select from reply r where r.brand_id = m.brand_id and r.channel = m.channel and r.external_id = m.external_id
        )
    order by m.created_at
"""
_TEXTS = text("""
    select id, text from reply where case_id = :case and additional >= 0 and state not in ('failed', 'undone', 'returned')
    union all
    select id, text from reply
    where brand_id = :brand and page_id = :page and case_id <> :case and additional >= 0 and state = 'sending'
""")
_TURNSTILE = text("select pg_advisory_xact_lock(hashtextextended('departures of ' || :page, :brand))")
# under way: claimed, its call not yet recorded; a failed call leaves an error behind. Then what was put off before this:
# each takes the next place, so that a crowd is not asked again every few seconds
_DEPARTURES = text("""
    select send_after - :lease as at, send_after > :now as is_under_way from reply
    where page_id = :page and brand_id = :brand and state = 'sending' and error is null and id <> :reply
        and send_after > :since
    union all
    select send_after, false from reply
    where page_id = :page and brand_id = :brand and state = 'queued' and send_after > :now and id < :reply
    union all
    select sent_at, false from reply
    where page_id = :page and brand_id = :brand and state in ('sent', 'confirmed', 'done', 'deleted') and sent_at > :since
        and id <> :reply
""")
_OVERTAKEN = """
    with own as (
        select m.* from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
        where k.brand_id = %(brand)s and k.external_id = any(%(ids)s) and m.from_page and m.removed_at is null
            and not exists (
                select from reply r
                where r.brand_id = m.brand_id and r.channel = m.channel and r.external_id = m.external_id
            )
    )
    select distinct on (r.id) r.id as reply_id, o.text, o.received_at as heard_at
    from own o join reply r on r.brand_id = o.brand_id and r.channel = o.channel
    join mention_key k on k.id = r.turn_id join mention t on t.id = k.id and t.received_at = k.received_at
    where r.state in ('queued', 'sending') and r.attempts = 0 and r.additional >= 0 and o.received_at > r.created_at
        and (o.parent_id in (r.target_id, t.external_id) or o.kind = 'message' and o.conversation_key = t.conversation_key)
        and not exists (
            select from reply s
            where s.brand_id = r.brand_id and (s.case_id = r.case_id or s.page_id = r.page_id) and s.id <> r.id
                and s.state = 'sending' and s.text = o.text
        )
    order by r.id, o.created_at desc
"""
_DELETED_THERE = text("""
    update reply r set state = 'deleted' from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
    where k.brand_id = :brand and k.external_id = any(:ids) and m.removed_at is not null
        and r.brand_id = k.brand_id and r.channel = k.channel and r.external_id = k.external_id
        and r.state in ('sent', 'confirmed')
""")

_TAKEN_BACK = """
    select r.case_id, c.conversation_key as key, max(r.sent_at) as gone_at, (
        select max(coalesce(o.sent_at, o.created_at)) from reply o
        where o.case_id = r.case_id and o.additional >= 0 and o.state in ('sent', 'confirmed', 'noted')
    ) as still_at
    from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
    join reply r on r.brand_id = k.brand_id and r.channel = k.channel and r.external_id = k.external_id
    join care_case c on c.id = r.case_id
    where k.brand_id = %s and k.external_id = any(%s) and m.removed_at is not null
        and r.state = 'deleted' and r.additional >= 0 and r.sent_at is not null
    group by r.case_id, c.conversation_key
"""


@dataclass(frozen=True, slots=True)
class TurnNow:
    """The words that are answered, as they are now."""

    kind: str
    author_id: str | None
    external_id: str
    conversation_key: str
    said_at: datetime
    is_withdrawn: bool
    last_heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageWords:
    """What the Page said where no reply of ours is known to be it."""

    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A reply that still waits, and what somebody answered on the network meanwhile."""

    reply_id: int
    text: str
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Departures:
    """When a Page's last writings left or may leave before this one, and whether one is under way."""

    left_at: Sequence[datetime]
    is_one_under_way: bool


def get_turn(session: Session, turn_id: int) -> TurnNow:
    """The words that a reply answers."""
    with raw_connection(session).cursor(row_factory=class_row(TurnNow)) as cursor:
        found = cursor.execute(_TURN, {"turn": turn_id}).fetchone()
    if found is None:
        raise LookupError("a reply answers words that are kept")
    return found


def list_page_words(
    session: Session, brand_id: int, case_id: int, turn: TurnNow, *, channel: str, target_id: str, since: datetime
) -> list[PageWords]:
    """What the Page has said to the turn since then that is not known to be ours, oldest first."""
    values = {
        "brand": brand_id,
        "case": case_id,
        "channel": channel,
        "since": since,
        "parents": [turn.external_id, target_id],
        "key": turn.conversation_key,
    }
    with raw_connection(session).cursor(row_factory=class_row(PageWords)) as cursor:
        return cursor.execute(_NATIVES, values).fetchall()


def list_texts(session: Session, reply: Reply) -> dict[int, str]:
    """The words of each living answer of a reply's case, and of what its Page is sending to others in the same thread."""
    given = {"case": reply.case_id, "brand": reply.brand_id, "page": reply.page_id}
    return {row.id: row.text for row in session.execute(_TEXTS, given)}


def queue_for_departure(session: Session, brand_id: int, page_id: str) -> None:
    """Until the end of this transaction nothing else of this Page is let go."""
    session.execute(_TURNSTILE, {"page": page_id, "brand": brand_id})


def list_departures(
    session: Session, brand_id: int, page_id: str, reply_id: int, *, now: datetime, since: datetime, lease: timedelta
) -> Departures:
    """What left this Page since then, other than this reply."""
    values = {"page": page_id, "brand": brand_id, "reply": reply_id, "now": now, "since": since, "lease": lease}
    rows = session.execute(_DEPARTURES, values).all()
    return Departures([at for at, _ in rows], any(is_under_way for _, is_under_way in rows))


def list_overtaken(session: Session, brand_id: int, external_ids: Sequence[str]) -> list[Overtaken]:
    """Replies that wait and have been overtaken by one of these words of the Page."""
    with raw_connection(session).cursor(row_factory=class_row(Overtaken)) as cursor:
        return cursor.execute(_OVERTAKEN, {"brand": brand_id, "ids": list(external_ids)}).fetchall()


def mark_deleted(session: Session, brand_id: int, external_ids: Sequence[str]) -> None:
    """Answers of ours that somebody took off the network."""
    session.execute(_DELETED_THERE, {"brand": brand_id, "ids": list(external_ids)})


def list_taken_back(session: Session, brand_id: int, external_ids: Sequence[str]) -> list[TakenBack]:
    """The cases whose answer is among what does not stand on the network any more."""
    with raw_connection(session).cursor(row_factory=class_row(TakenBack)) as cursor:
        return cursor.execute(_TAKEN_BACK, (brand_id, list(external_ids))).fetchall()
