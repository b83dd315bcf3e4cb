"""SQL of the demo's team: what its agents have in hand, and what waits for them in nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.cases.models import IN_NO_HAND
from localcare.kit.db import raw_connection

_FACTS = """
    c.id, c.queue, c.topic, c.language, c.owner_id, c.author_name as author, c.risks, c.is_silent, s.name as store_name
"""
_HELD = f"""
    select {_FACTS} from care_case c left join store s on s.id = c.store_id
    where c.brand_id = %(brand)s and c.is_open and c.owner_id = any(%(persons)s) and c.waiting_since is not null
        and not exists (select from reply r where r.case_id = c.id and r.state in ('awaiting', 'queued', 'sending'))
    order by c.waiting_since
"""
_UNTAKEN = f"""
    select {_FACTS} from care_case c left join store s on s.id = c.store_id
    where c.id in (select id from care_case where brand_id = %(brand)s and {IN_NO_HAND} and queue like 'tier%%')
    order by c.waiting_since
"""


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case that waits, in somebody's hand or in nobody's."""

    id: int
    queue: str
    topic: str
    language: str
    owner_id: int | None
    author: str | None
    risks: list[str]
    is_silent: bool
    store_name: str | None


def list_held(session: Session, brand_id: int, person_ids: Sequence[int]) -> list[HeldCase]:
    """What these persons have in hand and have not answered, the oldest first."""
    with raw_connection(session).cursor(row_factory=class_row(HeldCase)) as cursor:
        return cursor.execute(_HELD, {"brand": brand_id, "persons": list(person_ids)}).fetchall()


def list_untaken(session: Session, brand_id: int) -> list[HeldCase]:
    """What waits in nobody's hand in the queues of the tiers, the oldest first."""
    with raw_connection(session).cursor(row_factory=class_row(HeldCase)) as cursor:
        return cursor.execute(_UNTAKEN, {"brand": brand_id}).fetchall()
