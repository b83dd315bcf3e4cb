"""SQL of the demo's history: which cases are new, which wait, who manages which store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg.rows import class_row, tuple_row
from sqlalchemy import event
from sqlmodel import Session

from localcare.kit.db import Database, raw_connection

_NEW_CASES = """
    select c.id, c.queue, c.store_id, c.tier, c.topic, c.waiting_since, k.external_id
    from care_case c join mention_key k on k.id = c.lead_mention_id
    where c.id > %s and c.brand_id = %s order by c.id
"""
_WAITING = """
    select c.id, c.queue, c.store_id, c.tier, c.topic, c.waiting_since, k.external_id
    from care_case c join mention_key k on k.id = c.lead_mention_id
    where c.brand_id = %s and c.is_open and c.waiting_since < %s order by c.id
"""
_PEOPLE = "select email, id from person where brand_id = %s and email = any(%s)"
_MANAGERS = """
    select store_id, min(person_id) from role_grant
    where brand_id = %s and role = 'manager' and coalesce(valid_to >= %s, true) group by store_id
"""
_TALKED_ABOUT = """
    select distinct s.id, s.timezone from resolution r join store s on s.id = r.store_id
    where r.brand_id = %s and r.mentioned_at >= %s and r.superseded_at is null
"""
_HAS_MENTIONS = "select exists (select from mention_key where brand_id = %s)"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that somebody has to do something about; `external_id` is its leading mention's."""

    id: int
    queue: str
    store_id: int | None
    tier: int
    topic: str
    waiting_since: datetime | None
    external_id: str


def list_new_cases(session: Session, brand_id: int, *, after_id: int) -> Sequence[OpenCase]:
    """Cases opened since the one of that id."""
    with raw_connection(session).cursor(row_factory=class_row(OpenCase)) as cursor:
        return cursor.execute(_NEW_CASES, (after_id, brand_id)).fetchall()


def list_waiting_cases(session: Session, brand_id: int, *, since: datetime) -> Sequence[OpenCase]:
    """Open cases whose customer has waited since before that time."""
    with raw_connection(session).cursor(row_factory=class_row(OpenCase)) as cursor:
        return cursor.execute(_WAITING, (brand_id, since)).fetchall()


def list_managers(session: Session, brand_id: int, day: date) -> dict[int, int]:
    """Who manages each store, by ids."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_MANAGERS, (brand_id, day)).fetchall())


def find_store_ids(session: Session, brand_id: int) -> dict[str, int]:
    """The ids of all stores by number."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("select number, id from store where brand_id = %s", (brand_id,)).fetchall())


def find_people(session: Session, brand_id: int, emails: Sequence[str]) -> dict[str, int]:
    """The ids of these people by e-mail."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_PEOPLE, (brand_id, list(emails))).fetchall())


def list_talked_about(session: Session, brand_id: int, *, since: datetime) -> list[tuple[int, str]]:
    """(id, time zone) of the stores that somebody has written about since then."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_TALKED_ABOUT, (brand_id, since)).fetchall()


def gather_statistics(session: Session) -> None:
    """Tell PostgreSQL how large the tables are that were just filled: it would plan for empty ones."""
    raw_connection(session).execute("analyze")


def is_empty(session: Session) -> bool:
    """Whether the database has no brand at all."""
    row = raw_connection(session).execute("select not exists (select from brand)").fetchone()
    return bool(row and row[0])


def has_mentions(session: Session, brand_id: int) -> bool:
    """Whether anybody has written to the brand yet."""
    row = raw_connection(session).execute(_HAS_MENTIONS, (brand_id,)).fetchone()
    return bool(row and row[0])


def leave_waiting_for_disk(database: Database) -> None:
    """Let commits return before they are on disk: for a history that is begun anew when its telling is interrupted."""

    @event.listens_for(database.engine, "connect")
    def hurry(connection: psycopg.Connection[object], _record: object) -> None:
        connection.execute("set synchronous_commit to off")
        connection.commit()
