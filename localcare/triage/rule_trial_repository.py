"""SQL of trying rules out: mentions of the last days as triage reads them, and the dry runs over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, scalar_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

Form = dict[str, object]
MENTION_COLUMNS = """
    m.id, m.text, m.channel, m.kind, m.recommends, m.rating, m.attachments <> '[]' as has_attachments,
    m.author_name as author, m.created_at, r.store_id, coalesce(r.status, 'none') as resolution, s.number as store_number,
    s.timezone as store_zone, s.successor_number,
    s.id is not null and (s.closed_on is null or s.closed_on > current_date) as store_open,
    exists (select from store_page p where p.brand_id = m.brand_id and p.channel = m.channel and p.page_id = m.page_id
        and p.store_id is not null and p.valid_to is null) as on_store_page,
    array(select a.slug from region g join region a on a.id = any(string_to_array(trim(both '/' from g.path), '/')::integer[])
        where g.id = s.region_id) as store_regions
"""
FROM_MENTIONS = """
    from mention m left join resolution r on r.mention_id = m.id and r.superseded_at is null
        left join store s on s.id = r.store_id
    where m.brand_id = %(brand)s and not m.from_page and m.removed_at is null and m.purged_at is null
"""
_NEWEST = f"""
    select {MENTION_COLUMNS} {FROM_MENTIONS} and m.received_at >= %(since)s and (%(before)s::bigint is null or m.id < %(before)s)
    order by m.id desc limit %(most)s
"""
_BY_ID = f"select {MENTION_COLUMNS} {FROM_MENTIONS} and m.id = any(%(ids)s)"
_TOTAL = """
    select count(*) from (select from mention m where m.brand_id = %s and m.received_at >= %s and not m.from_page
        and m.removed_at is null and m.purged_at is null limit %s) as counted
"""
_RUN = "id, brand_id, key, changes, days, state, total, read, report, asked_at, asked_by, moved_at"
_ASK = f"""
    insert into triage_dry_run (brand_id, key, changes, days, state, total, read, asked_at, asked_by, moved_at)
    values (%(brand)s, %(key)s, %(changes)s, %(days)s, 'waiting', 0, 0, %(now)s, %(by)s, %(now)s) returning {_RUN}
"""
_STOP = """
    update triage_dry_run set state = 'stopped', moved_at = %s
    where brand_id = %s and key = %s and state in ('waiting', 'working')
"""
_FIND = f"select {_RUN} from triage_dry_run where brand_id = %s and id = %s"
_LATEST = f"select {_RUN} from triage_dry_run where brand_id = %s and key = %s order by id desc limit 1"
_MOVE = """
    update triage_dry_run
    set state = %(state)s, total = %(total)s, read = %(read)s, report = %(report)s::jsonb -> 0, moved_at = %(now)s
    where brand_id = %(brand)s and id = %(id)s and state in ('waiting', 'working') returning true
"""


@dataclass(frozen=True, slots=True)
class StoreThen:
    """The store of a mention, as a routing policy asks for it."""

    id: int
    number: str
    timezone: str
    is_open: bool
    successor_number: str | None
    regions: Sequence[str]
    hours: str | None = None


@dataclass(frozen=True, slots=True)
class ReadMention:
    """A mention as triage reads it, with its store and what people need to recognise it."""

    id: int
    text: str
    channel: str
    kind: str
    recommends: bool | None
    rating: int | None
    has_attachments: bool
    author: str | None
    created_at: datetime
    store_id: int | None
    resolution: str
    store_number: str | None
    store_zone: str | None
    successor_number: str | None
    store_open: bool
    on_store_page: bool
    store_regions: Sequence[str]

    @property
    def store(self) -> StoreThen | None:
        """The store it is about, where that is known."""
        if self.store_id is None or self.store_number is None or self.store_zone is None:
            return None
        facts = (self.store_id, self.store_number, self.store_zone, self.store_open, self.successor_number)
        return StoreThen(*facts, self.store_regions)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A dry run as it is kept."""

    id: int
    brand_id: int
    key: str
    changes: list[Form]
    days: int
    state: str
    total: int
    read: int
    report: Form
    asked_at: datetime
    asked_by: str
    moved_at: datetime


def list_newest(
    session: Session, brand_id: int, *, since: datetime, most: int, before: int | None = None
) -> list[ReadMention]:
    """What customers wrote since then and is still there, newest first, from below an id on."""
    values = {"brand": brand_id, "since": since, "before": before, "most": most}
    with raw_connection(session).cursor(row_factory=class_row(ReadMention)) as cursor:
        return cursor.execute(_NEWEST, values).fetchall()


def list_by_ids(session: Session, brand_id: int, ids: Sequence[int]) -> dict[int, ReadMention]:
    """Those of these mentions that are still there."""
    with raw_connection(session).cursor(row_factory=class_row(ReadMention)) as cursor:
        return {row.id: row for row in cursor.execute(_BY_ID, {"brand": brand_id, "ids": list(ids)}).fetchall()}


def count_mentions(session: Session, brand_id: int, *, since: datetime, most: int) -> int:
    """How many mentions a dry run has before it, no more than `most`."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return int(cursor.execute(_TOTAL, (brand_id, since, most)).fetchone() or 0)


def ask_run(
    session: Session, brand_id: int, key: str, changes: Sequence[Form], *, days: int, by: str, now: datetime
) -> RunRow:
    """Note a dry run that is wanted; another one of the same rule stops."""
    connection = raw_connection(session)
    connection.execute(_STOP, (now, brand_id, key))
    values = {"brand": brand_id, "key": key, "changes": rows_as_json(changes), "days": days, "by": by, "now": now}
    with connection.cursor(row_factory=class_row(RunRow)) as cursor:
        run = cursor.execute(_ASK, values).fetchone()
    assert run is not None  # noqa: S101
    return run


def stop_runs(session: Session, brand_id: int, key: str, *, now: datetime) -> None:
    """Nobody wants to know any more."""
    raw_connection(session).execute(_STOP, (now, brand_id, key))


def find_run(session: Session, brand_id: int, run_id: int) -> RunRow | None:
    """The dry run of that id."""
    with raw_connection(session).cursor(row_factory=class_row(RunRow)) as cursor:
        return cursor.execute(_FIND, (brand_id, run_id)).fetchone()


def find_latest_run(session: Session, brand_id: int, key: str) -> RunRow | None:
    """The last dry run of a rule."""
    with raw_connection(session).cursor(row_factory=class_row(RunRow)) as cursor:
        return cursor.execute(_LATEST, (brand_id, key)).fetchone()


def move_run(session: Session, run: RunRow, *, state: str, total: int, read: int, report: Form, now: datetime) -> bool:
    """Note how far a dry run is; False when it was stopped meanwhile."""
    values = {
        "brand": run.brand_id, "id": run.id, "state": state, "total": total, "read": read,
        "report": rows_as_json([report]), "now": now,
    }  # fmt: skip
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_MOVE, values).fetchone())
