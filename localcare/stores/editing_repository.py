"""SQL of the directory's history: changes, what stores were before them, and the present they leave."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import dict_row
from sqlmodel import Session, col, func, or_, select, update

from localcare.kit.db import raw_connection, rows_as_json
from localcare.stores.core.history import FACT_NAMES, FactValue, Patch, Period, StoreFacts, read_values
from localcare.stores.models import DirectoryChange, Store

_SELECT_FACTS = f"""
    select id, merged_into_id, {", ".join(FACT_NAMES)} from store where brand_id = %s and id = any(%s)
"""
_SELECT_PATCHES = """
    select id, store_id, effective_at, before, after, undone_at is not null as is_undone from directory_change
    where brand_id = %s and store_id = any(%s) and before <> '{}' and kind = any(%s)
"""
PLANNED: Literal["planned"] = "planned"
_WAITS = "kind = 'planned' and undone_at is null and not after ?| array['done', 'trouble']"
_DUE_PLANS = (
    f"select brand_id, id from directory_change where {_WAITS} and effective_at <= %s order by effective_at, id"
)
_PLANS = f"""
    select id from directory_change where brand_id = %s and (%s::integer is null or store_id = %s) and {_WAITS}
    order by effective_at, id
"""
_PATCHING = ["edited", "moved", "closed", "reopened", "renumbered", "merged", "imported", "synced"]
_INSERT_CHANGES = """
    insert into directory_change (brand_id, store_id, kind, before, after, effective_at, recorded_at, recorded_by, note)
    select %(brand)s, store_id, kind, before, after, effective_at, recorded_at, recorded_by, note
    from jsonb_to_recordset(%(rows)b::jsonb) as n(
        store_id integer, kind text, before jsonb, after jsonb, effective_at timestamptz, recorded_at timestamptz,
        recorded_by text, note text)
"""
_VERSION_SHAPE = """
    store_id integer, region_id integer, number text, name text, street text, city text, state text, zip text,
    country text, latitude double precision, longitude double precision, timezone text, phone text, hours text,
    nicknames text[], opened_on date, closed_on date, successor_number text, store_code text,
    valid_from timestamptz, valid_to timestamptz
"""
_VERSION_NAMES = ", ".join((*FACT_NAMES, "store_id", "valid_from", "valid_to"))
_DELETE_VERSIONS = "delete from store_version where brand_id = %s and store_id = any(%s)"
_INSERT_VERSIONS = f"""
    insert into store_version (brand_id, {_VERSION_NAMES})
    select %(brand)s, {_VERSION_NAMES} from jsonb_to_recordset(%(rows)b::jsonb) as n({_VERSION_SHAPE})
"""


_SUCCESSORS = """
    with recursive chain(number, next) as (
        select number, successor_number from store where brand_id = %(brand)s and number = %(first)s
        union
        select s.number, s.successor_number from chain c join store s on s.brand_id = %(brand)s and s.number = c.next)
    select number from chain
"""


@dataclass(frozen=True, slots=True)
class StoredStore:
    """A store's facts as they are now, and the store it was merged into, if it was."""

    id: int
    facts: StoreFacts
    merged_into_id: int | None


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change to be recorded."""

    store_id: int | None
    kind: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    effective_at: datetime
    recorded_at: datetime
    recorded_by: str
    note: str | None = None


def list_stores(session: Session, brand_id: int, store_ids: Iterable[int]) -> dict[int, StoredStore]:
    """Stores by id."""
    session.flush()
    with raw_connection(session).cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_SELECT_FACTS, (brand_id, list(store_ids))).fetchall()
    return {row["id"]: _stored(row) for row in rows}


def find_store_id(session: Session, brand_id: int, number: str) -> int | None:
    """The store of that number."""
    return session.exec(select(Store.id).where(Store.brand_id == brand_id, Store.number == number)).first()


def list_successors(session: Session, brand_id: int, number: str) -> list[str]:
    """The store of that number and those that succeed it, one after the other; none when there is no such store."""
    rows = raw_connection(session).execute(_SUCCESSORS, {"brand": brand_id, "first": number}).fetchall()
    return [row[0] for row in rows]


def list_patches(session: Session, brand_id: int, store_ids: Sequence[int]) -> dict[int, list[Patch]]:
    """The changes of these stores' facts, undone ones too."""
    found: dict[int, list[Patch]] = defaultdict(list)
    session.flush()
    with raw_connection(session).cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_SELECT_PATCHES, (brand_id, list(store_ids), _PATCHING)):
            before, after = read_values(row["before"]), read_values(row["after"])
            patch = Patch(row["id"], row["effective_at"], before, after, row["is_undone"])
            found[row["store_id"]].append(patch)
    return found


def insert_store(session: Session, brand_id: int, facts: StoreFacts, *, now: datetime) -> int:
    """A new store; returns its id."""
    store = Store(brand_id=brand_id, updated_at=now, **_columns(asdict(facts)))  # type: ignore[arg-type]
    session.add(store)
    session.flush()
    assert store.id is not None  # noqa: S101
    return store.id


