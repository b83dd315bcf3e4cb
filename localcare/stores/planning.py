"""Changes of a store that are still to come: kept as planned, carried out by the clock, taken back until then."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from localcare.errors import CareError
from localcare.stores import editing_repository as repository
from localcare.stores import naming
from localcare.stores.core.history import ChangeKind, FactValue, read_values, write_values
from localcare.stores.editing_repository import PLANNED, StoredStore
from localcare.stores.models import DirectoryChange
from localcare.stores.recording import Stamp, change_facts, get_store, record, require_free_number

_KINDS: Mapping[str, ChangeKind] = {
    "moved": "moved",
    "renumbered": "renumbered",
    "reopened": "reopened",
}


def change_or_plan(
    session: Session, brand_id: int, store: StoredStore, kind: ChangeKind, wanted: Mapping[str, FactValue], stamp: Stamp
) -> DirectoryChange:
    """Make the change, or, when its day is still to come, write down that it is planned."""
    if stamp.effective <= stamp.now:
        return _change(session, brand_id, store, kind, wanted, stamp)
    before: dict[str, FactValue] = {name: getattr(store.facts, name) for name in wanted}
    after = {**write_values(wanted), "kind": kind}
    return record(session, brand_id, store.id, PLANNED, stamp, before=write_values(before), after=after)


def list_planned(session: Session, brand_id: int, store_id: int | None = None) -> list[DirectoryChange]:
    """What is planned for a store, or for all, and neither carried out nor taken back; the next one first."""
    return repository.list_planned(session, brand_id, store_id)


def list_due(session: Session, *, now: datetime) -> list[tuple[int, int]]:
    """(brand id, change id) of what is planned for a time that has come; wants a session that sees all brands."""
    return repository.list_due_plans(session, now)


def carry_out(session: Session, brand_id: int, change_id: int, *, now: datetime) -> bool:
    """Carry a planned change out from its moment on; what the directory does not allow by now is kept with the reason."""
    planned = _find_plan(session, brand_id, change_id)
    if planned is None:
        return False
    kind = _KINDS[str(planned.after["kind"])]
    stamp = Stamp(planned.effective_at, planned.recorded_by, now, planned.note)
    try:
        with session.begin_nested():
            store = get_store(session, brand_id, planned.store_id or 0)
            done = _change(session, brand_id, store, kind, read_values(planned.after), stamp)
            outcome: dict[str, object] = {"done": done.id}
    except CareError as error:
        outcome = {"trouble": error.message}
    planned.after = {**planned.after, **outcome}
    session.add(planned)
    return "done" in outcome


def _find_plan(session: Session, brand_id: int, change_id: int) -> DirectoryChange | None:
    """A plan that waits, locked so that it is carried out once."""
    found = repository.find_change(session, brand_id, change_id)
    if found is None or found.kind != PLANNED or found.undone_at is not None:
        return None
    return None if {"done", "trouble"} & found.after.keys() else found


def _change(
    session: Session, brand_id: int, store: StoredStore, kind: ChangeKind, wanted: Mapping[str, FactValue], stamp: Stamp
) -> DirectoryChange:
    number = wanted.get("number")
    if number is not None and number != store.facts.number:
        require_free_number(session, brand_id, str(number))
    left = naming.end_place_bound(session, brand_id, store.id, stamp) if kind == "moved" else None
    return change_facts(session, brand_id, store, kind, wanted, stamp, more={"aliases": left} if left else None)
