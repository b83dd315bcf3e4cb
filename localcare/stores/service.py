"""The verbs of the directory: import stores, link Pages, know which store a mention is about."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.stores import editing_repository, entry_repository, page_repository, repository
from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.changes import ImportPlan, StoreChange, plan_import
from localcare.stores.core.directory import (
    DirectoryOptions,
    DirectoryReading,
    NumberFrom,
    RefusedRow,
    RowWarning,
    StoreRow,
    read_directory,
)
from localcare.stores.core.hierarchy import RegionNode, plan_regions
from localcare.stores.core.page_file import PageRow, read_pages
from localcare.stores.core.resolve import Resolver
from localcare.stores.core.succession import LastingResolver
from localcare.stores.core.values import ResolvedMention
from localcare.stores.gazetteer import load_gazetteer, load_other_brands
from localcare.stores.page_importing import PageReport, link_rows
from localcare.stores.recording import Stamp, record_batch

__all__ = [
    "ImportOptions",
    "ImportReport",
    "ManagerNamed",
    "PageReport",
    "Progress",
    "get_brand_id",
    "import_directory",
    "link_pages",
    "load_resolver",
    "record_resolutions",
]

_BATCH = 1_000
Progress = Callable[[int, int], None]
"""Called with (stores written, stores to write)."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a directory is imported. `close_missing` closes stores that the file does not name; nothing is ever deleted."""

    dry_run: bool = False
    close_missing: bool = False
    number_from: NumberFrom = "column"
    country: str = "US"


@dataclass(frozen=True, slots=True)
class ManagerNamed:
    """A manager that the file names for a store: for people's service to make a person of."""

    store_number: str
    email: str
    name: str | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do. `absent` are open stores that the file does not name and that stay as they are."""

    added: list[str]
    changed: list[StoreChange]
    unchanged: int
    closed: list[str]
    absent: list[str]
    refused: list[RefusedRow]
    warnings: list[RowWarning]
    regions_added: list[str]
    pages_linked: int
    managers: list[ManagerNamed]
    dry_run: bool


def import_directory(
    session: Session,
    brand_id: int,
    lines: Iterable[str],
    *,
    now: datetime,
    by: str = "import",
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a brand's stores up to a file, by store number, in the caller's transaction. What it cannot read it reports."""
    chosen = options or ImportOptions()
    repository.lock_directory(session, brand_id)
    reading = _read(lines, chosen, merged=repository.list_merged(session, brand_id))
    regions = repository.list_regions(session, brand_id)
    known = repository.list_known_stores(session, brand_id, regions)
    closing_day = now.astimezone(UTC).date() if chosen.close_missing and reading.rows else None
    plan = plan_import(reading.rows, known, reading.columns, close_missing_on=closing_day)
    nodes = plan_regions(
        (store.region for store in plan.writes), {path: region.slug for path, region in regions.items()}
    )
    stamp = Stamp(now, by, now)
    if not chosen.dry_run:
        placed = repository.insert_regions(session, brand_id, nodes, regions)
        _write_stores(session, brand_id, plan, placed, stamp, progress)
    linked = _link_pages_of(session, brand_id, reading.rows, plan, stamp, dry_run=chosen.dry_run)
    if (plan.writes or linked.linked) and not chosen.dry_run:
        repository.raise_directory_version(session, brand_id)
    return _report(plan, reading, nodes, linked)


def link_pages(
    session: Session,
    brand_id: int,
    lines: Iterable[str],
    *,
    now: datetime,
    by: str = "import",
    dry_run: bool = False,
) -> PageReport:
    """Link Pages to stores as a file says (page id, name, store number). A Page without a store is the brand's own."""
    reading = read_pages(lines)
    repository.lock_directory(session, brand_id)
    report = link_rows(session, brand_id, reading.rows, Stamp(now, by, now), dry_run=dry_run)
    if report.linked and not dry_run:
        repository.raise_directory_version(session, brand_id)
    refused = sorted([*reading.refused, *report.refused], key=lambda row: row.line)
    return PageReport(report.linked, report.moved, report.unchanged, refused, dry_run)


def record_resolutions(
    session: Session, brand_id: int, resolved: Sequence[ResolvedMention], *, now: datetime, decided_by: str = "resolver"
) -> None:
    """Keep the answers of a batch, one statement; the resolver never overrules a person."""
    repository.save_resolutions(session, brand_id, resolved, now=now, decided_by=decided_by)


