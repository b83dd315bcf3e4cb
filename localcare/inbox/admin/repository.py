"""What administrators read: how Pages fare, which stores lack something, reports of imports, policies. Read-only."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row, scalar_row
from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection
from localcare.people.models import AuditEntry

_LINKED = """
    store_page p left join page_access a on a.page_id = p.page_id left join store s on s.id = p.store_id
    where p.brand_id = %(brand)s and p.valid_to is null and p.channel = 'facebook'
"""
_HEALTH = f"""
    select case when a.page_id is null then 'unconnected' else a.health end as health, count(*) as pages,
        min(coalesce(a.since, p.valid_from)) as since
    from {_LINKED} group by 1
"""
_HAS_NO_MANAGER = """
    not exists (select from role_grant g join person m on m.id = g.person_id and m.deactivated_at is null
        where g.store_id = s.id and g.role in ('manager', 'deputy') and (g.valid_to is null or g.valid_to >= %(today)s)
        and (g.valid_from is null or g.valid_from <= %(today)s))
"""
_IS_OPEN = "(s.closed_on is null or s.closed_on > %(today)s)"
_STORE_COUNTS = f"""
    select count(*) filter (where {_IS_OPEN}) as open, count(*) filter (where {_IS_OPEN} and {_HAS_NO_MANAGER}) as unmanaged
    from store s where s.brand_id = %(brand)s
"""
_CONFLICTS = "select count(*), min(created_at) from directory_conflict where brand_id = %s and state = 'open'"
_FAILED_REPLIES = "select count(*), min(created_at) from reply where brand_id = %s and state = 'failed'"

_OPEN_MENTIONS = """
    select m.mention_id from care_case c join case_mention m on m.case_id = c.id
    where c.brand_id = %s and c.is_open order by m.mention_id desc limit %s
"""


@dataclass(frozen=True, slots=True)
class HealthCount:
    """How many Pages are in a state of health, and since when the first of them."""

    health: str
    pages: int
    since: datetime


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How many stores are open, and how many of them nobody manages."""

    open: int
    unmanaged: int


def count_health(session: Session, brand_id: int) -> list[HealthCount]:
    """The linked Facebook Pages by health."""
    with raw_connection(session).cursor(row_factory=class_row(HealthCount)) as cursor:
        return cursor.execute(_HEALTH, {"brand": brand_id}).fetchall()


def count_stores(session: Session, brand_id: int, *, today: date) -> StoreCounts:
    """How many stores are open and how many lack a manager."""
    with raw_connection(session).cursor(row_factory=class_row(StoreCounts)) as cursor:
        return cursor.execute(_STORE_COUNTS, {"brand": brand_id, "today": today}).fetchone() or StoreCounts(0, 0)


def count_conflicts(session: Session, brand_id: int) -> tuple[int, datetime | None]:
    """How many conflicts of the directory wait for a decision, and since when the first."""
    row = raw_connection(session).execute(_CONFLICTS, (brand_id,)).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


def count_failed_replies(session: Session, brand_id: int) -> tuple[int, datetime | None]:
    """How many answers could not be sent, and since when the first."""
    row = raw_connection(session).execute(_FAILED_REPLIES, (brand_id,)).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


def list_open_mentions(session: Session, brand_id: int, *, most: int) -> list[int]:
    """The mentions of open cases, the newest first."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_OPEN_MENTIONS, (brand_id, most)).fetchall()


def list_import_reports(session: Session, brand_id: int, *, limit: int = 50) -> list[AuditEntry]:
    """What was imported, newest first, as the audit has it."""
    query = select(AuditEntry).where(AuditEntry.brand_id == brand_id, col(AuditEntry.subject).startswith("import:"))
    return list(session.exec(query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(limit)))


def find_import_report(session: Session, brand_id: int, event_id: int) -> AuditEntry | None:
    """The newest report of one file."""
    query = select(AuditEntry).where(AuditEntry.brand_id == brand_id, AuditEntry.subject == f"import:{event_id}")
    return session.exec(query.order_by(col(AuditEntry.id).desc()).limit(1)).first()
