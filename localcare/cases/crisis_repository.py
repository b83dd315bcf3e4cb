"""SQL of the calls that crises make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_INSERT = """
    insert into crisis_call (case_id, brand_id, raised_at, wave, next_at, acknowledged_by)
    select case_id, %(brand)s, %(now)s, 1, %(next)s, '' from unnest(%(cases)s::bigint[]) as c(case_id)
    on conflict (case_id) do update set raised_at = excluded.raised_at, wave = 1, next_at = excluded.next_at,
        acknowledged_at = null, acknowledged_by = '', person_id = null, ended_at = null, calmed_at = null
        where crisis_call.calmed_at is not null
    returning case_id
"""
# nobody looks at it, and its customer waits: whoever has answered has it
_IS_LEFT_ALONE = """(
    c.is_open and c.queue = 'crisis' and c.waiting_since is not null and (c.owner_id is null or c.untouched_since is not null)
)"""
_GIVEN_TO = "coalesce((select p.name from person p where p.id = c.owner_id), '') as given_to"
_FIND = f"""
    select k.raised_at, k.wave, k.acknowledged_at, k.acknowledged_by,
        k.acknowledged_at is null and k.ended_at is null and {_IS_LEFT_ALONE} as is_ringing, {_GIVEN_TO}
    from crisis_call k join care_case c on c.id = k.case_id where k.case_id = %s and k.calmed_at is null
"""
_ACKNOWLEDGE = """
    update crisis_call set acknowledged_at = %(now)s, acknowledged_by = %(name)s, person_id = %(person)s
    where case_id = %(case)s and acknowledged_at is null returning case_id
"""
_RINGING = "acknowledged_at is null and ended_at is null and next_at <= %(now)s"
_BRANDS = f"select distinct brand_id from crisis_call where {_RINGING} order by 1"
_SETTLE = f"""
    update crisis_call k set ended_at = %(now)s from care_case c
    where k.brand_id = %(brand)s and k.acknowledged_at is null and k.ended_at is null and k.next_at <= %(now)s
        and c.id = k.case_id and not {_IS_LEFT_ALONE}
"""
_DUE = f"""
    select case_id, wave, raised_at, (select store_id from care_case c where c.id = case_id) as store_id
    from crisis_call where brand_id = %(brand)s and {_RINGING}
    order by raised_at for update skip locked
"""
_WAVE = "update crisis_call set wave = %s, next_at = %s where case_id = %s"
_CALM = """
    update crisis_call set calmed_at = %(now)s, ended_at = coalesce(ended_at, %(now)s)
    where case_id = %(case)s and calmed_at is null returning case_id
"""
_END = "update crisis_call set ended_at = %s where case_id = %s"

_LIST = f"""
    select k.case_id, c.store_id, k.raised_at, k.wave, c.risks, s.name as store_name, {_GIVEN_TO}
    from crisis_call k join care_case c on c.id = k.case_id left join store s on s.id = c.store_id
    where k.brand_id = %s and k.acknowledged_at is null and k.ended_at is null and {_IS_LEFT_ALONE}
    order by k.raised_at limit 50
"""

CallRow = tuple[datetime, int, datetime | None, str, bool, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is made again: which it was last."""

    case_id: int
    wave: int
    raised_at: datetime
    store_id: int | None


@dataclass(frozen=True, slots=True)
class RingingCase:
    """A crisis that nobody has answered for; `given_to` has not looked at it yet ("": it is in nobody's hand)."""

    case_id: int
    store_id: int | None
    raised_at: datetime
    wave: int
    risks: list[str]
    store_name: str | None
    given_to: str


def list_ringing(session: Session, brand_id: int) -> list[RingingCase]:
    """Crises of a brand that call, the oldest first."""
    with raw_connection(session).cursor(row_factory=class_row(RingingCase)) as cursor:
        return cursor.execute(_LIST, (brand_id,)).fetchall()


def insert_calls(
    session: Session, brand_id: int, case_ids: Sequence[int], *, now: datetime, next_at: datetime
) -> list[int]:
    """Write down first calls; a case calls once, and anew when its call was for nothing. Returns those that are new."""
    values = {"brand": brand_id, "now": now, "next": next_at, "cases": sorted(set(case_ids))}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_INSERT, values)]


def find_call(session: Session, case_id: int) -> CallRow | None:
    """A case's call, or None."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_FIND, (case_id,)).fetchone()


def acknowledge(session: Session, case_id: int, person_id: int, name: str, now: datetime) -> bool:
    """Whether this was the first answer to the call."""
    values = {"case": case_id, "person": person_id, "name": name, "now": now}
    return raw_connection(session).execute(_ACKNOWLEDGE, values).fetchone() is not None


def calm(session: Session, case_id: int, now: datetime) -> bool:
    """It was none; whether it had called."""
    return raw_connection(session).execute(_CALM, {"case": case_id, "now": now}).fetchone() is not None


def list_brands_calling(session: Session, now: datetime) -> list[int]:
    """Brands with a call that is due."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [brand_id for (brand_id,) in cursor.execute(_BRANDS, {"now": now})]


def settle_taken(session: Session, brand_id: int, now: datetime) -> None:
    """End the calls of cases that somebody has in hand or has answered, that are closed or no crisis any more."""
    raw_connection(session).execute(_SETTLE, {"brand": brand_id, "now": now})


def lock_due_calls(session: Session, brand_id: int, now: datetime) -> list[Call]:
    """Calls that are due, the oldest first, without those that another process makes."""
    with raw_connection(session).cursor(row_factory=class_row(Call)) as cursor:
        return cursor.execute(_DUE, {"brand": brand_id, "now": now}).fetchall()


def set_wave(session: Session, case_id: int, wave: int, next_at: datetime) -> None:
    """Which call it was, and when the next is due."""
    raw_connection(session).execute(_WAVE, (wave, next_at, case_id))


def end_call(session: Session, case_id: int, now: datetime) -> None:
    """It calls no more."""
    raw_connection(session).execute(_END, (now, case_id))
