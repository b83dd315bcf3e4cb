"""The verbs of aliases: say what else a store is called, and that it is called so no longer."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.stores import alias_repository as repository
from localcare.stores import editing_repository
from localcare.stores.alias_repository import NewAlias
from localcare.stores.core.alias_check import alias_complaint
from localcare.stores.core.values import AliasKind
from localcare.stores.models import DirectoryChange, StoreAlias
from localcare.stores.recording import Stamp, get_store, record
from localcare.stores.repository import brand_name, lock_directory

ALIAS_KINDS: tuple[AliasKind, ...] = get_args(AliasKind)
PLACE_BOUND = ("mall", "landmark", "neighbourhood", "cross-street", "address", "place-id")
"""Kinds that name where a store is: they end when it moves."""


@dataclass(frozen=True, slots=True)
class StoreName:
    """What a store is called besides its name: who says so, and whether it is used yet."""

    id: int
    kind: str
    words: str
    city: str | None
    source: str
    state: str


def list_names(session: Session, brand_id: int, store_id: int) -> list[StoreName]:
    """A store's aliases that are in use or proposed."""
    rows = repository.list_current(session, brand_id, store_id)
    return [StoreName(_id(row), row.kind, row.words, row.city, row.source, row.state) for row in rows]


def add_alias(
    session: Session,
    brand_id: int,
    store_id: int,
    alias: NewAlias,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Say what else a store is called: since ever, or since it moved for what names the place it is in.

    People use a name long before it is recorded, so `effective` is kept in the history only. An alias that is
    proposed waits for a decision and is not used yet; adding it again as active decides.
    """
    stamp = Stamp(effective, by, now, note)
    get_store(session, brand_id, store_id)
    words = " ".join(alias.words.split())
    if not words:
        raise InvalidError("Say the words of the alias.")
    complaint = alias_complaint(alias.kind, words, brand_name=brand_name(session, brand_id))
    if complaint:
        raise InvalidError(complaint)
    chosen = NewAlias(alias.kind, words, alias.city, alias.source, alias.state)
    row = repository.find_same(session, brand_id, store_id, chosen)
    if row is None:
        since = editing_repository.last_move(session, brand_id, store_id) if alias.kind in PLACE_BOUND else None
        row = repository.insert_alias(session, brand_id, store_id, chosen, since=since, by=by, now=now)
    elif row.state == alias.state:
        raise ConflictError(f"The store is called “{words}” already.")
    else:
        repository.set_state(session, [_id(row)], alias.state, until=None, by=by, now=now)
    return record(session, brand_id, store_id, "alias-added", stamp, after=_described(row, chosen.state))


def retire_alias(
    session: Session,
    brand_id: int,
    alias_id: int,
    *,
    was_wrong: bool = False,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Say that a store is not called so any more; with `was_wrong`, that it never was."""
    stamp = Stamp(effective, by, now, note)
    lock_directory(session, brand_id)
    row = _get_alias(session, brand_id, alias_id)
    if row.state == "retired":
        raise ConflictError(f"“{row.words}” is retired already.")
    before = _described(row, row.state)
    repository.set_state(session, [alias_id], "retired", until=None if was_wrong else effective, by=by, now=now)
    return record(session, brand_id, row.store_id, "alias-removed", stamp, before=before)


def end_place_bound(session: Session, brand_id: int, store_id: int, stamp: Stamp) -> list[int]:
    """End the aliases that name where a store was; returns which."""
    rows = repository.list_current(session, brand_id, store_id)
    ids = [_id(row) for row in rows if row.state == "active" and row.kind in PLACE_BOUND]
    if ids:
        repository.set_state(session, ids, "retired", until=stamp.effective, by=stamp.by, now=stamp.now)
    return ids


def undo_alias(session: Session, brand_id: int, change: DirectoryChange, *, by: str, now: datetime) -> None:
    """Take back that an alias was added or retired. Raises ConflictError when that was changed since."""
    kept = change.after or change.before
    row = _get_alias(session, brand_id, int(str(kept["alias_id"])))
    added = change.kind == "alias-added"
    if (row.state == "retired") == added:
        raise ConflictError(f"“{row.words}” has been {'retired' if added else 'added again'} since.")
    state = str(kept["state"])
    if added:
        repository.set_state(session, [_id(row)], "retired", until=None, by=by, now=now)
        return
    same = NewAlias(row.kind, row.words, row.city)  # type: ignore[arg-type]
    if repository.find_same(session, brand_id, row.store_id, same) is not None:
        raise ConflictError(f"The store is called “{row.words}” again already.")
    repository.set_state(
        session, [_id(row)], "active" if state == "active" else "proposed", until=None, by=by, now=now
    )  # fmt: skip


def _get_alias(session: Session, brand_id: int, alias_id: int) -> StoreAlias:
    row = repository.find_alias(session, brand_id, alias_id)
    if row is None:
        raise NotFoundError(f"There is no alias with id {alias_id}.")
    return row


def _described(row: StoreAlias, state: str) -> dict[str, object]:
    return {"alias_id": row.id, "kind": row.kind, "words": row.words, "city": row.city, "state": state}


def _id(row: StoreAlias) -> int:
    assert row.id is not None  # noqa: S101
    return row.id
