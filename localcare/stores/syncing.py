"""Bringing the directory up to what a network's Pages say: applied where it is plain, left for a decision where not."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from sqlmodel import Session

from localcare.errors import UnavailableError
from localcare.stores import conflict_repository, editing_repository, page_repository, repository
from localcare.stores import syncing_repository as here
from localcare.stores.conflicts import save_conflicts
from localcare.stores.core.changes import DEFAULT_TIMEZONE, KnownStore
from localcare.stores.core.conflicts import Conflict
from localcare.stores.core.differences import Difference, Update
from localcare.stores.core.hierarchy import NATIONS, default_path, plan_regions
from localcare.stores.core.listing import Listing
from localcare.stores.core.reconcile import Reconciliation, reconcile
from localcare.stores.editing_repository import NewChange
from localcare.stores.gazetteer import load_gazetteer
from localcare.stores.page_repository import PageLink
from localcare.stores.recording import Stamp, record_batch

BY = "sync"
_BATCH = 1_000
Progress = Callable[[int, int], None]
"""Called with (stores written, stores to write)."""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What a sync applies. `update` fills what is empty here, takes over all that differs, or leaves stores alone.

    `has_own_numbers` is that the network's store numbers are the directory's; otherwise they become store codes. Where stores
    are not opened, `proposes` puts each new one to a person.
    """

    dry_run: bool = False
    opens: bool = True
    links: bool = True
    update: Literal["fill", "overwrite", "none"] = "fill"
    has_own_numbers: bool = True
    proposes: bool = False


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, or would do. `differing` are facts the network tells otherwise; `missing` are open stores that no
    Page names; `waiting` are new stores and links that were found and not wanted; `refused` are Pages of another brand.

    `unchanged`, `told_otherwise` and `to_decide` count Pages of which nothing else is to be said: with those opened, linked,
    filled, settled, passed and waiting they are all that were read. `conflict_ids` are known once a conflict is kept.
    """

    read: int
    unchanged: int
    opened: list[Listing]
    linked: list[tuple[str, Listing]]
    filled: dict[str, tuple[Difference, ...]]
    differing: dict[str, tuple[Difference, ...]]
    missing: list[str]
    conflicts: list[Conflict]
    settled: int
    passed: int
    waiting: int
    refused: list[str]
    dry_run: bool
    told_otherwise: int = 0
    to_decide: int = 0
    conflict_ids: dict[tuple[str, str], int] = field(default_factory=dict)


def sync_directory(
    session: Session,
    brand_id: int,
    listings: Sequence[Listing],
    *,
    now: datetime,
    channel: str = "facebook",
    options: SyncOptions | None = None,
    progress: Progress | None = None,
) -> SyncReport:
    """Reconcile tidied listings, all that a network has, with a brand's directory, in the caller's transaction.

    Doing it again changes nothing. Raises UnavailableError for an empty list where stores have Pages: that is what a
    token without rights is shown.
    """
    chosen = options or SyncOptions()
    repository.lock_directory(session, brand_id)
    stores = here.list_stores_here(session, brand_id, channel, today=now.astimezone(UTC).date())
    linked = sum(1 for store in stores if store.pages)
    if not listings and linked:
        raise UnavailableError(
            f"The network shows no store Page at all, and {linked:,} stores here have one: nothing was changed."
            " Check that the app and the token may still see the brand's Pages."
        )
    found = reconcile(
        listings,
        stores,
        settled=conflict_repository.list_settled(session, brand_id, BY),
        apart=here.list_apart(session, brand_id, channel),
        has_own_numbers=chosen.has_own_numbers,
        proposes=chosen.proposes and not chosen.opens,
    )
    refused = [] if chosen.dry_run else _apply(session, brand_id, found, channel, chosen, now, progress)
    kept = conflict_repository.list_open_ids(session, brand_id, BY) if found.conflicts else {}
    return replace(_report(len(listings), found, chosen, refused), conflict_ids=kept)


def list_brand_pages(session: Session, brand_id: int, channel: str = "facebook") -> list[here.BrandPage]:
    """The Pages that are the brand's own, the one linked first leading."""
    return here.list_brand_pages(session, brand_id, channel)


