"""Files that an administrator brings: looked at first, then imported; the report is kept with the audit."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.inbox.admin import repository
from localcare.inbox.admin.import_details import ImportGroup, RefusedRow, import_groups, refused_file
from localcare.intake.files import KeptFile, find_file, keep_file
from localcare.intake.importing import import_mentions, require_rows
from localcare.people import roster
from localcare.people.core import Viewer
from localcare.people.models import AuditEntry
from localcare.people.roster import NewManager
from localcare.people.service import audit
from localcare.stores.core.records import decode
from localcare.stores.import_history import PastImport, get_import, keep_import, list_imports, undo_import
from localcare.stores.importing import OtherNumbers
from localcare.stores.service import ImportOptions, import_directory, link_pages
from localcare.web.words import plural

KINDS = {
    "stores": "Stores (stores.csv)",
    "pages": "Pages and their stores (pages.csv)",
    "people": "People and roles (people.csv)",
    "mentions": "Mentions (mentions.csv)",
}
CHANNELS = ("csv", "facebook", "instagram", "x", "google", "community", "email", "manual")
ROWS_KEPT = 200
OTHER_NUMBERS: dict[OtherNumbers, tuple[str, str]] = {
    "ask": ("Ask a person", "The rows wait at the conflicts; their stores stay as they are."),
    "renumber": ("Give that store the new number", "Where it is plain which store a row is; the others wait."),
    "add": ("Add a second store", "The known store stays beside it. A row with a store's former number waits."),
}
"""What can become of the rows that may be known stores, in words."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row that was left out. `value` is shown before an import, and not kept after it."""

    line: int
    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do; `rows` names at most 200 of those refused. `groups` are there before it only, and
    so is `waiting`: the rows that may be stores known under another number."""

    kind: str
    file: str
    counts: dict[str, int]
    refused: int
    rows: tuple[RefusedLine, ...]
    notes: tuple[str, ...] = ()
    groups: tuple[ImportGroup, ...] = ()
    every_refused: tuple[RefusedLine, ...] = ()
    waiting: int = 0

    @property
    def does_something(self) -> bool:
        """Whether anything of the file could be used."""
        return any(self.counts.values())


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The report of an import that was done, by whom and when; `event_id` leads back to the file."""

    report: ImportReport
    event_id: int
    actor: str
    at: datetime


class _Row(BaseModel):
    line: int
    column: str
    reason: str


class _Detail(BaseModel):
    """A report as the audit keeps it."""

    kind: str
    file: str
    counts: dict[str, int]
    refused: int
    refused_rows: list[_Row]
    notes: list[str] = []


@dataclass(frozen=True, slots=True)
class _Run:
    """One pass over a file, for real or to see."""

    session: Session
    viewer: Viewer
    now: datetime
    dry_run: bool
    close_missing: bool = False
    other_numbers: OtherNumbers = "ask"


def take_file(
    session: Session, viewer: Viewer, *, kind: str, channel: str, name: str, body: bytes, now: datetime
) -> int:
    """Keep a file to be looked at; returns its id. InvalidError for one that is empty, or an unknown kind."""
    if kind not in KINDS or channel not in CHANNELS:
        raise InvalidError("Choose what the file holds.")
    if not body.strip():
        raise InvalidError("The file is empty. Choose one with a header line and rows.")
    if kind == "mentions":
        require_rows(_lines(body))
    label = " ".join(name.split()) or f"{kind}.csv"
    return keep_file(session, viewer.brand_id, kind=kind, channel=channel, name=label, body=body, now=now)


def get_file(session: Session, viewer: Viewer, event_id: int) -> KeptFile | None:
    """A kept file, unless it came by the command line, which keeps none."""
    return find_file(session, viewer.brand_id, event_id)


def preview(session: Session, viewer: Viewer, file: KeptFile, *, now: datetime) -> ImportReport:
    """What importing the file would do now; nothing of it stays."""
    with session.begin_nested() as savepoint:
        report = _IMPORTS[file.kind](_Run(session, viewer, now, dry_run=True), file)
        savepoint.rollback()
    return report


