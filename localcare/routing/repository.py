"""SQL of routing policies."""

from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session, col, func, select, update

from localcare.kit.db import raw_connection
from localcare.routing.core.dry_run import EXAMPLES, AlikeCases
from localcare.routing.models import PolicyVersion

_ALIKE = """
    select store_id, resolution_status, topic, tier, matter, urgency, risks, count(*) as count,
        (array_agg(id order by id desc))[1:%(examples)s] as examples
    from care_case where brand_id = %(brand)s and opened_at >= %(since)s
    group by store_id, resolution_status, topic, tier, matter, urgency, risks
"""


def find_active_policy(session: Session, brand_id: int) -> PolicyVersion | None:
    """The policy in force, or None while the brand uses the shipped one."""
    query = select(PolicyVersion).where(PolicyVersion.brand_id == brand_id, PolicyVersion.active)
    return session.exec(query).one_or_none()


def save_policy(session: Session, brand_id: int, body: str, *, created_by: str, now: datetime) -> PolicyVersion:
    """Put a new version in force."""
    session.exec(update(PolicyVersion).where(col(PolicyVersion.brand_id) == brand_id).values(active=False))
    newest = session.exec(select(func.max(PolicyVersion.version)).where(PolicyVersion.brand_id == brand_id)).one()
    policy = PolicyVersion(
        brand_id=brand_id, version=(newest or 0) + 1, body=body, active=True, created_by=created_by, created_at=now
    )
    session.add(policy)
    session.flush()
    return policy


def list_alike_cases(session: Session, brand_id: int, since: datetime) -> list[AlikeCases]:
    """The cases opened since then, those that no rule can tell apart together."""
    values = {"brand": brand_id, "since": since, "examples": EXAMPLES}
    with raw_connection(session).cursor(row_factory=class_row(AlikeCases)) as cursor:
        return cursor.execute(_ALIKE, values).fetchall()
