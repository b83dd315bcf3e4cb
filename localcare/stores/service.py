"""The verbs of the directory: import stores, link Pages, know which store a mention is about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.stores import page_repository, repository
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
from localcare.stores.core.values import ResolvedMention
from localcare.stores.gazetteer import load_gazetteer, load_other_brands
from localcare.stores.page_repository import PageLink

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


@dataclass(frozen=True, slots=True)
class PageReport:
    """What an import of Pages did. `moved` are Pages that belonged to another store before."""

    linked: int
    moved: int
    unchanged: int
    refused: list[RefusedRow]
    dry_run: bool


def import_directory(
    session: Session,
    brand_id: int,
    lines: Iterable[str],
    *,
    now: datetime,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a brand's stores up to a file, by store number, in the caller's transaction. What it cannot read it reports."""
    chosen = options or ImportOptions()
    reading = read_directory(
        lines,
        options=DirectoryOptions(country=chosen.country, number_from=chosen.number_from, gazetteer=load_gazetteer()),
    )
    repository.lock_directory(session, brand_id)
    regions = repository.list_regions(session, brand_id)
    known = repository.list_known_stores(session, brand_id, regions)
    closing_day = now.astimezone(UTC).date() if chosen.close_missing and reading.rows else None
    plan = plan_import(reading.rows, known, reading.columns, close_missing_on=closing_day)
    nodes = plan_regions(
        (store.region for store in plan.writes), {path: region.slug for path, region in regions.items()}
    )
    pages = [PageRow(row.line, row.page_id, row.page_name or row.name or row.page_id, row.number)
             for row in reading.rows if row.page_id]  # fmt: skip
    if chosen.dry_run:
        return _report(plan, reading, nodes, PageReport(len(pages), 0, 0, [], dry_run=True))
    _write_stores(session, brand_id, plan, nodes, regions, now, progress)
    linked = _link_rows(session, brand_id, pages, now=now)
    if plan.writes or linked.linked:
        repository.raise_directory_version(session, brand_id)
    return _report(plan, reading, nodes, linked)


def link_pages(
    session: Session, brand_id: int, lines: Iterable[str], *, now: datetime, dry_run: bool = False
) -> PageReport:
    """Link Pages to stores as a file says (page id, name, store number). A Page without a store is the brand's own."""
    reading = read_pages(lines)
    repository.lock_directory(session, brand_id)
    report = _link_rows(session, brand_id, reading.rows, now=now, dry_run=dry_run)
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
    """A resolver over a brand's directory as it stands; `own_name` is what customers call the brand, if not its name."""
    entries = repository.load_entries(session, brand_id, today=now.astimezone(UTC).date())
    return Resolver(
        entries,
        brand_name=own_name or repository.brand_name(session, brand_id),
        other_brands=load_other_brands(),
        gazetteer=load_gazetteer(),
    )


def _write_stores(
    session: Session,
    brand_id: int,
    plan: ImportPlan,
    nodes: Sequence[RegionNode],
    regions: dict[tuple[str, ...], repository.StoredRegion],
    now: datetime,
    progress: Progress | None,
) -> None:
    placed = repository.insert_regions(session, brand_id, nodes, regions)
    stores = plan.writes
    for start in range(0, len(stores), _BATCH):
        repository.upsert_stores(session, brand_id, stores[start : start + _BATCH], placed, now=now)
        if progress:
            progress(min(start + _BATCH, len(stores)), len(stores))


def _link_rows(
    session: Session, brand_id: int, rows: Sequence[PageRow], *, now: datetime, dry_run: bool = False
) -> PageReport:
    current = page_repository.list_links(session, brand_id)
    stores = page_repository.list_store_ids(session, brand_id)
    refused: list[RefusedRow] = []
    wanted: dict[tuple[str, str], PageRow] = {}
    links: list[PageLink] = []
    for row in rows:
        if row.store_number is not None and row.store_number not in stores:
            refused.append(RefusedRow(row.line, "store_number", row.store_number, "no store has this number"))
            continue
        link = PageLink(row.channel, row.page_id, row.name, stores[row.store_number] if row.store_number else None)
        if current.get((row.channel, row.page_id)) != link:
            links.append(link)
            wanted[row.channel, row.page_id] = row
    done = set(wanted) if dry_run else page_repository.replace_links(session, brand_id, links, now=now)
    refused += [
        RefusedRow(row.line, "page_id", row.page_id, "this Page belongs to another brand")
        for key, row in wanted.items()
        if key not in done
    ]
    moved = sum(1 for key in done if key in current)
    unchanged = len(rows) - len(refused) - len(done)
    return PageReport(len(done), moved, unchanged, refused, dry_run)


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
