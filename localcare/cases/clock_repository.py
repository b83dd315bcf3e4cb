"""SQL of clocks: read those of cases, start, pause and stop them, a batch at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import dict_row
from sqlmodel import Session

from localcare.cases.core.clockwork import Clock, KnownClock
from localcare.kit.db import raw_connection, rows_as_json

_LOAD = """
    select case_id, kind, started_at, due_at, stopped_at, paused_at, paused_seconds from case_clock where case_id = any(%s)
"""
# told of once: what was late already when it was told of is not told again because it got another time that has passed too
_WAS_TOLD = "case_clock.started_at = excluded.started_at and excluded.due_at <= case_clock.escalated_at"
_START = f"""
    insert into case_clock (brand_id, case_id, kind, started_at, due_at, paused_seconds, stopped_at)
    select %s, case_id, kind, started_at, due_at, paused_seconds, null from jsonb_to_recordset(%b::jsonb)
      as n(case_id bigint, kind text, started_at timestamptz, due_at timestamptz, paused_seconds integer)
    on conflict (case_id, kind) do update set started_at = excluded.started_at, due_at = excluded.due_at, stopped_at = null,
      paused_at = null, paused_seconds = excluded.paused_seconds,
      warned_at = case when case_clock.started_at = excluded.started_at then case_clock.warned_at end,
      again_at = case when {_WAS_TOLD} then case_clock.again_at end,
      escalated_at = case when {_WAS_TOLD} then case_clock.escalated_at end
"""
# what ends while it rests ends in time, unless it was late before
_STOP = """
    update case_clock set stopped_at = %(at)s, paused_at = null,
        due_at = due_at + coalesce(greatest(%(at)s - paused_at, interval '0'), interval '0')
    where case_id = any(%(cases)s) and kind = any(%(kinds)s) and stopped_at is null
"""
_PAUSE = """
    update case_clock set paused_at = %s
    where case_id = any(%s) and kind = 'resolve' and stopped_at is null and paused_at is null
"""


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A clock of a case to start or to set anew."""

    case_id: int
    clock: Clock


def load_clocks(session: Session, case_ids: Sequence[int]) -> Mapping[int, Mapping[str, KnownClock]]:
    """The clocks of cases, by case and kind."""
    found: defaultdict[int, dict[str, KnownClock]] = defaultdict(dict)
    if case_ids:
        with raw_connection(session).cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(_LOAD, (list(case_ids),)):
                paused = timedelta(seconds=row["paused_seconds"])
                clock = Clock(row["kind"], row["started_at"], row["due_at"], paused)
                found[row["case_id"]][clock.kind] = KnownClock(clock, row["stopped_at"], row["paused_at"])
    return found


def start_clocks(session: Session, brand_id: int, starts: Sequence[ClockStart]) -> None:
    """Start clocks, or set them anew."""
    if starts:
        raw_connection(session).execute(_START, (brand_id, rows_as_json([_row(start) for start in starts])))


def stop_clocks(session: Session, case_ids: Sequence[int], kinds: Sequence[str], at: datetime) -> None:
    """Stop running clocks."""
    if case_ids:
        raw_connection(session).execute(_STOP, {"at": at, "cases": list(case_ids), "kinds": list(kinds)})


def pause_clocks(session: Session, case_ids: Sequence[int], at: datetime) -> None:
    """It is the customer's turn: what promises the end of the matter rests until they write again."""
    if case_ids:
        raw_connection(session).execute(_PAUSE, (at, list(case_ids)))


def _row(start: ClockStart) -> dict[str, object]:
    clock = start.clock
    return {
        "case_id": start.case_id,
        "kind": clock.kind,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "paused_seconds": round(clock.paused.total_seconds()),
    }
