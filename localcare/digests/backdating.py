"""Mail about a past that was told all at once: the digest whose hour was last is still to come."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.digests import repository
from localcare.digests.core import next_digest_at

_DAY = timedelta(days=1)


def schedule_last_digest(session: Session, stores: Collection[tuple[int, str]], *, now: datetime, hour: int) -> None:
    """Owe these stores, (id, IANA zone), the digest of the last day: the clock's next tick sends it."""
    if stores:
        repository.set_next(session, {store_id: next_digest_at(now - _DAY, zone, hour) for store_id, zone in stores})
