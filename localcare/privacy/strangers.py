"""What came of a Page that nobody has connected or linked keeps its words only as long as somebody may still link it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.forgetting import drop_pages
from localcare.privacy import stranger_repository as repository

KEPT_UNLINKED = timedelta(days=90)
_AT_ONCE = 500


def purge_strangers(session: Session, now: datetime) -> int:
    """Take out of deliveries what came of Pages that nobody linked in time; of how many, 500 at most.

    In time is 90 days, or the shortest retention of the brands whose it may be, where that is shorter.
    """
    outlived = repository.list_outlived(session, now - KEPT_UNLINKED, now, limit=_AT_ONCE)
    kept = [
        (each, drop_pages(each.source, each.body, set(each.page_ids), received_at=each.received_at))
        for each in outlived
    ]
    repository.keep_rest(session, kept, now=now)
    return len(outlived)
