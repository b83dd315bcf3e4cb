"""SQL of the care team's rules: forms, history, versions, hits. A batch of rules is one statement, whatever its size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row, scalar_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

Form = dict[str, object]
_COLUMNS = "key, state, live, draft, version, created_at, created_by, updated_at, updated_by"
_LIST = f"select {_COLUMNS} from triage_rule where brand_id = %s order by key"
_FIND = f"select {_COLUMNS} from triage_rule where brand_id = %s and key = %s"
_HOLD = f"select {_COLUMNS} from triage_rule where brand_id = %s and key = any(%s) order by key"
_LIVE = "select key, state, live from triage_rule where brand_id = %s and state <> 'draft' order by key"
_VERSIONS = "select brand_id, version from triage_rule_set"
_BEGIN = "insert into triage_rule_set (brand_id, version) values (%s, 0) on conflict (brand_id) do nothing"
_HOLD_SET = "select from triage_rule_set where brand_id = %s for update"
_RAISE = """
    insert into triage_rule_set (brand_id, version) values (%s, 1)
    on conflict (brand_id) do update set version = triage_rule_set.version + 1
"""
_SAVE = """
    insert into triage_rule (brand_id, key, state, live, draft, version, created_at, created_by, updated_at, updated_by)
    select %(brand)s, key, state, nullif(live, 'null'), nullif(draft, 'null'), 1, %(now)s, %(by)s, %(now)s, %(by)s
    from jsonb_to_recordset(%(rows)s::jsonb) as n(key text, state text, live jsonb, draft jsonb)
    on conflict (brand_id, key) do update set state = excluded.state, live = excluded.live, draft = excluded.draft,
        version = triage_rule.version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by
"""
_DELETE = "delete from triage_rule where brand_id = %s and key = any(%s)"
_RECORD = """
    insert into triage_rule_change (brand_id, key, kind, before, after, recorded_at, recorded_by)
    select %(brand)s, key, kind, nullif(before, 'null'), nullif(after, 'null'), %(now)s, %(by)s
    from jsonb_to_recordset(%(rows)s::jsonb) as n(key text, kind text, before jsonb, after jsonb)
"""
_CHANGE_COLUMNS = "id, key, kind, before, after, recorded_at, recorded_by, undone_at, undone_by"
_CHANGES = (
    f"select {_CHANGE_COLUMNS} from triage_rule_change where brand_id = %s and key = %s order by id desc limit 50"
)
_CHANGE = f"select {_CHANGE_COLUMNS} from triage_rule_change where brand_id = %s and id = %s for update"
_UNDONE = "update triage_rule_change set undone_at = %s, undone_by = %s where id = %s"
_IS_LAST = """
    select not exists (select from triage_rule_change where brand_id = %s and key = %s and id > %s and undone_at is null)
"""
_COUNT = """
    insert into triage_rule_hit_day (brand_id, on_day, key, slot, hits, last_at)
    select brand_id, on_day, key, %s, hits, last_at
    from jsonb_to_recordset(%b::jsonb) as n(brand_id integer, on_day date, key text, hits integer, last_at timestamptz)
    order by brand_id, on_day, key
    on conflict (brand_id, on_day, key, slot) do update
        set hits = triage_rule_hit_day.hits + excluded.hits, last_at = excluded.last_at
"""
_HITS = """
    select key, on_day, sum(hits)::integer, max(last_at) from triage_rule_hit_day
    where brand_id = %s and on_day >= %s group by key, on_day
"""
_ASKS_FOR_PLACES = """
    select exists (select from triage_rule where brand_id = %s and state = 'live' and live -> 'places' not in ('[]', 'null'))
"""
_PLACES = """
    select s.id, s.number, s.state, array(select a.slug from region a
        where a.brand_id = s.brand_id and a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[])) as regions
    from store s join region r on r.id = s.region_id where s.brand_id = %s and s.id = any(%s)
"""
_PLACE_NAMES = """
    select 'region:' || slug, name from region where brand_id = %(brand)s
    union all select distinct 'state:' || state, state from store where brand_id = %(brand)s and state is not null
    union all select 'store:' || number, 'store ' || number from store where brand_id = %(brand)s
"""
_GROUPS = """
    select 'region:' || r.slug as place, r.name, r.depth, array(select a.name from region a
        where a.id = any(string_to_array(trim(both '/' from r.path), '/')::integer[]) order by a.depth) as line
    from region r where r.brand_id = %(brand)s
    union all select distinct 'state:' || state, 'State ' || state, 0, array['\uffff', state]
        from store where brand_id = %(brand)s and state is not null
    order by line
