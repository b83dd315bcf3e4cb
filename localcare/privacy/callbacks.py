"""What Meta tells of people who had signed in to our app: they removed it, or want their data deleted."""

from datetime import datetime

from sqlmodel import Session

from localcare.channels.facebook import service as facebook
from localcare.mentions.models import Erasure
from localcare.privacy.core import new_code, subject_hash


def delete_login(session: Session, user_id: str, *, now: datetime) -> Erasure:
    """Delete what we hold of a person who connected Pages; done at once. Customers are not known by such an id."""
    brands = facebook.forget_login(session, user_id, now=now, erase=True)
    return _record(session, "data-deletion", user_id, brands, now)


def end_login(session: Session, user_id: str, *, now: datetime) -> Erasure:
    """The person removed the app: their token is dead."""
    brands = facebook.forget_login(session, user_id, now=now, erase=False)
    return _record(session, "deauthorize", user_id, brands, now)


def _record(session: Session, kind: str, user_id: str, brands: list[int], now: datetime) -> Erasure:
    code = new_code()
    erasure = Erasure(
        brand_id=brands[0] if len(brands) == 1 else None,
        code=code,
        kind=kind,
        subject_hash=subject_hash(user_id, code),
        requested_at=now,
        requested_by="Meta",
        state="done",
        done_at=now,
        counts={"connections": len(brands)},
        reason=None if brands else "Nothing was stored under this id.",
    )
    session.add(erasure)
    return erasure
