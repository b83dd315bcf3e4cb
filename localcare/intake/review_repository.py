"""SQL of what was set aside. Events and their issues stand behind no wall, so each query here names the brand itself.

An issue without a brand is anybody's who could mend it: a delivery nobody can read, or a Page that no brand has linked.
Once a Page is linked, what was said of it is its own brand's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, scalar_row
from sqlmodel import Session

from localcare.intake.core import FORGOTTEN_STRANGER
from localcare.kit.db import raw_connection

_VISIBLE = """
    (i.brand_id = %(brand)s or i.brand_id is null and not exists (
        select from store_page p where p.page_id = i.page_id and p.valid_to is null and p.brand_id <> %(brand)s))
"""
_ISSUES = f"""
    select i.id, i.event_id, i.position, i.kind, i.page_id, i.what, i.why, i.noticed_at, i.settled_at
    from event_issue i where {_VISIBLE} and {{which}} order by i.id desc limit %(limit)s
"""
_COUNTS = f"""
    select i.kind, count(*) as issues, min(i.noticed_at) as since from event_issue i
    where i.settled_at is null and {_VISIBLE} group by i.kind order by i.kind
"""
_UNKNOWN_PAGES = f"""
    select i.page_id, count(*) as mentions, min(i.noticed_at) as first_seen, max(i.noticed_at) as last_seen,
        max(i.event_id) as event_id
    from event_issue i where i.settled_at is null and i.kind = 'unknown-page' and i.page_id is not null and {_VISIBLE}
    group by i.page_id order by count(*) desc, i.page_id limit %(limit)s
"""
_FORGOTTEN = f"""
    select count(*) as mentions, count(distinct i.page_id) as pages from event_issue i
    where i.kind = 'unknown-page' and i.what = %(bare)s and {_VISIBLE}
"""
_EVENT = "select id, received_at, lane, source, brand_id, body from event where id = %s"
_EVENT_IDS = f"""
    select distinct i.event_id from event_issue i
    where i.settled_at is null and {_VISIBLE} and i.kind = %(kind)s
        and (%(page)s::text is null or i.page_id = %(page)s) order by i.event_id limit %(limit)s
"""
_SETTLE_ONE = (
    f"update event_issue i set settled_at = %(now)s where i.id = %(id)s and i.settled_at is null and {_VISIBLE}"
)
_OWN_PAGES = """
    select distinct page_id from store_page where page_id = any(%(pages)s) and valid_to is null and brand_id = %(brand)s
"""
_RECENT = """
    select count(*) from event where received_at >= %(since)s and (brand_id = %(brand)s or brand_id is null)
"""


@dataclass(frozen=True, slots=True)
class FoundIssue:
    """What could not be worked in, and why. `kind` is set-aside, unknown-page, stuck or bad-row."""

    id: int
    event_id: int
    position: int
    kind: str
    page_id: str | None
    what: str
    why: str
    noticed_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How many issues of a kind are open, and since when."""

    kind: str
    issues: int
    since: datetime


@dataclass(frozen=True, slots=True)
class UnknownPage:
    """A Page that writes to us and that no brand has linked; `event_id` is its newest event."""

    page_id: str
    mentions: int
    first_seen: datetime
    last_seen: datetime
    event_id: int


@dataclass(frozen=True, slots=True)
class ForgottenStrangers:
    """What was forgotten because nobody linked its Page in time: how many mentions, of how many Pages."""

    mentions: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """A delivery as it came."""

    id: int
    received_at: datetime
    lane: str
    source: str
    brand_id: int | None
    body: bytes


def list_issues(
    session: Session, brand_id: int, *, kind: str | None, event_id: int | None, before: int, limit: int, settled: bool
) -> list[FoundIssue]:
    """Issues newest first; open ones only unless `settled`."""
    which = ["i.id < %(before)s"]
    which += ["i.kind = %(kind)s"] if kind else []
    which += ["i.event_id = %(event)s"] if event_id is not None else []
    which += [] if settled else ["i.settled_at is null"]
    values = {"brand": brand_id, "kind": kind, "event": event_id, "before": before, "limit": limit}
    with raw_connection(session).cursor(row_factory=class_row(FoundIssue)) as cursor:
        return cursor.execute(_ISSUES.format(which=" and ".join(which)), values).fetchall()


def count_issues(session: Session, brand_id: int) -> list[IssueCount]:
    """The open issues by kind."""
    with raw_connection(session).cursor(row_factory=class_row(IssueCount)) as cursor:
        return cursor.execute(_COUNTS, {"brand": brand_id}).fetchall()


def list_unknown_pages(session: Session, brand_id: int, *, limit: int) -> list[UnknownPage]:
    """Pages that no brand has linked, those with the most mentions first."""
    with raw_connection(session).cursor(row_factory=class_row(UnknownPage)) as cursor:
        return cursor.execute(_UNKNOWN_PAGES, {"brand": brand_id, "limit": limit}).fetchall()


def count_forgotten_strangers(session: Session, brand_id: int) -> ForgottenStrangers:
    """What came of unknown Pages and was kept long enough."""
    values = {"brand": brand_id, "bare": FORGOTTEN_STRANGER}
    with raw_connection(session).cursor(row_factory=class_row(ForgottenStrangers)) as cursor:
        return cursor.execute(_FORGOTTEN, values).fetchone() or ForgottenStrangers()


def find_event(session: Session, event_id: int) -> LoggedEvent | None:
    """A delivery by its id."""
    with raw_connection(session).cursor(row_factory=class_row(LoggedEvent)) as cursor:
        return cursor.execute(_EVENT, (event_id,)).fetchone()


def list_event_ids(session: Session, brand_id: int, *, kind: str, page_id: str | None, limit: int) -> list[int]:
    """The events that have open issues of a kind, of one Page when it is given."""
    values = {"brand": brand_id, "kind": kind, "page": page_id, "limit": limit}
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return list(cursor.execute(_EVENT_IDS, values).fetchall())


def settle_issue(session: Session, brand_id: int, issue_id: int, *, now: datetime) -> bool:
    """Close one issue; False when it was closed already."""
    values = {"brand": brand_id, "id": issue_id, "now": now}
    return raw_connection(session).execute(_SETTLE_ONE, values).rowcount > 0


def list_own_pages(session: Session, brand_id: int, page_ids: Sequence[str]) -> set[str]:
    """Those of these Pages that this brand has linked."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return set(cursor.execute(_OWN_PAGES, {"brand": brand_id, "pages": list(page_ids)}).fetchall())


def count_brands(session: Session) -> int:
    """How many brands share this installation."""
    row = raw_connection(session).execute("select count(*) from brand").fetchone()
    return int(row[0]) if row else 0


def count_events_since(session: Session, brand_id: int, since: datetime) -> int:
    """How many deliveries came since then, for this brand or for whom we learn from their Pages."""
    row = raw_connection(session).execute(_RECENT, {"brand": brand_id, "since": since}).fetchone()
    return int(row[0]) if row else 0
