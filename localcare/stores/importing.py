"""Bringing the directory up to a file: what is sound is written, what is not is named, what is doubtful is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from sqlmodel import Session

from localcare.stores import conflict_repository, editing_repository, page_repository, repository
from localcare.stores.conflicts import add_conflicts
from localcare.stores.core.changes import ImportPlan, KnownStore, StoreChange, plan_import
from localcare.stores.core.conflicts import Conflict, StoreHere
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
from localcare.stores.core.import_checks import check_rows
from localcare.stores.core.page_file import PageRow
from localcare.stores.core.renumbering import Doubtful, as_conflict, find_doubtful, in_words
from localcare.stores.editing import renumber_store
from localcare.stores.gazetteer import load_gazetteer
from localcare.stores.page_importing import PageReport, link_rows
from localcare.stores.recording import Stamp, record_batch

SOURCE = "import"
_BATCH = 1_000
Progress = Callable[[int, int], None]
"""Called with (stores written, stores to write)."""
OtherNumbers = Literal["ask", "renumber", "add"]
"""What becomes of a row whose number is new and whose address or phone is that of a store which the file does not name."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a directory is imported. `close_missing` closes stores that the file does not name; nothing is ever deleted."""

    dry_run: bool = False
    close_missing: bool = False
    number_from: NumberFrom = "column"
    country: str = "US"
    other_numbers: OtherNumbers = "ask"


@dataclass(frozen=True, slots=True)
class ManagerNamed:
    """A manager that the file names for a store: for people's service to make a person of."""

    store_number: str
    email: str
    name: str | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row that waits for a decision: it may be a known store. `conflict_id` is None before it is asked."""

    line: int
    number: str
    reason: str
    conflict_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do. `absent` are open stores that the file does not name and that stay as they are.

    `names` are those of the stores added, by number; `renumbered` are pairs of numbers, before and now.
    """

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
    held: list[HeldRow]
    names: dict[str, str]
    renumbered: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Sound:
    """What is left of a file to be imported, and what was found out about the rest."""

    reading: DirectoryReading
    known: dict[str, KnownStore]
    held: list[HeldRow]
    renumbered: list[tuple[str, str]]
    also_named: frozenset[str]


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
    """Bring a brand's stores up to a file, by store number, in the caller's transaction. What it cannot read it reports.

    A row that may be a store known under another number waits for a decision, unless `other_numbers` says what it is.
    """
    chosen = options or ImportOptions()
    repository.lock_directory(session, brand_id)
    regions = repository.list_regions(session, brand_id)
    known = repository.list_known_stores(session, brand_id, regions)
    stamp = Stamp(now, by, now)
    sound = _sorted_out(session, brand_id, _read(session, brand_id, lines, chosen), known, chosen, stamp)
    reading = sound.reading
    closes = chosen.close_missing and bool(reading.rows) and not reading.unnamed
    plan = plan_import(
        reading.rows,
        sound.known,
        reading.columns,
        close_missing_on=now.astimezone(UTC).date() if closes else None,
        also_named=reading.named | sound.also_named,
    )
    nodes = plan_regions(
        (store.region for store in plan.writes), {path: region.slug for path, region in regions.items()}
    )
    if not chosen.dry_run:
        placed = repository.insert_regions(session, brand_id, nodes, regions)
        _write_stores(session, brand_id, plan, placed, stamp, progress)
    linked = _link_pages_of(session, brand_id, sound, plan, stamp, dry_run=chosen.dry_run)
    if (plan.writes or linked.linked) and not chosen.dry_run:
        repository.raise_directory_version(session, brand_id)
    return _report(plan, sound, nodes, linked, refuses_to_close=chosen.close_missing and not closes)


def _read(session: Session, brand_id: int, lines: Iterable[str], options: ImportOptions) -> DirectoryReading:
    """What the file holds, without the rows of stores that turned out to be others' duplicates."""
    chosen = DirectoryOptions(country=options.country, number_from=options.number_from, gazetteer=load_gazetteer())
    reading, merged = read_directory(lines, options=chosen), repository.list_merged(session, brand_id)
    left_out = [
        RowWarning(row.line, f"store {row.number} has been merged into store {merged[row.number]}: left out")
        for row in reading.rows
        if row.number in merged
    ]
    rows = [row for row in reading.rows if row.number not in merged] if left_out else reading.rows
    return replace(reading, rows=rows, warnings=[*reading.warnings, *left_out])


def _sorted_out(
    session: Session,
    brand_id: int,
    reading: DirectoryReading,
    known: dict[str, KnownStore],
    options: ImportOptions,
    stamp: Stamp,
) -> _Sound:
    """The rows without those that contradict themselves and those that may be known stores."""
    checked = check_rows(reading.rows, known, reading.columns)
    former = repository.list_former_numbers(session, brand_id)
    doubtful = list(find_doubtful(checked.rows, known, reading.named, former))
    renumbered: list[tuple[str, str]] = []
    if options.other_numbers == "renumber":
        renumbered = _renumbered(session, brand_id, doubtful, stamp, dry_run=options.dry_run)
        for before, after in renumbered:
            known[after] = replace(known.pop(before), number=after)
        doubtful = [each for each in doubtful if each.row.number not in known]
    if options.other_numbers == "add":
        doubtful = [each for each in doubtful if each.kind == "former-number"]
    held, settled = _asked(session, brand_id, doubtful, known, stamp, dry_run=options.dry_run)
    waiting = {each.row.number for each in doubtful}
    return _Sound(
        replace(
            reading,
            rows=[row for row in checked.rows if row.number not in waiting],
            refused=[*reading.refused, *checked.refused],
            warnings=[*reading.warnings, *checked.notes, *settled],
        ),
        known,
        held,
        renumbered,
        frozenset(number for each in doubtful for number in each.stores),
    )


