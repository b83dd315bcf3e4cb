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
_ANSWERED = """
    update directory_conflict c set state = 'obsolete', decided_at = %(now)s from store s
    where c.brand_id = %(brand)s and c.source = %(source)s and c.state = 'open' and s.brand_id = c.brand_id
      and s.number = c.incoming -> 'listing' ->> 'number'
"""
_OPEN_IDS = "select kind, subject, id from directory_conflict where brand_id = %s and source = %s and state = 'open'"
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


def add_open(session: Session, brand_id: int, source: str, rows: Sequence[dict[str, object]], *, now: datetime) -> None:
    """Add to the open conflicts of a source, or renew them; what is asked about a number that a store has by now is obsolete."""
    session.flush()
    connection = raw_connection(session)
    connection.execute(_ANSWERED, {"brand": brand_id, "source": source, "now": now})
    if rows:
        values = {"brand": brand_id, "source": source, "rows": rows_as_json(rows), "now": now}
        connection.execute(_INSERT, values)


def list_open_ids(session: Session, brand_id: int, source: str) -> dict[tuple[str, str], int]:
    """The ids of a source's open conflicts by kind and subject."""
    session.flush()
    rows = raw_connection(session).execute(_OPEN_IDS, (brand_id, source)).fetchall()
    return {(kind, subject): conflict_id for kind, subject, conflict_id in rows}


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
