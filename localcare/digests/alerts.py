"""The mail that cannot wait: raised in the transaction that finds the danger, sent by a job of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.digests import alert_repository
from localcare.kit.jobs import defer

CRISIS, NOTICE, ASKED, RETURNED = "crisis", "notice", "approval", "returned"
"""What a mail is about; those of one answer have its number behind."""
SEND_ALERTS_TASK = "digests.send_alerts"


def raise_alerts(session: Session, brand_id: int, cases: Sequence[tuple[int, int | None]], *, now: datetime) -> None:
    """Owe everybody who must know one mail per case; `cases` are (case id, store id) new in the crisis queue.

    Supervisors, the leads of every region above the store, and the store's managers. Said twice, it is owed once.
    """
    if cases and alert_repository.insert_alerts(session, brand_id, cases, kind=CRISIS, now=now):
        defer(session, SEND_ALERTS_TASK, brand_id=brand_id)
