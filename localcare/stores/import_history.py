"""Imports of the directory as deeds: who brought which file when, what became of each row, and taking all of it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session

from localcare.errors import CareError, ConflictError, NotFoundError
from localcare.stores import editing_repository as repository
from localcare.stores import import_repository
from localcare.stores.editing import close_store
from localcare.stores.editing_repository import NewChange
from localcare.stores.importing import ImportReport
from localcare.stores.models import DirectoryChange
from localcare.stores.repository import lock_directory, raise_directory_version
from localcare.stores.undoing import undo_change


@dataclass(frozen=True, slots=True)
class RowTold:
    """What became of one row or store: `line` is 0 where there is none. Values of refused rows are not kept."""

    line: int
    number: str
    outcome: str
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that was done, and whether it was taken back."""

    id: int
    file: str
    by: str
    at: datetime
    counts: Mapping[str, int]
    rows: tuple[RowTold, ...]
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did: stores removed, closed because they are in use, restored, and what stays and why."""

    removed: int
    closed: int
    restored: int
    kept: tuple[str, ...]


def keep_import(session: Session, brand_id: int, report: ImportReport, *, file: str, by: str, now: datetime) -> int:
    """Write an import down with the report of every row; returns its id."""
    counts = {
        "added": len(report.added),
        "changed": len(report.changed) - len(report.closed),
        "renumbered": len(report.renumbered),
        "closed": len(report.closed),
        "unchanged": report.unchanged,
        "waiting": len(report.held),
        "refused": len(report.refused),
    }
    after: dict[str, object] = {"file": file, "counts": counts, "rows": [asdict(row) for row in _rows(report)]}
    change = repository.insert_change(session, brand_id, NewChange(None, "imported", {}, after, now, now, by))
    assert change.id is not None  # noqa: S101
    return change.id


def list_imports(session: Session, brand_id: int, *, limit: int = 50) -> list[PastImport]:
    """The imports of a brand, newest first."""
    return [_past(change) for change in import_repository.list_imports(session, brand_id, limit=limit)]


def get_import(session: Session, brand_id: int, import_id: int) -> PastImport:
    """One import. Raises NotFoundError."""
    return _past(_find(session, brand_id, import_id))


def undo_import(session: Session, brand_id: int, import_id: int, *, by: str, now: datetime) -> TakenBack:
    """Take back all that an import did, as one deed: what is in use by now is closed or stays, and is named.

    Raises NotFoundError, and ConflictError when it was taken back already.
    """
    lock_directory(session, brand_id)
    done = _find(session, brand_id, import_id)
    if done.undone_at is not None:
        raise ConflictError(f"This was taken back by {done.undone_by} on {done.undone_at.date().isoformat()} already.")
    changes = import_repository.list_changes_of(session, brand_id, done)
    added = [change for change in changes if change.kind == "imported" and not change.before]
    restored, kept = 0, []
    for change in changes:
        if change not in added:
            trouble = _undone(session, brand_id, change, by=by, now=now)
            restored += trouble is None
            kept += [trouble] if trouble else []
    removed, closed = 0, 0
    for change in added:
        if import_repository.remove_store(session, brand_id, change.store_id or 0):
            removed += 1
        elif (trouble := _closed(session, brand_id, change, by=by, now=now)) is None:
            closed += 1
        else:
            kept.append(trouble)
    done.undone_at, done.undone_by = now, by
    session.add(done)
    raise_directory_version(session, brand_id)
    return TakenBack(removed, closed, restored, tuple(kept))


def _undone(session: Session, brand_id: int, change: DirectoryChange, *, by: str, now: datetime) -> str | None:
    try:
        with session.begin_nested():
            undo_change(session, brand_id, change.id or 0, by=by, now=now, note="the import was taken back")
    except CareError as error:
        return error.message
    return None


def _closed(session: Session, brand_id: int, change: DirectoryChange, *, by: str, now: datetime) -> str | None:
    note = "the import that brought it was taken back"
    try:
        with session.begin_nested():
            close_store(session, brand_id, change.store_id or 0, effective=now, by=by, now=now, note=note)
    except CareError as error:
        return error.message
    return None


def _rows(report: ImportReport) -> Iterator[RowTold]:
    for row in report.refused:
        yield RowTold(row.line, "", "refused", row.column, row.reason)
    for held in report.held:
        yield RowTold(held.line, held.number, "waits for a decision", "store_number", held.reason)
    for warning in report.warnings:
        yield RowTold(warning.line, "", "doubt", warning.column, warning.text)
    for number in report.added:
        yield RowTold(0, number, "added", "", report.names[number])
    for before, now in report.renumbered:
        yield RowTold(0, now, "renumbered", "store_number", f"was {before}")
    closed = set(report.closed)
    for change in report.changed:
        outcome = "closed" if change.after.number in closed else "changed"
        yield RowTold(0, change.after.number, outcome, ", ".join(change.fields), change.after.name)


def _find(session: Session, brand_id: int, import_id: int) -> DirectoryChange:
    found = repository.find_change(session, brand_id, import_id)
    if found is None or found.store_id is not None or found.kind != "imported":
        raise NotFoundError("There is no such import.")
    return found


def _past(change: DirectoryChange) -> PastImport:
    assert change.id is not None  # noqa: S101
    rows = cast(Sequence[dict[str, object]], change.after.get("rows") or ())
    return PastImport(
        change.id,
        str(change.after.get("file") or "a file"),
        change.recorded_by,
        change.recorded_at,
        cast(Mapping[str, int], change.after.get("counts") or {}),
        tuple(RowTold(**row) for row in rows),  # type: ignore[arg-type]
        change.undone_at,
        change.undone_by,
    )
