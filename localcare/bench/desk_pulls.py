"""One “next case” as the product does it, and the least that PostgreSQL would have to do."""

from datetime import UTC, datetime

from sqlalchemy import text

from localcare.cases.handling import Hand
from localcare.cases.models import IN_NO_HAND
from localcare.kit.db import Database
from localcare.people.service import viewer_of_person
from localcare.routing.core.giving import Giving
from localcare.routing.giving import take_next

_BARE = text(f"""
    update care_case set owner_id = :person, state = 'claimed' where id = (
        select id from care_case where brand_id = :brand and queue = 'tier1:general' and urgency_rank = 2
            and language = 'en' and {IN_NO_HAND}
        order by waiting_since limit 1 for update skip locked
    ) returning id
""")
_GIVING = Giving()


def pull(database: Database, brand_id: int, person_id: int) -> int | None:
    """“Next case” for somebody, in a transaction of its own; who asks is read first, as a request does."""
    now = datetime.now(UTC)
    with database.session(brand_id, viewer="bench") as session:
        viewer = viewer_of_person(session, person_id, now)
        if viewer is None:
            return None
        return take_next(Hand(session, viewer, now), _GIVING)


def pull_barely(database: Database, brand_id: int, person_id: int) -> int | None:
    """The oldest of one queue, whoever asks: no skills, no room, no history."""
    with database.session(brand_id, viewer="bench") as session:
        found: int | None = session.execute(_BARE, {"brand": brand_id, "person": person_id}).scalar_one_or_none()
        return found
