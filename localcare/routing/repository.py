"""SQL of routing policies."""

from datetime import datetime

from sqlmodel import Session, col, func, select, update

from localcare.routing.models import PolicyVersion


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
