"""SQL of what a move can be taken back with: the last move of a case, and its clocks as they were."""

from psycopg.rows import dict_row
from sqlmodel import Session, col, select

from localcare.cases.models import CaseEvent
from localcare.kit.db import raw_connection, rows_as_json

_CLOCKS = """
    select kind, started_at::text, due_at::text, stopped_at::text, escalated_at::text, paused_at::text, paused_seconds,
        warned_at::text, again_at::text
    from case_clock where case_id = %s order by kind
"""
_DROP = "delete from case_clock where case_id = %s"
_RESTORE = """
    insert into case_clock (brand_id, case_id, kind, started_at, due_at, stopped_at, escalated_at, paused_at,
        paused_seconds, warned_at, again_at)
    select %s, %s, kind, started_at, due_at, stopped_at, escalated_at, paused_at, paused_seconds, warned_at, again_at
    from jsonb_to_recordset(%b::jsonb) as n(kind text, started_at timestamptz, due_at timestamptz, stopped_at timestamptz,
        escalated_at timestamptz, paused_at timestamptz, paused_seconds integer, warned_at timestamptz, again_at timestamptz)
"""


def list_clocks(session: Session, case_id: int) -> list[dict[str, object]]:
    """A case's clocks, every column."""
    with raw_connection(session).cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_CLOCKS, (case_id,)).fetchall()


def replace_clocks(session: Session, brand_id: int, case_id: int, clocks: object) -> None:
    """A case's clocks become these."""
    connection = raw_connection(session)
    connection.execute(_DROP, (case_id,))
    connection.execute(_RESTORE, (brand_id, case_id, rows_as_json(clocks if isinstance(clocks, list) else [])))


def find_last_move(session: Session, case_id: int) -> CaseEvent | None:
    """The newest line of a case's history that can be taken back."""
    query = select(CaseEvent).where(CaseEvent.case_id == case_id, col(CaseEvent.data).has_key("before"))  # type: ignore[attr-defined]
    return session.exec(query.order_by(col(CaseEvent.at).desc(), col(CaseEvent.id).desc()).limit(1)).first()