def do_import(
    session: Session,
    viewer: Viewer,
    event_id: int,
    *,
    close_missing: bool,
    other_numbers: OtherNumbers = "ask",
    now: datetime,
) -> ImportReport:
    """Import a kept file and keep the report."""
    file = get_file(session, viewer, event_id)
    if file is None:
        raise NotFoundError("There is no such file.")
    run = _Run(session, viewer, now, dry_run=False, close_missing=close_missing, other_numbers=other_numbers)
    report = _IMPORTS[file.kind](run, file)
    rows = [{"line": row.line, "column": row.column, "reason": row.reason} for row in report.rows]
    audit(
        session, viewer, f"imported {file.kind}", f"import:{event_id}", now, kind=file.kind, file=file.name,
        counts=report.counts, refused=report.refused, refused_rows=rows, notes=list(report.notes),
    )  # fmt: skip
    return report


def give_refused(session: Session, viewer: Viewer, event_id: int, *, now: datetime) -> tuple[str, str]:
    """The name and text of a file with the rows that are left out, and why; NotFoundError when there is no such file."""
    file = get_file(session, viewer, event_id)
    if file is None:
        raise NotFoundError("The file is not kept any more.")
    rows = [
        RefusedRow(row.line, row.column, row.reason) for row in preview(session, viewer, file, now=now).every_refused
    ]
    return f"left-out-{file.name.rsplit('.', 1)[0]}.csv", refused_file(file.body, rows)


def list_reports(session: Session, viewer: Viewer) -> list[KeptReport]:
    """What was imported, newest first."""
    return [_kept(entry) for entry in repository.list_import_reports(session, viewer.brand_id)]


def find_report(session: Session, viewer: Viewer, event_id: int) -> KeptReport | None:
    """The newest report of a file."""
    entry = repository.find_import_report(session, viewer.brand_id, event_id)
    return _kept(entry) if entry else None


def list_directory_imports(session: Session, viewer: Viewer) -> list[PastImport]:
    """Every file of stores that was imported, by whomever, newest first."""
    return list_imports(session, viewer.brand_id)


def directory_report(session: Session, viewer: Viewer, import_id: int) -> tuple[str, str]:
    """The name and text of a file with what became of each row. Raises NotFoundError."""
    past = get_import(session, viewer.brand_id, import_id)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["line", "store_number", "outcome", "column", "words"])
    writer.writerows([row.line or "", row.number, row.outcome, row.column, row.words] for row in past.rows)
    return f"report-{past.id}-{past.file.rsplit('.', 1)[0]}.csv", written.getvalue()


def take_import_back(session: Session, viewer: Viewer, import_id: int, *, now: datetime) -> str:
    """Take a file of stores back as one deed; says what became of it. Raises NotFoundError and ConflictError."""
    outcome = undo_import(session, viewer.brand_id, import_id, by=viewer.name or viewer.email, now=now)
    audit(session, viewer, "took an import back", f"change:{import_id}", now, kept=len(outcome.kept))
    closed = f", {outcome.closed:,} closed because something is about them" if outcome.closed else ""
    kept = f" {plural(len(outcome.kept), 'change')} could not be reversed: {outcome.kept[0]}" if outcome.kept else ""
    removed, restored = plural(outcome.removed, "store"), plural(outcome.restored, "change")
    return f"Taken back: {removed} removed{closed}, {restored} reversed.{kept}"


