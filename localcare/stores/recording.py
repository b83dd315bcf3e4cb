"""How every verb of the directory ends: the change is kept, the past rewritten, and every worker told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.stores import editing_repository as repository
from localcare.stores.core.history import (
    ChangeKind,
    FactValue,
    Patch,
    differences,
    facts_at,
    reconcile_patches,
    timeline,
    write_values,
)
from localcare.stores.editing_repository import NewChange, StoredStore
from localcare.stores.models import DirectoryChange
from localcare.stores.repository import lock_directory, raise_directory_version

_NEWEST = 1 << 63  # sorts after every change that has an id


@dataclass(frozen=True, slots=True)
class Stamp:
    """From when a change holds, who recorded it when, and why."""

    effective: datetime
    by: str
    now: datetime
    note: str | None = None

    def require_past(self) -> None:
        """Raise InvalidError for a change that is still to come: the directory is how things are now."""
        if self.effective > self.now:
            day = self.effective.date().isoformat()
            raise InvalidError(f"{day} is still to come: record the change when it has happened.")


def get_store(session: Session, brand_id: int, store_id: int) -> StoredStore:
    """A store that is not merged into another; takes the brand's directory for the transaction."""
    lock_directory(session, brand_id)
    store = repository.list_stores(session, brand_id, [store_id]).get(store_id)
    if store is None:
        raise NotFoundError(f"There is no store with id {store_id}.")
    if store.merged_into_id is not None:
        raise ConflictError(f"Store {store.facts.number} has been merged into another: change that one.")
    return store


def require_free_number(session: Session, brand_id: int, number: str) -> None:
    """Raise InvalidError for no number, ConflictError for one that a store has."""
    if not number.strip():
        raise InvalidError("Say the store's number.")
    if repository.find_store_id(session, brand_id, number) is not None:
        raise ConflictError(f"There is a store {number} already.")


def record(
    session: Session,
    brand_id: int,
    store_id: int | None,
    kind: ChangeKind,
    stamp: Stamp,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> DirectoryChange:
    """Keep a change and raise the directory's version."""
    raise_directory_version(session, brand_id)
    return repository.insert_change(session, brand_id, _change(store_id, kind, stamp, before or {}, after or {}))


def change_facts(
    session: Session,
    brand_id: int,
    store: StoredStore,
    kind: ChangeKind,
    wanted: Mapping[str, FactValue],
    stamp: Stamp,
    *,
    more: Mapping[str, object] | None = None,
) -> DirectoryChange:
    """Set facts of a store from a moment on. Raises InvalidError when they were so already.

    A fact that a later change touches keeps its present value: the past alone is put right. `more` goes into `after`.
    """
    known = known_patches(session, brand_id, store)
    then = facts_at(timeline(store.facts, known), stamp.effective)
    after = {name: value for name, value in wanted.items() if getattr(then, name) != value}
    if not after:
        raise InvalidError(f"Nothing changes: store {store.facts.number} is so already.")
    before: dict[str, FactValue] = {name: getattr(then, name) for name in after}
    kept = {**write_values(after), **(more or {})}
    change = record(session, brand_id, store.id, kind, stamp, before=write_values(before), after=kept)
    assert change.id is not None  # noqa: S101
    patch = Patch(change.id, stamp.effective, before, after)
    rewrite(session, brand_id, store, known, [*known, patch], now=stamp.now)
    return change


def record_batch(
    session: Session, brand_id: int, kind: ChangeKind, before: Mapping[int, StoredStore], added: Mapping[str, int],
    stamp: Stamp,
) -> None:  # fmt: skip
    """Keep what a batch has just written: `before` are the stores as they were, `added` the new ones' ids by number."""
    after = repository.list_stores(session, brand_id, [*before, *added.values()])
    patches = repository.list_patches(session, brand_id, list(before))
    changes = [_addition(after[store_id], kind, stamp) for store_id in added.values()]
    timelines = {}
    for store_id, store in before.items():
        new = differences(store.facts, after[store_id].facts)
        old: dict[str, FactValue] = {name: getattr(store.facts, name) for name in new}
        changes.append(_change(store_id, kind, stamp, write_values(old), write_values(new)))
        known = reconcile_patches(store.facts, patches[store_id])
        timelines[store_id] = timeline(store.facts, [*known, Patch(_NEWEST, stamp.effective, old, new)])
    repository.insert_changes(session, brand_id, changes)
    repository.replace_versions(session, brand_id, timelines)


def known_patches(session: Session, brand_id: int, store: StoredStore) -> list[Patch]:
    """The changes of a store's facts, leading to what it is."""
    return reconcile_patches(store.facts, repository.list_patches(session, brand_id, [store.id])[store.id])


def rewrite(
    session: Session, brand_id: int, store: StoredStore, known: Sequence[Patch], patches: Sequence[Patch], *, now: datetime
) -> dict[str, FactValue]:  # fmt: skip
    """Bring a store's row and versions from the known patches to others. Returns the facts that are new at present."""
    periods = timeline(store.facts, patches)
    values = differences(timeline(store.facts, known)[-1].facts, periods[-1].facts)
    if values:
        repository.update_store(session, store.id, values, now=now)
    repository.replace_versions(session, brand_id, {store.id: periods})
    return values


def _addition(store: StoredStore, kind: ChangeKind, stamp: Stamp) -> NewChange:
    return _change(store.id, kind, stamp, {}, {"number": store.facts.number, "name": store.facts.name})


def _change(
    store_id: int | None, kind: ChangeKind, stamp: Stamp, before: Mapping[str, object], after: Mapping[str, object]
) -> NewChange:
    return NewChange(store_id, kind, before, after, stamp.effective, stamp.now, stamp.by, stamp.note)
