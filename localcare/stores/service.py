"""The verbs of the directory: import stores, link Pages, know which store a mention is about."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.stores import entry_repository, repository
from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.page_file import read_pages
from localcare.stores.core.resolve import Resolver
from localcare.stores.core.succession import LastingResolver
from localcare.stores.core.values import ResolvedMention
from localcare.stores.gazetteer import load_gazetteer, load_other_brands
from localcare.stores.importing import ImportOptions, ImportReport, ManagerNamed, Progress, import_directory
from localcare.stores.page_importing import PageReport, link_rows
from localcare.stores.recording import Stamp

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


def tell_pages_changed(session: Session, brand_id: int) -> None:
    """Have every worker look anew which Pages are whose."""
    repository.raise_directory_version(session, brand_id)


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