def get_brand_id(session: Session, slug: str | None) -> int:
    """The brand of that slug, or the only one there is. Raises NotFoundError or InvalidError, which name the brands."""
    brands = repository.list_brand_ids(session)
    if slug is None and len(brands) == 1:
        return next(iter(brands.values()))
    known = ", ".join(sorted(brands)) or "none yet: make one with localcare brand add"
    if slug is None:
        raise InvalidError(f"Say which brand with --brand. There is: {known}.")
    if slug not in brands:
        raise NotFoundError(f"There is no brand {slug!r}. There is: {known}.")
    return brands[slug]


def load_resolver(session: Session, brand_id: int, *, now: datetime, own_name: str | None = None) -> Resolver:
    """A resolver over a brand's directory, now and before; `own_name` is what customers call the brand, if not its name."""
    with _no_collection():
        entries = entry_repository.load_entries(session, brand_id, today=now.astimezone(UTC).date())
        return LastingResolver(
            entries,
            brand_name=own_name or repository.brand_name(session, brand_id),
            other_brands=load_other_brands(),
            gazetteer=load_gazetteer(),
            aboutness=load_aboutness(),
            region_pages=entry_repository.list_region_pages(session, brand_id),
            now=now,
        )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Rest the cycle collector: what is built stays, and looking through it again and again takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(lines: Iterable[str], options: ImportOptions, *, merged: Mapping[str, str]) -> DirectoryReading:
    """What the file holds, without the rows of stores that turned out to be others' duplicates."""
    chosen = DirectoryOptions(country=options.country, number_from=options.number_from, gazetteer=load_gazetteer())
    reading = read_directory(lines, options=chosen)
    left_out = [
        RowWarning(row.line, f"store {row.number} has been merged into store {merged[row.number]}: left out")
        for row in reading.rows
        if row.number in merged
    ]
    rows = [row for row in reading.rows if row.number not in merged] if left_out else reading.rows
    return replace(reading, rows=rows, warnings=[*reading.warnings, *left_out])


def _write_stores(
    session: Session,
    brand_id: int,
    plan: ImportPlan,
    regions: dict[tuple[str, ...], repository.StoredRegion],
    stamp: Stamp,
    progress: Progress | None,
) -> None:
    ids = page_repository.list_store_ids(session, brand_id)
    before = editing_repository.list_stores(session, brand_id, [ids[change.after.number] for change in plan.changed])
    stores = plan.writes
    for start in range(0, len(stores), _BATCH):
        repository.upsert_stores(session, brand_id, stores[start : start + _BATCH], regions, now=stamp.now)
        if progress:
            progress(min(start + _BATCH, len(stores)), len(stores))
    ids = page_repository.list_store_ids(session, brand_id)
    record_batch(
        session, brand_id, "imported", before, {store.number: ids[store.number] for store in plan.added}, stamp
    )


def _link_pages_of(
    session: Session, brand_id: int, rows: Sequence[StoreRow], plan: ImportPlan, stamp: Stamp, *, dry_run: bool
) -> PageReport:
    """Link the Pages that a directory names; a dry run cannot know the stores that are not there yet."""
    added = {store.number for store in plan.added}
    pages = [
        PageRow(row.line, row.page_id, row.page_name or row.name or row.page_id, row.number)
        for row in rows
        if row.page_id
    ]
    if not dry_run:
        return link_rows(session, brand_id, pages, stamp)
    report = link_rows(
        session, brand_id, [page for page in pages if page.store_number not in added], stamp, dry_run=True
    )
    return replace(report, linked=report.linked + sum(1 for page in pages if page.store_number in added))


def _report(
    plan: ImportPlan, reading: DirectoryReading, nodes: Sequence[RegionNode], pages: PageReport
) -> ImportReport:
    return ImportReport(
        added=[store.number for store in plan.added],
        changed=plan.changed,
        unchanged=plan.unchanged,
        closed=plan.closed,
        absent=plan.absent,
        refused=sorted([*reading.refused, *pages.refused], key=lambda row: row.line),
        warnings=reading.warnings,
        regions_added=["/".join(node.path) for node in nodes],
        pages_linked=pages.linked,
        managers=[_manager(row) for row in reading.rows if row.manager_email],
        dry_run=pages.dry_run,
    )


def _manager(row: StoreRow) -> ManagerNamed:
    return ManagerNamed(row.number, row.manager_email or "", row.manager_name)