"""


@dataclass(frozen=True, slots=True)
class StoreGroup:
    """A region or a state whose stores a rule may be for; `depth` is how deep a region stands."""

    place: str
    name: str
    depth: int
    line: list[str]


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A rule as it is kept."""

    key: str
    state: str
    live: Form | None
    draft: Form | None
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as it is kept; `before` and `after` hold state, live form and draft, or are None where there was no rule."""

    id: int
    key: str
    kind: str
    before: Form | None
    after: Form | None
    recorded_at: datetime
    recorded_by: str
    undone_at: datetime | None
    undone_by: str | None


def list_rules(session: Session, brand_id: int) -> list[KeptRow]:
    """Every rule of a brand."""
    with raw_connection(session).cursor(row_factory=class_row(KeptRow)) as cursor:
        return cursor.execute(_LIST, (brand_id,)).fetchall()


def find_rule(session: Session, brand_id: int, key: str) -> KeptRow | None:
    """The rule of that key."""
    with raw_connection(session).cursor(row_factory=class_row(KeptRow)) as cursor:
        return cursor.execute(_FIND, (brand_id, key)).fetchone()


def hold_rule_set(session: Session, brand_id: int) -> None:
    """Keep the brand's rules from others until the transaction ends, those that are not there yet too."""
    connection = raw_connection(session)
    connection.execute(_BEGIN, (brand_id,))
    connection.execute(_HOLD_SET, (brand_id,))


def hold_rules(session: Session, brand_id: int, keys: Sequence[str]) -> dict[str, KeptRow]:
    """Those rules of these keys that are there, kept from others with all of the brand until the transaction ends."""
    hold_rule_set(session, brand_id)
    with raw_connection(session).cursor(row_factory=class_row(KeptRow)) as cursor:
        return {row.key: row for row in cursor.execute(_HOLD, (brand_id, list(keys))).fetchall()}


def list_decided(session: Session, brand_id: int) -> list[tuple[str, str, Form | None]]:
    """(key, state, live form) of every rule that is or was in force."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_LIVE, (brand_id,)).fetchall()


def rule_versions(session: Session) -> dict[int, int]:
    """How often the rules of each brand have changed; brands that never touched them are not there."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_VERSIONS).fetchall())


def save_rules(session: Session, brand_id: int, rows: Sequence[Form], *, by: str, now: datetime) -> None:
    """Keep rules (key, state, live, draft) and have every worker notice."""
    connection = raw_connection(session)
    connection.execute(_SAVE, {"brand": brand_id, "rows": rows_as_json(rows), "by": by, "now": now})
    connection.execute(_RAISE, (brand_id,))


def delete_rules(session: Session, brand_id: int, keys: Sequence[str]) -> None:
    """Take rules away; their history stays."""
    raw_connection(session).execute(_DELETE, (brand_id, list(keys)))
    raw_connection(session).execute(_RAISE, (brand_id,))


def record_changes(session: Session, brand_id: int, rows: Sequence[Form], *, by: str, now: datetime) -> None:
    """Write down what was done (key, kind, before, after)."""
    values = {"brand": brand_id, "rows": rows_as_json(rows), "by": by, "now": now}
    raw_connection(session).execute(_RECORD, values)


def list_changes(session: Session, brand_id: int, key: str) -> list[ChangeRow]:
    """The last changes of a rule, newest first."""
    with raw_connection(session).cursor(row_factory=class_row(ChangeRow)) as cursor:
        return cursor.execute(_CHANGES, (brand_id, key)).fetchall()


def hold_change(session: Session, brand_id: int, change_id: int) -> ChangeRow | None:
    """A change, kept from others until the transaction ends."""
    with raw_connection(session).cursor(row_factory=class_row(ChangeRow)) as cursor:
        return cursor.execute(_CHANGE, (brand_id, change_id)).fetchone()


def is_last_change(session: Session, brand_id: int, change: ChangeRow) -> bool:
    """Whether nothing was done to the rule since that still holds."""
    with raw_connection(session).cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_IS_LAST, (brand_id, change.key, change.id)).fetchone())


def mark_undone(session: Session, change_id: int, *, by: str, now: datetime) -> None:
    """Note that a change was taken back."""
    raw_connection(session).execute(_UNDONE, (now, by, change_id))


def add_hits(session: Session, rows: Sequence[Form], *, slot: int) -> None:
    """Count hits (brand_id, on_day, key, hits, last_at), in an order that lets no two workers wait for each other."""
    if rows:
        raw_connection(session).execute(_COUNT, (slot, rows_as_json(rows)))


def list_hits(session: Session, brand_id: int, *, since: date) -> list[tuple[str, date, int, datetime]]:
    """(key, day, hits, last hit) of every rule that fired since a day."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_HITS, (brand_id, since)).fetchall()


def places_of_stores(session: Session, brand_id: int, store_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The groups each store belongs to, as rules name them."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_PLACES, (brand_id, list(store_ids))).fetchall()
    return {
        store_id: frozenset(
            [f"store:{number}", *([f"state:{state}"] if state else []), *(f"region:{slug}" for slug in regions)]
        )
        for store_id, number, state, regions in rows
    }


def list_groups(session: Session, brand_id: int) -> list[StoreGroup]:
    """Regions, each below the one it belongs to, then states."""
    with raw_connection(session).cursor(row_factory=class_row(StoreGroup)) as cursor:
        return cursor.execute(_GROUPS, {"brand": brand_id}).fetchall()


def place_names(session: Session, brand_id: int) -> Mapping[str, str]:
    """Every group of stores a rule may name, with its name."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_PLACE_NAMES, {"brand": brand_id}).fetchall())


def asks_for_places(session: Session, brand_id: int) -> bool:
    """Whether a rule of the brand that was put in force is for some stores only."""
    row = raw_connection(session).execute(_ASKS_FOR_PLACES, (brand_id,)).fetchone()
    return bool(row and row[0])
