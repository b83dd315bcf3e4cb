"""SQL of the directory: stores and regions in batches, the resolver's view of them, and resolutions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.stores.core.changes import KnownStore
from localcare.stores.core.hierarchy import RegionNode
from localcare.stores.core.values import Candidate, ResolvedMention

_IMPORT_LOCK = 7_415_100

_SELECT_REGIONS = "select id, parent_id, slug, name, path from region where brand_id = %s order by depth, id"
_INSERT_REGION = """
    insert into region (brand_id, parent_id, slug, name, depth, path) values (%s, %s, %s, %s, %s, '') returning id
"""
_SET_REGION_PATHS = """
    update region r set path = n.path from jsonb_to_recordset(%s::jsonb) as n(id integer, path text) where r.id = n.id
"""
_STORE_COLUMNS = {
    "region_id": "integer",
    "number": "text",
    "name": "text",
    "street": "text",
    "city": "text",
    "state": "text",
    "zip": "text",
    "country": "text",
    "latitude": "double precision",
    "longitude": "double precision",
    "timezone": "text",
    "phone": "text",
    "hours": "text",
    "nicknames": "text[]",
    "opened_on": "date",
    "closed_on": "date",
    "successor_number": "text",
}
_NAMES = ", ".join(_STORE_COLUMNS)
_SHAPE = ", ".join(f"{name} {kind}" for name, kind in _STORE_COLUMNS.items())
_SELECT_STORES = f"select {_NAMES} from store where brand_id = %s order by id"
_UPSERT_STORES = f"""
    insert into store (brand_id, updated_at, {_NAMES})
    select %s, %s, {_NAMES} from jsonb_to_recordset(%s::jsonb) as n({_SHAPE})
    on conflict (brand_id, number) do update set updated_at = excluded.updated_at,
        {", ".join(f"{name} = excluded.{name}" for name in _STORE_COLUMNS if name != "number")}
"""
_SELECT_MERGED = """
    select s.number, i.number from store s join store i on i.id = s.merged_into_id where s.brand_id = %s
"""
_SELECT_FORMER = """
    select v.number, s.number from store_version v join store s on s.id = v.store_id
    where v.brand_id = %s and v.number <> s.number and s.merged_into_id is null
      and not exists (select from store other where other.brand_id = v.brand_id and other.number = v.number)
    order by v.valid_to
"""
_RESOLUTION_SHAPE = """
    mention_id bigint, mentioned_at timestamptz, status text, store_id integer, confidence double precision, candidates jsonb
"""
# arrays of ids, not joins: whatever the statistics of a young table say, each id is looked up in the index
_SUPERSEDE = f"""
    update resolution r set superseded_at = %(now)s
    from jsonb_to_recordset(%(rows)b::jsonb) as n({_RESOLUTION_SHAPE})
    where r.mention_id = any(%(ids)s) and r.superseded_at is null and r.mention_id = n.mention_id
      and (r.decided_by = %(by)s or %(by)s <> 'resolver')
      and (r.status, r.store_id, r.confidence, r.decided_by) is distinct from (n.status, n.store_id, n.confidence, %(by)s)
"""
_INSERT_RESOLUTIONS = f"""
    insert into resolution
        (brand_id, mention_id, mentioned_at, status, store_id, confidence, candidates, decided_by, resolved_at)
    select %(brand)s, mention_id, mentioned_at, status, store_id, confidence, candidates, %(by)s, %(now)s
    from jsonb_to_recordset(%(rows)b::jsonb) as n({_RESOLUTION_SHAPE})
    where mention_id not in (select mention_id from resolution where mention_id = any(%(ids)s) and superseded_at is null)