def update_store(session: Session, store_id: int, values: Mapping[str, FactValue], *, now: datetime) -> None:
    """Make these facts the present ones."""
    columns = {**_columns(values), "updated_at": now}
    session.execute(update(Store).where(col(Store.id) == store_id).values(columns))


def set_merged_into(session: Session, store_ids: Sequence[int], into_id: int | None) -> None:
    """Say that stores are duplicates of another, or no longer."""
    session.execute(update(Store).where(col(Store.id).in_(store_ids)).values(merged_into_id=into_id))


def move_merged(session: Session, brand_id: int, *, from_store: int, to_store: int) -> list[int]:
    """Let what was merged into one store be merged into another; returns which stores."""
    found = select(Store.id).where(Store.brand_id == brand_id, Store.merged_into_id == from_store)
    ids = [store_id for store_id in session.exec(found) if store_id is not None]
    set_merged_into(session, ids, to_store)
    return ids


def insert_change(session: Session, brand_id: int, change: NewChange) -> DirectoryChange:
    """One change, with its id."""
    row = DirectoryChange(
        brand_id=brand_id,
        store_id=change.store_id,
        kind=change.kind,
        before=dict(change.before),
        after=dict(change.after),
        effective_at=change.effective_at,
        recorded_at=change.recorded_at,
        recorded_by=change.recorded_by,
        note=change.note,
    )
    session.add(row)
    session.flush()
    return row


def insert_changes(session: Session, brand_id: int, changes: Sequence[NewChange]) -> None:
    """Many changes in one statement."""
    if changes:
        rows = rows_as_json([asdict(change) for change in changes])
        raw_connection(session).execute(_INSERT_CHANGES, {"brand": brand_id, "rows": rows})


def replace_versions(session: Session, brand_id: int, timelines: Mapping[int, Sequence[Period]]) -> None:
    """Keep what stores were before the present, anew for each of them."""
    connection = raw_connection(session)
    connection.execute(_DELETE_VERSIONS, (brand_id, list(timelines)))
    rows: list[dict[str, object]] = [
        {**asdict(period.facts), "store_id": store_id, "valid_from": period.valid_from, "valid_to": period.valid_to}
        for store_id, periods in timelines.items()
        for period in periods
        if period.valid_to is not None
    ]
    if rows:
        connection.execute(_INSERT_VERSIONS, {"brand": brand_id, "rows": rows_as_json(rows)})


def find_change(session: Session, brand_id: int, change_id: int) -> DirectoryChange | None:
    """A change by its id, locked so that it is undone once."""
    found = select(DirectoryChange).where(DirectoryChange.brand_id == brand_id, DirectoryChange.id == change_id)
    return session.exec(found.with_for_update()).first()


def list_changes(session: Session, brand_id: int, store_id: int | None, *, limit: int) -> list[DirectoryChange]:
    """The newest changes of a store (a Page that left it and a store merged into it too), or of the whole directory."""
    found = select(DirectoryChange).where(DirectoryChange.brand_id == brand_id)
    if store_id is not None:
        left = col(DirectoryChange.before)["store_id"].as_integer() == store_id
        took_over = col(DirectoryChange.after)["merged_into_id"].as_integer() == store_id
        found = found.where(or_(col(DirectoryChange.store_id) == store_id, left, took_over))
    return list(session.exec(found.order_by(col(DirectoryChange.id).desc()).limit(limit)))


def list_planned(session: Session, brand_id: int, store_id: int | None) -> list[DirectoryChange]:
    """Planned changes that wait, the next one first."""
    session.flush()
    ids = [row[0] for row in raw_connection(session).execute(_PLANS, (brand_id, store_id, store_id)).fetchall()]
    found = session.exec(select(DirectoryChange).where(col(DirectoryChange.id).in_(ids)))
    return sorted(found, key=lambda change: (change.effective_at, change.id or 0))


def list_due_plans(session: Session, now: datetime) -> list[tuple[int, int]]:
    """(brand id, change id) of the plans whose moment has come."""
    session.flush()
    return [(row[0], row[1]) for row in raw_connection(session).execute(_DUE_PLANS, (now,)).fetchall()]


def last_move(session: Session, brand_id: int, store_id: int) -> datetime | None:
    """When the store came to where it is; None when it has always been there."""
    found = select(func.max(DirectoryChange.effective_at)).where(
        DirectoryChange.brand_id == brand_id,
        DirectoryChange.store_id == store_id,
        DirectoryChange.kind == "moved",
        col(DirectoryChange.undone_at).is_(None),
    )
    return session.exec(found).first()


def _stored(row: dict[str, object]) -> StoredStore:
    facts = {name: tuple(value) if isinstance(value := row[name], list) else value for name in FACT_NAMES}
    return StoredStore(row["id"], StoreFacts(**facts), row["merged_into_id"])  # type: ignore[arg-type]


def _columns(values: Mapping[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
