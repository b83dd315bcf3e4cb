"""SQL of conflicts: those open, those decided and what they rest on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection, rows_as_json
from localcare.stores.models import DirectoryConflict

_INSERT = """
    insert into directory_conflict (brand_id, source, kind, subject, detail, candidates, incoming, state, created_at)
    select %(brand)s, %(source)s, kind, subject, detail, candidates, incoming, 'open', %(now)s
    from jsonb_to_recordset(%(rows)b::jsonb) as n(kind text, subject text, detail text, candidates jsonb, incoming jsonb)
    on conflict (brand_id, kind, subject) where state = 'open'
    do update set detail = excluded.detail, candidates = excluded.candidates, incoming = excluded.incoming
"""
_OBSOLETE = """
    update directory_conflict set state = 'obsolete', decided_at = %(now)s
    where brand_id = %(brand)s and source = %(source)s and state = 'open' and (kind, subject) not in (
        select kind, subject from jsonb_to_recordset(%(rows)b::jsonb) as n(kind text, subject text))
"""
_SETTLED = """
    select subject, jsonb_array_elements_text(incoming -> 'settles') from directory_conflict
    where brand_id = %s and source = %s and state = 'decided' and incoming ? 'settles'
"""
_SUPERSEDED = """
    update directory_conflict set state = 'obsolete' where brand_id = %s and state = 'open' and kind = %s and subject = %s
"""


def save_open(
    session: Session, brand_id: int, source: str, rows: Sequence[dict[str, object]], *, now: datetime
) -> None:  # fmt: skip
    """Make these the open conflicts of a source: new ones are added, known ones renewed, the others obsolete."""
    session.flush()
    values = {"brand": brand_id, "source": source, "rows": rows_as_json(rows), "now": now}
    connection = raw_connection(session)
    connection.execute(_OBSOLETE, values)
    connection.execute(_INSERT, values)


def list_settled(session: Session, brand_id: int, source: str) -> dict[str, frozenset[str]]:
    """The facts that decisions rest on, by subject."""
    found: dict[str, set[str]] = defaultdict(set)
    session.flush()
    for subject, facts in raw_connection(session).execute(_SETTLED, (brand_id, source)).fetchall():
        found[subject].add(facts)
    return {subject: frozenset(facts) for subject, facts in found.items()}


def list_conflicts(session: Session, brand_id: int, state: str, *, limit: int) -> list[DirectoryConflict]:
    """Conflicts in a state, newest first."""
    query = select(DirectoryConflict).where(
        DirectoryConflict.brand_id == brand_id, DirectoryConflict.state == state
    )  # fmt: skip
    return list(session.exec(query.order_by(col(DirectoryConflict.id).desc()).limit(limit)))


def find_conflict(session: Session, brand_id: int, conflict_id: int) -> DirectoryConflict | None:
    """A conflict, locked so that it is decided once."""
    query = select(DirectoryConflict).where(
        DirectoryConflict.brand_id == brand_id, DirectoryConflict.id == conflict_id
    )  # fmt: skip
    return session.exec(query.with_for_update()).first()


def retire_open(session: Session, brand_id: int, kind: str, subject: str) -> None:
    """Make room for a decision that is taken back: what was asked in its place is obsolete."""
    session.flush()
    raw_connection(session).execute(_SUPERSEDED, (brand_id, kind, subject))