def _renumbered(
    session: Session, brand_id: int, doubtful: Sequence[Doubtful], stamp: Stamp, *, dry_run: bool
) -> list[tuple[str, str]]:
    """Give stores the number that the file has for them, where it is plain which store a row is."""
    claims = [each.stores[0] for each in doubtful if each.kind == "other-number" and len(each.stores) == 1]
    pairs = [
        (each.stores[0], each.row.number)
        for each in doubtful
        if each.kind == "other-number" and len(each.stores) == 1 and claims.count(each.stores[0]) == 1
    ]
    if pairs and not dry_run:
        ids = page_repository.list_store_ids(session, brand_id)
        for before, after in pairs:
            renumber_store(
                session, brand_id, ids[before], after, effective=stamp.effective, by=stamp.by, now=stamp.now,
                note="the file has it under this number",
            )  # fmt: skip
    return pairs


def _asked(
    session: Session,
    brand_id: int,
    doubtful: Sequence[Doubtful],
    known: dict[str, KnownStore],
    stamp: Stamp,
    *,
    dry_run: bool,
) -> tuple[list[HeldRow], list[RowWarning]]:
    """Put the question for each doubtful row; those of which a person has said that they stay out are only told."""
    ids = page_repository.list_store_ids(session, brand_id) if doubtful else {}
    settled = conflict_repository.list_settled(session, brand_id, SOURCE) if doubtful else {}
    told, asked = list[RowWarning](), dict[str, tuple[Doubtful, Conflict]]()
    for each in doubtful:
        conflict = as_conflict(each, [_here(ids[number], known[number]) for number in each.stores])
        if conflict.facts in settled.get(conflict.subject, frozenset()):
            told.append(RowWarning(each.row.line, f"store {each.row.number} stays out, as was decided", "store_number"))
        else:
            asked[conflict.subject] = (each, conflict)
    numbers = (
        {}
        if dry_run
        else add_conflicts(session, brand_id, SOURCE, [conflict for _, conflict in asked.values()], now=stamp.now)
    )
    held = [
        HeldRow(each.row.line, each.row.number, in_words(each), numbers.get(subject))
        for subject, (each, _) in asked.items()
    ]
    return held, told


def _here(store_id: int, store: KnownStore) -> StoreHere:
    return StoreHere(
        store_id,
        store.number,
        store.name,
        street=store.street,
        city=store.city,
        state=store.state,
        zip=store.zip,
        lat=store.lat,
        lng=store.lng,
        phone=store.phone,
        hours=store.hours,
        is_open=store.closed_on is None,
    )


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
    session: Session, brand_id: int, sound: _Sound, plan: ImportPlan, stamp: Stamp, *, dry_run: bool
) -> PageReport:
    """Link the Pages that a directory names; a dry run cannot know the stores that are not there yet."""
    added = {store.number for store in plan.added} | {after for _, after in sound.renumbered}
    pages = [
        PageRow(row.line, row.page_id, row.page_name or row.name or row.page_id, row.number)
        for row in sound.reading.rows
        if row.page_id
    ]
    if not dry_run:
        return link_rows(session, brand_id, pages, stamp)
    report = link_rows(
        session, brand_id, [page for page in pages if page.store_number not in added], stamp, dry_run=True
    )
    return replace(report, linked=report.linked + sum(1 for page in pages if page.store_number in added))


def _report(
    plan: ImportPlan, sound: _Sound, nodes: Sequence[RegionNode], pages: PageReport, *, refuses_to_close: bool
) -> ImportReport:
    reading, warnings = sound.reading, list(sound.reading.warnings)
    if refuses_to_close and reading.unnamed:
        told = "this row's store number cannot be read, so nothing was closed: correct it and import the file again"
        warnings.append(RowWarning(reading.unnamed[0], told, "store_number"))
    return ImportReport(
        added=[store.number for store in plan.added],
        changed=plan.changed,
        unchanged=plan.unchanged,
        closed=plan.closed,
        absent=plan.absent,
        refused=sorted([*reading.refused, *pages.refused], key=lambda row: row.line),
        warnings=sorted(warnings, key=lambda warning: warning.line),
        regions_added=["/".join(node.path) for node in nodes],
        pages_linked=pages.linked,
        managers=[_manager(row) for row in reading.rows if row.manager_email],
        dry_run=pages.dry_run,
        held=sound.held,
        names={store.number: store.name for store in plan.added},
        renumbered=sound.renumbered,
    )


def _manager(row: StoreRow) -> ManagerNamed:
    return ManagerNamed(row.number, row.manager_email or "", row.manager_name)