def begin_run(session: Session, brand_id: int, *, by: str, now: datetime, only_if_due: bool = False) -> int | None:
    """Write down that a sync begins; returns its id, or None when one is not due because another is or was at it."""
    repository.lock_directory(session, brand_id)
    if only_if_due and here.has_run_lately(session, brand_id, now=now):
        return None
    change = NewChange(None, "synced", {}, {"state": "reading"}, now, now, by)
    return editing_repository.insert_change(session, brand_id, change).id


def end_run(
    session: Session, brand_id: int, run_id: int, report: SyncReport | None, *, error: str | None = None
) -> None:
    """Write down how a sync ended: with a report, or failed with a reason."""
    after: dict[str, object] = {"state": "failed"} if report is None else {"state": "done", **counts_of(report)}
    here.finish_run(session, brand_id, run_id, after, note=error)


def counts_of(report: SyncReport) -> dict[str, int]:
    """A report in numbers."""
    return {
        "read": report.read,
        "unchanged": report.unchanged,
        "opened": len(report.opened),
        "linked": len(report.linked),
        "filled": len(report.filled),
        "differing": len(report.differing),
        "missing": len(report.missing),
        "conflicts": len(report.conflicts),
        "settled": report.settled,
        "passed": report.passed,
        "waiting": report.waiting,
        "refused": len(report.refused),
    }


def open_listings(
    session: Session, brand_id: int, listings: Sequence[Listing], *, now: datetime, progress: Progress | None = None
) -> dict[str, int]:
    """Open a store for each listing in one go; returns the ids of all stores by number. They count since ever."""
    gazetteer = load_gazetteer()
    stores = [_store_of(listing) for listing in listings]
    paths = [
        default_path(NATIONS.get(store.country, store.country), store.city, store.state, store.zip, gazetteer)
        for store in stores
    ]
    stores = [replace(store, region=path) for store, path in zip(stores, paths, strict=True)]
    known = repository.list_regions(session, brand_id)
    nodes = plan_regions(paths, {path: region.slug for path, region in known.items()})
    placed = repository.insert_regions(session, brand_id, nodes, known)
    for start in range(0, len(stores), _BATCH):
        repository.upsert_stores(session, brand_id, stores[start : start + _BATCH], placed, now=now)
        if progress:
            progress(min(start + _BATCH, len(stores)), len(stores))
    ids = page_repository.list_store_ids(session, brand_id)
    record_batch(session, brand_id, "synced", {}, {s.number: ids[s.number] for s in stores}, Stamp(now, BY, now))
    return ids


def _apply(
    session: Session,
    brand_id: int,
    found: Reconciliation,
    channel: str,
    options: SyncOptions,
    now: datetime,
    progress: Progress | None,
) -> list[str]:
    """Write what was found; returns the Pages that could not be linked, for they are another brand's."""
    links = [(match.store.id, match.listing) for match in found.links] if options.links else []
    if options.opens and found.new:
        ids = open_listings(session, brand_id, found.new, now=now, progress=progress)
        links += [(ids[listing.own_number or ""], listing) for listing in found.new]
    refused = _link(session, brand_id, links, channel, now)
    has_updated = options.update != "none" and _update(session, brand_id, found.updates, options, now)
    save_conflicts(session, brand_id, BY, found.conflicts, now=now)
    if links or has_updated or (options.opens and found.new):
        repository.raise_directory_version(session, brand_id)
    return refused


def _link(
    session: Session, brand_id: int, links: Sequence[tuple[int, Listing]], channel: str, now: datetime
) -> list[str]:  # fmt: skip
    """Link Pages that are linked to nothing; returns those that another brand has."""
    wanted = [
        PageLink(channel, listing.page_id, listing.page_name or listing.page_id, store_id)
        for store_id, listing in links
    ]
    done = page_repository.replace_links(session, brand_id, wanted, now=now)
    linked = [link for link in wanted if (channel, link.page_id) in done]
    changes = [_change(link.store_id, "page-linked", asdict(link), now) for link in linked]
    editing_repository.insert_changes(session, brand_id, changes)
    return [link.page_id for link in wanted if (channel, link.page_id) not in done]


