"""SQL of broken promises: clocks that ran out and were not told of yet, and cases that move up because of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

# the case is held, so that nobody takes it while it moves; one that somebody works on is told of in the next round
_LATE = """
    select c.id as case_id, c.queue, c.tier, k.kind, k.due_at, c.owner_id is not null as is_in_hand,
        k.escalated_at is not null as is_again
    from case_clock k join care_case c on c.id = k.case_id
    where k.brand_id = %(brand)s and k.stopped_at is null and k.paused_at is null
        and (k.escalated_at is null and k.due_at <= %(now)s or k.again_at <= %(now)s)
        and c.is_open and c.waiting_since is not null
    order by k.due_at limit %(most)s for update of c skip locked
"""
_DUE_SOON = """
    update case_clock k set warned_at = %(now)s from care_case c
    where (k.case_id, k.kind) in (
            select w.case_id, w.kind from case_clock w
            where w.brand_id = %(brand)s and w.stopped_at is null and w.escalated_at is null and w.warned_at is null
                and w.kind in ('first_reply', 'next_reply') and w.due_at > %(now)s
                and w.due_at <= %(now)s + make_interval(mins => %(minutes)s)
                and %(now)s - w.started_at >= w.due_at - %(now)s
            order by w.due_at limit %(most)s)
        and c.id = k.case_id and left(c.queue, 6) = 'store:' and c.is_open and c.waiting_since is not null
    returning k.case_id
"""
_TOLD = """
    update case_clock k set escalated_at = coalesce(k.escalated_at, %(now)s), again_at = n.again_at
    from jsonb_to_recordset(%(rows)b) as n(case_id bigint, kind text, again_at timestamptz)
    where k.case_id = n.case_id and k.kind = n.kind
"""
_MOVE_UP = """
    update care_case c set queue = n.queue, tier = n.tier, route_reason = n.reason, state = 'escalated',
        version = c.version + 1, updated_at = %(now)s
    from jsonb_to_recordset(%(rows)b) as n(case_id bigint, queue text, tier integer, reason text)
    where c.id = n.case_id and c.owner_id is null returning c.id
"""


@dataclass(frozen=True, slots=True)
class LateClock:
    """A broken promise: of which case, where it lies, whether somebody has it in hand, and whether it was told of before."""

    case_id: int
    queue: str
    tier: int
    kind: str
    due_at: datetime
    is_in_hand: bool
    is_again: bool


def list_late(session: Session, brand_id: int, now: datetime, *, most: int) -> list[LateClock]:
    """Clocks that ran out and were not told of, the longest first; their cases are held."""
    with raw_connection(session).cursor(row_factory=class_row(LateClock)) as cursor:
        return cursor.execute(_LATE, {"brand": brand_id, "now": now, "most": most}).fetchall()


def take_due_soon(session: Session, brand_id: int, minutes: int, now: datetime, *, most: int) -> list[int]:
    """Stores' cases whose reply is due within so many minutes and was not told of as such; they are from now on."""
    values = {"brand": brand_id, "now": now, "minutes": minutes, "most": most}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_DUE_SOON, values)]


def note_told(session: Session, clocks: Sequence[tuple[int, str, datetime | None]], now: datetime) -> None:
    """These clocks, (case, kind, when they are looked at again), are told of."""
    rows: list[dict[str, object]] = [
        {"case_id": case_id, "kind": kind, "again_at": again_at} for case_id, kind, again_at in clocks
    ]
    raw_connection(session).execute(_TOLD, {"rows": rows_as_json(rows), "now": now})


def move_up(session: Session, rows: Sequence[dict[str, object]], now: datetime) -> list[int]:
    """Put cases that nobody has in hand into a higher queue; returns which."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [case_id for (case_id,) in cursor.execute(_MOVE_UP, {"rows": rows_as_json(rows), "now": now})]
