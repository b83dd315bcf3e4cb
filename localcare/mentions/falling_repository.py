"""SQL of what falls with what is removed: hold threads, find tombstones above, list what stands below."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.mentions.repository import Key

# in one order and before any key is held; those who only add at the top of a thread need not wait for each other
_HOLD = """
    select case when is_alone then pg_advisory_xact_lock(hashtextextended('thread ' || name, %(brand)s))::text
        else pg_advisory_xact_lock_shared(hashtextextended('thread ' || name, %(brand)s))::text end
    from unnest(%(names)s::text[], %(alone)s::boolean[]) as t(name, is_alone)
"""
_GONE = "m.channel, m.external_id, m.kind, m.thread_id"
_REMOVED = f"""
    select {_GONE}, m.removed_at as at
    from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
    where k.brand_id = %s and k.channel = any(%s) and k.external_id = any(%s) and m.removed_at is not null
        and m.kind <> 'message'
"""
# below a root stands its whole thread, below a comment what answers it; arrays of ids, so that each is looked up by index
_BELOW = f"""
    with gone as (
        select * from jsonb_to_recordset(%(gone)b::jsonb)
            as n(channel text, external_id text, at timestamptz)
    )
    select {_GONE}, min(g.at) as at
    from mention m join gone g on g.channel = m.channel and g.external_id = m.thread_id
    where m.brand_id = %(brand)s and m.thread_id = any(%(roots)s) and m.thread_id <> m.external_id
        and m.kind <> 'message' and (m.removed_at is null or m.removed_at > g.at)
    group by m.channel, m.external_id, m.kind, m.thread_id
    union all
    select {_GONE}, min(g.at) as at
    from mention m join gone g on g.channel = m.channel and g.external_id = m.parent_id
    where m.brand_id = %(brand)s and m.parent_id = any(%(comments)s) and m.parent_id is not null
        and m.parent_id is distinct from m.thread_id and m.kind <> 'message' and (m.removed_at is null or m.removed_at > g.at)
    group by m.channel, m.external_id, m.kind, m.thread_id
"""


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that is removed since `at`; `thread_id` is its own id, or not known, for the root of a thread."""

    channel: str
    external_id: str
    kind: str
    thread_id: str | None
    at: datetime

    @property
    def key(self) -> Key:
        """Its key within the brand."""
        return self.channel, self.external_id


def hold_threads(session: Session, brand_id: int, threads: Mapping[str, bool]) -> None:
    """Hold these threads until the transaction ends: alone where that is true, else beside others who do not want that."""
    names = sorted(threads)
    values = {"brand": brand_id, "names": names, "alone": [threads[name] for name in names]}
    raw_connection(session).execute(_HOLD, values)


def find_removed(session: Session, brand_id: int, keys: Collection[Key]) -> dict[Key, Gone]:
    """Those of these that are removed, as far as we know them."""
    if not keys:
        return {}
    channels, external_ids = ([*set(part)] for part in zip(*keys, strict=True))
    with raw_connection(session).cursor(row_factory=class_row(Gone)) as cursor:
        rows = cursor.execute(_REMOVED, (brand_id, channels, external_ids)).fetchall()
    return {row.key: row for row in rows if row.key in keys}


def list_below(session: Session, brand_id: int, gone: Sequence[Gone]) -> list[Gone]:
    """What is stored right below these and is not known to be gone as early: it falls with them."""
    if not gone:
        return []
    values = {
        "brand": brand_id,
        "gone": rows_as_json([{"channel": g.channel, "external_id": g.external_id, "at": g.at} for g in gone]),
        "roots": [each.external_id for each in gone if each.thread_id in (None, each.external_id)],
        "comments": [each.external_id for each in gone if each.external_id != each.thread_id],
    }
    with raw_connection(session).cursor(row_factory=class_row(Gone)) as cursor:
        return cursor.execute(_BELOW, values).fetchall()
