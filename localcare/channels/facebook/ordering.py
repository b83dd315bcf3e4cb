"""Having a worker connect Pages, and seeing how far it is: what the page of the wizard asks for."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook import connecting_repository as repository
from localcare.channels.facebook.core.report import ConnectReport, Phase, as_kept, report_of
from localcare.channels.facebook.models import FacebookConnection
from localcare.errors import CareError, ConflictError, NotFoundError
from localcare.kit.jobs import defer
from localcare.kit.runtime import Runtime

FIND_TASK, SUBSCRIBE_TASK = "facebook.find_pages", "facebook.subscribe_pages"
STALLED_AFTER = timedelta(minutes=2)
"""Work that has not told anything for so long is no longer being done."""

_TASKS: dict[Phase, str] = {"finding": FIND_TASK, "subscribing": SUBSCRIBE_TASK}


def order_work(session: Session, brand_id: int, phase: Phase, *, by: str, now: datetime) -> None:
    """Have a worker do this part of connecting. Raises ConflictError while one is at it, NotFoundError without a connection."""
    repository.lock_connection(session, brand_id)
    connection = repository.find_connection(session, brand_id)
    if connection is None or connection.state == "revoked":
        raise NotFoundError("The brand is not connected to Facebook yet: begin with a token.")
    report = report_of(connection.report)
    if report.is_working and not is_stalled(connection, report, now):
        raise ConflictError("Somebody has started this already; it is under way.")
    begun = replace(report, phase=phase, error="", seen=0, asked=0, answered=0)
    connection.report, connection.updated_at = as_kept(begun), now
    session.add(connection)
    defer(session, _TASKS[phase], brand_id=brand_id, by=by)


def give_up(runtime: Runtime, brand_id: int, error: CareError) -> None:
    """Write down why the work ended without its end."""
    with runtime.db.session(brand_id) as session:
        connection = repository.find_connection(session, brand_id)
        if connection is not None:
            broken = replace(report_of(connection.report), phase="broken", error=str(error))
            connection.report, connection.updated_at = as_kept(broken), runtime.clock.now()


def find_progress(session: Session, brand_id: int) -> tuple[FacebookConnection, ConnectReport] | None:
    """The brand's connection and how far it is; None when there is none."""
    connection = repository.find_connection(session, brand_id)
    return None if connection is None else (connection, report_of(connection.report))


def is_stalled(connection: FacebookConnection, report: ConnectReport, now: datetime) -> bool:
    """Whether work was begun and nobody seems to be at it any more."""
    return report.is_working and now - connection.updated_at > STALLED_AFTER
