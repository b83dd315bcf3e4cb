"""SQL of the versions of routing policies and their history."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import tuple_row
from sqlmodel import Session, col, func, select

from localcare.kit.db import raw_connection
from localcare.routing.models import PolicyEvent, PolicyVersion

_TURN = "select pg_advisory_xact_lock(hashtextextended('policy', %s))"
_TIMED = """
    select distinct brand_id from policy_version
    where stage = 'scheduled' and live_from <= %(now)s or stage = 'live' and live_until <= %(now)s order by 1
"""


def take_turn(session: Session, brand_id: int) -> None:
    """Wait until nobody else changes what is in force for the brand; held until the transaction ends."""
    raw_connection(session).execute(_TURN, (brand_id,))


def list_versions(session: Session, brand_id: int) -> list[PolicyVersion]:
    """Every version, the newest first, as the database has it now."""
    query = select(PolicyVersion).where(PolicyVersion.brand_id == brand_id).order_by(col(PolicyVersion.version).desc())
    return list(session.exec(query.execution_options(populate_existing=True)))


def find_version(session: Session, brand_id: int, version: int) -> PolicyVersion | None:
    """One version as it is now, or None."""
    query = select(PolicyVersion).where(PolicyVersion.brand_id == brand_id, PolicyVersion.version == version)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def next_number(session: Session, brand_id: int) -> int:
    """The number that a new version gets."""
    newest = session.exec(select(func.max(PolicyVersion.version)).where(PolicyVersion.brand_id == brand_id)).one()
    return (newest or 0) + 1


def list_events(session: Session, brand_id: int, *, limit: int) -> list[PolicyEvent]:
    """The history, the newest first."""
    query = select(PolicyEvent).where(PolicyEvent.brand_id == brand_id)
    return list(session.exec(query.order_by(col(PolicyEvent.id).desc()).limit(limit)))


def save(session: Session, rows: Sequence[PolicyVersion | PolicyEvent]) -> None:
    """Write versions and lines of history."""
    for row in rows:
        session.add(row)
        session.flush()


def list_brands_in_time(session: Session, now: datetime) -> list[int]:
    """Brands for which a version starts or runs out now."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [brand_id for (brand_id,) in cursor.execute(_TIMED, {"now": now})]