"""


@dataclass(frozen=True, slots=True)
class StoredRegion:
    """A region with its place in the tree: `path` is the ids from the root."""

    id: int
    parent_id: int | None
    slug: str
    name: str
    path: str


def lock_directory(session: Session, brand_id: int) -> None:
    """Let one import or verb of a brand run at a time; the lock goes with the transaction."""
    session.flush()
    raw_connection(session).execute("select pg_advisory_xact_lock(%s, %s)", (_IMPORT_LOCK, brand_id))


def list_regions(session: Session, brand_id: int) -> dict[tuple[str, ...], StoredRegion]:
    """Every region of a brand by its names from the root."""
    with raw_connection(session).cursor(row_factory=class_row(StoredRegion)) as cursor:
        rows = cursor.execute(_SELECT_REGIONS, (brand_id,)).fetchall()
    names: dict[int, tuple[str, ...]] = {}
    for row in rows:
        names[row.id] = (*names.get(row.parent_id or 0, ()), row.name)
    return {names[row.id]: row for row in rows}


def insert_regions(
    session: Session, brand_id: int, nodes: Sequence[RegionNode], known: dict[tuple[str, ...], StoredRegion]
) -> dict[tuple[str, ...], StoredRegion]:
    """Make regions (parents first) and return all of them by path, the known ones too."""
    regions = dict(known)
    connection = raw_connection(session)
    for node in nodes:
        parent = regions.get(node.path[:-1])
        values = (brand_id, parent.id if parent else None, node.slug, node.name, node.depth)
        row = connection.execute(_INSERT_REGION, values).fetchone()
        assert row is not None  # noqa: S101
        path = f"{parent.path if parent else '/'}{row[0]}/"
        regions[node.path] = StoredRegion(row[0], parent.id if parent else None, node.slug, node.name, path)
    paths = [{"id": regions[node.path].id, "path": regions[node.path].path} for node in nodes]
    if paths:
        connection.execute(_SET_REGION_PATHS, (rows_as_json(paths),))
    return regions


def list_known_stores(
    session: Session, brand_id: int, regions: dict[tuple[str, ...], StoredRegion]
) -> dict[str, KnownStore]:
    """Every store of a brand by its number, closed ones too."""
    names = {region.id: path for path, region in regions.items()}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_SELECT_STORES, (brand_id,)).fetchall()
    stores = (dict(zip(_STORE_COLUMNS, row, strict=True)) for row in rows)
    return {
        store["number"]: KnownStore(
            region=names[store.pop("region_id")],
            lat=store.pop("latitude"),
            lng=store.pop("longitude"),
            nicknames=tuple(store.pop("nicknames")),
            **store,
        )
        for store in stores
    }


def list_merged(session: Session, brand_id: int) -> dict[str, str]:
    """The numbers of stores that were merged into others, each with that other's."""
    return dict(raw_connection(session).execute(_SELECT_MERGED, (brand_id,)).fetchall())


def list_former_numbers(session: Session, brand_id: int) -> dict[str, str]:
    """The numbers that stores had before and no store has now, each with the present number of the last that had it."""
    return dict(raw_connection(session).execute(_SELECT_FORMER, (brand_id,)).fetchall())


def upsert_stores(
    session: Session, brand_id: int, stores: Sequence[KnownStore], regions: dict[tuple[str, ...], StoredRegion],
    *, now: datetime,
) -> None:  # fmt: skip
    """Write stores by number: new ones are added, known ones overwritten."""
    rows = [
        {
            "region_id": regions[store.region].id,
            "latitude": store.lat,
            "longitude": store.lng,
            "nicknames": list(store.nicknames),
            **{name: getattr(store, name) for name in _STORE_COLUMNS if hasattr(store, name) and name != "nicknames"},
        }
        for store in stores
    ]
    if rows:
        raw_connection(session).execute(_UPSERT_STORES, (brand_id, now, rows_as_json(rows)))


def list_brand_ids(session: Session) -> dict[str, int]:
    """Every brand's id by its slug."""
    return dict(raw_connection(session).execute("select slug, id from brand order by id").fetchall())


def raise_directory_version(session: Session, brand_id: int) -> None:
    """Tell every worker that the directory has changed."""
    raw_connection(session).execute(
        "update brand set directory_version = directory_version + 1 where id = %s", (brand_id,)
    )


def brand_name(session: Session, brand_id: int) -> str | None:
    """What the brand calls itself, which customers call it too."""
    row = raw_connection(session).execute("select name from brand where id = %s", (brand_id,)).fetchone()
    return None if row is None else str(row[0])


def save_resolutions(
    session: Session, brand_id: int, resolved: Sequence[ResolvedMention], *, now: datetime, decided_by: str = "resolver"
) -> None:
    """Save one answer per mention (none twice in a batch); what was current becomes history.

    An answer equal to the current one is not written again, and the resolver never overrules a person.
    """
    rows: list[dict[str, object]] = [
        {
            "mention_id": each.mention_id,
            "mentioned_at": each.mentioned_at,
            "status": each.answer.status,
            "store_id": each.answer.store_id,
            "confidence": each.answer.confidence,
            "candidates": [_candidate_row(candidate) for candidate in each.answer.candidates],
        }
        for each in resolved
    ]
    if rows:
        ids = [each.mention_id for each in resolved]
        values = {"rows": rows_as_json(rows), "ids": ids, "brand": brand_id, "now": now, "by": decided_by}
        connection = raw_connection(session)
        connection.execute(_SUPERSEDE, values)
        connection.execute(_INSERT_RESOLUTIONS, values)


def _candidate_row(candidate: Candidate) -> dict[str, object]:
    return {
        "store_id": candidate.store_id,
        "store_number": candidate.number,
        "confidence": candidate.confidence,
        "evidence": [{"kind": each.kind, "detail": each.detail} for each in candidate.evidence],
    }