def _stores(run: _Run, file: KeptFile) -> ImportReport:
    options = ImportOptions(run.dry_run, run.close_missing, other_numbers=run.other_numbers)
    brand_id, by = run.viewer.brand_id, run.viewer.name or run.viewer.email or "import"
    report = import_directory(run.session, brand_id, _lines(file.body), now=run.now, by=by, options=options)
    if not run.dry_run:
        keep_import(run.session, brand_id, report, file=file.name, by=by, now=run.now)
    if report.managers and not run.dry_run:
        named = [NewManager(manager.store_number, manager.email, manager.name) for manager in report.managers]
        roster.appoint_managers(run.session, run.viewer, named, now=run.now)
    counts = {
        "stores added": len(report.added),
        "stores changed": len(report.changed),
        "stores unchanged": report.unchanged,
        "stores renumbered": len(report.renumbered),
        "stores closed": len(report.closed),
        "rows that wait for a decision": len(report.held),
        "regions added": len(report.regions_added),
        "Pages linked": report.pages_linked,
        "managers named": len(report.managers),
    }
    missing = len(report.absent) - len(report.closed)
    notes = [f"{missing:,} open stores are not in the file and stay open."] if missing > 0 else []
    notes += [f"Store {before} is store {after} now." for before, after in report.renumbered[:20]]
    notes += [
        f"Line {row.line}: store {row.number} waits for a decision, for {row.reason}." for row in report.held[:20]
    ]
    notes += [f"Line {warning.line}: {warning.text}" for warning in report.warnings[:20]]
    refused = [RefusedLine(row.line, row.column, row.reason, row.value) for row in report.refused]
    told = _report(file, counts, refused, notes)
    return replace(told, groups=import_groups(report), waiting=len(report.held)) if run.dry_run else told


def _pages(run: _Run, file: KeptFile) -> ImportReport:
    report = link_pages(run.session, run.viewer.brand_id, _lines(file.body), now=run.now, dry_run=run.dry_run)
    counts = {"Pages linked": report.linked, "of them moved": report.moved, "Pages unchanged": report.unchanged}
    refused = [RefusedLine(row.line, row.column, row.reason, row.value) for row in report.refused]
    return _report(file, counts, refused)


def _people(run: _Run, file: KeptFile) -> ImportReport:
    report = roster.import_people(run.session, run.viewer, decode(file.body), now=run.now)
    counts = {
        "people added": report.change.persons_added,
        "people changed": report.change.persons_changed,
        "roles added": report.change.roles_added,
        "roles changed": report.change.roles_changed,
        "roles ended": report.change.roles_ended,
        "rows without a fault": report.rows - len(report.refused),
    }
    refused = [RefusedLine(row.line, row.column, row.reason, row.value) for row in report.refused]
    return _report(file, counts, refused)


def _mentions(run: _Run, file: KeptFile) -> ImportReport:
    report = import_mentions(
        run.session, run.viewer.brand_id, _lines(file.body), channel=file.channel, now=run.now, dry_run=run.dry_run
    )
    refused = [RefusedLine(row.line, row.column, row.reason, row.value) for row in report.bad_rows]
    return _report(file, {"mentions and answers": report.changes}, refused, refused_count=report.refused)


def _report(
    file: KeptFile,
    counts: dict[str, int],
    refused: list[RefusedLine],
    notes: list[str] | None = None,
    *,
    refused_count: int | None = None,
) -> ImportReport:
    total = len(refused) if refused_count is None else refused_count
    kept = tuple(refused[:ROWS_KEPT])
    return ImportReport(file.kind, file.name, counts, total, kept, tuple(notes or ()), every_refused=tuple(refused))


def _lines(body: bytes) -> io.StringIO:
    return io.StringIO(decode(body), newline="")


def _kept(entry: AuditEntry) -> KeptReport:
    detail = _Detail.model_validate(entry.detail)
    rows = tuple(RefusedLine(row.line, row.column, row.reason) for row in detail.refused_rows)
    report = ImportReport(detail.kind, detail.file, detail.counts, detail.refused, rows, tuple(detail.notes))
    return KeptReport(report, int(entry.subject.removeprefix("import:")), entry.actor, entry.at)


_IMPORTS: dict[str, Callable[[_Run, KeptFile], ImportReport]] = {
    "stores": _stores,
    "pages": _pages,
    "people": _people,
    "mentions": _mentions,
}
