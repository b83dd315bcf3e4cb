"""SQL of who typed in what: the audit is the record, and it never forgets."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from localcare.people.models import AuditEntry

ADDED, TAKEN_BACK = "typed a review in", "took a typed review back"


def list_added(session: Session, brand_id: int, actor: str, *, limit: int) -> Sequence[AuditEntry]:
    """What somebody typed in, the newest first."""
    query = select(AuditEntry).where(
        AuditEntry.brand_id == brand_id, AuditEntry.actor == actor, AuditEntry.action == ADDED
    )
    return session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)).all()


def list_taken_back(session: Session, brand_id: int, subjects: Sequence[str]) -> set[str]:
    """Those of these subjects that were taken back."""
    query = select(AuditEntry.subject).where(
        AuditEntry.brand_id == brand_id, AuditEntry.action == TAKEN_BACK, col(AuditEntry.subject).in_(subjects)
    )
    return set(session.exec(query))


def find_added(session: Session, brand_id: int, external_id: str) -> AuditEntry | None:
    """Who typed a review in, and when."""
    query = select(AuditEntry).where(
        AuditEntry.brand_id == brand_id, AuditEntry.action == ADDED, AuditEntry.subject == f"mention:{external_id}"
    )
    return session.exec(query).first()
