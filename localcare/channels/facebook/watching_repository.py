"""SQL of watching: Pages whose look is due, leased; those whose token was not looked at for longest; connections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.channels.facebook.connecting_repository import SealedPage
from localcare.channels.facebook.models import FacebookConnection
from localcare.kit.db import raw_connection, rows_as_json

_FAR = timedelta(minutes=30)
"""A doubt whose next look is nearer than this is already in somebody's hands."""

_LEASE = """
    with due as (
        select page_id from page_access
        where brand_id = %(brand)s and (%(pages)s::text[] is null or page_id = any(%(pages)s)) and (
            next_check_at is null or next_check_at <= %(now)s
            or (health in ('token', 'permission') and (checked_at is null or checked_at < since) and next_check_at > %(far)s))
        order by next_check_at nulls first limit %(limit)s for update skip locked
    )
    update page_access a set next_check_at = %(until)s from due where a.page_id = due.page_id
    returning a.page_id, a.token_encrypted as sealed, a.tasks, a.health, a.since
"""
_SPREAD = """
    update page_access a set next_check_at = %(now)s + n.after * interval '1 second'
    from unnest(%(pages)b::text[], %(after)b::float8[]) as n (page_id, after)
    where a.brand_id = %(brand)s and a.page_id = n.page_id
"""
_OLDEST = """
    select page_id, token_encrypted as sealed, tasks from page_access
    where brand_id = %(brand)s and health not in ('token', 'permission') and checked_at < %(before)s
        and next_check_at > %(now)s
    order by checked_at, page_id
"""
# many Pages at once are held in one order, here and where it is written when they were heard of
_GLANCED = """
    with well as (
        select page_id from page_access
        where brand_id = %(brand)s and page_id = any(%(pages)s) and health not in ('token', 'permission')
        order by page_id for no key update
    )
    update page_access a set checked_at = %(now)s from well where a.page_id = well.page_id
"""
_DUE_NOW = "update page_access set next_check_at = %(now)s where brand_id = %(brand)s and page_id = any(%(pages)s)"
_ALL_DUE = "update page_access set next_check_at = %s where brand_id = %s and health <> 'token'"
# read with the Pages themselves when the brand was connected
_CLAIM_TASKS = """
    update facebook_connection set tasks_read_at = %(now)s
    where brand_id = %(brand)s and health <> 'token' and length(token_encrypted) > 0
        and coalesce(tasks_read_at, since) <= %(now)s - %(every)s::interval
    returning token_encrypted
"""
_TASKS_READ = "update facebook_connection set tasks_read_at = %s where brand_id = %s"
_KEEP_TASKS = """
    update page_access a set tasks = n.tasks
    from jsonb_to_recordset(%(pages)b::jsonb) as n (page_id text, tasks text[])
    where a.brand_id = %(brand)s and a.page_id = n.page_id and a.tasks is distinct from n.tasks
"""
_COUNT = "select count(*) from page_access where brand_id = %s"


@dataclass(frozen=True, slots=True)
class LeasedPage:
    """A Page to look at, its sealed token, and how it was thought to fare since when."""

    page_id: str
    sealed: bytes
    tasks: list[str]
    health: str
    since: datetime

    @property
    def key(self) -> SealedPage:
        """The part that opens the token."""
        return SealedPage(self.page_id, self.sealed, self.tasks)


def lease_due(
    session: Session, brand_id: int, *, now: datetime, until: datetime, limit: int, only: Sequence[str] | None = None
) -> list[LeasedPage]:
    """Pages whose look is due or whose refusal nobody has looked into, taken from others until then."""
    values = {
        "brand": brand_id, "now": now, "until": until, "far": now + _FAR, "limit": limit,
        "pages": None if only is None else list(only),
    }  # fmt: skip
    with raw_connection(session).cursor(row_factory=class_row(LeasedPage)) as cursor:
        return cursor.execute(_LEASE, values).fetchall()


def set_next_checks(session: Session, brand_id: int, after: dict[str, timedelta], *, now: datetime) -> None:
    """When each of these Pages is looked at again."""
    seconds = [pause.total_seconds() for pause in after.values()]
    values = {"brand": brand_id, "now": now, "pages": list(after), "after": seconds}
    raw_connection(session).execute(_SPREAD, values)


def list_longest_unseen(session: Session, brand_id: int, *, before: datetime, now: datetime) -> list[SealedPage]:
    """Pages that are thought well and were looked at before that instant, the longest ago first."""
    values = {"brand": brand_id, "before": before, "now": now}
    with raw_connection(session).cursor(row_factory=class_row(SealedPage)) as cursor:
        return cursor.execute(_OLDEST, values).fetchall()


def keep_glances(session: Session, brand_id: int, *, alive: Sequence[str], dead: Sequence[str], now: datetime) -> None:
    """Tokens that live were looked at now; those that do not are due for a whole look."""
    run = raw_connection(session).execute
    run(_GLANCED, {"brand": brand_id, "now": now, "pages": list(alive)})
    if dead:
        run(_DUE_NOW, {"brand": brand_id, "now": now, "pages": list(dead)})


def make_due(session: Session, brand_id: int, *, now: datetime) -> None:
    """Have all Pages looked at now whose token is not known to be dead."""
    raw_connection(session).execute(_ALL_DUE, (now, brand_id))


def count_pages(session: Session, brand_id: int) -> int:
    """How many Pages of the brand have a token."""
    row = raw_connection(session).execute(_COUNT, (brand_id,)).fetchone()
    return int(row[0]) if row else 0


def claim_tasks(session: Session, brand_id: int, *, now: datetime, every: timedelta) -> bytes | None:
    """The brand's sealed token when the tasks were not read for so long, now for this caller alone; else None."""
    values = {"brand": brand_id, "now": now, "every": every}
    row = raw_connection(session).execute(_CLAIM_TASKS, values).fetchone()
    return bytes(row[0]) if row else None


def set_tasks_read(session: Session, brand_id: int, *, at: datetime) -> None:
    """When the tasks count as read: the next time is due a while after."""
    raw_connection(session).execute(_TASKS_READ, (at, brand_id))


def keep_tasks(session: Session, brand_id: int, tasks: Mapping[str, Sequence[str]]) -> int:
    """Write the tasks of these Pages; returns of how many they were others before."""
    rows: list[dict[str, object]] = [{"page_id": page_id, "tasks": list(held)} for page_id, held in tasks.items()]
    return raw_connection(session).execute(_KEEP_TASKS, {"brand": brand_id, "pages": rows_as_json(rows)}).rowcount


def note_connection(session: Session, connection: FacebookConnection, *, detail: str, now: datetime) -> None:
    """What looking at the brand's own token brought: nothing to say, or why it is dead."""
    connection.health, connection.health_detail, connection.since = ("token" if detail else "ok"), detail, now
    session.add(connection)
