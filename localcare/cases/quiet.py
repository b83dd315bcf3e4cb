"""An answered case ends by itself when the customer says nothing more; their next word reopens it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import quiet_repository
from localcare.cases.promises import ALL_CLOCKS, stop_clocks
from localcare.cases.repository import CaseLine, write_history

QUIET = timedelta(days=3)
_WHY = "Answered, and nothing more was said for three days."


def settle_quiet(session: Session, brand_id: int, *, now: datetime) -> int:
    """Resolve the cases that have been the customer's turn for QUIET; returns how many."""
    settled = quiet_repository.settle(session, brand_id, now, now - QUIET)
    stop_clocks(session, settled, ALL_CLOCKS, now)
    write_history(session, brand_id, [CaseLine(case_id, now, "resolved", "localcare", _WHY) for case_id in settled])
    return len(settled)
