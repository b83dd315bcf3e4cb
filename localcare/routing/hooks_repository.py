"""SQL of what is posted about crises, and where to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection
from localcare.routing.models import CrisisHook, HookPost

_LEASE = timedelta(minutes=2)
_INSERT = """
    insert into hook_post (brand_id, case_id, event, wave, state, next_at, created_at)
    select %(brand)s, case_id, %(event)s, %(wave)s, 'due', %(now)s, %(now)s from unnest(%(cases)s::bigint[]) as c(case_id)
"""
_CLAIM = """
    update hook_post set state = 'sending', next_at = %(lease)s where id = (
        select id from hook_post where brand_id = %(brand)s and state in ('due', 'sending') and next_at <= %(now)s
        order by next_at, id limit 1 for update skip locked
    ) returning id
"""
_RECORD = """
    update hook_post set state = %(state)s, attempts = %(attempts)s, error = %(error)s, next_at = %(next)s,
        sent_at = %(sent)s where id = %(id)s and state = 'sending'
"""
_AGAIN = """
    update hook_post set state = 'due', attempts = 0, next_at = %s where brand_id = %s and id = %s and state = 'failed'
"""
_OWING = """
    select distinct brand_id from hook_post where state = 'due' and next_at <= %(now)s
        or state = 'sending' and next_at <= %(now)s order by 1
"""
_FAILING = """
    select count(*), min(created_at) from hook_post
    where brand_id = %s and (state = 'failed' or state in ('due', 'sending') and attempts > 0)
"""
_GIVE_UP = (
    "update hook_post set state = 'failed', error = 'The address was removed.' where brand_id = %s and state = 'due'"
)
_CASE = """
    select c.id as case_id, c.risks, c.urgency, c.topic, c.queue, c.excerpt, s.number as store_number,
        s.name as store_name, k.acknowledged_by
    from care_case c left join store s on s.id = c.store_id left join crisis_call k on k.case_id = c.id
    where c.id = %s
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of a case, as it stands when it is sent."""

    case_id: int
    risks: list[str]
    urgency: str
    topic: str
    queue: str
    excerpt: str
    store_number: str | None
    store_name: str | None
    acknowledged_by: str | None


def find_hook(session: Session, brand_id: int) -> CrisisHook | None:
    """Where a brand's crises are posted to."""
    return session.exec(select(CrisisHook).where(CrisisHook.brand_id == brand_id)).one_or_none()


def list_hooks(session: Session) -> list[CrisisHook]:
    """Those of all brands."""
    return list(session.exec(select(CrisisHook).order_by(col(CrisisHook.brand_id))))


def save_hook(session: Session, hook: CrisisHook) -> None:
    """Write an address."""
    session.add(hook)
    session.flush()


def drop_hook(session: Session, brand_id: int) -> None:
    """Forget the address and what was owed to it."""
    connection = raw_connection(session)
    connection.execute("delete from crisis_hook where brand_id = %s", (brand_id,))
    connection.execute(_GIVE_UP, (brand_id,))


def insert_posts(
    session: Session, brand_id: int, case_ids: Sequence[int | None], *, event: str, wave: int, now: datetime
) -> None:
    """Owe posts."""
    values = {"brand": brand_id, "cases": list(case_ids), "event": event, "wave": wave, "now": now}
    raw_connection(session).execute(_INSERT, values)


def list_posts(session: Session, brand_id: int, *, limit: int) -> list[HookPost]:
    """The newest posts."""
    query = select(HookPost).where(HookPost.brand_id == brand_id).order_by(col(HookPost.id).desc()).limit(limit)
    return list(session.exec(query))


def count_failing(session: Session, brand_id: int) -> tuple[int, datetime | None]:
    """Posts that failed so far, and the oldest of them."""
    row = raw_connection(session).execute(_FAILING, (brand_id,)).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


def claim_post(session: Session, brand_id: int, now: datetime) -> HookPost | None:
    """The next post that is due, this process's for two minutes; None when there is none."""
    values = {"brand": brand_id, "now": now, "lease": now + _LEASE}
    row = raw_connection(session).execute(_CLAIM, values).fetchone()
    if row is None:
        return None
    post = session.exec(select(HookPost).where(HookPost.id == row[0])).one()
    session.expunge(post)
    return post


def read_case(session: Session, case_id: int) -> Telling | None:
    """What there is to tell of a case."""
    with raw_connection(session).cursor(row_factory=class_row(Telling)) as cursor:
        return cursor.execute(_CASE, (case_id,)).fetchone()


def record(
    session: Session, post: HookPost, *, state: str, attempts: int, error: str, next_at: datetime,
    sent_at: datetime | None,
) -> None:  # fmt: skip
    """What became of a claimed post."""
    values = {"id": post.id, "state": state, "attempts": attempts, "error": error, "next": next_at, "sent": sent_at}
    raw_connection(session).execute(_RECORD, values)


def owe_again(session: Session, brand_id: int, post_id: int, now: datetime) -> None:
    """A post that was given up is due."""
    raw_connection(session).execute(_AGAIN, (now, brand_id, post_id))


def list_brands_owing(session: Session, now: datetime) -> list[int]:
    """Brands with a post that is due, or that a dead process left."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [brand_id for (brand_id,) in cursor.execute(_OWING, {"now": now})]
