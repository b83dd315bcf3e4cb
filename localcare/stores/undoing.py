"""Taking a change of the directory back, as if it had never been made, or saying why that cannot be."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from localcare.errors import ConflictError, NotFoundError
from localcare.stores import alias_repository, linking, merging, naming
from localcare.stores import editing_repository as repository
from localcare.stores.core.history import FactValue, read_values, reconcile_patches, write_values
from localcare.stores.editing_repository import PLANNED, StoredStore
from localcare.stores.models import DirectoryChange
from localcare.stores.recording import Stamp, record, rewrite
from localcare.stores.repository import lock_directory


def undo_change(
    session: Session, brand_id: int, change_id: int, *, by: str, now: datetime, note: str | None = None
) -> DirectoryChange:
    """Take a change back as if it had never been made: the present, and what held when. Later changes stay.

    Raises ConflictError that says why where that cannot be. Returns the undoing as a change of its own.
    """
    lock_directory(session, brand_id)
    change = repository.find_change(session, brand_id, change_id)
    if change is None:
        raise NotFoundError(f"There is no change with id {change_id}.")
    if change.undone_at is not None:
        raise ConflictError(f"This was undone by {change.undone_by} on {change.undone_at.date().isoformat()} already.")
    values = _take_back(session, brand_id, change, by=by, now=now) if _has_happened(change) else {}
    change.undone_at, change.undone_by = now, by
    after = {"change_id": change_id, "kind": change.kind, **write_values(values)}
    return record(session, brand_id, change.store_id, "undone", Stamp(now, by, now, note), after=after)


def _has_happened(change: DirectoryChange) -> bool:
    """Whether a change is more than planned. Raises ConflictError for a plan that has been carried out."""
    if change.kind == PLANNED and "done" in change.after:
        raise ConflictError(f"This has taken place: take change {change.after['done']} back instead.")
    return change.kind != PLANNED


def _take_back(
    session: Session, brand_id: int, change: DirectoryChange, *, by: str, now: datetime
) -> dict[str, FactValue]:
    """Reverse what the change did; returns the store's facts that are other than they were."""
    match change.kind:
        case "page-linked":
            linking.undo_link(session, brand_id, change)
        case "page-unlinked":
            linking.undo_unlink(session, brand_id, change)
        case "alias-added" | "alias-removed":
            naming.undo_alias(session, brand_id, change, by=by, now=now)
        case "undone":
            raise ConflictError("An undoing is not undone itself: make the change again.")
        case "synced" if change.store_id is None:
            raise ConflictError("A sync is not undone as a whole: undo what it changed.")
        case "synced" if not change.before and "number" not in change.after:
            return _empty_again(session, brand_id, change, now=now)
        case _ if not change.before:
            raise ConflictError("A store that was added stays: close it, or merge it into the store that it is.")
        case _:
            return _restore_facts(session, brand_id, change, by=by, now=now)
    return {}


def _restore_facts(
    session: Session, brand_id: int, change: DirectoryChange, *, by: str, now: datetime
) -> dict[str, FactValue]:
    store = _store_of(session, brand_id, change)
    patches = repository.list_patches(session, brand_id, [store.id])[store.id]
    known = reconcile_patches(store.facts, patches)
    left = [replace(p, is_undone=True) if p in patches and p.change_id == change.id else p for p in known]
    number = change.before.get("number")
    if number is not None and number != store.facts.number:
        holder = repository.find_store_id(session, brand_id, str(number))
        if holder is not None:
            raise ConflictError(f"The number {number} is another store's by now: renumber that one first.")
    if change.kind == "merged":
        merging.undo_merge(session, brand_id, change)
    if change.kind == "moved":
        alias_repository.set_state(session, _ids(change.after.get("aliases")), "active", until=None, by=by, now=now)
    return rewrite(session, brand_id, store, known, left, now=now)


def _empty_again(session: Session, brand_id: int, change: DirectoryChange, *, now: datetime) -> dict[str, FactValue]:
    """Take back what was filled in where nothing was known."""
    store = _store_of(session, brand_id, change)
    filled = read_values(change.after)
    if any(getattr(store.facts, name) != value for name, value in filled.items()):
        raise ConflictError(f"Store {store.facts.number} has been changed there since: undo that first.")
    values: dict[str, FactValue] = {name: () if isinstance(value, tuple) else None for name, value in filled.items()}
    repository.update_store(session, store.id, values, now=now)
    return values


def _store_of(session: Session, brand_id: int, change: DirectoryChange) -> StoredStore:
    assert change.store_id is not None  # noqa: S101
    store = repository.list_stores(session, brand_id, [change.store_id])[change.store_id]
    if store.merged_into_id is not None and change.kind != "merged":
        raise ConflictError(f"Store {store.facts.number} has been merged since: undo that first.")
    return store


def _ids(kept: object) -> list[int]:
    return kept if isinstance(kept, list) else []
