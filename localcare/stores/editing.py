"""The verbs of the directory: each keeps what was, says who did it from when, and tells every worker.

All take (session, brand_id, …, effective, by, now) and work in the caller's transaction; `by` is the person's name or
e-mail, "import" or "sync".
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.stores import editing_repository as repository
from localcare.stores.alias_repository import NewAlias
from localcare.stores.core.fields import Point, zone_of
from localcare.stores.core.history import ChangeKind, FactValue, StoreFacts, differences
from localcare.stores.core.nearness import is_on_earth
from localcare.stores.gazetteer import load_gazetteer
from localcare.stores.linking import PageRef, link_page, unlink_page
from localcare.stores.merging import merge_stores
from localcare.stores.models import DirectoryChange
from localcare.stores.naming import add_alias, retire_alias
from localcare.stores.planning import change_or_plan, list_planned
from localcare.stores.recording import Stamp, change_facts, get_store, record, require_free_number
from localcare.stores.repository import lock_directory
from localcare.stores.undoing import undo_change

__all__ = [
    "NewAlias",
    "PageRef",
    "StoreAddress",
    "StoreFacts",
    "add_alias",
    "close_store",
    "edit_store",
    "facts_of",
    "find_store",
    "history_of",
    "link_page",
    "list_planned",
    "merge_stores",
    "move_store",
    "open_store",
    "renumber_store",
    "reopen_store",
    "retire_alias",
    "undo_change",
    "unlink_page",
]


_PLACE = frozenset({"street", "city", "state", "zip", "country", "latitude", "longitude"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAddress:
    """Where a store moves to, as a whole; only `phone` and `region_id` stay as they are when left out.

    Without `timezone` it is that of the place. Coordinates are WGS-84 degrees.
    """

    street: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str = "US"
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None
    phone: str | None = None
    region_id: int | None = None


def find_store(session: Session, brand_id: int, number: str) -> int:
    """The id of the store of that number. Raises NotFoundError."""
    found = repository.find_store_id(session, brand_id, number)
    if found is None:
        raise NotFoundError(f"There is no store {number}.")
    return found


def facts_of(session: Session, brand_id: int, store_id: int) -> StoreFacts:
    """A store's facts as they are now: `replace` what changes and give them to `edit_store`."""
    store = repository.list_stores(session, brand_id, [store_id]).get(store_id)
    if store is None:
        raise NotFoundError(f"There is no store with id {store_id}.")
    return store.facts


def history_of(session: Session, brand_id: int, store_id: int | None, *, limit: int = 200) -> list[DirectoryChange]:
    """What was done to a store, or (with None) to the whole directory, newest first; undone changes too."""
    return repository.list_changes(session, brand_id, store_id, limit=limit)


def open_store(
    session: Session,
    brand_id: int,
    facts: StoreFacts,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
    kind: ChangeKind = "opened",
) -> DirectoryChange:
    """Add a store; `change.store_id` is its id. Raises ConflictError when another has the number."""
    _require_point(facts.latitude, facts.longitude)
    lock_directory(session, brand_id)
    require_free_number(session, brand_id, facts.number)
    store_id = repository.insert_store(session, brand_id, facts, now=now)
    after = {"number": facts.number, "name": facts.name}
    return record(session, brand_id, store_id, kind, Stamp(effective, by, now, note), after=after)


def edit_store(
    session: Session,
    brand_id: int,
    store_id: int,
    facts: StoreFacts,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
    kind: ChangeKind = "edited",
) -> DirectoryChange:
    """Make a store's facts these. Raises InvalidError when nothing differs. A number is changed by `renumber_store`."""
    stamp = Stamp(effective, by, now, note)
    stamp.require_past()
    _require_point(facts.latitude, facts.longitude)
    store = get_store(session, brand_id, store_id)
    wanted = differences(store.facts, facts)
    if "number" in wanted:
        require_free_number(session, brand_id, facts.number)
    return change_facts(session, brand_id, store, kind, wanted, stamp)


def move_store(
    session: Session,
    brand_id: int,
    store_id: int,
    address: StoreAddress,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Say that a store is at another address from a moment on; aliases that name the former place end there.

    A move that is still to come is planned: it takes place by itself, and can be taken back until then.
    """
    _require_point(address.latitude, address.longitude)
    store = get_store(session, brand_id, store_id)
    wanted: dict[str, FactValue] = {
        name: value for name, value in asdict(_with_zone(address)).items() if value is not None or name in _PLACE
    }
    return change_or_plan(session, brand_id, store, "moved", wanted, Stamp(effective, by, now, note))


def renumber_store(
    session: Session,
    brand_id: int,
    store_id: int,
    number: str,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Give a store another number. Raises ConflictError when another store has it."""
    store = get_store(session, brand_id, store_id)
    number = number.strip()
    if number != store.facts.number:
        require_free_number(session, brand_id, number)
    return change_or_plan(session, brand_id, store, "renumbered", {"number": number}, Stamp(effective, by, now, note))


def close_store(
    session: Session,
    brand_id: int,
    store_id: int,
    successor: str | None = None,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Close a store from the day of `effective` at the store on; it may lie ahead. `successor` is a store number."""
    store = get_store(session, brand_id, store_id)
    _require_successor(session, brand_id, store.facts.number, successor)
    day = effective.astimezone(ZoneInfo(store.facts.timezone)).date()
    wanted: dict[str, FactValue] = {"closed_on": day, "successor_number": successor}
    return change_facts(session, brand_id, store, "closed", wanted, Stamp(effective, by, now, note))


def reopen_store(
    session: Session,
    brand_id: int,
    store_id: int,
    *,
    effective: datetime,
    by: str,
    now: datetime,
    note: str | None = None,
) -> DirectoryChange:
    """Open a closed store again. Raises ConflictError when it is not closed."""
    store = get_store(session, brand_id, store_id)
    if store.facts.closed_on is None:
        raise ConflictError(f"Store {store.facts.number} is not closed.")
    wanted: dict[str, FactValue] = {"closed_on": None, "successor_number": None}
    return change_or_plan(session, brand_id, store, "reopened", wanted, Stamp(effective, by, now, note))


def _with_zone(address: StoreAddress) -> StoreAddress:
    """An address with the time zone of where it is, as far as that can be known."""
    if address.timezone is not None:
        return address
    has_point = address.latitude is not None and address.longitude is not None
    point = Point(address.latitude or 0.0, address.longitude or 0.0) if has_point else None
    zone = zone_of(point, address.zip, address.city, address.state, load_gazetteer())
    return replace(address, timezone=zone)


def _require_point(latitude: float | None, longitude: float | None) -> None:
    """Raise InvalidError for coordinates that are no place of a store: half of them, 0,0, or off the earth."""
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        raise InvalidError("Latitude and longitude belong together: one is missing.")
    if not is_on_earth(latitude, longitude):
        raise InvalidError(f"{latitude:g}, {longitude:g} are no coordinates of a store.")


def _require_successor(session: Session, brand_id: int, number: str, successor: str | None) -> None:
    if successor is None:
        return
    chain: Sequence[str] = repository.list_successors(session, brand_id, successor)
    if not chain:
        raise NotFoundError(f"There is no store {successor} to succeed store {number}.")
    if number in chain:
        raise InvalidError(f"Store {number} cannot be succeeded by {successor}: that leads back to itself.")
