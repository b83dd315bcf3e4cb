"""SQL of staffing runs."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from localcare.people.core import Viewer
from localcare.simulation.models import StaffingRun


def add_run(session: Session, run: StaffingRun) -> int:
    """Keep a question; returns its id."""
    session.add(run)
    session.flush()
    assert run.id is not None  # noqa: S101
    return run.id


def find_run(session: Session, viewer: Viewer, run_id: int) -> StaffingRun | None:
    """One question of a brand."""
    return session.exec(
        select(StaffingRun).where(StaffingRun.id == run_id, StaffingRun.brand_id == viewer.brand_id)
    ).one_or_none()


def find_newest(session: Session, viewer: Viewer) -> StaffingRun | None:
    """The latest question, whatever became of it."""
    query = select(StaffingRun).where(StaffingRun.brand_id == viewer.brand_id)
    return session.exec(query.order_by(col(StaffingRun.asked_at).desc(), col(StaffingRun.id).desc()).limit(1)).first()


def find_newest_played(session: Session, viewer: Viewer) -> StaffingRun | None:
    """The latest question that has its answer."""
    query = select(StaffingRun).where(StaffingRun.brand_id == viewer.brand_id, col(StaffingRun.month).is_not(None))
    return session.exec(query.order_by(col(StaffingRun.asked_at).desc(), col(StaffingRun.id).desc()).limit(1)).first()


def note_progress(session: Session, run_id: int, *, done: int, now: datetime) -> None:
    """How far a run is."""
    session.exec(update(StaffingRun).where(col(StaffingRun.id) == run_id).values(done=done, noted_at=now))


def finish(
    session: Session, run_id: int, *, month: dict[str, object] | None, failure: str | None, now: datetime
) -> None:
    """What came out of a run, or why nothing did."""
    values = {"month": month, "failure": failure, "noted_at": now}
    session.exec(update(StaffingRun).where(col(StaffingRun.id) == run_id).values(**values))
