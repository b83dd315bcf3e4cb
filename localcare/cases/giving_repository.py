"""SQL of the desk's hand: cases are locked where nobody else holds them, given, and taken back; many in one statement.

A case is never waited for here: whoever holds it decides about it, and the desk takes the next one. So this may run
beside everything that locks a conversation first and its case then, without standing in its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.cases.models import IN_NO_HAND
from localcare.kit.db import raw_connection, rows_as_json

SEATS = 7_415_901
"""The class of advisory locks that stand for a person's hands: whoever puts a case into them holds it until the commit."""

_TAKE_SEAT = "select pg_advisory_xact_lock(%s, %s)"
_TRY_SEATS = """
    select person from unnest(%s::integer[]) with ordinality as n(person, place)
    where pg_try_advisory_xact_lock(%s, person) order by place
"""
_LOCK = f"""
    with held as materialized (
        select c.id, c.conversation_key
        from unnest(%(cases)s::bigint[]) with ordinality as n(id, place) join care_case c using (id)
        where {IN_NO_HAND} order by n.place limit %(most)s for update of c skip locked
    )
    select id from held where pg_try_advisory_xact_lock(hashtextextended(conversation_key, %(brand)s))
"""
_GIVE = """
    update care_case c set owner_id = n.person_id, state = 'claimed', snoozed_until = null, version = c.version + 1,
        updated_at = %(now)s, untouched_since = case when n.is_pushed then %(now)s end
    from jsonb_to_recordset(%(rows)b) as n(case_id bigint, person_id integer, is_pushed boolean) where c.id = n.case_id
"""
_IN_HAND = """
    select owner_id, queue, count(*) as cases from care_case
    where brand_id = %(brand)s and is_open and owner_id = any(%(persons)s) and waiting_since is not null
        and state <> 'snoozed'
    group by owner_id, queue
"""
_UNTOUCHED = """
    select id, owner_id, queue, urgency_rank, language, waiting_since, untouched_since from care_case
    where brand_id = %(brand)s and untouched_since is not null and is_open and owner_id is not null order by id
"""
_TAKE_BACK = """
    with held as materialized (
        select id from care_case where id = any(%(cases)s) and untouched_since is not null and is_open
        order by id for update skip locked
    )
    update care_case c set owner_id = null, untouched_since = null, updated_at = %(now)s, version = c.version + 1,
        state = case when c.state = 'claimed' and c.waiting_since is not null then 'queued'
                     when c.state = 'claimed' then 'waiting' else c.state end
    from held where c.id = held.id returning c.id
"""


@dataclass(frozen=True, slots=True)
class InHand:
    """How many cases of a queue somebody has in hand whose customers wait for them."""

    owner_id: int
    queue: str
    cases: int


@dataclass(frozen=True, slots=True)
class Untouched:
    """A case that was pushed to somebody who has not looked at it yet."""

    id: int
    owner_id: int
    queue: str
    urgency_rank: int
    language: str
    waiting_since: datetime | None
    untouched_since: datetime


def take_seat(session: Session, person_id: int) -> None:
    """Wait until nobody else puts anything into this person's hands; held until the transaction ends."""
    raw_connection(session).execute(_TAKE_SEAT, (SEATS, person_id))


def try_seats(session: Session, person_ids: Sequence[int]) -> list[int]:
    """Those of these persons into whose hands nobody else puts anything right now; held until the transaction ends."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [person for (person,) in cursor.execute(_TRY_SEATS, (list(person_ids), SEATS))]


def lock_waiting(session: Session, brand_id: int, case_ids: Sequence[int], *, most: int) -> list[int]:
    """The first of these cases that wait in nobody's hand and that nobody works on, `most` at most; held from now on."""
    values = {"cases": list(case_ids), "brand": brand_id, "most": most}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_LOCK, values)]


def give(session: Session, rows: Sequence[dict[str, object]], now: datetime) -> None:
    """Write who has which case; they are held by this transaction."""
    raw_connection(session).execute(_GIVE, {"rows": rows_as_json(rows), "now": now})


def list_in_hand(session: Session, brand_id: int, person_ids: Sequence[int]) -> list[InHand]:
    """What these persons have in hand, by queue."""
    with raw_connection(session).cursor(row_factory=class_row(InHand)) as cursor:
        return cursor.execute(_IN_HAND, {"brand": brand_id, "persons": list(person_ids)}).fetchall()


def list_untouched(session: Session, brand_id: int) -> list[Untouched]:
    """What was pushed to people who have not looked at it."""
    with raw_connection(session).cursor(row_factory=class_row(Untouched)) as cursor:
        return cursor.execute(_UNTOUCHED, {"brand": brand_id}).fetchall()


def take_back(session: Session, case_ids: Sequence[int], now: datetime) -> list[int]:
    """Put those of these cases back that are untouched still and that nobody works on; returns which."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_TAKE_BACK, {"cases": list(case_ids), "now": now})]