def _update(session: Session, brand_id: int, updates: Sequence[Update], options: SyncOptions, now: datetime) -> bool:
    empty = {update.store.id: {each.field: each.there for each in update.filled} for update in updates if update.filled}
    here.fill_stores(session, brand_id, empty, now=now)
    # what was not known before is no change of the store: it has no `before`, and counts since ever
    changes = [_change(store_id, "synced", dict(facts), now) for store_id, facts in empty.items()]
    editing_repository.insert_changes(session, brand_id, changes)
    if options.update == "fill":
        return bool(empty)
    told = {
        update.store.id: {each.field: each.there for each in update.differing} for update in updates if update.differing
    }
    before = editing_repository.list_stores(session, brand_id, list(told))
    here.overwrite_stores(session, brand_id, told, now=now)
    record_batch(session, brand_id, "synced", before, {}, Stamp(now, BY, now))
    return bool(empty or told)


def _change(store_id: int | None, kind: str, after: Mapping[str, object], now: datetime) -> NewChange:
    return NewChange(store_id, kind, {}, after, now, now, BY)


def _store_of(listing: Listing) -> KnownStore:
    number = listing.own_number or ""
    return KnownStore(
        number=number,
        name=listing.page_name
        or ", ".join(part for part in (listing.street, listing.city) if part)
        or f"Store {number}",
        region=(),
        street=listing.street,
        city=listing.city,
        state=listing.state,
        zip=listing.zip,
        country=listing.country,
        lat=listing.lat,
        lng=listing.lng,
        timezone=listing.timezone or DEFAULT_TIMEZONE,
        phone=listing.phone,
        hours=listing.hours,
    )


def _report(read: int, found: Reconciliation, options: SyncOptions, refused: list[str]) -> SyncReport:
    takes_over = options.update == "overwrite"
    filled: dict[str, tuple[Difference, ...]] = {}
    differing: dict[str, tuple[Difference, ...]] = {}
    for update in found.updates:
        written = () if options.update == "none" else update.filled + (update.differing if takes_over else ())
        told = tuple(each for each in (*update.filled, *update.differing) if each not in written)
        if written:
            filled[update.store.number] = written
        if told:
            differing[update.store.number] = told
    of_pages = Counter(_page_by_page(found, filled, differing, options).values())
    waiting = (0 if options.opens else len(found.new)) + (0 if options.links else len(found.links))
    return SyncReport(
        read=read,
        unchanged=read - of_pages.total(),
        opened=list(found.new) if options.opens else [],
        linked=[(match.store.number, match.listing) for match in found.links] if options.links else [],
        filled=filled,
        differing=differing,
        missing=[store.number for store in found.missing],
        conflicts=found.conflicts,
        settled=len(found.settled),
        passed=len(found.passed),
        waiting=waiting,
        refused=refused,
        dry_run=options.dry_run,
        told_otherwise=of_pages["differing"],
        to_decide=of_pages["conflict"],
    )


def _page_by_page(
    found: Reconciliation,
    filled: Mapping[str, tuple[Difference, ...]],
    differing: Mapping[str, tuple[Difference, ...]],
    options: SyncOptions,
) -> dict[str, str]:
    """What became of each Page that is not simply as it was: the first that holds."""
    updates = {update.listing.page_id: update.store.number for update in found.updates}
    became = {conflict.subject: "conflict" for conflict in found.conflicts}
    groups = (
        ("opened" if options.opens else "waiting", [listing.page_id for listing in found.new]),
        ("linked" if options.links else "waiting", [match.listing.page_id for match in found.links]),
        ("filled", [page_id for page_id, number in updates.items() if number in filled]),
        ("settled", [conflict.subject for conflict in found.settled]),
        ("differing", [page_id for page_id, number in updates.items() if number in differing]),
        ("passed", [listing.page_id for listing in found.passed]),
    )
    for name, pages in groups:
        became = {**dict.fromkeys(pages, name), **became}
    return became
